//! The page at `/`: what is in the sandbox, and what it was asked.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::lifecycle::StreamStats;
use crate::reads::JobView;
use crate::recorder::Recorder;
use crate::store::{ActorKind, End, JobFilter, JobOrder, Pipe};

/// The page; it asks for [`OVERVIEW`] once a second and needs nothing from elsewhere.
pub(crate) const PAGE: &str = include_str!("../page/index.html");

/// The path of what the page shows.
pub(crate) const OVERVIEW: &str = "/sandbox/overview";

/// What the page may do: show itself, and ask the sandbox. Names from the API could do nothing even as markup.
pub(crate) const CONTENT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
    connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// More than these nobody looks through; the counts are of all.
const PIPES: i64 = 60;
const LOOSE: i64 = 40;
const JOBS: i64 = 20;
const STREAMS: usize = 40;
const REQUESTS: usize = 40;

/// Answers everything the page shows but requests and faults.
pub(crate) fn overview(call: &Call<'_>) -> Outcome {
    let mut connectors = Connectors { call, names: HashMap::new() };
    let pipes = call.store.newest_pipes(PIPES)?;
    let pipes: Vec<Value> = pipes.iter().map(|pipe| connectors.pipe(pipe)).collect::<Result<_, _>>()?;
    let loose = call.store.newest_loose_ends(LOOSE)?;
    let loose: Vec<Value> = loose.iter().map(|end| connectors.end(end)).collect::<Result<_, _>>()?;
    let [sources, destinations, connections, jobs, running] = call.store.counts()?;
    Ok(Reply::Json(json!({
        "version": call.generation.version(),
        "url": call.url,
        "nowMs": call.now,
        "counts": {
            "sources": sources, "destinations": destinations, "connections": connections, "jobs": jobs, "running": running,
        },
        "connections": pipes,
        "loose": loose,
        "jobs": newest_jobs(call)?,
    })))
}

/// The names of connectors, looked up once each.
struct Connectors<'a> {
    call: &'a Call<'a>,
    names: HashMap<String, String>,
}

impl Connectors<'_> {
    fn pipe(&mut self, pipe: &Pipe) -> Result<Value, ApiError> {
        Ok(json!({
            "id": pipe.id,
            "name": pipe.name,
            "status": pipe.status,
            "schedule": pipe.schedule,
            "nextRunMs": pipe.next_run_at,
            "streams": pipe.streams,
            "lastJob": pipe.last_job,
            "source": self.end(&pipe.source)?,
            "destination": self.end(&pipe.destination)?,
        }))
    }

    fn end(&mut self, end: &End) -> Result<Value, ApiError> {
        let name = if let Some(known) = self.names.get(&end.definition_id) {
            known.clone()
        } else {
            let kind = if end.kind == "source" { ActorKind::Source } else { ActorKind::Destination };
            let found = self.call.connectors.find(self.call.store, kind, &end.definition_id)?;
            let name = found.map_or_else(String::new, |connector| connector.name.clone());
            self.names.insert(end.definition_id.clone(), name.clone());
            name
        };
        Ok(json!({
            "id": end.id, "name": end.name, "kind": end.kind, "connector": name,
            "workspace": {"name": end.workspace, "slug": end.slug},
        }))
    }
}

fn newest_jobs(call: &Call<'_>) -> Result<Vec<Value>, ApiError> {
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
        let totals = view.totals();
        let sum = totals.iter().copied().fold(StreamStats::default(), StreamStats::plus);
        let expected: u64 = view.job.plan.streams.iter().map(|stream| stream.records).sum();
        let streams: Vec<Value> = view.job.plan.streams.iter().zip(&totals).take(STREAMS).map(|(stream, stats)| {
            json!({"name": stream.name, "records": stats.records_emitted, "expected": stream.records})
        }).collect();
        reads.push(json!({
            "id": view.job.id,
            "type": view.job.config_type,
            "status": view.job.status,
            "connection": connection.map(|connection| connection.name),
            "records": sum.records_emitted,
            "bytes": sum.bytes_emitted,
            "expected": expected,
            "attempts": view.last_attempt().map_or(0, |number| number + 1),
            "failure": view.last_failure(call.now).map(|failure| failure["externalMessage"].clone()),
            "streams": streams,
            "createdAtMs": view.job.created_at,
            "startedAtMs": view.job.started_at,
            "endedAtMs": view.job.is_over().then_some(view.job.updated_at),
        }));
    }
    Ok(reads)
}

/// Returns the last requests, newest first; those of the page itself are not among them.
pub(crate) fn requests(recorder: &Recorder) -> Value {
    let (newest, remembered) = recorder.newest(REQUESTS);
    let newest: Vec<Value> = newest
        .iter()
        .map(|it| {
            json!({
                "method": it.method, "path": it.path, "status": it.status, "faults": it.faults, "micros": it.micros,
                "atMs": it.at_ms,
            })
        })
        .collect();
    json!({"newest": newest, "remembered": remembered})
}
