//! Connections.

mod catalog;
mod create;
mod listing;
pub(crate) mod mappers;
mod schedule;
mod timeline;
mod update;

pub(super) use create::create_connection;
pub(super) use update::apply;

use serde::Deserialize;
use serde_json::Value;

use super::Route;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::generation::Feature;
use crate::reads;
use crate::store::{Connection, DocumentKind};
use crate::wire::Id;
use catalog::Catalog;

pub(super) const ROUTES: &[Route] = &[
    Route::new("connections/create", create::create),
    Route::new("connections/get", get),
    Route::new("connections/list", |call| listing::list(call, false)),
    Route::new("connections/list_all", |call| listing::list(call, true)),
    Route::new("connections/list_paginated", listing::list_paginated),
    Route::new("connections/list_by_actor_definition", listing::list_by_definition),
    Route::new("connections/search", listing::search),
    Route::new("connections/update", update::update),
    Route::new("connections/update_with_reason", update::update_with_reason),
    Route::new("connections/delete", delete),
];

/// A body that names one connection.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConnectionId {
    pub(super) connection_id: Option<Id>,
}

/// Returns the connection as it is read.
pub(super) fn read(call: &Call<'_>, connection: Connection) -> Result<Value, ApiError> {
    let tags = tags(call, &connection)?;
    let mut read = reads::connection(call, &connection, &tags);
    read["syncCatalog"] = reads::catalog(call, connection.streams);
    Ok(read)
}

/// Returns the connection's tags as they are read.
pub(super) fn tags(call: &Call<'_>, connection: &Connection) -> Result<Vec<Value>, ApiError> {
    let mut found = Vec::with_capacity(connection.details.tag_ids.len());
    for id in &connection.details.tag_ids {
        found.extend(call.store.document(DocumentKind::Tag, id)?.as_ref().map(super::tags::read));
    }
    Ok(found)
}

/// Returns the ids of those tags that the workspace has; others are dropped without a word.
fn known_tags(call: &Call<'_>, workspace_id: &str, tags: Vec<TagRef>) -> Result<Vec<String>, ApiError> {
    let known = call.store.documents_of(DocumentKind::Tag, workspace_id)?;
    let ids = tags.into_iter().filter_map(|tag| Some(tag.tag_id?.into_string()));
    Ok(ids.filter(|id| known.iter().any(|tag| tag.id == *id)).collect())
}

/// Returns the ids of a workspace's operations; one that it does not have is refused.
fn known_operations(call: &Call<'_>, workspace_id: &str, ids: Vec<Id>) -> Result<Vec<String>, ApiError> {
    for id in &ids {
        let operation = call.store.document(DocumentKind::Operation, id.as_str())?;
        let operation = operation.ok_or_else(|| ApiError::id_not_found("operation", id.as_str()))?;
        if operation.owner != workspace_id {
            return Err(ApiError::unforeseen("source and operation are in different workspaces"));
        }
    }
    Ok(ids.into_iter().map(Id::into_string).collect())
}

/// Returns the id of a stored catalog; that of none cannot be stored.
fn known_catalog(call: &Call<'_>, id: Option<Id>) -> Result<Option<String>, ApiError> {
    match id {
        Some(id) if call.store.catalog(id.as_str())?.is_none() => Err(call.dangling("catalog", id.as_str())),
        id => Ok(id.map(Id::into_string)),
    }
}

/// A tag where a request carries whole tags.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TagRef {
    tag_id: Option<Id>,
}

/// Returns the streams of a catalog as they are stored, or why they cannot be.
fn stored_streams(call: &Call<'_>, catalog: &Catalog, before: &[Value]) -> Result<Vec<Value>, ApiError> {
    if call.has(Feature::FileTransfer) {
        catalog::without_files(catalog)?;
    }
    let mut streams = catalog::stored(catalog, before)?;
    mappers::identify(call, &mut streams)?;
    Ok(streams)
}

fn get(call: &Call<'_>) -> Outcome {
    let body: ConnectionId = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    Ok(Reply::Json(read(call, connection)?))
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
    let unlinked = std::mem::take(&mut connection.details.operation_ids);
    connection.details.waiting_refresh = None;
    call.store.update_connection(&connection)?;
    if !unlinked.is_empty() {
        // Operations that no other connection has go with it.
        let others = call.store.light_connections(&connection.workspace_id)?;
        let is_shared = |id: &String| others.iter().any(|other| other.details.operation_ids.contains(id));
        for id in unlinked.iter().filter(|id| !is_shared(id)) {
            call.store.delete_document(DocumentKind::Operation, id)?;
        }
    }
    if let Some(job) = call.store.active_job(&connection.id)? {
        call.lifecycle().cancel(&job, call.now)?;
    }
    Ok(())
}
