//! What happens by itself: schedules fire, jobs move on, attempts end.
//!
//! Nothing runs in the background. Every request first lets the events pass that fell due since the last
//! one, in the order of their times, so that what it sees (and what a restart finds) is a function of the
//! clock alone.

mod cron;
mod failure;
mod plan;
mod progress;
mod schedule;

pub(crate) use cron::{Cron, CronError};
pub(crate) use failure::Failure;
pub(crate) use plan::{Plan, PlannedStream, Planner, descriptor, stream_descriptor};
pub(crate) use progress::{StreamStats, aggregate, attempt_stats};
pub(crate) use schedule::Trigger;

use serde_json::json;

use crate::clock::Timeline;
use crate::connectors::Connectors;
use crate::faults::{Faults, SCHEDULE};
use crate::generation::{Feature, Generation};
use crate::store::{Attempt, Connection, Job, NewEvent, NewJob, Store};

/// When a job moves on that never does.
const NEVER: i64 = i64::MAX;

/// Waiting for a free worker, in sandbox time.
const QUEUE_MS: i64 = 5_000;

/// So many failures in a row, for so long, and a connection is disabled.
const FAILED_JOBS: usize = 30;
const FAILED_MS: i64 = 7 * 24 * 3_600 * 1_000;

type Result<T> = std::result::Result<T, rusqlite::Error>;

/// The jobs of one sandbox, at one moment.
#[derive(Clone, Copy)]
pub(crate) struct Lifecycle<'a> {
    pub(crate) store: Store<'a>,
    pub(crate) timeline: &'a Timeline,
    pub(crate) connectors: &'a Connectors,
    pub(crate) generation: Generation,
    pub(crate) faults: &'a Faults,
}

