//! A team's own connectors, from a folder.

use std::fs;

use airway_sandbox::Sandbox;
use serde_json::json;

use crate::support::{Airbyte, POSTGRES, text};

const FEED: &str = "
kind: source
id: 1c1d1e1f-0000-4000-8000-000000000001
name: House feed
dockerRepository: acme/source-feed
dockerImageTag: 0.1.0
documentationUrl: https://example.com/feed
facts: {sourceType: custom, supportLevel: none, releaseStage: custom, custom: true}
specification:
  $schema: http://json-schema.org/draft-07/schema#
  type: object
  required: [token]
  properties:
    token: {type: string, title: Token, airbyte_secret: true}
check:
  - {at: /token, equals: [expired], fail: the token has expired}
discover:
  from:
    tables:
      - {name: rooms, key: [id], cursor: seen_at, records: 77, bytes: 10, columns: {id: integer, seen_at: timestamp}}
";

fn with(files: &[(&str, &str)]) -> Result<Airbyte, String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
        fs::write(folder.path().join(name), content).unwrap();
    }
    let clock = airway_sandbox::Clock::manual(crate::support::START_MS);
    let emulator = Sandbox::builder().clock(clock.clone()).connectors(folder.path()).open();
    let shown = folder.path().display().to_string();
    emulator.map(|emulator| Airbyte { emulator, clock }).map_err(|error| error.to_string().replace(&shown, "FOLDER"))
}

#[test]
fn a_connector_of_ones_own_is_checked_discovered_and_synced() {
    let airbyte = with(&[("feed.yaml", FEED), ("notes.txt", "not a connector")]).unwrap();
    let source = airbyte.create("source", "1c1d1e1f-0000-4000-8000-000000000001", "house", json!({"token": "t"}));
    let found = airbyte.ok("sources/discover_schema", json!({"sourceId": source}));
    assert_eq!(found["catalog"]["streams"][0]["stream"]["name"], "rooms");
    let connection = airbyte.connection_with(json!({"sourceId": source, "syncCatalog": found["catalog"]}));
    let job = airbyte.sync(&connection);
    airbyte.after(120);
    assert_eq!(airbyte.job(job)["job"]["aggregatedStats"]["recordsCommitted"], 77);
    airbyte.ok("sources/partial_update", json!({"sourceId": source, "connectionConfiguration": {"token": "expired"}}));
    let check = airbyte.ok("sources/check_connection", json!({"sourceId": source}));
    assert_eq!(check["message"], "the token has expired");
}

#[test]
fn a_file_with_a_known_id_replaces_the_connector() {
    let own = FEED.replace("1c1d1e1f-0000-4000-8000-000000000001", POSTGRES);
    let airbyte = with(&[("postgres.yml", &own)]).unwrap();
    let list = airbyte.ok("source_definitions/list", json!({}));
    let names: Vec<String> = list["sourceDefinitions"].as_array().unwrap().iter().map(|it| text(&it["name"])).collect();
    assert_eq!(names.len(), 12);
    assert!(names.contains(&"House feed".to_owned()) && !names.contains(&"Postgres".to_owned()), "{names:?}");
}

/// What the connector of the documentation prints, in folders as the documentation has them.
const SHORT: &str = "kind: source\nname: House feed\n";
const SPEC: &str = r#"{"type": "LOG", "log": {"level": "INFO", "message": "starting"}}
{"type": "SPEC", "spec": {"documentationUrl": "https://example.com/feed", "connectionSpecification": {"type": "object",
"required": ["token"], "properties": {"token": {"type": "string", "airbyte_secret": true}}}}}"#;
const CATALOG: &str = r#"{"streams": [
    {"name": "rooms", "namespace": "house", "json_schema": {"type": "object", "properties": {"id": {"type": "integer"}}},
     "supported_sync_modes": ["full_refresh", "incremental"], "source_defined_primary_key": [["id"]], "records": 30},
    {"name": "doors", "json_schema": {"type": "object"}}
]}"#;

