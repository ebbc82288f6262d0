//! The page at `/`: what is in the sandbox, and what it was asked.

use serde_json::{Value, json};

use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::lifecycle::StreamStats;
use crate::reads::JobView;
use crate::recorder::Recorded;
use crate::store::{ActorKind, Connection, JobFilter, JobOrder};

/// The page; it asks for [`OVERVIEW`] once a second and needs nothing from elsewhere.
pub(crate) const PAGE: &str = include_str!("../page/index.html");

/// The path of what the page shows.
pub(crate) const OVERVIEW: &str = "/sandbox/overview";

const JOBS: i64 = 20;
const REQUESTS: usize = 30;

/// Answers everything the page shows but the requests.
pub(crate) fn overview(call: &Call<'_>) -> Outcome {
    let mut connections = Vec::new();
    let mut loose = Vec::new();
    for workspace in call.store.workspaces()?.into_iter().filter(|workspace| !workspace.tombstone) {
        for connection in call.store.connections(&workspace.id, false)? {
            connections.push(pipe(call, &connection)?);
        }
        for kind in [ActorKind::Source, ActorKind::Destination] {
            for actor in call.store.actors(kind, &workspace.id)? {
                if call.store.connections_of_actor(&actor.id)?.is_empty() {
                    loose.push(end(call, kind, &actor.id)?);
                }
            }
        }
    }
    Ok(Reply::Json(json!({
        "version": call.generation.version(),
        "url": call.url,
        "nowMs": call.now,
        "connections": connections,
        "loose": loose,
        "jobs": jobs(call)?,
    })))
}

fn pipe(call: &Call<'_>, connection: &Connection) -> Result<Value, ApiError> {
    let newest = call.store.newest_jobs(&connection.id, 1)?.pop();
    Ok(json!({
        "name": connection.name,
        "status": connection.status,
        "schedule": connection.details.schedule_type,
        "streams": connection.streams.len(),
        "source": end(call, ActorKind::Source, &connection.source_id)?,
        "destination": end(call, ActorKind::Destination, &connection.destination_id)?,
        "lastJob": newest.map(|job| job.status),
    }))
}

fn end(call: &Call<'_>, kind: ActorKind, id: &str) -> Result<Value, ApiError> {
    let actor = call.actor_of(kind, id)?;
    let connector = call.connectors.find(call.store, kind, &actor.definition_id)?;
    let connector = connector.map_or_else(String::new, |connector| connector.name.clone());
    Ok(json!({"name": actor.name, "kind": kind.as_str(), "connector": connector}))
}

fn jobs(call: &Call<'_>) -> Result<Vec<Value>, ApiError> {
    let (jobs, _) = call.store.jobs(&JobFilter {
        config_types: Vec::new(),
        connection_id: None,
        workspace_ids: Vec::new(),
        statuses: Vec::new(),
        created: (None, None),
        updated: (None, None),
        order: JobOrder::CreatedAt { descending: true },
        limit: JOBS,
        offset: 0,
    })?;
    let mut reads = Vec::with_capacity(jobs.len());
    for job in jobs {
        let connection = call.store.connection(&job.connection_id)?;
        let view = JobView::of(call, job)?;
        let sum = view.totals().into_iter().fold(StreamStats::default(), StreamStats::plus);
        let expected: u64 = view.job.plan.streams.iter().map(|stream| stream.records).sum();
        reads.push(json!({
            "id": view.job.id,
            "type": view.job.config_type,
            "status": view.job.status,
            "connection": connection.map(|connection| connection.name),
            "records": sum.records_emitted,
            "bytes": sum.bytes_emitted,
            "expected": expected,
            "createdAtMs": view.job.created_at,
        }));
    }
    Ok(reads)
}

/// Returns the last requests, newest first; those of the page itself are not among them.
pub(crate) fn requests(recorded: &[Recorded]) -> Vec<Value> {
    recorded
        .iter()
        .rev()
        .take(REQUESTS)
        .map(|it| {
            json!({
                "method": it.method, "path": it.path, "status": it.status, "micros": it.micros, "atMs": it.at_ms,
            })
        })
        .collect()
}
