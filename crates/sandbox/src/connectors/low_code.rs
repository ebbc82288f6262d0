//! What a low-code manifest says about the streams of its source.

use serde_json::{Map, Value, json};

/// Returns how a source with this manifest is discovered, in the format of the connector files; nothing where it names no
/// streams.
pub(crate) fn discover(manifest: &Value) -> Option<Value> {
    let streams = manifest["streams"].as_array()?.iter().map(|stream| resolved(manifest, stream));
    let tables: Vec<Value> = streams.filter_map(|stream| table(manifest, stream)).collect();
    (!tables.is_empty()).then(|| json!({"from": {"tables": tables}}))
}

/// Follows a reference into the manifest.
fn resolved<'a>(manifest: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"].as_str().and_then(|reference| manifest.pointer(reference.strip_prefix('#')?));
    target.unwrap_or(value)
}

fn table(manifest: &Value, stream: &Value) -> Option<Value> {
    let name = stream["name"].as_str()?;
    let loader = resolved(manifest, &stream["schema_loader"]);
    let properties = resolved(manifest, &loader["schema"])["properties"].as_object();
    let columns: Map<String, Value> =
        properties.into_iter().flatten().map(|(name, schema)| (name.clone(), json!(kind(schema)))).collect();
    let cursor = resolved(manifest, &stream["incremental_sync"])["cursor_field"].as_str();
    Some(json!({
        "name": name, "key": key(&stream["primary_key"]), "cursor": cursor, "records": 1_000, "bytes": 120,
        "columns": columns,
    }))
}

/// A key is written as a name, as names, or as a list of lists.
fn key(key: &Value) -> Vec<&str> {
    match key {
        Value::String(name) => vec![name],
        Value::Array(parts) => parts.iter().flat_map(self::key).collect(),
        _ => Vec::new(),
    }
}

fn kind(schema: &Value) -> &'static str {
    let is =
        |kind: &str| schema["type"] == kind || schema["type"].as_array().is_some_and(|all| all.contains(&json!(kind)));
    match schema["format"].as_str() {
        Some("date") => return "date",
        Some("date-time") => return "timestamp",
        _ => {}
    }
    ["integer", "number", "boolean", "array", "object"].into_iter().find(|kind| is(kind)).unwrap_or("string")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_keys_cursors_and_columns_come_from_the_manifest() {
        let manifest = json!({
            "streams": [{"$ref": "#/definitions/orders"}, {"name": "bare"}],
            "definitions": {"orders": {
                "name": "orders", "primary_key": [["id"]], "incremental_sync": {"cursor_field": "at"},
                "schema_loader": {"schema": {"properties": {
                    "id": {"type": ["null", "integer"]}, "at": {"type": "string", "format": "date-time"}, "note": {},
                }}},
            }},
        });
        let bare = json!({"name": "bare", "key": [], "cursor": null, "records": 1_000, "bytes": 120, "columns": {}});
        let orders = json!({
            "name": "orders", "key": ["id"], "cursor": "at", "records": 1_000, "bytes": 120,
            "columns": {"id": "integer", "at": "timestamp", "note": "string"},
        });
        assert_eq!(discover(&manifest), Some(json!({"from": {"tables": [orders, bare]}})));
        assert_eq!(discover(&json!({})), None);
    }
}
