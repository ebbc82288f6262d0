//! Jobs and attempts. An unknown job id is a 500, not a 404: so do real servers.

mod listing;

use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use super::connections::ConnectionId;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::generation::Feature;
use crate::reads::{self, JobView, Statistics};
use crate::store::{ActorKind, Job, NewEvent};

pub(super) const ROUTES: &[Route] = &[
    Route::new("jobs/get", get),
    Route::new("jobs/get_light", get_light),
    Route::new("jobs/get_without_logs", get_without_logs),
    Route::new("jobs/get_debug_info", get_debug_info),
    Route::new("jobs/get_last_replication_job", last_replication_job),
    Route::new("jobs/get_last_replication_job_with_cancel", last_scheduled_job),
    Route::new("jobs/list", listing::list),
    Route::new("jobs/list_for_workspaces", listing::list_for_workspaces),
    Route::new("jobs/cancel", cancel),
    Route::new("attempt/get_for_job", attempt),
    Route::new("attempt/get_combined_stats", attempt_stats),
];

#[derive(Deserialize)]
struct JobId {
    id: Option<i64>,
}

fn job(call: &Call<'_>, id: Option<i64>) -> Result<Job, ApiError> {
    let id = id.unwrap_or_default();
    call.store.job(id)?.ok_or_else(|| ApiError::carelessly_missing(format!("there is no job {id}")))
}

fn view(call: &Call<'_>) -> Result<JobView, ApiError> {
    let body: JobId = call.body()?;
    JobView::of(call, job(call, body.id)?)
}

fn get(call: &Call<'_>) -> Outcome {
    Ok(Reply::Json(view(call)?.info(call)))
}

fn get_light(call: &Call<'_>) -> Outcome {
    Ok(Reply::Json(json!({"job": view(call)?.job(call, Statistics::None)})))
}

fn get_without_logs(call: &Call<'_>) -> Outcome {
    Ok(Reply::Json(view(call)?.info_without_logs(call)))
}

fn get_debug_info(call: &Call<'_>) -> Outcome {
    let view = view(call)?;
    let connection = call.store.connection(&view.job.connection_id)?;
    let connection = connection.ok_or_else(|| ApiError::unforeseen("the connection of the job is gone"))?;
    let definition = |kind: ActorKind, actor: &str| -> Result<Value, ApiError> {
        let connector = call.connector_of(kind, &call.actor_of(kind, actor)?.definition_id)?;
        Ok(reads::definition(call, &connector))
    };
    let job = json!({
        "id": view.job.id,
        "configType": view.job.config_type,
        "configId": view.job.connection_id,
        "status": view.job.status,
        "airbyteVersion": call.generation.version(),
        "sourceDefinition": definition(ActorKind::Source, &connection.source_id)?,
        "destinationDefinition": definition(ActorKind::Destination, &connection.destination_id)?,
    });
    let attempts: Vec<Value> =
        (0..=view.last_attempt().unwrap_or_default()).filter_map(|number| view.attempt_info(call, number)).collect();
    let workflow = json!({"running": !view.job.is_over()});
    Ok(Reply::Json(json!({"job": job, "attempts": attempts, "workflowState": workflow})))
}

/// The newest one that was not cancelled.
fn last_replication_job(call: &Call<'_>) -> Outcome {
    let body: ConnectionId = call.body()?;
    let id = body.connection_id.map(crate::wire::Id::into_string).unwrap_or_default();
    let newest = call.store.newest_jobs(&id, usize::MAX)?.into_iter().find(|job| job.status != "cancelled");
    optional(call, newest)
}

/// The newest scheduled one, cancelled or not.
fn last_scheduled_job(call: &Call<'_>) -> Outcome {
    let body: ConnectionId = call.body()?;
    let id = body.connection_id.map(crate::wire::Id::into_string).unwrap_or_default();
    let newest = call.store.newest_jobs(&id, usize::MAX)?.into_iter().find(|job| job.scheduled);
    optional(call, newest)
}

fn optional(call: &Call<'_>, job: Option<Job>) -> Outcome {
    Ok(Reply::Json(match job {
        Some(job) => json!({"job": JobView::of(call, job)?.job(call, Statistics::None)}),
        None => json!({}),
    }))
}

/// Cancels whatever runs on the job's connection, this job or another.
fn cancel(call: &Call<'_>) -> Outcome {
    let body: JobId = call.body()?;
    let asked = job(call, body.id)?;
    let connection = call.store.connection(&asked.connection_id)?;
    if connection.is_none_or(|connection| connection.status == "deprecated") {
        return Err(ApiError::unforeseen("the connection of the job is deleted"));
    }
    match call.store.active_job(&asked.connection_id)? {
        Some(active) if call.friendly && active.id != asked.id => {}
        Some(active) => call.lifecycle().cancel(&active, call.now)?,
        // Nothing was cancelled, and the timeline says that it was.
        None if call.has(Feature::NeedlessCancelEvent) && !call.friendly => {
            call.store.add_event(&NewEvent {
                connection_id: &asked.connection_id,
                kind: "SYNC_CANCELLED",
                at: call.now,
                job_id: Some(asked.id),
                by_user: true,
                summary: json!({}),
            })?;
        }
        None => {}
    }
    Ok(Reply::Json(JobView::of(call, job(call, Some(asked.id))?)?.info(call)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttemptOfJob {
    job_id: Option<i64>,
    attempt_number: Option<usize>,
}

fn attempt(call: &Call<'_>) -> Outcome {
    attempt_read(call, |view, number| view.attempt_info(call, number))
}

fn attempt_stats(call: &Call<'_>) -> Outcome {
    attempt_read(call, |view, number| view.attempt_totals(call, number))
}

fn attempt_read(call: &Call<'_>, read: impl Fn(&JobView, usize) -> Option<Value>) -> Outcome {
    let body: AttemptOfJob = call.body()?;
    let number = body.attempt_number.unwrap_or_default();
    let found = match call.store.job(body.job_id.unwrap_or_default())? {
        Some(job) => read(&JobView::of(call, job)?, number),
        None => None,
    };
    found.map(Reply::Json).ok_or_else(|| ApiError::id_not_found("attempt", &number.to_string()))
}
