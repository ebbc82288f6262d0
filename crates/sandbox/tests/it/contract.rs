//! Every answer of every test is held against `openapi/airbyte-config.yaml`.
//!
//! No code is shared with the generator: the document is read here, and its schemas are made into JSON schemas
//! that know no other members than the ones described.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/airbyte-config.yaml");
    serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
});

/// The schemas of the document as JSON schema definitions.
static DEFINITIONS: LazyLock<Value> = LazyLock::new(|| {
    let schemas = DOCUMENT["components"]["schemas"].as_object().unwrap();
    let closed_ones = schemas.iter().map(|(name, schema)| (name.clone(), closed(schema, false)));
    // As a part of a larger schema the same one must let other members pass.
    let open_ones = schemas.iter().map(|(name, schema)| (format!("{name}~part"), closed(schema, true)));
    Value::Object(closed_ones.chain(open_ones).collect())
});

/// Answers that deviate as real servers do, each with the member that is meant.
const DEVIATIONS: &[(&str, &str)] = &[
    // A stub on current servers: always an empty object.
    ("notifications/try", "status"),
];

/// Turns an `OpenAPI` schema into a JSON schema: `nullable` becomes a type, undescribed members are refused.
fn closed(schema: &Value, part: bool) -> Value {
    let Value::Object(members) = schema else { return schema.clone() };
    let mut converted = Map::new();
    // A lone reference in `allOf` only carries a description; several put a schema together.
    let composed = schema["allOf"].as_array().is_some_and(|branches| branches.len() > 1);
    for (name, value) in members {
        let value = match (name.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                Value::Object(properties.iter().map(|(name, it)| (name.clone(), closed(it, false))).collect())
            }
            ("allOf" | "oneOf" | "anyOf", Value::Array(branches)) => Value::Array(
                branches.iter().map(|branch| closed(branch, name == "allOf" && (composed || part))).collect(),
            ),
            ("items" | "additionalProperties" | "not", _) => closed(value, false),
            ("$ref", Value::String(reference)) => {
                let suffix = if part { "~part" } else { "" };
                json!(reference.replace("#/components/schemas/", "#/$defs/") + suffix)
            }
            ("nullable" | "example" | "default" | "discriminator" | "description" | "format", _) => continue,
            (extension, _) if extension.starts_with("x-") => continue,
            _ => value.clone(),
        };
        converted.insert(name.clone(), value);
    }
    let described = converted.contains_key("properties") || composed;
    if described && !converted.contains_key("additionalProperties") && !part {
        converted.insert("unevaluatedProperties".to_owned(), json!(false));
    }
    if schema["nullable"] == true {
        return json!({"anyOf": [Value::Object(converted), {"type": "null"}]});
    }
    Value::Object(converted)
}

/// Returns the definitions that a schema refers to, and those that they refer to.
fn reached(root: &Value) -> Value {
    let mut found = Map::new();
    let mut open = references(root);
    while let Some(name) = open.pop() {
        if !found.contains_key(&name) {
            let definition = DEFINITIONS[&name].clone();
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

fn validator(path: &str, part: &[&str]) -> Option<Arc<Validator>> {
    static CACHE: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let operation = DOCUMENT["paths"].get(format!("/v1/{path}"))?;
    let method = if operation.get("post").is_some() { "post" } else { "get" };
    let mut found = &operation[method];
    for name in part {
        found = found.get(*name)?;
    }
    let schema = found["content"]["application/json"]["schema"].clone();
    if schema.is_null() {
        return None;
    }
    let key = format!("{path} {}", part.join(" "));
    let mut cache = CACHE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    Some(Arc::clone(cache.entry(key).or_insert_with(|| {
        let mut root = closed(&schema, false);
        root["$defs"] = reached(&root);
        Arc::new(jsonschema::options().with_draft(Draft::Draft202012).build(&root).unwrap())
    })))
}

/// Fails when a successful answer is not what the document says.
#[track_caller]
pub(crate) fn check_answer(path: &str, status: u16, body: &Value) {
    let path = path.trim_end_matches('/');
    if !(200..300).contains(&status) {
        return;
    }
    let Some(validator) = validator(path, &["responses", &status.to_string()]) else { return };
    let faults: Vec<String> = validator
        .iter_errors(body)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .filter(|fault| !DEVIATIONS.iter().any(|(operation, member)| *operation == path && fault.contains(member)))
        .collect();
    assert!(faults.is_empty(), "{path} answers what the document does not say:\n{}\n{body}", faults.join("\n"));
}

#[test]
fn a_wrong_answer_is_noticed() {
    for body in [json!({}), json!({"connections": 7}), json!({"connections": [], "colour": "blue"})] {
        let checked = std::panic::catch_unwind(|| check_answer("connections/list", 200, &body));
        assert!(checked.is_err(), "{body}");
    }
    check_answer("connections/list", 200, &json!({"connections": []}));
}

#[test]
fn operations_and_their_generations_are_those_of_the_document() {
    let table = include_str!("../../data/operations.tsv");
    let mine: HashMap<&str, Vec<&str>> =
        table.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>()).map(|cells| (cells[1], cells)).collect();
    for (path, methods) in DOCUMENT["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix("/v1/") else { continue };
        let cells = mine.get(path).unwrap_or_else(|| panic!("{path} is not in operations.tsv"));
        let (method, operation) = methods.as_object().unwrap().iter().next().unwrap();
        assert_eq!((cells[0], cells[2]), (method.to_uppercase().as_str(), operation["operationId"].as_str().unwrap()));
        assert_eq!(cells[4], operation["x-airbyte-since"].as_str().unwrap_or("0.50"), "{path} since");
        // The document names the last generation, the table the first one without.
        let last = operation["x-airbyte-until"].as_str();
        let until = last.map_or_else(|| "-".to_owned(), next_minor);
        assert_eq!(cells[5], until, "{path} until");
    }
}

fn next_minor(version: &str) -> String {
    let (major, minor) = version.split_once('.').unwrap();
    format!("{major}.{}", minor.parse::<u16>().unwrap() + 1)
}

#[test]
fn fields_come_with_the_generation_that_the_document_names() {
    for line in include_str!("../../data/fields.tsv").lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let property = &DOCUMENT["components"]["schemas"][cells[0]]["properties"][cells[1]];
        if property.is_null() {
            // The document leaves out what only old servers have and nobody needs.
            assert_ne!(cells[3], "-", "{line}");
            continue;
        }
        assert_eq!(cells[2], property["x-airbyte-since"].as_str().unwrap_or("0.50"), "{line}");
    }
}
