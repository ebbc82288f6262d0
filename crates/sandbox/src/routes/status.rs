//! How connections are doing.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use super::connections::ConnectionId;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::generation::Feature;
use crate::reads::{JobView, Statistics};
use crate::store::{Connection, Job};
use crate::wire::Id;

pub(super) const ROUTES: &[Route] =
    &[Route::new("connections/status", status), Route::new("connections/sync_progress", progress)];

/// How many jobs are looked at.
const JOBS: usize = 10;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    #[serde(default)]
    connection_ids: Vec<Id>,
}

fn status(call: &Call<'_>) -> Outcome {
    let body: Status = call.body()?;
    let mut reads = Vec::with_capacity(body.connection_ids.len());
    for id in &body.connection_ids {
        let connection = call.connection(Some(id))?;
        reads.push(read(call, &connection)?);
    }
    Ok(Reply::Json(Value::Array(reads)))
}

fn read(call: &Call<'_>, connection: &Connection) -> Result<Value, ApiError> {
    let jobs = call.store.newest_jobs(&connection.id, JOBS)?;
    let active = jobs.iter().find(|job| !job.is_over());
    let counts = |job: &&Job| job.is_over() && (call.has(Feature::StatusOfAllJobs) || job.status != "cancelled");
    let ended = jobs.iter().find(counts);
    let newest = if call.has(Feature::StatusOfAllJobs) { jobs.first() } else { ended };
    let last_success = jobs.iter().find(|job| job.status == "succeeded" && job.config_type != "reset_connection");
    let view = newest.map(|job| JobView::of(call, job.clone())).transpose()?;
    let failure = ended
        .filter(|job| job.status == "failed")
        .map(|job| JobView::of(call, job.clone()))
        .transpose()?
        .and_then(|view| view.last_failure(call.now));
    let active_read = match active {
        Some(job) => Some(JobView::of(call, job.clone())?.job(call, Statistics::None)),
        None => None,
    };
    Ok(call.shape(
        "ConnectionStatusRead",
        json!({
            "connectionId": connection.id,
            "connectionSyncStatus": sync_status(connection, &jobs, failure.as_ref()),
            "scheduleData": connection.details.schedule_data,
            "lastSuccessfulSync": last_success.map(|job| job.updated_at / 1_000),
            "activeJob": active_read,
            "lastSyncJobId": newest.map(|job| job.id),
            "lastSyncAttemptNumber": view.as_ref().and_then(JobView::last_attempt),
            "lastSyncJobCreatedAt": newest.map(|job| job.created_at / 1_000),
            "failureReason": failure,
            "failureType": failure.as_ref().map(|failure| failure["failureType"].clone()),
            "isRunning": active.is_some(),
            "lastSyncJobStatus": ended.map(|job| job.status.as_str()),
            "isLastCompletedJobReset": ended.is_some_and(|job| job.config_type == "reset_connection"),
        }),
    ))
}

/// The first word that fits.
fn sync_status(connection: &Connection, jobs: &[Job], failure: Option<&Value>) -> &'static str {
    let newest = jobs.first();
    let has = |status: &str| jobs.iter().any(|job| job.status == status);
    let config_error = failure.is_some_and(|failure| failure["failureType"] == "config_error");
    if has("running") {
        "running"
    } else if has("queued") {
        "queued"
    } else if jobs.iter().any(|job| !job.is_over()) {
        "pending"
    } else if connection.details.breaking_change || config_error {
        "failed"
    } else if connection.status != "active" {
        "paused"
    } else if newest.is_some_and(|job| job.status == "cancelled") {
        "incomplete"
    } else if newest.is_none_or(|job| job.config_type == "reset_connection") {
        "pending"
    } else if newest.is_some_and(|job| job.status == "failed") {
        "incomplete"
    } else {
        "synced"
    }
}

/// How far the running job is; nothing runs, no streams. At 0.50 the operation is there and returns nothing.
fn progress(call: &Call<'_>) -> Outcome {
    if !call.has(Feature::HistoryOfJobs) {
        return Ok(Reply::Null);
    }
    let body: ConnectionId = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    let Some(job) = call.store.active_job(&connection.id)? else {
        let empty = json!({"connectionId": connection.id, "streams": [], "configType": "sync"});
        return call.json("ConnectionSyncProgressRead", empty);
    };
    let view = JobView::of(call, job)?;
    let totals = view.totals();
    let job = &view.job;
    let streams: Vec<Value> = job
        .plan
        .streams
        .iter()
        .zip(&totals)
        .map(|(stream, stats)| {
            call.shape(
                "StreamSyncProgressReadItem",
                json!({
                    "streamName": stream.name,
                    "streamNamespace": stream.namespace,
                    "recordsEmitted": stats.records_emitted,
                    "bytesEmitted": stats.bytes_emitted,
                    "recordsCommitted": stats.records_committed,
                    "bytesCommitted": stats.bytes_committed,
                    "recordsRejected": 0,
                    "configType": job.config_type,
                }),
            )
        })
        .collect();
    let sum = totals.into_iter().fold(crate::lifecycle::StreamStats::default(), crate::lifecycle::StreamStats::plus);
    call.json(
        "ConnectionSyncProgressRead",
        json!({
            "connectionId": connection.id,
            "jobId": job.id,
            "streams": streams,
            "recordsEmitted": sum.records_emitted,
            "recordsCommitted": sum.records_committed,
            "recordsRejected": 0,
            "bytesEmitted": sum.bytes_emitted,
            "bytesCommitted": sum.bytes_committed,
            "syncStartedAt": job.started_at.unwrap_or(job.created_at) / 1_000,
            "configType": job.config_type,
        }),
    )
}
