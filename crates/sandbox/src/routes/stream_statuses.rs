//! How each stream of each attempt went: read off the jobs, nothing is stored.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use super::connections::ConnectionId;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::ids;
use crate::store::{Connection, Job};
use crate::wire::{Id, Pagination, wire_enum};

pub(super) const ROUTES: &[Route] = &[
    Route::new("stream_statuses/list", list),
    Route::new("stream_statuses/latest_per_run_state", latest_per_run_state),
];

wire_enum!(JobType { Sync = "SYNC", Reset = "RESET", Refresh = "REFRESH" });

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List {
    workspace_id: Option<Id>,
    connection_id: Option<Id>,
    job_id: Option<i64>,
    attempt_number: Option<u64>,
    job_type: Option<JobType>,
    stream_name: Option<String>,
    stream_namespace: Option<String>,
    pagination: Option<Pagination>,
}

fn list(call: &Call<'_>) -> Outcome {
    let body: List = call.body()?;
    let pagination = body.pagination.unwrap_or_default();
    let (size, offset) = (pagination.page_size.unwrap_or(0), pagination.row_offset.unwrap_or(0));
    if size < 1 || offset < 0 || offset % size != 0 {
        return Err(ApiError::bad_request("`pageSize` must be positive and `rowOffset` a multiple of it"));
    }
    let workspace = call.workspace(body.workspace_id.as_ref())?;
    let wanted = |status: &Value| {
        let same = |name: &str, value: Value| value.is_null() || status[name] == value;
        same("jobId", json!(body.job_id))
            && same("attemptNumber", json!(body.attempt_number))
            && same("jobType", json!(body.job_type.map(JobType::as_str)))
            && same("streamName", json!(body.stream_name))
            && same("streamNamespace", json!(body.stream_namespace))
    };
    let mut found = Vec::new();
    for connection in call.store.connections(&workspace.id, true)? {
        if body.connection_id.as_ref().is_none_or(|id| id.as_str() == connection.id) {
            found.extend(statuses(call, &connection)?.into_iter().filter(wanted));
        }
    }
    Ok(Reply::Json(json!({"streamStatuses": call.page(pagination, found)?})))
}

fn latest_per_run_state(call: &Call<'_>) -> Outcome {
    let body: ConnectionId = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    let mut latest: Vec<Value> = Vec::new();
    for status in statuses(call, &connection)?.into_iter().rev() {
        let same = |other: &Value| {
            ["streamName", "streamNamespace", "runState"].iter().all(|name| other.get(name) == status.get(name))
        };
        if !latest.iter().any(same) {
            latest.push(status);
        }
    }
    Ok(Reply::Json(json!({"streamStatuses": latest})))
}

/// Returns the statuses of all attempts of a connection, oldest first.
fn statuses(call: &Call<'_>, connection: &Connection) -> Result<Vec<Value>, ApiError> {
    let mut jobs = call.store.newest_jobs(&connection.id, usize::MAX)?;
    jobs.reverse();
    let mut reads = Vec::new();
    for job in &jobs {
        for attempt in call.store.attempts(job.id)? {
            let planned = job.plan.attempt(attempt.number);
            for stream in &job.plan.streams {
                let (state, cause) = match attempt.status.as_str() {
                    "running" => ("RUNNING", None),
                    "succeeded" => ("COMPLETE", None),
                    _ if job.status == "cancelled" => ("INCOMPLETE", Some("CANCELED")),
                    _ if planned.reach_of(stream) == 100 => ("COMPLETE", None),
                    _ => ("INCOMPLETE", Some("FAILED")),
                };
                let number = u64::try_from(attempt.number).unwrap_or_default();
                let id =
                    ids::uuid(ids::hash(&stream.descriptor().to_string()), job.id.cast_unsigned() * 1_000 + number);
                reads.push(call.shape(
                    "StreamStatusRead",
                    json!({
                        "id": id,
                        "workspaceId": connection.workspace_id,
                        "connectionId": connection.id,
                        "jobId": job.id,
                        "attemptNumber": attempt.number,
                        "jobType": job_type(job).as_str(),
                        "streamName": stream.name,
                        "streamNamespace": stream.namespace,
                        "runState": state,
                        "incompleteRunCause": cause,
                        "transitionedAt": attempt.updated_at,
                    }),
                ));
            }
        }
    }
    Ok(reads)
}

fn job_type(job: &Job) -> JobType {
    match job.config_type.as_str() {
        "reset_connection" => JobType::Reset,
        "refresh" => JobType::Refresh,
        _ => JobType::Sync,
    }
}
