//! When a source changes under its connections.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::connectors::{default_config, diff, is_breaking};
use crate::generation::Feature;
use crate::lifecycle::{Trigger, stream_descriptor};
use crate::store::{ActorKind, Connection, NewEvent};
use crate::wire::Id;

pub(super) const ROUTES: &[Route] = &[
    Route::new("catalogs/diff", catalogs_diff),
    Route::new("connections/apply_schema_changes", apply_to_connection),
    Route::new("sources/apply_schema_changes", apply_to_source),
    Route::new("destinations/discover_schema", destination_discover),
    Route::new("destinations/get_catalog_for_connection", destination_catalog),
];

/// Returns what differs between a connection's source as it was configured and `new`.
pub(super) fn of_connection(call: &Call<'_>, connection: &Connection, new: &[Value]) -> Result<Vec<Value>, ApiError> {
    let taken = match &connection.details.source_catalog_id {
        Some(id) => call.store.catalog(id)?,
        None => None,
    };
    let old = match taken {
        Some(stored) => stored.catalog["streams"].as_array().cloned().unwrap_or_default(),
        None => connection.streams.clone(),
    };
    let mut transforms = diff(&old, new, &connection.streams);
    if !call.has(Feature::KeyChanges) {
        transforms.retain_mut(|transform| {
            let Some(Value::Object(update)) = transform.get_mut("updateStream") else { return true };
            update.remove("streamAttributeTransforms");
            update["fieldTransforms"].as_array().is_some_and(|fields| !fields.is_empty())
        });
    }
    Ok(transforms)
}

/// Marks and disables a connection that cannot live with the changes, or does not want to.
pub(super) fn note(call: &Call<'_>, connection: &mut Connection, transforms: &[Value]) -> Result<(), ApiError> {
    let breaking = is_breaking(transforms);
    let disable = connection.details.non_breaking_changes_preference == "disable" && !transforms.is_empty();
    connection.details.breaking_change = breaking;
    if (breaking || disable) && connection.status == "active" {
        "inactive".clone_into(&mut connection.status);
        let reason = if breaking { "SCHEMA_CHANGES_ARE_BREAKING" } else { "DISABLE_CONNECTION_IF_ANY_SCHEMA_CHANGES" };
        happened(call, connection, "CONNECTION_DISABLED", json!({"disabledReason": reason}))?;
    }
    call.store.update_connection(connection)?;
    if connection.status == "inactive" {
        call.lifecycle().reschedule(connection, Trigger::Client, call.now)?;
    }
    Ok(())
}

/// Puts on the timeline what happened to a connection by itself.
fn happened(call: &Call<'_>, connection: &Connection, kind: &str, summary: Value) -> Result<(), ApiError> {
    let (connection_id, at) = (connection.id.as_str(), call.now);
    Ok(call.store.add_event(&NewEvent { connection_id, kind, at, job_id: None, by_user: false, summary })?)
}

#[derive(Deserialize)]
struct Diff {
    current_catalog_id: Option<Id>,
    new_catalog_id: Option<Id>,
    connection_id: Option<Id>,
    persist_changes: Option<bool>,
}

