//! What changed between two catalogs, and whether a connection can live with it.

use serde_json::{Map, Value, json};

use crate::lifecycle::stream_descriptor;

/// Returns the transforms that turn `old` into `new`. `configured` are the streams of the connection that the
/// answer is for: only they can break.
pub(crate) fn diff(old: &[Value], new: &[Value], configured: &[Value]) -> Vec<Value> {
    let has = |list: &[Value], entry: &Value| list.iter().any(|it| stream_descriptor(it) == stream_descriptor(entry));
    let mut transforms: Vec<Value> = Vec::new();
    for entry in old.iter().filter(|entry| !has(new, entry)) {
        transforms.push(json!({"transformType": "remove_stream", "streamDescriptor": stream_descriptor(entry)}));
    }
    for entry in new {
        let descriptor = stream_descriptor(entry);
        let Some(before) = old.iter().find(|it| stream_descriptor(it) == descriptor) else {
            transforms.push(json!({"transformType": "add_stream", "streamDescriptor": descriptor}));
            continue;
        };
        let config = configured.iter().find(|it| stream_descriptor(it) == descriptor).map(|it| &it["config"]);
        let fields = field_transforms(&before["stream"], &entry["stream"], config);
        let attributes = attribute_transforms(&before["stream"], &entry["stream"], config);
        if !fields.is_empty() || !attributes.is_empty() {
            transforms.push(json!({
                "transformType": "update_stream",
                "streamDescriptor": descriptor,
                "updateStream": {"fieldTransforms": fields, "streamAttributeTransforms": attributes},
            }));
        }
    }
    transforms
}

/// Tells whether a connection breaks on one of the transforms.
pub(crate) fn is_breaking(transforms: &[Value]) -> bool {
    let parts = transforms.iter().flat_map(|transform| {
        ["fieldTransforms", "streamAttributeTransforms"]
            .into_iter()
            .filter_map(|name| transform["updateStream"][name].as_array())
            .flatten()
    });
    parts.into_iter().any(|part| part["breaking"] == true)
}

/// Returns every field of a schema by its path.
fn fields(schema: &Value, prefix: &[String], found: &mut Map<String, Value>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let path: Vec<String> = prefix.iter().cloned().chain([name.clone()]).collect();
        fields(property, &path, found);
        found.insert(json!(path).to_string(), property.clone());
    }
}

fn field_transforms(old: &Value, new: &Value, config: Option<&Value>) -> Vec<Value> {
    let (mut before, mut after) = (Map::new(), Map::new());
    fields(&old["jsonSchema"], &[], &mut before);
    fields(&new["jsonSchema"], &[], &mut after);
    let path = |key: &String| serde_json::from_str::<Value>(key).unwrap_or_default();
    let mut transforms = Vec::new();
    for (key, schema) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
        transforms.push(json!({
            "transformType": "remove_field", "fieldName": path(key), "breaking": is_needed(&path(key), config),
            "removeField": {"schema": schema},
        }));
    }
    for (key, schema) in &after {
        match before.get(key) {
            None => transforms.push(json!({
                "transformType": "add_field", "fieldName": path(key), "breaking": false,
                "addField": {"schema": schema},
            })),
            Some(old) if old != schema && old["properties"].is_null() => transforms.push(json!({
                "transformType": "update_field_schema", "fieldName": path(key), "breaking": false,
                "updateFieldSchema": {"oldSchema": old, "newSchema": schema},
            })),
            Some(_) => {}
        }
    }
    transforms
}

/// Tells whether a connection reads by this field: as its cursor, or as a part of the key it deduplicates by.
fn is_needed(path: &Value, config: Option<&Value>) -> bool {
    let Some(config) = config else { return false };
    let cursor = config["syncMode"] == "incremental" && config["cursorField"] == *path;
    let key = deduplicates(config) && config["primaryKey"].as_array().is_some_and(|key| key.contains(path));
    cursor || key
}

fn deduplicates(config: &Value) -> bool {
    config["destinationSyncMode"].as_str().is_some_and(|mode| mode.ends_with("_dedup"))
}

fn attribute_transforms(old: &Value, new: &Value, config: Option<&Value>) -> Vec<Value> {
    let key = |stream: &Value| stream["sourceDefinedPrimaryKey"].as_array().cloned().unwrap_or_default();
    let (before, after) = (key(old), key(new));
    if before == after {
        return Vec::new();
    }
    vec![json!({
        "transformType": "update_primary_key",
        "breaking": config.is_some_and(deduplicates),
        "updatePrimaryKey": {"oldPrimaryKey": before, "newPrimaryKey": after},
    })]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(name: &str, fields: &[&str], key: &str) -> Value {
        let properties: Map<String, Value> =
            fields.iter().map(|field| ((*field).to_owned(), json!({"type": "string"}))).collect();
        json!({"stream": {"name": name, "jsonSchema": {"properties": properties}, "sourceDefinedPrimaryKey": [[key]]}})
    }

    fn configured(sync_mode: &str, destination: &str) -> Value {
        json!({"stream": {"name": "a"}, "config": {
            "syncMode": sync_mode, "destinationSyncMode": destination, "cursorField": ["at"], "primaryKey": [["id"]],
        }})
    }

    #[test]
    fn streams_and_fields_that_come_and_go_are_named() {
        let old = [stream("a", &["id", "at", "x"], "id"), stream("gone", &["id"], "id")];
        let new = [stream("a", &["id", "at", "y"], "id"), stream("new", &["id"], "id")];
        let transforms = diff(&old, &new, &[]);
        let kinds: Vec<_> = transforms.iter().map(|it| it["transformType"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["remove_stream", "update_stream", "add_stream"]);
        let fields = transforms[1]["updateStream"]["fieldTransforms"].as_array().unwrap();
        let named: Vec<_> = fields.iter().map(|it| (it["transformType"].clone(), it["fieldName"].clone())).collect();
        assert_eq!(named, [(json!("remove_field"), json!(["x"])), (json!("add_field"), json!(["y"]))]);
        assert!(!is_breaking(&transforms));
        assert_eq!(diff(&old, &old, &[]), Vec::<Value>::new());
    }

    #[test]
    fn only_a_cursor_or_key_that_is_used_breaks() {
        let old = [stream("a", &["id", "at", "x"], "id")];
        let without = |field: &str| {
            let left: Vec<&str> = ["id", "at", "x"].into_iter().filter(|it| *it != field).collect();
            [stream("a", &left, "id")]
        };
        let breaks = |new: &[Value], config: Value| is_breaking(&diff(&old, new, &[config]));
        assert!(breaks(&without("at"), configured("incremental", "append")));
        assert!(!breaks(&without("at"), configured("full_refresh", "overwrite")));
        assert!(breaks(&without("id"), configured("full_refresh", "append_dedup")));
        assert!(!breaks(&without("id"), configured("full_refresh", "overwrite")));
        assert!(!breaks(&without("x"), configured("incremental", "append_dedup")));
        assert!(!breaks(&[], configured("incremental", "append_dedup")));
        let rekeyed = [stream("a", &["id", "at", "x"], "x")];
        assert!(breaks(&rekeyed, configured("incremental", "append_dedup")));
        assert!(!breaks(&rekeyed, configured("incremental", "append")));
    }
}
