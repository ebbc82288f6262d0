//! What the web interface asks for: connections with everything around them.

mod cron_words;
mod full_catalog;
mod listing;
mod mappers;
mod overview;
mod update;

use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use super::{connections, discover, operations};
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::reads;
use crate::store::{ActorKind, Connection, StoredCatalog};
use crate::wire::Id;

pub(super) const ROUTES: &[Route] = &[
    Route::new("web_backend/connections/get", get),
    Route::new("web_backend/connections/list", listing::list),
    Route::new("web_backend/connections/create", create),
    Route::new("web_backend/connections/update", update::update),
    Route::new("web_backend/connections/status_counts", overview::status_counts),
    Route::new("web_backend/state/get_type", overview::state_type),
    Route::new("web_backend/workspace/state", overview::workspace_state),
    Route::new("web_backend/mappers/validate", mappers::validate),
    Route::new("web_backend/describe_cron_expression", overview::describe_cron),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Get {
    connection_id: Option<Id>,
    with_refreshed_catalog: Option<bool>,
}

fn get(call: &Call<'_>) -> Outcome {
    let body: Get = call.body()?;
    let mut connection = call.connection(body.connection_id.as_ref())?;
    // A discover that fails is passed over in silence.
    let refreshed = match body.with_refreshed_catalog {
        Some(true) => discover::refresh(call, &mut connection)?,
        _ => None,
    };
    Ok(Reply::Json(read(call, &connection, refreshed)?))
}

fn create(call: &Call<'_>) -> Outcome {
    let mut connection = connections::create_connection(call)?;
    if let Some(wanted) = call.body["operations"].as_array() {
        connection.details.operation_ids = operations::replace(call, &connection.workspace_id, &[], wanted)?;
        call.store.update_connection(&connection)?;
    }
    Ok(Reply::Json(read(call, &connection, None)?))
}

/// Returns a `WebBackendConnectionRead`: the catalog holds what is not selected as well. Where the source was looked at
/// anew, what it offers now and what has changed are part of it.
fn read(
    call: &Call<'_>,
    connection: &Connection,
    refreshed: Option<(StoredCatalog, Vec<Value>)>,
) -> Result<Value, ApiError> {
    let (refreshed, transforms) = refreshed.unzip();
    let tags = connections::tags(call, connection)?;
    let mut read = reads::connection(call, connection, &tags);
    let (catalog, catalog_id) = full_catalog::of(call, connection, refreshed)?;
    read["syncCatalog"] = catalog;
    read["catalogId"] = json!(catalog_id);
    if let Some(transforms) = transforms {
        read["catalogDiff"] = json!({"transforms": transforms});
    }
    read["createdAt"] = json!(connection.created_at / 1_000);
    for (kind, id) in [(ActorKind::Source, &connection.source_id), (ActorKind::Destination, &connection.destination_id)]
    {
        let Some(actor) = call.store.actor(kind, id)? else { continue };
        read[kind.as_str()] = reads::actor(call, &actor)?;
        if let Some(connector) = call.connectors.find(call.store, kind, &actor.definition_id)? {
            read[format!("{}ActorDefinitionVersion", kind.as_str())] =
                reads::actor_definition_version(call, &connector);
        }
    }
    read["operations"] = json!(operations::of_connection(call, &connection.details.operation_ids)?);
    read["isSyncing"] = json!(call.store.active_job(&connection.id)?.is_some());
    if let Some((status, created_at)) = call.store.latest_sync(&connection.id)? {
        read["latestSyncJobStatus"] = json!(status);
        read["latestSyncJobCreatedAt"] = json!(created_at / 1_000);
    }
    read["schemaChange"] = json!(schema_change(call, connection)?);
    read["notifySchemaChanges"] = json!(connection.details.notify_schema_changes.unwrap_or(false));
    read["notifySchemaChangesByEmail"] = json!(false);
    // These belong to the plain read only.
    for name in ["created_at", "sourceCatalogId", "breakingChange"] {
        read[name] = Value::Null;
    }
    Ok(call.shape("WebBackendConnectionRead", read))
}

/// Tells whether the source has changed since the connection's catalog was taken from it.
fn schema_change(call: &Call<'_>, connection: &Connection) -> Result<&'static str, ApiError> {
    if connection.details.breaking_change {
        return Ok("breaking");
    }
    let Some(taken) = &connection.details.source_catalog_id else { return Ok("no_change") };
    let newest = call.store.newest_catalog(&connection.source_id)?;
    Ok(if newest.is_some_and(|newest| newest.id != *taken) { "non_breaking" } else { "no_change" })
}
