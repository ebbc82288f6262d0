//! `OpenAPI` schemas as JSON schemas of one release, which know no other members than those described.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde_json::{Map, Value, json};

use crate::document::schemas;
use crate::release::Release;

/// What only describes, or is known to differ between servers.
const DROPPED: [&str; 7] = ["nullable", "example", "default", "discriminator", "description", "format", "required"];

/// Returns the schema with everything that it refers to.
pub(crate) fn complete(schema: &Value, release: Release) -> Value {
    let mut root = closed(schema, release, false);
    root["$defs"] = reached(&root, &definitions(release));
    root
}

/// Turns a schema into a JSON schema: `nullable` becomes a type, undescribed members are refused.
/// As a part of a larger one it lets other members pass.
fn closed(schema: &Value, release: Release, part: bool) -> Value {
    let Value::Object(members) = schema else { return schema.clone() };
    let mut converted = Map::new();
    // A lone reference in `allOf` only carries a description; several put a schema together.
    let composed = schema["allOf"].as_array().is_some_and(|branches| branches.len() > 1);
    for (name, value) in members {
        let value = match (name.as_str(), value) {
            ("properties", Value::Object(properties)) => properties
                .iter()
                .filter(|(_, property)| release.may_have(property))
                .map(|(name, property)| (name.clone(), closed(property, release, false)))
                .collect(),
            ("allOf" | "oneOf" | "anyOf", Value::Array(branches)) => {
                let part = name == "allOf" && (composed || part);
                let known = branches.iter().filter(|branch| name == "allOf" || exists(branch, release));
                known.map(|branch| closed(branch, release, part)).collect()
            }
            ("items" | "additionalProperties" | "not", _) => closed(value, release, false),
            ("$ref", Value::String(reference)) => {
                let suffix = if part { "~part" } else { "" };
                json!(reference.replace("#/components/schemas/", "#/$defs/") + suffix)
            }
            ("enum", Value::Array(values)) => {
                values.iter().filter(|value| is_value(schema, value, release)).cloned().collect()
            }
            (dropped, _) if DROPPED.contains(&dropped) || dropped.starts_with("x-") => continue,
            _ => value.clone(),
        };
        converted.insert(name.clone(), value);
    }
    let required = schema["required"].as_array().into_iter().flatten();
    let known =
        |name: &&Value| schema["properties"].get(name.as_str().unwrap_or_default()).is_none_or(|it| release.has(it));
    converted.insert("required".to_owned(), required.filter(known).cloned().collect());
    let described = converted.contains_key("properties") || composed;
    if described && !converted.contains_key("additionalProperties") && !part {
        converted.insert("unevaluatedProperties".to_owned(), json!(false));
    }
    if schema["nullable"] == true {
        return json!({"anyOf": [Value::Object(converted), {"type": "null"}]});
    }
    Value::Object(converted)
}

/// Tells whether a release has the schema that an alternative refers to.
fn exists(branch: &Value, release: Release) -> bool {
    let schema = branch["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    schema.and_then(|schema| schemas().get(schema)).is_none_or(|schema| release.may_have(schema))
}

fn is_value(schema: &Value, value: &Value, release: Release) -> bool {
    let since = value.as_str().and_then(|value| schema["x-airbyte-enum-since"][value].as_str());
    since.and_then(Release::parse).is_none_or(|since| since <= release)
}

/// All schemas of a release; each a second time as a part of larger ones.
fn definitions(release: Release) -> Arc<Map<String, Value>> {
    type Made = Mutex<HashMap<Release, Arc<Map<String, Value>>>>;
    static MADE: LazyLock<Made> = LazyLock::new(Mutex::default);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(made.entry(release).or_insert_with(|| {
        let whole = schemas().iter().map(|(name, schema)| (name.clone(), closed(schema, release, false)));
        let parts = schemas().iter().map(|(name, schema)| (format!("{name}~part"), closed(schema, release, true)));
        Arc::new(whole.chain(parts).collect())
    }))
}

/// Returns the definitions that a schema refers to, and those that they refer to.
fn reached(root: &Value, definitions: &Map<String, Value>) -> Value {
    let mut found = Map::new();
    let mut open = references(root);
    while let Some(name) = open.pop() {
        if !found.contains_key(&name) {
            let definition = definitions[&name].clone();
            open.extend(references(&definition));
            found.insert(name, definition);
        }
    }
    Value::Object(found)
}

fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| match (name.as_str(), value.as_str()) {
                ("$ref", Some(target)) => vec![target.trim_start_matches("#/$defs/").to_owned()],
                _ => references(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::operations;

    /// Its members were others once; which, nobody has looked up.
    const UNKNOWN: &str = "ConnectorBuilderAuxiliaryRequest";

    /// Otherwise an old server's answer would be held against what newer ones say.
    #[test]
    fn no_operation_of_a_release_answers_with_schemas_that_it_does_not_have() {
        let mut found = Vec::new();
        for text in ["0.50", "1.0", "1.5", "1.7", "1.8", "2.0", "latest"] {
            let release = Release::parse(text).unwrap();
            for (path, operation) in operations().filter(|(_, operation)| release.may_have(operation)) {
                for body in ["200", "201"].map(|status| &operation["responses"][status]) {
                    let complete = complete(&body["content"]["application/json"]["schema"], release);
                    let reached = complete["$defs"].as_object().unwrap().keys();
                    let missing = reached.filter(|name| {
                        let schema = schemas().get(name.trim_end_matches("~part"));
                        schema.is_some_and(|schema| !release.may_have(schema)) && *name != UNKNOWN
                    });
                    found.extend(missing.map(|name| format!("{text} {path}: {name}")));
                }
            }
        }
        assert_eq!(found, [""; 0]);
    }
}
