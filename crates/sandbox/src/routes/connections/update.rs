//! Changes to connections: what is left out stays, a catalog is replaced as a whole.

use serde::Deserialize;
use serde_json::{Value, json};

use super::catalog::Catalog;
use super::timeline::Made;
use super::{TagRef, known_catalog, known_operations, known_tags, read, schedule, stored_streams};
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::generation::Feature;
use crate::lifecycle::{Trigger, stream_descriptor, stream_states};
use crate::store::Connection;
use crate::wire::{BackfillPreference, ConnectionStatus, Id, NamespaceDefinition, NonBreakingPreference, ScheduleType};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Update {
    connection_id: Option<Id>,
    name: Option<String>,
    namespace_definition: Option<NamespaceDefinition>,
    namespace_format: Option<String>,
    prefix: Option<String>,
    operation_ids: Option<Vec<Id>>,
    sync_catalog: Option<Catalog>,
    schedule: Option<Value>,
    schedule_type: Option<ScheduleType>,
    schedule_data: Option<schedule::Data>,
    status: Option<ConnectionStatus>,
    resource_requirements: Option<Value>,
    source_catalog_id: Option<Id>,
    destination_catalog_id: Option<Id>,
    notify_schema_changes: Option<bool>,
    non_breaking_changes_preference: Option<NonBreakingPreference>,
    backfill_preference: Option<BackfillPreference>,
    breaking_change: Option<bool>,
    tags: Option<Vec<TagRef>>,
    on_demand_enabled: Option<bool>,
    geography: Option<String>,
}

