//! A connection's catalog with the streams that are not selected.

use serde_json::{Value, json};

use crate::api_error::ApiError;
use crate::call::Call;
use crate::connectors::{Check, default_config, read_catalog};
use crate::lifecycle::stream_descriptor;
use crate::reads;
use crate::store::{ActorKind, Connection};

/// Returns the catalog, and the id of the discovered one it was completed from.
pub(super) fn of(
    call: &Call<'_>,
    connection: &Connection,
    refreshed: bool,
) -> Result<(Value, Option<String>), ApiError> {
    let mut id = connection.details.source_catalog_id.clone();
    let mut discovered: Vec<Value> = Vec::new();
    if refreshed {
        // A discover that fails is passed over in silence.
        discovered = rediscovered(call, connection)?.unwrap_or_default();
    }
    if discovered.is_empty() {
        let stored = match &id {
            Some(known) => call.store.catalog(known)?,
            None => call.store.newest_catalog(&connection.source_id)?,
        };
        if let Some(stored) = stored {
            discovered = stored.catalog["streams"].as_array().cloned().unwrap_or_default();
            id = Some(stored.id);
        }
    }
    let configured = &connection.streams;
    let mut merged: Vec<Value> = discovered
        .iter()
        .map(|entry| {
            let own = configured.iter().find(|own| stream_descriptor(own) == stream_descriptor(entry));
            match own {
                Some(own) => json!({"stream": entry["stream"], "config": own["config"]}),
                None => json!({"stream": entry["stream"], "config": default_config(&entry["stream"], false)}),
            }
        })
        .collect();
    for own in configured {
        if !merged.iter().any(|entry| stream_descriptor(entry) == stream_descriptor(own)) {
            merged.push(own.clone());
        }
    }
    Ok((reads::catalog(call, &merged), id))
}

fn rediscovered(call: &Call<'_>, connection: &Connection) -> Result<Option<Vec<Value>>, ApiError> {
    let Some(source) = call.store.actor(ActorKind::Source, &connection.source_id)? else { return Ok(None) };
    let connector = call.connector_of(ActorKind::Source, &source.definition_id)?;
    if connector.check(&source.configuration) != Check::Passed {
        return Ok(None);
    }
    let catalog = read_catalog(&connector.discover(&source.configuration));
    Ok(catalog["streams"].as_array().cloned())
}
