//! `ConnectionRead` and the catalog in it.

use serde_json::{Map, Value, json};

use super::object;
use crate::call::Call;
use crate::routes::connections::mappers::masked;
use crate::store::Connection;

/// Returns `{streams: [{stream, config}]}` as the generation has it.
pub(crate) fn catalog(call: &Call<'_>, streams: Vec<Value>) -> Value {
    let read = |mut entry: Value| {
        let stream = call.shape("AirbyteStream", entry["stream"].take());
        let config = call.shape("AirbyteStreamConfiguration", masked(entry["config"].take()));
        object([("stream", stream), ("config", config)])
    };
    object([("streams", streams.into_iter().map(read).collect())])
}

/// Returns `scheduleType`, `scheduleData` and the older `schedule`, which only basic schedules have.
fn schedule_members(connection: &Connection) -> Map<String, Value> {
    let details = &connection.details;
    let mut members = Map::new();
    members.insert("scheduleType".to_owned(), json!(details.schedule_type));
    if let Some(data) = &details.schedule_data {
        members.insert("scheduleData".to_owned(), data.clone());
        if let Some(basic) = data.get("basicSchedule") {
            members.insert("schedule".to_owned(), basic.clone());
        }
    }
    members
}

/// Returns the connection as it is read, but for its catalog.
pub(crate) fn connection(call: &Call<'_>, connection: &Connection, tags: &[Value]) -> Value {
    let details = &connection.details;
    let mut read = json!({
        "connectionId": connection.id,
        "name": connection.name,
        "namespaceDefinition": details.namespace_definition,
        "namespaceFormat": details.namespace_format,
        "prefix": details.prefix,
        "sourceId": connection.source_id,
        "destinationId": connection.destination_id,
        "operationIds": details.operation_ids,
        "status": connection.status,
        "resourceRequirements": details.resource_requirements,
        "sourceCatalogId": details.source_catalog_id,
        "destinationCatalogId": details.destination_catalog_id,
        "breakingChange": details.breaking_change,
        "notifySchemaChanges": details.notify_schema_changes,
        "nonBreakingChangesPreference": details.non_breaking_changes_preference,
        "backfillPreference": details.backfill_preference,
        "created_at": connection.created_at / 1_000,
        "geography": details.geography.as_deref().unwrap_or("auto"),
        "tags": tags,
        "onDemandEnabled": details.on_demand_enabled,
    });
    if let Value::Object(members) = &mut read {
        members.extend(schedule_members(connection));
    }
    call.shape("ConnectionRead", read)
}
