//! The catalog a client sends, made into the one that is stored.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::mappers;
use crate::api_error::ApiError;
use crate::connectors::alias;
use crate::wire::{DestinationSyncMode, SyncMode};

/// More selected fields than this are refused.
const MOST_FIELDS: usize = 20_000;

#[derive(Debug, Deserialize)]
pub(super) struct Catalog {
    #[serde(default)]
    streams: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    stream: Option<Stream>,
    config: Option<Config>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stream {
    name: Option<String>,
    namespace: Option<String>,
    json_schema: Option<Value>,
    supported_sync_modes: Option<Vec<SyncMode>>,
    source_defined_cursor: Option<bool>,
    default_cursor_field: Option<Vec<String>>,
    source_defined_primary_key: Option<Vec<Vec<String>>>,
    is_resumable: Option<bool>,
    is_file_based: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    sync_mode: Option<SyncMode>,
    destination_sync_mode: Option<DestinationSyncMode>,
    cursor_field: Option<Vec<String>>,
    primary_key: Option<Vec<Vec<String>>>,
    selected: Option<bool>,
    include_files: Option<bool>,
    destination_object_name: Option<String>,
    field_selection_enabled: Option<bool>,
    selected_fields: Option<Vec<Field>>,
    hashed_fields: Option<Vec<Field>>,
    mappers: Option<Vec<Map<String, Value>>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Field {
    field_path: Option<Vec<String>>,
}

/// Returns the selected streams as they are stored; secrets that are masked are taken from the streams `before`.
pub(super) fn stored(catalog: &Catalog, before: &[Value]) -> Result<Vec<Value>, ApiError> {
    let mut seen = BTreeSet::new();
    let mut fields = 0;
    let mut kept = Vec::new();
    for entry in &catalog.streams {
        let (Some(stream), Some(config)) = (&entry.stream, &entry.config) else {
            return Err(ApiError::unforeseen("a catalog entry lacks its stream or its config"));
        };
        let selected = config.selected.ok_or_else(|| ApiError::unforeseen("`config.selected` is missing"))?;
        let name = stream.name.clone().unwrap_or_default();
        if !seen.insert((stream.namespace.clone(), name.clone())) {
            return Err(ApiError::unforeseen(format!("stream `{name}` stands twice in the catalog")));
        }
        if !selected {
            continue;
        }
        let schema = selected_schema(stream, config)?;
        fields += schema["properties"].as_object().map_or(0, Map::len);
        kept.push(json!({"stream": stored_stream(stream, &schema), "config": stored_config(config, &name)}));
    }
    if fields > MOST_FIELDS {
        let message = format!("{fields} fields are selected, no more than {MOST_FIELDS} are allowed");
        return Err(ApiError::bad_request(message));
    }
    mappers::unmask(&mut kept, before)?;
    mappers::check(&kept)?;
    Ok(kept)
}

/// Refuses streams whose files are to be copied: none of the sandbox's connectors does that.
pub(super) fn without_files(catalog: &Catalog) -> Result<(), ApiError> {
    let wants_files = |entry: &&Entry| entry.config.as_ref().is_some_and(|it| it.include_files == Some(true));
    let name = |entry: &Entry| entry.stream.as_ref().and_then(|stream| stream.name.clone()).unwrap_or_default();
    let streams: Vec<String> = catalog.streams.iter().filter(wants_files).map(name).collect();
    if streams.is_empty() {
        return Ok(());
    }
    let message = format!("source and destination do not copy files, wanted for {}", streams.join(", "));
    let kind = "error:connection-validation/file-transfer/connection-unsupported";
    Err(ApiError::problem(400, kind, message, json!({"streams": streams})))
}

fn stored_stream(stream: &Stream, schema: &Value) -> Value {
    let modes: Vec<&str> = stream.supported_sync_modes.iter().flatten().map(|mode| mode.as_str()).collect();
    let mut stored = json!({
        "name": stream.name.clone().unwrap_or_default(),
        "supportedSyncModes": modes,
        "defaultCursorField": stream.default_cursor_field.clone().unwrap_or_default(),
        "sourceDefinedPrimaryKey": stream.source_defined_primary_key.clone().unwrap_or_default(),
    });
    let optional = [
        ("namespace", json!(stream.namespace)),
        ("jsonSchema", schema.clone()),
        ("sourceDefinedCursor", json!(stream.source_defined_cursor)),
        ("isResumable", json!(stream.is_resumable)),
        ("isFileBased", json!(stream.is_file_based)),
    ];
    for (name, value) in optional {
        if !value.is_null() {
            stored[name] = value;
        }
    }
    stored
}

/// A stored catalog reads as selected and not suggested, whatever was sent.
fn stored_config(config: &Config, stream_name: &str) -> Value {
    let paths = |fields: &Option<Vec<Field>>| -> Vec<Value> {
        fields.iter().flatten().map(|field| json!({"fieldPath": field.field_path})).collect()
    };
    let mut stored = json!({
        "syncMode": config.sync_mode.unwrap_or(SyncMode::FullRefresh).as_str(),
        "destinationSyncMode": config.destination_sync_mode.unwrap_or(DestinationSyncMode::Append).as_str(),
        "cursorField": config.cursor_field.clone().unwrap_or_default(),
        "primaryKey": config.primary_key.clone().unwrap_or_default(),
        "aliasName": alias(stream_name),
        "selected": true,
        "suggested": false,
        "includeFiles": config.include_files.unwrap_or(false),
        "fieldSelectionEnabled": config.field_selection_enabled.unwrap_or(false),
        "selectedFields": paths(&config.selected_fields),
        "hashedFields": paths(&config.hashed_fields),
        "mappers": config.mappers.clone().unwrap_or_default(),
    });
    if let Some(name) = &config.destination_object_name {
        stored["destinationObjectName"] = json!(name);
    }
    stored
}

/// Returns the stream's schema, cut to the selected fields where there is a selection.
fn selected_schema(stream: &Stream, config: &Config) -> Result<Value, ApiError> {
    let schema = stream.json_schema.clone().unwrap_or(Value::Null);
    if config.field_selection_enabled != Some(true) {
        return Ok(schema);
    }
    let name = stream.name.as_deref().unwrap_or_default();
    let refuse = |what: &str| ApiError::unprocessable(format!("field selection of stream `{name}`: {what}"));
    let fields = config.selected_fields.as_ref().ok_or_else(|| refuse("`selectedFields` is missing"))?;
    let mut chosen = BTreeSet::new();
    for field in fields {
        match field.field_path.as_deref() {
            Some([one]) => chosen.insert(one.as_str()),
            _ => return Err(ApiError::unforeseen("only top-level fields can be selected")),
        };
    }
    let properties = schema["properties"].as_object().ok_or_else(|| refuse("the schema has no `properties`"))?;
    let cursor = config.cursor_field.iter().flatten().next();
    let incremental = config.sync_mode == Some(SyncMode::Incremental);
    if let Some(cursor) = cursor.filter(|cursor| incremental && !chosen.contains(cursor.as_str())) {
        return Err(refuse(&format!("the cursor `{cursor}` is not selected")));
    }
    let dedup = matches!(
        config.destination_sync_mode,
        Some(DestinationSyncMode::AppendDedup | DestinationSyncMode::OverwriteDedup)
    );
    for part in config.primary_key.iter().flatten().filter_map(|path| path.first()) {
        if dedup && !chosen.contains(part.as_str()) {
            return Err(refuse(&format!("`{part}` of the primary key is not selected")));
        }
    }
    let kept: Map<String, Value> = properties
        .iter()
        .filter(|(name, _)| chosen.contains(name.as_str()))
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    let mut cut = schema.clone();
    cut["properties"] = Value::Object(kept);
    Ok(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(streams: &Value) -> Result<Vec<Value>, ApiError> {
        stored(&serde_json::from_value(json!({"streams": streams})).unwrap(), &[])
    }

    fn entry(name: &str, config: &Value) -> Value {
        let schema = json!({"type": "object", "properties": {"id": {}, "at": {}, "x": {}}});
        json!({"stream": {"name": name, "jsonSchema": schema}, "config": config})
    }

    #[test]
    fn unselected_streams_are_dropped_and_the_rest_reads_as_selected() {
        let kept = store(&json!([
            entry("a", &json!({"syncMode": "full_refresh", "destinationSyncMode": "append", "selected": false})),
            entry(
                "b c",
                &json!({"syncMode": "INCREMENTAL", "destinationSyncMode": "append", "selected": true, "suggested": true})
            ),
        ]))
        .unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0]["config"]["syncMode"], "incremental");
        assert_eq!(kept[0]["config"]["aliasName"], "b_c");
        assert_eq!(kept[0]["config"]["suggested"], false);
    }

    #[test]
    fn a_missing_selected_and_a_stream_that_stands_twice_are_500() {
        let missing = store(&json!([entry("a", &json!({"syncMode": "full_refresh"}))])).unwrap_err();
        assert_eq!(missing.status, 500);
        let chosen = json!({"selected": true});
        let twice = store(&json!([entry("a", &chosen), entry("a", &chosen)])).unwrap_err();
        assert_eq!(twice.status, 500);
    }

    #[test]
    fn field_selection_cuts_the_schema_and_keeps_cursor_and_key() {
        let with = |fields: Value| {
            store(&json!([entry(
                "a",
                &json!({
                    "syncMode": "incremental", "destinationSyncMode": "append_dedup", "cursorField": ["at"],
                    "primaryKey": [["id"]], "selected": true, "fieldSelectionEnabled": true, "selectedFields": fields,
                })
            )]))
        };
        let path = |name: &str| json!({"fieldPath": [name]});
        let kept = with(json!([path("id"), path("at")])).unwrap();
        assert_eq!(kept[0]["stream"]["jsonSchema"]["properties"], json!({"id": {}, "at": {}}));
        assert_eq!(with(json!([path("id")])).unwrap_err().status, 422);
        assert_eq!(with(json!([path("at")])).unwrap_err().status, 422);
        assert_eq!(with(Value::Null).unwrap_err().status, 422);
        assert_eq!(with(json!([{"fieldPath": ["a", "b"]}])).unwrap_err().status, 500);
    }
}
