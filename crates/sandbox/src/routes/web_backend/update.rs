//! The update behind the web interface: it also brings the destination up to date with a changed catalog.

use serde::Deserialize;
use serde_json::Value;

use super::read;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::connectors::{diff, is_breaking};
use crate::lifecycle::{Planner, stream_descriptor};
use crate::routes::{connections, operations};
use crate::store::{ActorKind, Connection};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extra {
    skip_reset: Option<bool>,
    operations: Option<Vec<Value>>,
}

pub(super) fn update(call: &Call<'_>) -> Outcome {
    let extra: Extra = call.body()?;
    let before = call.connection(serde_json::from_value(call.body["connectionId"].clone()).ok().as_ref())?;
    let mut connection = connections::apply(call, call.body()?)?;
    if let Some(wanted) = &extra.operations {
        connection.details.operation_ids =
            operations::replace(call, &connection.workspace_id, &connection.details.operation_ids, wanted)?;
        call.store.update_connection(&connection)?;
    }
    if !call.body["syncCatalog"].is_null() {
        look_again(call, &mut connection)?;
    }
    let changed = changed_streams(&before, &connection);
    if extra.skip_reset != Some(true) && !changed.is_empty() {
        bring_up_to_date(call, &connection, &changed)?;
    }
    Ok(Reply::Json(read(call, &connection, None)?))
}

/// Finds out whether the connection still breaks on what its source offers now that its catalog is another one.
fn look_again(call: &Call<'_>, connection: &mut Connection) -> Result<(), ApiError> {
    let Some(newest) = call.store.newest_catalog(&connection.source_id)? else { return Ok(()) };
    let offered = newest.catalog["streams"].as_array().map_or(&[][..], Vec::as_slice);
    connection.details.breaking_change = is_breaking(&diff(&connection.streams, offered, &connection.streams));
    Ok(call.store.update_connection(connection)?)
}

/// Returns the streams whose configuration or schema is another one than before.
fn changed_streams(before: &Connection, after: &Connection) -> Vec<Value> {
    let known = |entry: &Value| before.streams.iter().find(|old| stream_descriptor(old) == stream_descriptor(entry));
    after.streams.iter().filter(|entry| known(entry).is_some_and(|old| old != *entry)).map(stream_descriptor).collect()
}

/// Refreshes the streams where the destination can, else resets them; what runs is cancelled.
fn bring_up_to_date(call: &Call<'_>, connection: &Connection, streams: &[Value]) -> Result<(), ApiError> {
    let lifecycle = call.lifecycle();
    if let Some(job) = call.store.active_job(&connection.id)? {
        lifecycle.cancel(&job, call.now)?;
    }
    let destination = call.store.actor(ActorKind::Destination, &connection.destination_id)?;
    let connector = match &destination {
        Some(actor) => call.connectors.find(call.store, ActorKind::Destination, &actor.definition_id)?,
        None => None,
    };
    let planner = Planner::new(&lifecycle, connection)?;
    let plan = if connector.is_some_and(|connector| connector.supports_refreshes) {
        planner.refresh(streams)
    } else {
        planner.reset(streams)
    };
    lifecycle.start(connection, &plan, false, call.now)?;
    Ok(())
}
