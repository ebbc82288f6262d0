//! Finding out what a source offers.

use serde::Deserialize;
use serde_json::{Value, json};

use super::actors::ActorId;
use super::{Route, schema_changes};
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::connectors::{Check, Connector, read_catalog};
use crate::faults::FaultAction;
use crate::ids;
use crate::lifecycle::Failure;
use crate::reads;
use crate::store::{Actor, ActorKind, Connection, StoredCatalog};
use crate::wire::Id;

pub(super) const ROUTES: &[Route] = &[
    Route::new("sources/discover_schema", stored),
    Route::new("sources/most_recent_source_actor_catalog", most_recent),
    Route::new("scheduler/sources/discover_schema", unsaved),
];

#[derive(Deserialize)]
struct Discover {
    #[serde(rename = "sourceId")]
    source_id: Option<Id>,
    #[serde(rename = "connectionId")]
    connection_id: Option<Id>,
    disable_cache: Option<bool>,
}

fn stored(call: &Call<'_>) -> Outcome {
    let body: Discover = call.body()?;
    let source = call.actor(ActorKind::Source, body.source_id.as_ref())?;
    call.workspace_of(&source.workspace_id)?;
    let connector = call.connector_of(ActorKind::Source, &source.definition_id)?;
    let configuration = fingerprint(&connector, source.usable_configuration());
    // A discover that is to fail fails, a stale catalog stays whatever changes, and a source that changes is looked at anew.
    let planted = |wanted: fn(&FaultAction) -> bool| call.faults.iter().any(wanted);
    let kept = match () {
        () if planted(|fault| matches!(fault, FaultAction::DiscoverFails(_))) => None,
        () if planted(|fault| matches!(fault, FaultAction::StaleCatalog)) => call.store.newest_catalog(&source.id)?,
        () if planted(|fault| matches!(fault, FaultAction::SchemaChange(_))) => None,
        () if body.disable_cache == Some(true) => None,
        () => call.store.cached_catalog(&source.id, &configuration)?,
    };
    if let Some(cached) = kept {
        return Ok(Reply::Json(json!({
            "catalog": cached.catalog,
            "catalogId": cached.id,
            "jobInfo": cached_job(call),
        })));
    }
    let stored = match run(call, &source, &connector)? {
        Ok(stored) => stored,
        Err(failed_job) => return Ok(Reply::Json(json!({"jobInfo": failed_job}))),
    };
    let mut read = json!({"catalog": stored.catalog, "catalogId": stored.id});
    let job = || discover_job(call, &connector, stored.catalog["streams"].as_array().map_or(0, Vec::len));
    match &body.connection_id {
        Some(id) => {
            let mut connection = call.connection(Some(id))?;
            read["catalogDiff"] = json!({"transforms": compared(call, &mut connection, &stored)?});
            read["breakingChange"] = json!(connection.details.breaking_change);
            read["connectionStatus"] = json!(connection.status);
            if call.friendly {
                // Real servers leave it out, against their own specification.
                read["jobInfo"] = job();
            }
        }
        None => read["jobInfo"] = job(),
    }
    call.json("SourceDiscoverSchemaRead", read)
}

/// Looks at a connection's source anew, as a discover for that connection does; `None` where it finds nothing.
pub(super) fn refresh(
    call: &Call<'_>,
    connection: &mut Connection,
) -> Result<Option<(StoredCatalog, Vec<Value>)>, ApiError> {
    let source = call.actor_of(ActorKind::Source, &connection.source_id)?;
    let connector = call.connector_of(ActorKind::Source, &source.definition_id)?;
    let Ok(stored) = run(call, &source, &connector)? else { return Ok(None) };
    let transforms = compared(call, connection, &stored)?;
    Ok(Some((stored, transforms)))
}

