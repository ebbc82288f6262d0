//! Lists of connections. They carry whole catalogs, as real servers' do.

use serde::Deserialize;
use serde_json::{Value, json};

use super::read;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::reads::object;
use crate::store::{ActorKind, Connection};
use crate::wire::{Id, Pagination};

fn answer(call: &Call<'_>, connections: Vec<Connection>) -> Outcome {
    let mut reads = Vec::with_capacity(connections.len());
    for connection in connections {
        reads.push(read(call, connection)?);
    }
    Ok(Reply::Json(object([("connections", Value::Array(reads))])))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List {
    workspace_id: Option<Id>,
}

pub(super) fn list(call: &Call<'_>, deleted: bool) -> Outcome {
    let body: List = call.body()?;
    let workspace = call.workspace(body.workspace_id.as_ref())?;
    answer(call, call.store.connections(&workspace.id, deleted)?)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Paginated {
    #[serde(default)]
    workspace_ids: Vec<Id>,
    include_deleted: Option<bool>,
    name_contains: Option<String>,
    #[serde(default)]
    pagination: Option<Pagination>,
}

pub(super) fn list_paginated(call: &Call<'_>) -> Outcome {
    let body: Paginated = call.body()?;
    let mut connections = Vec::new();
    for id in &body.workspace_ids {
        connections.extend(call.store.connections(id.as_str(), body.include_deleted == Some(true))?);
    }
    let wanted = body.name_contains.unwrap_or_default().to_lowercase();
    connections.retain(|connection| connection.name.to_lowercase().contains(&wanted));
    let pagination = body.pagination.unwrap_or_default();
    let page = Pagination { page_size: Some(pagination.page_size.unwrap_or(20)), ..pagination };
    let mut reads = Vec::new();
    for connection in call.page(page, connections)? {
        let workspace_id = json!(connection.workspace_id);
        let mut item = read(call, connection)?;
        // Only these items say where they belong.
        item["workspaceId"] = workspace_id;
        reads.push(item);
    }
    Ok(Reply::Json(object([("connections", Value::Array(reads))])))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ByDefinition {
    actor_definition_id: Option<Id>,
}

pub(super) fn list_by_definition(call: &Call<'_>) -> Outcome {
    let body: ByDefinition = call.body()?;
    let id = body.actor_definition_id.ok_or_else(|| ApiError::unforeseen("`actorDefinitionId` is missing"))?;
    let mut connections = Vec::new();
    for actor in call.store.actors_of_definition(id.as_str())? {
        for light in call.store.connections_of_actor(&actor.id)? {
            connections.extend(call.store.connection(&light.id)?);
        }
    }
    answer(call, connections)
}

/// Every member that is given must be equal. The server compares with fields that the filter cannot carry, so that any
/// filter, even an empty one, finds nothing.
pub(super) fn search(call: &Call<'_>) -> Outcome {
    let filter = call.body.as_object().cloned().unwrap_or_default();
    let mut found: Vec<Value> = Vec::new();
    if !call.friendly && !call.body.is_null() {
        return Ok(Reply::Json(json!({"connections": found})));
    }
    for workspace in call.store.workspaces()?.into_iter().filter(|workspace| !workspace.tombstone) {
        for connection in call.store.connections(&workspace.id, false)? {
            let item = read(call, connection.clone())?;
            let ends =
                [(ActorKind::Source, &connection.source_id), (ActorKind::Destination, &connection.destination_id)];
            let mut fits = true;
            for (name, wanted) in &filter {
                let end = ends.iter().find(|(kind, _)| kind.as_str() == name);
                fits &= match end {
                    Some((kind, id)) => actor_fits(call, *kind, id, wanted)?,
                    None => wanted.is_null() || item.get(name) == Some(wanted),
                };
            }
            if fits {
                found.push(item);
            }
        }
    }
    Ok(Reply::Json(json!({"connections": found})))
}

fn actor_fits(call: &Call<'_>, kind: ActorKind, id: &str, wanted: &Value) -> Result<bool, ApiError> {
    let Some(actor) = call.store.actor(kind, id)? else { return Ok(false) };
    let read = crate::reads::actor(call, &actor)?;
    Ok(wanted.as_object().into_iter().flatten().all(|(name, value)| value.is_null() || read.get(name) == Some(value)))
}