impl Lifecycle<'_> {
    /// Lets everything happen that falls due up to `now`.
    pub(crate) fn advance(&self, now: i64) -> Result<()> {
        loop {
            let job = self.store.first_due_job(now)?;
            let connection = self.store.first_due_connection(now)?;
            match (job, connection) {
                (Some((job, at)), Some((_, fires))) if at <= fires => self.step(job, at)?,
                (_, Some((connection, at))) => self.fire(&connection, at)?,
                (Some((job, at)), None) => self.step(job, at)?,
                (None, None) => return Ok(()),
            }
        }
    }

    /// Starts a job on a connection that has none, and returns its id.
    pub(crate) fn start(&self, connection: &Connection, plan: &Plan, scheduled: bool, at: i64) -> Result<i64> {
        let id = self.store.insert_job(&NewJob {
            connection_id: &connection.id,
            config_type: &plan.config_type,
            scheduled,
            created_at: at,
            next_event_at: if plan.stuck { NEVER } else { at + self.timeline.job_time(QUEUE_MS) },
            plan,
        })?;
        self.store.set_next_run(&connection.id, None)?;
        Ok(id)
    }

    /// Ends the job that is under way, as a cancellation does. The connection waits for its next run.
    pub(crate) fn cancel(&self, job: &Job, at: i64) -> Result<()> {
        if let Some(mut attempt) = self.store.attempts(job.id)?.pop()
            && attempt.status == "running"
        {
            "failed".clone_into(&mut attempt.status);
            attempt.updated_at = at;
            attempt.ended_at = Some(at);
            self.store.put_attempt(job.id, &attempt)?;
        }
        self.end(job.clone(), "cancelled", at)
    }

    /// Sets when the connection runs next by its schedule.
    pub(crate) fn reschedule(&self, connection: &Connection, trigger: Trigger, at: i64) -> Result<()> {
        let busy = self.store.active_job(&connection.id)?.is_some();
        let next = if busy { None } else { schedule::next_run(self, connection, trigger, at)? };
        self.store.set_next_run(&connection.id, next)
    }

    fn fire(&self, connection_id: &str, at: i64) -> Result<()> {
        match self.store.connection(connection_id)? {
            Some(connection) if connection.status == "active" => {
                let faults = self.faults.meet(SCHEDULE, SCHEDULE);
                let plan = Planner::new(self, &connection)?.sync()?.with(&faults);
                self.start(&connection, &plan, true, at).map(drop)
            }
            _ => self.store.set_next_run(connection_id, None),
        }
    }

    fn step(&self, job_id: i64, at: i64) -> Result<()> {
        let Some(mut job) = self.store.job(job_id)? else { return Ok(()) };
        let mut attempts = self.store.attempts(job_id)?;
        if job.status == "pending" && self.generation.has(Feature::QueuedStatus) {
            "queued".clone_into(&mut job.status);
            job.updated_at = at;
            job.next_event_at = Some(at + self.timeline.job_time(QUEUE_MS));
            return self.store.update_job(&job);
        }
        if job.status != "running" {
            let number = attempts.len();
            // The timeline tells of starts that somebody asked for.
            if number == 0 && !job.scheduled {
                self.record(&job, "STARTED", at)?;
            }
            self.store.put_attempt(
                job_id,
                &Attempt { number, status: "running".to_owned(), created_at: at, updated_at: at, ended_at: None },
            )?;
            job.started_at = job.started_at.or(Some(at));
            "running".clone_into(&mut job.status);
            job.updated_at = at;
            job.next_event_at = Some(at + self.timeline.job_time(job.plan.attempt(number).run_ms));
            return self.store.update_job(&job);
        }
        let Some(mut attempt) = attempts.pop() else { return self.end(job, "failed", at) };
        let planned = job.plan.attempt(attempt.number).clone();
        attempt.updated_at = at;
        attempt.ended_at = Some(at);
        let failed = planned.failure.is_some();
        (if failed { "failed" } else { "succeeded" }).clone_into(&mut attempt.status);
        self.store.put_attempt(job_id, &attempt)?;
        if !failed {
            self.keep_state(&job, at)?;
            return self.end(job, "succeeded", at);
        }
        if attempt.number + 1 >= job.plan.attempts.len() {
            return self.end(job, "failed", at);
        }
        "incomplete".clone_into(&mut job.status);
        job.updated_at = at;
        job.next_event_at = Some(at + self.timeline.job_time(planned.wait_ms));
        self.store.update_job(&job)
    }

    fn end(&self, mut job: Job, status: &str, at: i64) -> Result<()> {
        status.clone_into(&mut job.status);
        job.updated_at = at;
        job.next_event_at = None;
        self.store.update_job(&job)?;
        self.record(&job, &status.to_uppercase(), at)?;
        let Some(mut connection) = self.store.connection(&job.connection_id)? else { return Ok(()) };
        if status == "failed" && connection.status == "active" && self.has_failed_for_too_long(&connection, at)? {
            "inactive".clone_into(&mut connection.status);
            self.store.update_connection(&connection)?;
            self.store.add_event(&NewEvent {
                connection_id: &connection.id,
                kind: "CONNECTION_DISABLED",
                at,
                job_id: None,
                by_user: false,
                summary: json!({"disabledReason": "TOO_MANY_FAILED_JOBS_WITH_NO_RECENT_SUCCESS"}),
            })?;
        }
        self.reschedule(&connection, Trigger::JobEnded, at)
    }

    /// Tells whether the last jobs all failed, and none has succeeded for a week.
    fn has_failed_for_too_long(&self, connection: &Connection, at: i64) -> Result<bool> {
        let newest = self.store.newest_jobs(&connection.id, FAILED_JOBS)?;
        if newest.len() < FAILED_JOBS || newest.iter().any(|job| job.status != "failed") {
            return Ok(false);
        }
        let succeeded = self.store.last_success(&connection.id)?;
        Ok(at - succeeded.unwrap_or(connection.created_at) >= FAILED_MS)
    }

    /// Puts a step of a job on the connection's timeline.
    fn record(&self, job: &Job, step: &str, at: i64) -> Result<()> {
        let family = match job.config_type.as_str() {
            "reset_connection" => "CLEAR",
            "refresh" => "REFRESH",
            _ => "SYNC",
        };
        let attempts = self.store.attempts(job.id)?;
        let figures = attempt_stats(&job.plan, &attempts, at, |ms| self.timeline.job_time(ms));
        let sum = aggregate(&job.plan, &figures).into_iter().fold(StreamStats::default(), StreamStats::plus);
        // A job that failed and still loaded something is an incomplete one here.
        let step = if step == "FAILED" && sum.records_committed > 0 { "INCOMPLETE" } else { step };
        let summary = match step {
            "STARTED" => json!({"jobId": job.id, "startTimeEpochSeconds": at / 1_000}),
            _ => json!({
                "jobId": job.id,
                "startTimeEpochSeconds": job.created_at / 1_000,
                "endTimeEpochSeconds": at / 1_000,
                "attemptsCount": attempts.len(),
                "recordsLoaded": sum.records_committed,
                "bytesLoaded": sum.bytes_committed,
            }),
        };
        self.store.add_event(&NewEvent {
            connection_id: &job.connection_id,
            kind: &format!("{family}_{step}"),
            at,
            job_id: Some(job.id),
            by_user: matches!(step, "STARTED" | "CANCELLED"),
            summary,
        })
    }

    /// Writes what a successful job leaves behind: how far incremental streams have read, or nothing after a reset.
    fn keep_state(&self, job: &Job, at: i64) -> Result<()> {
        let stored = self.store.state(&job.connection_id)?;
        let mut states = stored.as_ref().map_or_else(Vec::new, stream_states);
        let touched = |entry: &serde_json::Value| {
            job.plan.streams.iter().any(|stream| stream.descriptor() == entry["streamDescriptor"])
        };
        let resets = job.config_type == "reset_connection";
        states.retain(|entry| !touched(entry));
        if !resets {
            for stream in job.plan.streams.iter().filter(|stream| stream.incremental) {
                let cursor = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
                states.push(json!({
                    "streamDescriptor": stream.descriptor(),
                    "streamState": {
                        "cursor_field": stream.cursor_field,
                        "cursor": cursor.to_string(),
                        "records": stream.known_records + stream.records,
                    },
                }));
            }
        }
        match stored.filter(|state| state["stateType"] == "global") {
            // What the streams share goes on to be true, until nothing of them is left.
            Some(mut state) if !(resets && states.is_empty()) => {
                state["globalState"]["streamStates"] = json!(states);
                self.store.set_state(&job.connection_id, &state)
            }
            _ if states.is_empty() => self.store.delete_state(&job.connection_id),
            _ => self.store.set_state(&job.connection_id, &json!({"stateType": "stream", "streamState": states})),
        }
    }
}

/// Returns the per-stream entries of a stored state, whatever its type.
pub(crate) fn stream_states(state: &serde_json::Value) -> Vec<serde_json::Value> {
    let list = match state["stateType"].as_str() {
        Some("global") => &state["globalState"]["streamStates"],
        _ => &state["streamState"],
    };
    list.as_array().cloned().unwrap_or_default()
}
