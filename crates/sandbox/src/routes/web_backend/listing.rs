//! The light list of connections: no catalogs, pages of twenty from 1.8 on.

use serde::Deserialize;
use serde_json::{Value, json};

use super::schema_change;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome};
use crate::generation::Feature;
use crate::reads::{self, object};
use crate::routes::connections;
use crate::routes::places::{self, Place};
use crate::store::{ActorKind, Connection, Page, PageRequest};
use crate::wire::{Id, wire_enum};

const PAGE: usize = 20;

wire_enum!(SyncState { Healthy = "healthy", Failed = "failed", Running = "running", Paused = "paused" });
wire_enum!(Activity { Active = "active", Inactive = "inactive" });
wire_enum!(SortKey {
    NameAscending = "connectionName_asc",
    NameDescending = "connectionName_desc",
    SourceAscending = "sourceName_asc",
    SourceDescending = "sourceName_desc",
    DestinationAscending = "destinationName_asc",
    DestinationDescending = "destinationName_desc",
    SyncAscending = "lastSync_asc",
    SyncDescending = "lastSync_desc",
});

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List {
    workspace_id: Option<Id>,
    source_id: Option<Vec<Id>>,
    destination_id: Option<Vec<Id>>,
    cursor: Option<Id>,
    page_size: Option<i64>,
    sort_key: Option<SortKey>,
    filters: Option<Filters>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Filters {
    search_term: Option<String>,
    source_definition_ids: Option<Vec<Id>>,
    destination_definition_ids: Option<Vec<Id>>,
    statuses: Option<Vec<SyncState>>,
    states: Option<Vec<Activity>>,
    tag_ids: Option<Vec<Id>>,
    on_demand_enabled: Option<bool>,
}

pub(super) fn list(call: &Call<'_>) -> Outcome {
    let body: List = call.body()?;
    let workspace = call.workspace(body.workspace_id.as_ref())?;
    if !call.has(Feature::PagedLists) {
        let mut found = fitting(call, &body, &workspace.id)?;
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        let found: Vec<Connection> = found.into_iter().map(|(_, connection)| connection).collect();
        return answer(call, &found, None);
    }
    let wanted = PageRequest {
        cursor: body.cursor.as_ref().map(Id::as_str),
        size: body.page_size.map_or(Ok(PAGE), |size| call.page_part(size))?,
        descending: body.sort_key.is_some_and(|key| key.as_str().ends_with("_desc")),
    };
    let by_name = matches!(body.sort_key, None | Some(SortKey::NameAscending | SortKey::NameDescending));
    let page = if by_name && body.filters.is_none() && body.source_id.is_none() && body.destination_id.is_none() {
        call.store.connection_page(&workspace.id, wanted)?
    } else {
        sorted_page(call, &body, &workspace.id, wanted)?
    };
    let page = page.ok_or_else(|| ApiError::id_not_found("connection", wanted.cursor.unwrap_or_default()))?;
    answer(call, &page.items, Some((wanted.size, page.total)))
}

fn answer(call: &Call<'_>, connections: &[Connection], page: Option<(usize, usize)>) -> Outcome {
    let mut items = Vec::with_capacity(connections.len());
    for connection in connections {
        items.push(item(call, connection)?);
    }
    let mut list = object([("connections", Value::Array(items))]);
    if let Some((size, total)) = page {
        list["page_size"] = json!(size);
        list["num_connections"] = json!(total);
    }
    call.json("WebBackendConnectionReadList", list)
}

/// All that pass the filters, with their places in the order that is asked for.
fn fitting(call: &Call<'_>, body: &List, workspace_id: &str) -> Result<Vec<(Place, Connection)>, ApiError> {
    let mut found = Vec::new();
    for connection in call.store.light_connections(workspace_id)? {
        if fits(call, body, &connection)? {
            found.push((place(call, &connection, body.sort_key)?, connection));
        }
    }
    Ok(found)
}

/// The page that no index serves; `None` where the cursor names no connection.
fn sorted_page(
    call: &Call<'_>,
    body: &List,
    workspace_id: &str,
    wanted: PageRequest<'_>,
) -> Result<Option<Page<Connection>>, ApiError> {
    let after = match wanted.cursor {
        Some(cursor) => {
            let marked = call.store.connection(cursor)?;
            let marked = marked.filter(|it| it.workspace_id == workspace_id && it.status != "deprecated");
            let Some(marked) = marked else { return Ok(None) };
            Some(place(call, &marked, body.sort_key)?)
        }
        None => None,
    };
    Ok(Some(places::page(fitting(call, body, workspace_id)?, after.as_ref(), wanted)))
}

fn place(call: &Call<'_>, connection: &Connection, key: Option<SortKey>) -> Result<Place, ApiError> {
    let name_of = |kind: ActorKind, id: &str| -> Result<String, ApiError> {
        Ok(call.store.actor(kind, id)?.map_or_else(String::new, |actor| actor.name.to_lowercase()))
    };
    let key = match key {
        None | Some(SortKey::NameAscending | SortKey::NameDescending) => connection.name.to_lowercase(),
        Some(SortKey::SourceAscending | SortKey::SourceDescending) => {
            name_of(ActorKind::Source, &connection.source_id)?
        }
        Some(SortKey::DestinationAscending | SortKey::DestinationDescending) => {
            name_of(ActorKind::Destination, &connection.destination_id)?
        }
        Some(SortKey::SyncAscending | SortKey::SyncDescending) => {
            places::sortable(call.store.latest_sync(&connection.id)?.map(|(_, at)| at))
        }
    };
    Ok((key, connection.id.clone()))
}

fn fits(call: &Call<'_>, body: &List, connection: &Connection) -> Result<bool, ApiError> {
    let among = |ids: Option<&Vec<Id>>, id: &str| {
        ids.is_none_or(|ids| ids.is_empty() || ids.iter().any(|it| it.as_str() == id))
    };
    if !among(body.source_id.as_ref(), &connection.source_id)
        || !among(body.destination_id.as_ref(), &connection.destination_id)
    {
        return Ok(false);
    }
    let Some(filters) = &body.filters else { return Ok(true) };
    let activity = if connection.status == "active" { Activity::Active } else { Activity::Inactive };
    let chosen = |tag: &Id| connection.details.tag_ids.iter().any(|id| id == tag.as_str());
    let on_demand = connection.details.on_demand_enabled;
    if filters.on_demand_enabled.is_some_and(|wanted| wanted != on_demand)
        || filters.states.as_ref().is_some_and(|states| !states.is_empty() && !states.contains(&activity))
        || filters.tag_ids.as_ref().is_some_and(|tags| !tags.is_empty() && !tags.iter().any(chosen))
    {
        return Ok(false);
    }
    if let Some(states) = filters.statuses.as_ref().filter(|states| !states.is_empty()) {
        let latest = call.store.latest_sync(&connection.id)?;
        let latest = latest.as_ref().map(|(status, _)| status.as_str());
        if !states.iter().any(|state| state.holds(&connection.status, latest)) {
            return Ok(false);
        }
    }
    let mut words = connection.name.to_lowercase();
    let ends = [
        (ActorKind::Source, &connection.source_id, &filters.source_definition_ids),
        (ActorKind::Destination, &connection.destination_id, &filters.destination_definition_ids),
    ];
    for (kind, id, definitions) in ends {
        let Some(actor) = call.store.actor(kind, id)? else { continue };
        if !among(definitions.as_ref(), &actor.definition_id) {
            return Ok(false);
        }
        words.push('\n');
        words.push_str(&actor.name.to_lowercase());
    }
    Ok(words.contains(&filters.search_term.clone().unwrap_or_default().to_lowercase()))
}

impl SyncState {
    /// Tells whether a connection of this status is in this state, by its latest sync and no other job.
    fn holds(self, status: &str, latest: Option<&str>) -> bool {
        match self {
            Self::Running => latest == Some("running"),
            Self::Paused => status == "inactive",
            Self::Failed => matches!(latest, Some("failed" | "cancelled" | "incomplete")),
            Self::Healthy => status == "active" && matches!(latest, None | Some("succeeded" | "pending")),
        }
    }
}

fn item(call: &Call<'_>, connection: &Connection) -> Result<Value, ApiError> {
    let latest = call.store.latest_sync(&connection.id)?;
    let mut read = json!({
        "connectionId": connection.id,
        "name": connection.name,
        "scheduleType": connection.details.schedule_type,
        "scheduleData": connection.details.schedule_data,
        "status": connection.status,
        "latestSyncJobStatus": latest.as_ref().map(|(status, _)| status),
        "latestSyncJobCreatedAt": latest.as_ref().map(|(_, at)| at / 1_000),
        "isSyncing": call.store.active_job(&connection.id)?.is_some(),
        "schemaChange": schema_change(call, connection)?,
        "tags": connections::tags(call, connection)?,
        "onDemandEnabled": connection.details.on_demand_enabled,
    });
    for (kind, id) in [(ActorKind::Source, &connection.source_id), (ActorKind::Destination, &connection.destination_id)]
    {
        let Some(actor) = call.store.actor(kind, id)? else { continue };
        read[kind.as_str()] = reads::snippet(call, &actor)?;
        if let Some(connector) = call.connectors.find(call.store, kind, &actor.definition_id)? {
            read[format!("{}ActorDefinitionVersion", kind.as_str())] =
                reads::actor_definition_version(call, &connector);
        }
    }
    Ok(call.shape("WebBackendConnectionListItem", read))
}
