//! Connections.

mod catalog;
mod create;
mod listing;
mod schedule;
mod update;

pub(super) use create::create_connection;
pub(super) use update::apply;

use serde::Deserialize;
use serde_json::Value;

use super::Route;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::reads;
use crate::store::Connection;
use crate::wire::Id;

pub(super) const ROUTES: &[Route] = &[
    Route::new("connections/create", create::create),
    Route::new("connections/get", get),
    Route::new("connections/list", |call| listing::list(call, false)),
    Route::new("connections/list_all", |call| listing::list(call, true)),
    Route::new("connections/list_paginated", listing::list_paginated),
    Route::new("connections/list_by_actor_definition", listing::list_by_definition),
    Route::new("connections/search", listing::search),
    Route::new("connections/update", update::update),
    Route::new("connections/update_with_reason", update::update_with_reason).lacking("the reason is not kept"),
    Route::new("connections/delete", delete),
];

/// A body that names one connection.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConnectionId {
    pub(super) connection_id: Option<Id>,
}

/// Returns the connection as it is read.
pub(super) fn read(call: &Call<'_>, connection: &Connection) -> Result<Value, ApiError> {
    let tags = tags(call, connection)?;
    Ok(reads::connection(call, connection, &tags))
}

/// Returns the connection's tags as they are read.
#[expect(clippy::unnecessary_wraps, reason = "tags are looked up in the database")]
pub(super) fn tags(_call: &Call<'_>, _connection: &Connection) -> Result<Vec<Value>, ApiError> {
    Ok(Vec::new())
}

fn get(call: &Call<'_>) -> Outcome {
    let body: ConnectionId = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    Ok(Reply::Json(read(call, &connection)?))
}

/// Deleting twice is fine.
fn delete(call: &Call<'_>) -> Outcome {
    let body: ConnectionId = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    deprecate(call, connection)?;
    Ok(Reply::Nothing)
}

/// Retires a connection: what runs is cancelled, what was asked for is forgotten.
pub(super) fn deprecate(call: &Call<'_>, mut connection: Connection) -> Result<(), ApiError> {
    "deprecated".clone_into(&mut connection.status);
    connection.next_run_at = None;
    connection.details.operation_ids.clear();
    connection.details.waiting_refresh = None;
    call.store.update_connection(&connection)?;
    if let Some(job) = call.store.active_job(&connection.id)? {
        call.lifecycle().cancel(&job, call.now)?;
    }
    Ok(())
}