pub(super) fn update(call: &Call<'_>) -> Outcome {
    let connection = apply(call, call.body()?)?;
    Ok(Reply::Json(read(call, connection)?))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WithReason {
    connection_update: Option<Update>,
    update_reason: Option<String>,
    auto_update: Option<bool>,
}

pub(super) fn update_with_reason(call: &Call<'_>) -> Outcome {
    let body: WithReason = call.body()?;
    let update = body.connection_update.ok_or_else(|| ApiError::unforeseen("`connectionUpdate` is missing"))?;
    let made = Made { by_user: body.auto_update != Some(true), reason: body.update_reason.as_deref() };
    let connection = apply_because(call, update, made)?;
    Ok(Reply::Json(read(call, connection)?))
}

/// Carries out an update, and returns the connection as it is afterwards.
pub(crate) fn apply(call: &Call<'_>, update: Update) -> Result<Connection, ApiError> {
    apply_because(call, update, Made { by_user: true, reason: None })
}

/// As [`apply`], with who did it and why for the connection's timeline.
fn apply_because(call: &Call<'_>, mut update: Update, made: Made<'_>) -> Result<Connection, ApiError> {
    let mut connection = call.connection(update.connection_id.as_ref())?;
    if connection.status == "locked" && call.has(Feature::LockedConnections) {
        let message = format!("connection `{}` is locked", connection.id);
        return Err(ApiError::problem(409, "error:connection/locked", message, Value::Null));
    }
    let streams = std::mem::take(&mut connection.streams);
    let before = connection.clone();
    connection.streams = streams;
    let mut replaced = None;
    let rescheduled = reschedule(call, &update, &mut connection)?;
    if let Some(catalog) = &update.sync_catalog {
        let streams = stored_streams(call, catalog, &connection.streams)?;
        if call.has(Feature::SyncModeChangeDropsState) {
            forget_changed(call, &connection, &streams)?;
        }
        replaced = Some(std::mem::replace(&mut connection.streams, streams));
        call.store.update_streams(&connection)?;
    }
    if let Some(tags) = update.tags.take() {
        connection.details.tag_ids = known_tags(call, &connection.workspace_id, tags)?;
    }
    if let Some(ids) = update.operation_ids.take() {
        connection.details.operation_ids = known_operations(call, &connection.workspace_id, ids)?;
    }
    if let Some(id) = known_catalog(call, update.source_catalog_id.take())? {
        connection.details.source_catalog_id = Some(id);
    }
    if let Some(id) = known_catalog(call, update.destination_catalog_id.take())? {
        connection.details.destination_catalog_id = Some(id);
    }
    set(&mut connection, update);
    call.store.update_connection(&connection)?;
    made.record(call, &before, &connection, replaced.as_deref())?;
    if rescheduled || before.status != connection.status {
        call.lifecycle().reschedule(&connection, Trigger::Client, call.now)?;
    }
    if before.status == "active" && connection.status == "deprecated" {
        super::deprecate(call, connection.clone())?;
    }
    Ok(connection)
}

/// Takes over a new schedule; returns whether there is one.
fn reschedule(call: &Call<'_>, update: &Update, connection: &mut Connection) -> Result<bool, ApiError> {
    if update.schedule.as_ref().is_some_and(|schedule| !schedule.is_null()) {
        return Err(ApiError::unforeseen("`schedule` cannot be updated, send `scheduleType` and `scheduleData`"));
    }
    let Some(kind) = update.schedule_type else {
        return match update.schedule_data {
            Some(_) => Err(ApiError::unforeseen("`scheduleData` is sent without `scheduleType`")),
            None => Ok(false),
        };
    };
    match (kind, &update.schedule_data) {
        (ScheduleType::Manual, Some(_)) => {
            return Err(ApiError::unforeseen("a manual schedule has no `scheduleData`"));
        }
        (ScheduleType::Basic | ScheduleType::Cron, None) => {
            return Err(ApiError::unforeseen("`scheduleType` is sent without `scheduleData`"));
        }
        _ => {}
    }
    let (kind, data) = schedule::given(call, kind, update.schedule_data.as_ref())?;
    kind.clone_into(&mut connection.details.schedule_type);
    connection.details.schedule_data = data;
    Ok(true)
}

fn set(connection: &mut Connection, update: Update) {
    let details = &mut connection.details;
    if let Some(name) = update.name {
        connection.name = name;
    }
    if let Some(status) = update.status {
        status.as_str().clone_into(&mut connection.status);
    }
    if let Some(definition) = update.namespace_definition {
        definition.as_str().clone_into(&mut details.namespace_definition);
    }
    if let Some(preference) = update.non_breaking_changes_preference {
        preference.as_str().clone_into(&mut details.non_breaking_changes_preference);
    }
    if let Some(preference) = update.backfill_preference {
        preference.as_str().clone_into(&mut details.backfill_preference);
    }
    details.breaking_change = update.breaking_change.unwrap_or(details.breaking_change);
    details.on_demand_enabled = update.on_demand_enabled.unwrap_or(details.on_demand_enabled);
    details.namespace_format = update.namespace_format.or(details.namespace_format.take());
    details.geography = update.geography.or(details.geography.take());
    details.prefix = update.prefix.or(details.prefix.take());
    details.resource_requirements = update.resource_requirements.or(details.resource_requirements.take());
    details.notify_schema_changes = update.notify_schema_changes.or(details.notify_schema_changes);
}

/// Drops the state of streams whose sync mode changes.
fn forget_changed(call: &Call<'_>, connection: &Connection, streams: &[Value]) -> Result<(), ApiError> {
    let Some(mut state) = call.store.state(&connection.id)? else { return Ok(()) };
    let changed: Vec<Value> = connection
        .streams
        .iter()
        .filter(|old| {
            streams.iter().any(|new| {
                stream_descriptor(new) == stream_descriptor(old)
                    && new["config"]["syncMode"] != old["config"]["syncMode"]
            })
        })
        .map(stream_descriptor)
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let mut entries = stream_states(&state);
    entries.retain(|entry| !changed.contains(&entry["streamDescriptor"]));
    if entries.is_empty() {
        return Ok(call.store.delete_state(&connection.id)?);
    }
    if state["stateType"] == "global" {
        state["globalState"]["streamStates"] = json!(entries);
    } else {
        state["streamState"] = json!(entries);
    }
    Ok(call.store.set_state(&connection.id, &state)?)
}
