//! From what a source reports to what the API shows: every stream with its default configuration.

use serde_json::{Value, json};

/// Returns the catalog `{streams: [{stream, config}]}` as discover answers it.
///
/// Only a catalog of a single stream comes with it selected: the caller of anything larger has to choose.
pub(crate) fn read_catalog(streams: &[Value]) -> Value {
    let selected = streams.len() == 1;
    let entries: Vec<Value> =
        streams.iter().map(|stream| json!({"stream": stream, "config": default_config(stream, selected)})).collect();
    json!({"streams": entries})
}

/// Returns the configuration that a server proposes for a stream.
pub(crate) fn default_config(stream: &Value, selected: bool) -> Value {
    let supports =
        |mode: &str| stream["supportedSyncModes"].as_array().is_some_and(|modes| modes.contains(&json!(mode)));
    let key = stream["sourceDefinedPrimaryKey"].as_array().cloned().unwrap_or_default();
    let own_cursor = stream["sourceDefinedCursor"] == true;
    let (sync_mode, destination_sync_mode) = match (own_cursor, key.is_empty()) {
        (true, false) => ("incremental", "append_dedup"),
        (true, true) if !supports("full_refresh") && supports("incremental") => ("incremental", "append"),
        _ => ("full_refresh", "overwrite"),
    };
    json!({
        "syncMode": sync_mode,
        "destinationSyncMode": destination_sync_mode,
        "cursorField": stream["defaultCursorField"].as_array().cloned().unwrap_or_default(),
        "primaryKey": key,
        "aliasName": alias(stream["name"].as_str().unwrap_or_default()),
        "selected": selected,
        "suggested": selected,
        "includeFiles": false,
        "fieldSelectionEnabled": false,
        "selectedFields": [],
        "hashedFields": [],
        "mappers": [],
    })
}

/// Returns the name with everything but letters, digits and `_` turned into `_`.
pub(crate) fn alias(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(own_cursor: bool, key: bool, modes: &[&str]) -> Value {
        let key = if key { json!([["id"]]) } else { json!([]) };
        json!({
            "name": "big orders", "sourceDefinedCursor": own_cursor, "sourceDefinedPrimaryKey": key,
            "supportedSyncModes": modes, "defaultCursorField": ["lsn"],
        })
    }

    #[test]
    fn default_modes_follow_cursor_key_and_support() {
        let both = ["full_refresh", "incremental"].as_slice();
        for (own_cursor, key, modes, expected) in [
            (true, true, both, "incremental/append_dedup"),
            (true, false, both, "full_refresh/overwrite"),
            (true, false, &["incremental"], "incremental/append"),
            (false, true, both, "full_refresh/overwrite"),
        ] {
            let config = default_config(&stream(own_cursor, key, modes), false);
            let found =
                format!("{}/{}", config["syncMode"].as_str().unwrap(), config["destinationSyncMode"].as_str().unwrap());
            assert_eq!(found, expected, "{own_cursor} {key} {modes:?}");
        }
    }

    #[test]
    fn only_a_lone_stream_is_selected() {
        let one = stream(false, true, &["full_refresh"]);
        assert_eq!(read_catalog(std::slice::from_ref(&one))["streams"][0]["config"]["selected"], true);
        let two = read_catalog(&[one.clone(), one]);
        assert_eq!(two["streams"][1]["config"]["selected"], false);
        assert_eq!(two["streams"][1]["config"]["aliasName"], "big_orders");
    }
}