#[test]
fn a_connector_is_a_folder_with_what_the_connector_prints() {
    let spec = SPEC.replace("\n\"required\"", "\"required\"");
    let files = [("feed/connector.yaml", SHORT), ("feed/spec.json", spec.as_str()), ("feed/catalog.json", CATALOG)];
    let airbyte = with(&files).unwrap();
    let list = airbyte.ok("source_definitions/list", json!({}));
    let feed = list["sourceDefinitions"].as_array().unwrap().iter().find(|it| it["name"] == "House feed").unwrap();
    assert_eq!(feed["dockerRepository"], "custom/source-house-feed");
    assert_eq!(feed["documentationUrl"], "https://example.com/feed");
    let definition = text(&feed["sourceDefinitionId"]);
    let source = airbyte.create("source", &definition, "house", json!({"token": "t"}));
    let read = airbyte.ok("sources/get", json!({"sourceId": source}));
    assert_eq!(read["connectionConfiguration"]["token"], crate::support::MASK);
    let streams = airbyte.ok("sources/discover_schema", json!({"sourceId": source}))["catalog"]["streams"].clone();
    assert_eq!(streams[0]["stream"]["sourceDefinedPrimaryKey"], json!([["id"]]));
    assert_eq!(streams[1]["stream"]["supportedSyncModes"], json!(["full_refresh"]));
    let job = |at: usize| {
        let mut entry = streams[at].clone();
        entry["config"]["selected"] = json!(true);
        let connection = airbyte.connection_with(json!({"sourceId": source, "syncCatalog": {"streams": [entry]}}));
        let job = airbyte.sync(&connection);
        airbyte.after(120).job(job)["job"]["aggregatedStats"]["recordsCommitted"].clone()
    };
    assert_eq!((job(0), job(1)), (json!(30), json!(1_000)));
}

#[test]
fn a_connector_of_ones_own_is_custom_takes_a_new_name_and_is_there_for_everybody() {
    let way = json!({
        "auth_flow_type": "oauth2.0", "predicate_key": ["kind"],
        "oauth_config_specification": {"complete_oauth_output_specification": {"type": "object"}},
    });
    let spec = SPEC.replace("\n\"required\"", "\"required\"");
    let spec = spec.replace("\"spec\": {", &format!("\"spec\": {{\"advanced_auth\": {way}, "));
    let files = [("feed/connector.yaml", SHORT), ("feed/spec.json", spec.as_str()), ("feed/catalog.json", CATALOG)];
    let airbyte = with(&files).unwrap();
    let workspace = airbyte.workspace();
    let list = || airbyte.ok("source_definitions/list_for_workspace", json!({"workspaceId": workspace}));
    let named =
        |name: &str| list()["sourceDefinitions"].as_array().unwrap().iter().find(|it| it["name"] == name).cloned();
    let feed = named("House feed").unwrap();
    assert_eq!((&feed["custom"], &feed["releaseStage"]), (&json!(true), &json!("custom")));
    let update = json!({
        "sourceDefinitionId": feed["sourceDefinitionId"], "workspaceId": workspace, "dockerImageTag": "0.2.0",
        "name": "Garden feed",
    });
    assert_eq!(airbyte.ok("source_definitions/update", update)["name"], "Garden feed");
    let renamed = named("Garden feed").unwrap();
    assert_eq!((&renamed["sourceDefinitionId"], named("House feed")), (&feed["sourceDefinitionId"], None));
    let private = airbyte.ok("source_definitions/list_private", json!({"workspaceId": workspace}));
    assert_eq!(private["sourceDefinitions"], json!([{"sourceDefinition": renamed, "granted": true}]));
    let read = airbyte.ok(
        "source_definition_specifications/get",
        json!({"sourceDefinitionId": feed["sourceDefinitionId"], "workspaceId": workspace}),
    );
    assert_eq!(
        read["advancedAuth"],
        json!({
            "authFlowType": "oauth2.0", "predicateKey": ["kind"],
            "oauthConfigSpecification": {"completeOAuthOutputSpecification": {"type": "object"}},
        })
    );
}

#[test]
fn the_same_name_has_the_same_id_in_every_run() {
    let id = || {
        let file = format!("{SHORT}specification: {{type: object}}\ncatalog: {{streams: []}}\n");
        let list = with(&[("feed.yaml", &file)]).unwrap().ok("source_definitions/list", json!({}));
        let feed = list["sourceDefinitions"].as_array().unwrap().iter().find(|it| it["name"] == "House feed").cloned();
        text(&feed.unwrap()["sourceDefinitionId"])
    };
    assert_eq!(id(), id());
}

