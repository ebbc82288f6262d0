//! Starting work on a connection: sync, reset, clear, refresh.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use super::connections::ConnectionId;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::lifecycle::{Planner, descriptor};
use crate::reads::{JobView, Statistics};
use crate::store::{ActorKind, Connection};
use crate::wire::{Id, RefreshMode};

pub(super) const ROUTES: &[Route] = &[
    Route::new("connections/sync", sync),
    Route::new("connections/reset", reset),
    Route::new("connections/reset/stream", reset_streams),
    Route::new("connections/clear", reset),
    Route::new("connections/clear/stream", reset_streams),
    Route::new("connections/refresh", refresh),
];

fn sync(call: &Call<'_>) -> Outcome {
    let body: ConnectionId = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    if connection.status != "active" {
        return Err(ApiError::unforeseen(format!("connection `{}` is {}", connection.id, connection.status)));
    }
    if let Some(job) = call.store.active_job(&connection.id)? {
        return Err(ApiError::conflict(format!("connection `{}` is busy with job {} already", connection.id, job.id)));
    }
    let lifecycle = call.lifecycle();
    // Before its first scheduled run a connection takes a manual one for it.
    let takes_its_place =
        connection.details.schedule_type == "basic" && call.store.newest_run(&connection.id, true)?.is_none();
    let plan = Planner::new(&lifecycle, &connection)?.sync()?.with(call.faults);
    let id = lifecycle.start(&connection, &plan, takes_its_place, call.now)?;
    job_info(call, id)
}

fn reset(call: &Call<'_>) -> Outcome {
    let body: ConnectionId = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    start_reset(call, &connection, &[])
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Streams {
    connection_id: Option<Id>,
    #[serde(default)]
    streams: Option<Vec<Stream>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stream {
    stream_name: Option<String>,
    stream_namespace: Option<String>,
}

fn descriptors(streams: &[Stream]) -> Vec<Value> {
    let of = |stream: &Stream| {
        descriptor(stream.stream_name.as_deref().unwrap_or_default(), stream.stream_namespace.as_deref())
    };
    streams.iter().map(of).collect()
}

fn reset_streams(call: &Call<'_>) -> Outcome {
    let body: Streams = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    start_reset(call, &connection, &descriptors(&body.streams.unwrap_or_default()))
}

/// Works on an inactive connection too; a sync that runs is cancelled first.
fn start_reset(call: &Call<'_>, connection: &Connection, streams: &[Value]) -> Outcome {
    if connection.status == "deprecated" {
        return Err(ApiError::conflict(format!("connection `{}` is deleted", connection.id)));
    }
    let lifecycle = call.lifecycle();
    if let Some(job) = call.store.active_job(&connection.id)? {
        lifecycle.cancel(&job, call.now)?;
    }
    let plan = Planner::new(&lifecycle, connection)?.reset(streams).with(call.faults);
    let id = lifecycle.start(connection, &plan, false, call.now)?;
    job_info(call, id)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refresh {
    connection_id: Option<Id>,
    #[serde(rename = "refreshMode")]
    mode: Option<RefreshMode>,
    #[serde(default)]
    streams: Option<Vec<Stream>>,
}

/// Never a conflict: while something runs, the wish is kept for the next run and the answer is empty.
fn refresh(call: &Call<'_>) -> Outcome {
    let body: Refresh = call.body()?;
    let mut connection = call.connection(body.connection_id.as_ref())?;
    let destination = call.store.actor(ActorKind::Destination, &connection.destination_id)?;
    let connector = match &destination {
        Some(actor) => call.connectors.find(call.store, ActorKind::Destination, &actor.definition_id)?,
        None => None,
    };
    if !connector.is_some_and(|connector| connector.supports_refreshes) || connection.status == "deprecated" {
        return Ok(Reply::Json(json!({})));
    }
    let mode = body.mode.ok_or_else(|| ApiError::unforeseen("`refreshMode` is missing"))?;
    let streams = descriptors(&body.streams.unwrap_or_default());
    let streams = with_waiting(connection.details.waiting_refresh.take().as_ref(), streams);
    if call.store.active_job(&connection.id)?.is_some() {
        connection.details.waiting_refresh = Some(json!({"mode": mode.as_str(), "streams": streams}));
        call.store.update_connection(&connection)?;
        return Ok(Reply::Json(json!({})));
    }
    call.store.update_connection(&connection)?;
    let lifecycle = call.lifecycle();
    let plan = Planner::new(&lifecycle, &connection)?.refresh(&streams).with(call.faults);
    let id = lifecycle.start(&connection, &plan, false, call.now)?;
    let job = call.store.job(id)?.ok_or_else(|| ApiError::unforeseen("the new job is gone"))?;
    let view = JobView::of(call, job)?;
    Ok(Reply::Json(json!({"job": view.job(call, Statistics::None)})))
}

/// Returns the streams that are asked for together with those that wait to be refreshed; none stands for all.
fn with_waiting(waiting: Option<&Value>, asked: Vec<Value>) -> Vec<Value> {
    let Some(mut all) = waiting.and_then(|waiting| waiting["streams"].as_array().cloned()) else { return asked };
    if all.is_empty() || asked.is_empty() {
        return Vec::new();
    }
    all.extend(asked);
    let mut seen = Vec::with_capacity(all.len());
    for stream in all {
        if !seen.contains(&stream) {
            seen.push(stream);
        }
    }
    seen
}

/// Answers a `JobInfoRead` of a job that was just made.
fn job_info(call: &Call<'_>, id: i64) -> Outcome {
    let job = call.store.job(id)?.ok_or_else(|| ApiError::unforeseen("the new job is gone"))?;
    Ok(Reply::Json(JobView::of(call, job)?.info(call)))
}
