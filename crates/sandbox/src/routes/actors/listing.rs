//! Lists of sources and destinations: whole ones before 1.8, pages of twenty since.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::generation::Feature;
use crate::reads::{self, object};
use crate::routes::places::{self, Place};
use crate::store::{Actor, ActorKind, Page, PageRequest};
use crate::wire::{Id, Pagination, wire_enum};

const PAGE: usize = 20;

wire_enum!(ActorStatus { Active = "active", Inactive = "inactive" });
wire_enum!(SortKey {
    NameAscending = "actorName_asc",
    NameDescending = "actorName_desc",
    DefinitionAscending = "actorDefinitionName_asc",
    DefinitionDescending = "actorDefinitionName_desc",
    SyncAscending = "lastSync_asc",
    SyncDescending = "lastSync_desc",
});

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List {
    workspace_id: Option<Id>,
    cursor: Option<Id>,
    page_size: Option<i64>,
    sort_key: Option<SortKey>,
    filters: Option<Filters>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filters {
    #[serde(default)]
    states: Option<Vec<ActorStatus>>,
    search_term: Option<String>,
}

pub(super) fn list(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: List = call.body()?;
    let workspace = call.workspace(body.workspace_id.as_ref())?;
    if !call.has(Feature::PagedLists) {
        let actors = call.store.actors(kind, &workspace.id)?;
        return answer(call, kind, &actors, None);
    }
    let wanted = PageRequest {
        cursor: body.cursor.as_ref().map(Id::as_str),
        size: body.page_size.map_or(Ok(PAGE), |size| call.page_part(size))?,
        descending: matches!(
            body.sort_key,
            Some(SortKey::NameDescending | SortKey::DefinitionDescending | SortKey::SyncDescending)
        ),
    };
    let by_name = matches!(body.sort_key, None | Some(SortKey::NameAscending | SortKey::NameDescending));
    let page = if by_name && body.filters.is_none() {
        call.store.actor_page(kind, &workspace.id, wanted)?
    } else {
        sorted_page(call, kind, &workspace.id, &body, wanted)?
    };
    answer(call, kind, &page.items, Some((wanted.size, page.total)))
}

/// Filters and sorts in memory, for what no index serves; an empty page where the cursor names nothing.
fn sorted_page(
    call: &Call<'_>,
    kind: ActorKind,
    workspace_id: &str,
    body: &List,
    wanted: PageRequest<'_>,
) -> Result<Page<Actor>, ApiError> {
    let mut found = Vec::new();
    for actor in call.store.actors(kind, workspace_id)? {
        if fits(call, &actor, body.filters.as_ref())? {
            found.push((place(call, &actor, body.sort_key)?, actor));
        }
    }
    let Some(cursor) = wanted.cursor else { return Ok(places::page(found, None, wanted)) };
    let marked = call.store.actor(kind, cursor)?.filter(|actor| actor.workspace_id == workspace_id);
    match marked {
        Some(actor) => Ok(places::page(found, Some(&place(call, &actor, body.sort_key)?), wanted)),
        None => Ok(Page { items: Vec::new(), total: found.len() }),
    }
}

fn place(call: &Call<'_>, actor: &Actor, key: Option<SortKey>) -> Result<Place, ApiError> {
    let key = match key {
        Some(SortKey::DefinitionAscending | SortKey::DefinitionDescending) => {
            let connector = call.connectors.find(call.store, actor.kind, &actor.definition_id)?;
            connector.map_or_else(String::new, |connector| connector.name.to_lowercase())
        }
        Some(SortKey::SyncAscending | SortKey::SyncDescending) => places::sortable(Usage::of(call, actor)?.last_sync),
        _ => actor.name.to_lowercase(),
    };
    Ok((key, actor.id.clone()))
}

fn fits(call: &Call<'_>, actor: &Actor, filters: Option<&Filters>) -> Result<bool, ApiError> {
    let Some(filters) = filters else { return Ok(true) };
    if let Some(states) = filters.states.as_ref().filter(|states| !states.is_empty()) {
        let status = Usage::status(&call.store.connections_of_actor(&actor.id)?);
        if !states.iter().any(|state| state.as_str() == status) {
            return Ok(false);
        }
    }
    let wanted = filters.search_term.as_deref().unwrap_or_default().to_lowercase();
    let connector = call.connectors.find(call.store, actor.kind, &actor.definition_id)?;
    let definition = connector.map_or_else(String::new, |connector| connector.name.to_lowercase());
    Ok(actor.name.to_lowercase().contains(&wanted) || definition.contains(&wanted))
}

fn answer(call: &Call<'_>, kind: ActorKind, actors: &[Actor], page: Option<(usize, usize)>) -> Outcome {
    let mut items = Vec::with_capacity(actors.len());
    for actor in actors {
        items.push(item(call, actor)?);
    }
    let mut list = object([(kind.plural(), Value::Array(items))]);
    if let Some((size, total)) = page {
        list["page_size"] = json!(size);
        // The name is the API's; it counts what is listed.
        list["num_connections"] = json!(total);
    }
    let schema = match kind {
        ActorKind::Source => "SourceReadList",
        ActorKind::Destination => "DestinationReadList",
    };
    call.json(schema, list)
}

/// Returns a read with what only lists carry.
fn item(call: &Call<'_>, actor: &Actor) -> Result<Value, ApiError> {
    let mut read = reads::actor(call, actor)?;
    let usage = Usage::of(call, actor)?;
    read["status"] = json!(usage.status);
    read["numConnections"] = json!(usage.connections);
    read["lastSync"] = json!(usage.last_sync);
    read["connectionJobStatuses"] = json!(usage.job_statuses);
    let schema = match actor.kind {
        ActorKind::Source => "SourceRead",
        ActorKind::Destination => "DestinationRead",
    };
    Ok(call.shape(schema, read))
}

/// How a source or destination is used.
struct Usage {
    status: &'static str,
    connections: usize,
    /// Seconds since 1970.
    last_sync: Option<i64>,
    job_statuses: BTreeMap<String, usize>,
}

impl Usage {
    fn of(call: &Call<'_>, actor: &Actor) -> Result<Self, ApiError> {
        let connections = call.store.connections_of_actor(&actor.id)?;
        let mut last_sync = None;
        let mut job_statuses: BTreeMap<String, usize> =
            ["pending", "running", "incomplete", "failed", "succeeded", "cancelled"]
                .into_iter()
                .map(|status| (status.to_owned(), 0))
                .collect();
        for connection in &connections {
            if let Some((status, created_at)) = call.store.latest_sync(&connection.id)? {
                last_sync = last_sync.max(Some(created_at / 1_000));
                *job_statuses.entry(status).or_default() += 1;
            }
        }
        Ok(Self { status: Self::status(&connections), connections: connections.len(), last_sync, job_statuses })
    }

    fn status(connections: &[crate::store::Connection]) -> &'static str {
        if connections.iter().any(|connection| connection.status == "active") { "active" } else { "inactive" }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Paginated {
    #[serde(default)]
    workspace_ids: Vec<Id>,
    #[serde(default)]
    include_deleted: bool,
    name_contains: Option<String>,
    pagination: Option<Pagination>,
}

pub(super) fn list_paginated(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: Paginated = call.body()?;
    let pagination = body.pagination.filter(|pagination| pagination.page_size.is_some());
    let pagination = pagination.ok_or_else(|| ApiError::unforeseen("pagination is missing"))?;
    let wanted = body.name_contains.unwrap_or_default().to_lowercase();
    let mut actors = call.store.all_actors(kind, body.include_deleted)?;
    actors.retain(|actor| {
        body.workspace_ids.iter().any(|id| id.as_str() == actor.workspace_id)
            && actor.name.to_lowercase().contains(&wanted)
    });
    answer_plain(call, kind, &call.page(pagination, actors)?)
}

/// Every member that is given must be equal. Since 2.0 the server compares with a field that the filter cannot carry,
/// so that any filter, even an empty one, finds nothing.
pub(super) fn search(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let filter: Map<String, Value> = call.body.as_object().cloned().unwrap_or_default();
    let mut found = Vec::new();
    if call.has(Feature::BrokenActorSearch) && !call.friendly && !call.body.is_null() {
        return Ok(Reply::Json(json!({kind.plural(): found})));
    }
    for actor in call.store.all_actors(kind, false)? {
        let read = reads::actor(call, &actor)?;
        let same = |(name, wanted): (&String, &Value)| wanted.is_null() || includes(&read[name], wanted);
        if filter.iter().all(same) {
            found.push(read);
        }
    }
    Ok(Reply::Json(json!({kind.plural(): found})))
}

fn includes(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::Object(value), Value::Object(wanted)) => {
            wanted.iter().all(|(name, wanted)| value.get(name).is_some_and(|value| includes(value, wanted)))
        }
        _ => value == wanted,
    }
}

fn answer_plain(call: &Call<'_>, kind: ActorKind, actors: &[Actor]) -> Outcome {
    let mut reads = Vec::with_capacity(actors.len());
    for actor in actors {
        reads.push(reads::actor(call, actor)?);
    }
    Ok(Reply::Json(object([(kind.plural(), Value::Array(reads))])))
}