fn catalogs_diff(call: &Call<'_>) -> Outcome {
    let body: Diff = call.body()?;
    let streams = |id: Option<&Id>| -> Result<Vec<Value>, ApiError> {
        let id = id.map_or("", Id::as_str);
        let stored = call.store.catalog(id)?.ok_or_else(|| ApiError::id_not_found("catalog", id))?;
        Ok(stored.catalog["streams"].as_array().cloned().unwrap_or_default())
    };
    let (old, new) = (streams(body.current_catalog_id.as_ref())?, streams(body.new_catalog_id.as_ref())?);
    let mut connection = match &body.connection_id {
        Some(id) => Some(call.connection(Some(id))?),
        None => None,
    };
    let configured = connection.as_ref().map_or(&[][..], |connection| &connection.streams);
    let transforms = diff(&old, &new, configured);
    let change = match () {
        () if is_breaking(&transforms) => "breaking",
        () if !transforms.is_empty() => "non_breaking",
        () => "no_change",
    };
    if let Some(connection) = connection.as_mut().filter(|_| body.persist_changes == Some(true)) {
        note(call, connection, &transforms)?;
    }
    Ok(Reply::Json(json!({"catalog_diff": {"transforms": transforms}, "schema_change": change})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Apply {
    catalog: Option<Value>,
    catalog_id: Option<Id>,
    connection_id: Option<Id>,
    source_id: Option<Id>,
}

impl Apply {
    fn streams(&self) -> Vec<Value> {
        self.catalog.as_ref().and_then(|catalog| catalog["streams"].as_array()).cloned().unwrap_or_default()
    }
}

fn apply_to_connection(call: &Call<'_>) -> Outcome {
    let body: Apply = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    let applied = propagate(call, connection, &body)?;
    Ok(Reply::Json(match applied {
        Some(transforms) => json!({"propagatedDiff": {"transforms": transforms}}),
        None => json!({}),
    }))
}

fn apply_to_source(call: &Call<'_>) -> Outcome {
    let body: Apply = call.body()?;
    let source = call.actor(ActorKind::Source, body.source_id.as_ref())?;
    for light in call.store.connections_of_actor(&source.id)? {
        if let Some(connection) = call.store.connection(&light.id)? {
            propagate(call, connection, &body)?;
        }
    }
    Ok(Reply::Nothing)
}

/// Takes changes over as far as the connection's preference goes; returns what was taken over.
fn propagate(call: &Call<'_>, mut connection: Connection, body: &Apply) -> Result<Option<Vec<Value>>, ApiError> {
    let new = body.streams();
    let transforms = of_connection(call, &connection, &new)?;
    let preference = connection.details.non_breaking_changes_preference.clone();
    if is_breaking(&transforms) || !preference.starts_with("propagate") {
        note(call, &mut connection, &transforms)?;
        return Ok(None);
    }
    let fully = preference == "propagate_fully";
    let find = |list: &[Value], entry: &Value| {
        list.iter().find(|it| stream_descriptor(it) == stream_descriptor(entry)).cloned()
    };
    let mut streams: Vec<Value> = Vec::new();
    for own in &connection.streams {
        match find(&new, own) {
            Some(found) => streams.push(json!({"stream": found["stream"], "config": own["config"]})),
            None if fully => {}
            None => streams.push(own.clone()),
        }
    }
    for added in new.iter().filter(|entry| fully && find(&connection.streams, entry).is_none()) {
        let is_new = transforms
            .iter()
            .any(|it| it["transformType"] == "add_stream" && it["streamDescriptor"] == stream_descriptor(added));
        if is_new {
            let mut config = default_config(&added["stream"], true);
            config["suggested"] = json!(false);
            streams.push(json!({"stream": added["stream"], "config": config}));
        }
    }
    connection.streams = streams;
    connection.details.source_catalog_id = body.catalog_id.clone().map(Id::into_string);
    connection.details.breaking_change = false;
    call.store.update_streams(&connection)?;
    call.store.update_connection(&connection)?;
    if !transforms.is_empty() {
        let summary =
            json!({"catalogDiff": {"transforms": transforms}, "updateReason": "SCHEMA_CHANGE_AUTO_PROPAGATE"});
        happened(call, &connection, "SCHEMA_UPDATE", summary)?;
    }
    Ok(Some(transforms))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Destination {
    destination_id: Option<Id>,
    connection_id: Option<Id>,
}

/// None of the sandbox's destinations is one for data activation.
fn destination_discover(call: &Call<'_>) -> Outcome {
    let body: Destination = call.body()?;
    let destination = call.actor(ActorKind::Destination, body.destination_id.as_ref())?;
    let message = format!("destination `{}` has no catalog of its own", destination.name);
    Err(ApiError::problem(400, "error:destination/discover-not-supported", message, Value::Null))
}

fn destination_catalog(call: &Call<'_>) -> Outcome {
    let body: Destination = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    let message = format!("connection `{}` has no destination catalog", connection.name);
    Err(ApiError::problem(404, "error:destination/catalog-not-found", message, Value::Null))
}
