//! New connections.

use serde::Deserialize;
use serde_json::Value;

use super::catalog::Catalog;
use super::{TagRef, known_catalog, known_operations, known_tags, read, schedule, stored_streams};
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::lifecycle::Trigger;
use crate::store::{ActorKind, Connection, ConnectionDetails};
use crate::wire::{BackfillPreference, ConnectionStatus, Id, NamespaceDefinition, NonBreakingPreference, ScheduleType};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Create {
    name: Option<String>,
    namespace_definition: Option<NamespaceDefinition>,
    namespace_format: Option<String>,
    prefix: Option<String>,
    source_id: Option<Id>,
    destination_id: Option<Id>,
    operation_ids: Option<Vec<Id>>,
    sync_catalog: Option<Catalog>,
    schedule: Option<schedule::Basic>,
    schedule_type: Option<ScheduleType>,
    schedule_data: Option<schedule::Data>,
    status: Option<ConnectionStatus>,
    resource_requirements: Option<Value>,
    source_catalog_id: Option<Id>,
    destination_catalog_id: Option<Id>,
    notify_schema_changes: Option<bool>,
    non_breaking_changes_preference: Option<NonBreakingPreference>,
    backfill_preference: Option<BackfillPreference>,
    tags: Option<Vec<TagRef>>,
    on_demand_enabled: Option<bool>,
    geography: Option<String>,
}

pub(super) fn create(call: &Call<'_>) -> Outcome {
    let connection = create_connection(call)?;
    Ok(Reply::Json(read(call, connection)?))
}

/// Creates the connection that the body describes.
pub(crate) fn create_connection(call: &Call<'_>) -> Result<Connection, ApiError> {
    let body: Create = call.body()?;
    let source = call.actor(ActorKind::Source, body.source_id.as_ref())?;
    let destination = call.actor(ActorKind::Destination, body.destination_id.as_ref())?;
    for (kind, actor) in [("source", &source), ("destination", &destination)] {
        if actor.tombstone {
            return Err(ApiError::id_not_found(kind, &actor.id));
        }
    }
    if source.workspace_id != destination.workspace_id {
        return Err(ApiError::unforeseen("source and destination are in different workspaces"));
    }
    let operation_ids = known_operations(call, &source.workspace_id, body.operation_ids.unwrap_or_default())?;
    let status = body.status.ok_or_else(|| ApiError::unforeseen("`status` is missing"))?;
    let (schedule_type, schedule_data) =
        schedule::of_new(call, body.schedule.as_ref(), body.schedule_type, body.schedule_data.as_ref())?;
    let preference = body.non_breaking_changes_preference;
    // The backfill preference is only kept together with the other one.
    let backfill = preference.and(body.backfill_preference);
    let tag_ids = known_tags(call, &source.workspace_id, body.tags.unwrap_or_default())?;
    let connection = Connection {
        id: call.store.new_id()?,
        workspace_id: source.workspace_id,
        name: body.name.unwrap_or_else(|| format!("{} <> {}", source.name, destination.name)),
        source_id: source.id,
        destination_id: destination.id,
        status: status.as_str().to_owned(),
        created_at: call.now,
        next_run_at: None,
        details: ConnectionDetails {
            namespace_definition: body.namespace_definition.unwrap_or(NamespaceDefinition::Source).as_str().to_owned(),
            namespace_format: body.namespace_format,
            prefix: body.prefix,
            operation_ids,
            schedule_type: schedule_type.to_owned(),
            schedule_data,
            resource_requirements: body.resource_requirements,
            source_catalog_id: known_catalog(call, body.source_catalog_id)?,
            destination_catalog_id: known_catalog(call, body.destination_catalog_id)?,
            breaking_change: false,
            notify_schema_changes: body.notify_schema_changes,
            non_breaking_changes_preference: preference.unwrap_or(NonBreakingPreference::Ignore).as_str().to_owned(),
            backfill_preference: backfill.unwrap_or(BackfillPreference::Disabled).as_str().to_owned(),
            tag_ids,
            on_demand_enabled: body.on_demand_enabled.unwrap_or(false),
            waiting_refresh: None,
            geography: body.geography,
        },
        streams: body.sync_catalog.as_ref().map_or_else(|| Ok(Vec::new()), |given| stored_streams(call, given, &[]))?,
    };
    call.store.insert_connection(&connection)?;
    call.lifecycle().reschedule(&connection, Trigger::Client, call.now)?;
    Ok(connection)
}
