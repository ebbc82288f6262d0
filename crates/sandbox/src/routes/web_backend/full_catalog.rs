//! A connection's catalog with the streams that are not selected.

use serde_json::{Value, json};

use crate::api_error::ApiError;
use crate::call::Call;
use crate::connectors::default_config;
use crate::lifecycle::stream_descriptor;
use crate::reads;
use crate::store::{Connection, StoredCatalog};

/// Returns the catalog, and the id of the discovered one it was completed from: the `refreshed` one, where there is one.
pub(super) fn of(
    call: &Call<'_>,
    connection: &Connection,
    refreshed: Option<StoredCatalog>,
) -> Result<(Value, Option<String>), ApiError> {
    let stored = match (refreshed, &connection.details.source_catalog_id) {
        (Some(refreshed), _) => Some(refreshed),
        (None, Some(known)) => call.store.catalog(known)?,
        (None, None) => call.store.newest_catalog(&connection.source_id)?,
    };
    let id = stored.as_ref().map(|stored| stored.id.clone()).or_else(|| connection.details.source_catalog_id.clone());
    let discovered = stored.as_ref().and_then(|stored| stored.catalog["streams"].as_array());
    let discovered = discovered.map_or(&[][..], Vec::as_slice);
    let configured = &connection.streams;
    let mut merged: Vec<Value> = discovered
        .iter()
        .map(|entry| {
            let own = configured.iter().find(|own| stream_descriptor(own) == stream_descriptor(entry));
            match own {
                Some(own) => json!({"stream": entry["stream"], "config": merged(&own["config"], &entry["stream"])}),
                None => json!({"stream": entry["stream"], "config": default_config(&entry["stream"], false)}),
            }
        })
        .collect();
    for own in configured {
        if !merged.iter().any(|entry| stream_descriptor(entry) == stream_descriptor(own)) {
            merged.push(own.clone());
        }
    }
    Ok((reads::catalog(call, merged), id))
}

/// Returns a stream's configuration with what the source decides: its own cursor and key.
fn merged(own: &Value, stream: &Value) -> Value {
    let mut config = own.clone();
    let given = |name: &str| stream[name].as_array().filter(|given| !given.is_empty());
    if let Some(key) = given("sourceDefinedPrimaryKey") {
        config["primaryKey"] = json!(key);
    }
    if let Some(cursor) = given("defaultCursorField").filter(|_| stream["sourceDefinedCursor"] == true) {
        config["cursorField"] = json!(cursor);
    }
    config
}
