//! What a connection has done so far, job by job, day by day, stream by stream.

mod days;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use super::connections::ConnectionId;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::generation::Feature;
use crate::lifecycle::StreamStats;
use crate::reads::JobView;
use crate::store::Job;
use crate::wire::Id;

pub(super) const ROUTES: &[Route] = &[
    Route::new("connections/history/data", data),
    Route::new("connections/history/uptime", uptime),
    Route::new("connections/stream_history", stream_history),
    Route::new("connections/last_job_per_stream", last_job_per_stream),
];

/// How far back the history of streams goes.
const DAYS: i64 = 30;
const DAY_MS: i64 = 24 * 3_600 * 1_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct History {
    connection_id: Option<Id>,
    number_of_jobs: Option<usize>,
}

fn data(call: &Call<'_>) -> Outcome {
    if call.has(Feature::HistoryOfJobs) { history(call, false) } else { days::data(call) }
}

fn uptime(call: &Call<'_>) -> Outcome {
    if call.has(Feature::HistoryOfJobs) { history(call, true) } else { days::uptime(call) }
}

/// Succeeded and failed syncs and refreshes, the one that ended last at the end.
fn history(call: &Call<'_>, streams: bool) -> Outcome {
    let body: History = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    if body.number_of_jobs.is_none() && !streams {
        return Err(ApiError::unforeseen("`numberOfJobs` is missing"));
    }
    let mut jobs = finished(call, &connection.id)?;
    jobs.truncate(body.number_of_jobs.unwrap_or(usize::MAX));
    jobs.sort_by_key(|job| (job.updated_at, job.id));
    let mut reads = Vec::with_capacity(jobs.len());
    for job in jobs {
        let view = JobView::of(call, job)?;
        let statuses: Vec<Value> = if streams { stream_results(call, &view) } else { Vec::new() };
        let sum = view.totals().into_iter().fold(StreamStats::default(), StreamStats::plus);
        reads.push(call.shape(
            "JobSyncResultRead",
            json!({
                "jobId": view.job.id,
                "configType": view.job.config_type,
                "jobCreatedAt": view.job.created_at / 1_000,
                "jobUpdatedAt": view.job.updated_at / 1_000,
                "streamStatuses": statuses,
                "recordsEmitted": sum.records_emitted,
                "recordsCommitted": sum.records_committed,
                "bytesEmitted": sum.bytes_emitted,
                "bytesCommitted": sum.bytes_committed,
                "recordsRejected": 0,
            }),
        ));
    }
    Ok(Reply::Json(Value::Array(reads)))
}

fn finished(call: &Call<'_>, connection_id: &str) -> Result<Vec<Job>, ApiError> {
    let mut jobs = call.store.newest_jobs(connection_id, usize::MAX)?;
    jobs.retain(|job| matches!(job.status.as_str(), "succeeded" | "failed") && job.config_type != "reset_connection");
    Ok(jobs)
}

fn stream_results(call: &Call<'_>, view: &JobView) -> Vec<Value> {
    let streams = view.job.plan.streams.iter();
    streams
        .map(|stream| {
            let read = json!({
                "streamName": stream.name,
                "streamNamespace": stream.namespace.clone().unwrap_or_default(),
                "status": view.job.status,
            });
            call.shape("ConnectionSyncResultRead", read)
        })
        .collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StreamHistory {
    connection_id: Option<Id>,
    timezone: Option<String>,
}

/// What succeeded syncs have loaded, per stream and day of the given time zone.
fn stream_history(call: &Call<'_>) -> Outcome {
    let body: StreamHistory = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    let zone = zone(body.timezone.as_deref())?;
    let mut loaded: BTreeMap<(i64, String, String), u64> = BTreeMap::new();
    for job in finished(call, &connection.id)? {
        if job.status != "succeeded" || job.updated_at < call.now - DAYS * DAY_MS {
            continue;
        }
        let day = day_of(job.updated_at, &zone);
        let view = JobView::of(call, job)?;
        for (stream, stats) in view.job.plan.streams.iter().zip(view.totals()) {
            let key = (day, stream.namespace.clone().unwrap_or_default(), stream.name.clone());
            *loaded.entry(key).or_default() += stats.records_committed;
        }
    }
    let reads: Vec<Value> = loaded
        .into_iter()
        .map(|((day, namespace, name), records)| {
            call.shape(
                "ConnectionStreamHistoryReadItem",
                json!({
                    "timestamp": day,
                    "streamNamespace": namespace, "streamName": name, "recordsCommitted": records,
                    "namespace": namespace, "stream": name, "volume": records,
                }),
            )
        })
        .collect();
    Ok(Reply::Json(Value::Array(reads)))
}

/// Reads the time zone that days are told apart in; none, and one that does not exist, the server does not foresee.
fn zone(name: Option<&str>) -> Result<TimeZone, ApiError> {
    let name = name.ok_or_else(|| ApiError::unforeseen("`timezone` is missing"))?;
    TimeZone::get(name).map_err(|_| ApiError::unforeseen(format!("`{name}` is no time zone")))
}

/// Returns the beginning of the day of a moment (milliseconds), in seconds.
fn day_of(ms: i64, zone: &TimeZone) -> i64 {
    let moment = Timestamp::from_millisecond(ms).unwrap_or_default().to_zoned(zone.clone());
    moment.start_of_day().map_or(0, |start| start.timestamp().as_second())
}

fn last_job_per_stream(call: &Call<'_>) -> Outcome {
    let body: ConnectionId = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    let mut seen: Vec<Value> = Vec::new();
    let mut reads = Vec::new();
    for job in call.store.newest_jobs(&connection.id, usize::MAX)?.into_iter().filter(Job::is_over) {
        let view = JobView::of(call, job)?;
        for (stream, stats) in view.job.plan.streams.iter().zip(view.totals()) {
            let descriptor = stream.descriptor();
            if seen.contains(&descriptor) {
                continue;
            }
            seen.push(descriptor);
            reads.push(json!({
                "streamName": stream.name,
                "streamNamespace": stream.namespace.clone().unwrap_or_default(),
                "jobId": view.job.id,
                "configType": view.job.config_type,
                "jobStatus": view.job.status,
                "recordsCommitted": stats.records_committed,
                "bytesCommitted": stats.bytes_committed,
                "startedAt": view.job.started_at.unwrap_or(view.job.created_at) / 1_000,
                "endedAt": view.job.updated_at / 1_000,
            }));
        }
    }
    Ok(Reply::Json(Value::Array(reads)))
}