/// Returns what has changed for a connection, after what follows from that for it.
fn compared(call: &Call<'_>, connection: &mut Connection, stored: &StoredCatalog) -> Result<Vec<Value>, ApiError> {
    let found = stored.catalog["streams"].as_array().map_or(&[][..], Vec::as_slice);
    let transforms = schema_changes::of_connection(call, connection, found)?;
    schema_changes::note(call, connection, &transforms)?;
    Ok(transforms)
}

/// Runs the connector and keeps what it finds; where it cannot, returns the failed job.
fn run(call: &Call<'_>, source: &Actor, connector: &Connector) -> Result<Result<StoredCatalog, Value>, ApiError> {
    let streams = match discover(call, connector, source.usable_configuration()) {
        Ok(streams) => streams,
        Err(failed_job) => return Ok(Err(failed_job)),
    };
    let configuration = fingerprint(connector, source.usable_configuration());
    let catalog = shaped(call, &read_catalog(&streams));
    Ok(Ok(call.store.keep_catalog(&source.id, &configuration, catalog, call.now)?))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Unsaved {
    source_definition_id: Option<Id>,
    connection_configuration: Option<Value>,
    workspace_id: Option<Id>,
}

fn unsaved(call: &Call<'_>) -> Outcome {
    let body: Unsaved = call.body()?;
    let connector = call.connector(ActorKind::Source, body.source_definition_id.as_ref())?;
    call.workspace(body.workspace_id.as_ref())?;
    let configuration = body.connection_configuration.unwrap_or(Value::Null);
    match discover(call, &connector, &configuration) {
        Ok(streams) => Ok(Reply::Json(json!({
            "catalog": shaped(call, &read_catalog(&streams)),
            "jobInfo": discover_job(call, &connector, streams.len()),
        }))),
        Err(failed_job) => Ok(Reply::Json(json!({"jobInfo": failed_job}))),
    }
}

fn most_recent(call: &Call<'_>) -> Outcome {
    let body: ActorId = call.body()?;
    let source = call.actor(ActorKind::Source, body.actor_id.as_ref())?;
    Ok(Reply::Json(match call.store.newest_catalog(&source.id)? {
        Some(stored) => json!({"updatedAt": stored.fetched_at / 1_000, "catalog": stored.catalog}),
        None => json!({}),
    }))
}

/// Runs the connector; where it cannot connect it finds nothing, and the failed job is returned.
fn discover(call: &Call<'_>, connector: &Connector, configuration: &Value) -> Result<Vec<Value>, Value> {
    let (kind, message) = match call.check(connector, configuration) {
        Check::Passed => return Ok(call.discover(connector, configuration)),
        Check::Failed(message) => ("config_error", message),
        Check::Crashed(message) => ("system_error", message),
    };
    let line = format!("{} > {message}", connector.docker_repository);
    let mut job = call.synchronous_job("discover_schema", Some(&connector.id), &[line]);
    job["succeeded"] = json!(false);
    job["failureReason"] = Failure::new("source", kind, message).read(call.now);
    Err(job)
}

fn discover_job(call: &Call<'_>, connector: &Connector, streams: usize) -> Value {
    let line = format!("{} > found {streams} streams", connector.docker_repository);
    call.synchronous_job("discover_schema", Some(&connector.id), &[line])
}

/// What stands in for a job where the catalog comes from the cache.
fn cached_job(call: &Call<'_>) -> Value {
    let mut job = call.synchronous_job("discover_schema", None, &[]);
    job["createdAt"] = json!(0);
    job["endedAt"] = json!(0);
    job["configId"] = json!("NoConfiguration");
    job
}

/// What has to be the same for a stored catalog to be valid.
fn fingerprint(connector: &Connector, configuration: &Value) -> String {
    format!("{:016x}", ids::hash(&format!("{}:{configuration}", connector.docker_image_tag)))
}

fn shaped(call: &Call<'_>, catalog: &Value) -> Value {
    reads::catalog(call, catalog["streams"].as_array().cloned().unwrap_or_default())
}
