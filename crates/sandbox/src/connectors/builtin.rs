//! The connectors that come with the sandbox; a test compares the list with the folder.

use super::Connector;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        const FILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../connectors/", $name, ".json")))),*];
    };
}

files!(
    "destination-bigquery",
    "destination-csv",
    "destination-duckdb",
    "destination-local-json",
    "destination-mysql",
    "destination-postgres",
    "destination-redshift",
    "destination-s3",
    "destination-snowflake",
    "source-faker",
    "source-file",
    "source-github",
    "source-google-sheets",
    "source-hubspot",
    "source-mongodb-v2",
    "source-mssql",
    "source-mysql",
    "source-postgres",
    "source-rest-api",
    "source-s3",
    "source-stripe",
);

/// Returns the embedded connectors.
pub(super) fn parsed() -> Vec<Connector> {
    FILES
        .iter()
        .map(|(name, text)| {
            Connector::parse(text).unwrap_or_else(|error| panic!("connector file `{name}` is tested: {error}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/connectors");
        let found: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
            .filter(|name| name != "datasets")
            .collect();
        let listed: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(found, listed);
    }

    #[test]
    fn every_specification_is_a_draft_07_schema_of_an_object_with_described_properties() {
        for connector in parsed() {
            let specification = &connector.specification;
            assert!(jsonschema::draft7::meta::is_valid(specification), "{}", connector.name);
            assert_eq!(specification["type"], "object", "{}", connector.name);
            assert!(specification["$schema"].as_str().unwrap().contains("draft-07"), "{}", connector.name);
            for (name, property) in specification["properties"].as_object().unwrap() {
                assert!(property["title"].is_string(), "{}: {name}", connector.name);
            }
        }
    }

    #[test]
    fn ids_are_unique_and_destinations_say_which_modes_they_take() {
        let connectors = parsed();
        let ids: BTreeSet<_> = connectors.iter().map(|connector| &connector.id).collect();
        assert_eq!(ids.len(), connectors.len());
        for connector in &connectors {
            assert!(crate::ids::is_uuid(&connector.id), "{}", connector.name);
            let destination = connector.kind == crate::store::ActorKind::Destination;
            assert_eq!(!connector.supported_destination_sync_modes.is_empty(), destination, "{}", connector.name);
            assert_eq!(connector.discover.is_some(), !destination, "{}", connector.name);
        }
    }
}
