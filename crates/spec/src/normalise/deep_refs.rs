//! References to schemas that have no name of their own.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{names::Taken, refs, walk};

/// Gives a name to every schema that is referred to where it stands, such as
/// `#/components/schemas/A/properties/b`: the generator finds named ones only.
/// References to named schemas lose their escapes, which it does not undo.
pub(crate) fn to_components(document: &mut Value) {
    let source = document.clone();
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    let mut taken = Taken::default();
    for (name, _) in walk::components_mut(document) {
        taken.take(name.clone());
    }
    loop {
        let mut fresh = Vec::new();
        walk::schemas_mut(document, &mut |schema| {
            let Some(target) = schema.get("$ref").and_then(Value::as_str) else {
                return;
            };
            if let Some(name) = refs::schema_name(&source, target) {
                schema.insert("$ref".to_owned(), Value::String(refs::SCHEMAS.to_owned() + &name));
                return;
            }
            if target.strip_prefix(refs::SCHEMAS).is_some_and(|name| named.values().any(|given| given == name)) {
                return;
            }
            let name = named.entry(target.to_owned()).or_insert_with(|| {
                let last_two: Vec<&str> = target.rsplit('/').take(2).collect();
                let last_two = last_two.into_iter().rev().collect::<Vec<_>>().join("-");
                let name = taken.take_or_number(&crate::names::pascal(&last_two), str::to_owned);
                fresh.push((name.clone(), target.to_owned()));
                name
            });
            let target = refs::SCHEMAS.to_owned() + name;
            schema.insert("$ref".to_owned(), Value::String(target));
        });
        if fresh.is_empty() {
            return;
        }
        for (name, target) in fresh {
            let found = refs::step(document, &target).filter(|found| found.is_object());
            let found = found.cloned().unwrap_or_else(|| json!({}));
            document["components"]["schemas"][name] = found;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_within_another_gets_a_name() {
        let mut document = json!({"paths": {}, "components": {"schemas": {
            "A": {"properties": {"b": {"type": "string"}, "again": {"$ref": "#/components/schemas/A"}}},
            "C": {"items": {"$ref": "#/components/schemas/A/properties/b"}},
            "D": {"items": {"$ref": "#/components/schemas/A/properties/b"}},
        }}});
        to_components(&mut document);
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["PropertiesB"], json!({"type": "string"}));
        let reference = json!({"items": {"$ref": "#/components/schemas/PropertiesB"}});
        assert_eq!((&schemas["C"], &schemas["D"]), (&reference, &reference));
    }

    #[test]
    fn escapes_in_names_are_undone() {
        let mut document = json!({"paths": {}, "components": {"schemas": {
            "a/b c": {"items": {"$ref": "#/components/schemas/a~1b%20c"}},
        }}});
        to_components(&mut document);
        assert_eq!(
            document["components"]["schemas"],
            json!({"a/b c": {"items": {"$ref": "#/components/schemas/a/b c"}}})
        );
    }

    #[test]
    fn a_schema_that_refers_into_itself_ends() {
        let mut document = json!({"paths": {}, "components": {"schemas": {
            "A": {"properties": {"b": {"items": {"$ref": "#/components/schemas/A/properties/b"}}}},
        }}});
        to_components(&mut document);
        assert_eq!(
            document["components"]["schemas"]["PropertiesB"],
            json!({"items": {"$ref": "#/components/schemas/PropertiesB"}})
        );
    }
}