#[test]
fn a_destination_says_which_modes_it_takes() {
    let file = "kind: destination\nname: Lake\nspecification: {connectionSpecification: {type: object}, supported_destination_sync_modes: [append]}\n";
    let airbyte = with(&[("lake.yaml", file)]).unwrap();
    let list = airbyte.ok("destination_definitions/list", json!({}));
    let lake = list["destinationDefinitions"].as_array().unwrap().iter().find(|it| it["name"] == "Lake").unwrap();
    let specification = airbyte.ok(
        "destination_definition_specifications/get",
        json!({"destinationDefinitionId": lake["destinationDefinitionId"], "workspaceId": airbyte.workspace()}),
    );
    assert_eq!(specification["supportedDestinationSyncModes"], json!(["append"]));
}

#[test]
fn files_that_cannot_be_used_are_named_with_the_place_in_them() {
    let error = |name: &str, content: &str| with(&[(name, content)]).err().unwrap();
    assert!(error("a.json", "{").starts_with("connector file `FOLDER/a.json` is neither JSON nor YAML: "));
    let wrong = |content: &str| {
        let error = error("a.yaml", content);
        let start = "connector file `FOLDER/a.yaml` does not describe a connector: ";
        error.strip_prefix(start).unwrap_or_else(|| panic!("{error}")).to_owned()
    };
    assert_eq!(wrong("[]"), "`/` must be a map");
    assert_eq!(wrong("{}"), "`/kind` is missing");
    assert_eq!(wrong(SHORT), "`/specification` is missing");
    assert_eq!(
        wrong(&FEED.replace("1c1d1e1f-0000-4000-8000-000000000001", "feed")),
        "`/id` is `feed`, which is no UUID"
    );
    assert!(
        wrong(&FEED.replace("type: string", "type: strng"))
            .starts_with("`/specification/properties/token/type` is not as draft-07 wants it: ")
    );
    assert_eq!(
        wrong(&FEED.replace("records: 77", "records: many")),
        "`/discover/from/tables/0/records` invalid type: string \"many\", expected u64"
    );
    let catalog = |streams: &str| wrong(&format!("{SHORT}specification: {{type: object}}\ncatalog: {streams}\n"));
    assert_eq!(catalog("{}"), "`/catalog/streams` must be a list of streams");
    assert_eq!(catalog("{streams: [{name: a}]}"), "`/catalog/streams/0/json_schema` must be a JSON schema");
    let stream = |members: &str| catalog(&format!("{{streams: [{{name: a, json_schema: {{}}, {members}}}]}}"));
    let modes = "`/catalog/streams/0/supported_sync_modes` must be a list of `full_refresh`, `incremental` or both";
    for given in ["[fulrefresh]", "full_refresh", "[]"] {
        assert_eq!(stream(&format!("supported_sync_modes: {given}")), modes, "{given}");
    }
    assert_eq!(stream("records: many"), "`/catalog/streams/0/records` must be a number of records");
    let same = "{name: a, namespace: x, json_schema: {}}";
    assert_eq!(
        catalog(&format!("{{streams: [{same}, {{name: a, json_schema: {{}}}}, {same}]}}")),
        "`/catalog/streams/2` is the stream of `/catalog/streams/0` again"
    );
    let reference = wrong(&FEED.replace("{type: string,", "{$ref: '#/definitions/none',"));
    assert!(reference.starts_with("`/specification/properties/token/$ref` cannot be used: "), "{reference}");
    assert_eq!(
        error("feed/connector.yaml", &format!("{SHORT}specification: absent.json\n")),
        "connector file `FOLDER/feed/absent.json` cannot be read"
    );
    let twice = with(&[("a.yaml", FEED), ("b.yaml", FEED)]).err().unwrap();
    assert_eq!(twice, "connector file `FOLDER/b.yaml` has the id of `FOLDER/a.yaml`");
    let missing = Sandbox::builder().connectors("/nonexistent").open().unwrap_err();
    assert_eq!(missing.to_string(), "connector folder `/nonexistent` cannot be read");
}
