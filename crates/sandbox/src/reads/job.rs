//! Jobs as they are read: with logs, with statistics, or bare.

mod logs;

use serde_json::{Value, json};

use super::object;
use crate::api_error::ApiError;
use crate::call::Call;
use crate::lifecycle::{Failure, PlannedStream, StreamStats, aggregate, attempt_stats};
use crate::store::{Attempt, Job};

/// Whether a read carries aggregated figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statistics {
    None,
    Aggregated,
}

/// A job with its attempts and how far each of them is.
pub(crate) struct JobView {
    pub(crate) job: Job,
    attempts: Vec<Attempt>,
    figures: Vec<Vec<StreamStats>>,
}

impl JobView {
    pub(crate) fn of(call: &Call<'_>, job: Job) -> Result<Self, ApiError> {
        let attempts = call.store.attempts(job.id)?;
        let figures = attempt_stats(&job.plan, &attempts, call.now, |ms| call.timeline.job_time(ms));
        Ok(Self { job, attempts, figures })
    }

    /// Returns a `JobRead`.
    pub(crate) fn job(&self, call: &Call<'_>, statistics: Statistics) -> Value {
        let job = &self.job;
        let streams: Vec<Value> = job.plan.streams.iter().map(PlannedStream::descriptor).collect();
        let mut read = json!({
            "id": job.id,
            "configType": job.config_type,
            "configId": job.connection_id,
            "enabledStreams": streams,
            "createdAt": job.created_at / 1_000,
            "updatedAt": job.updated_at / 1_000,
            "startedAt": job.started_at.map(|at| at / 1_000),
            "status": job.status,
        });
        match job.config_type.as_str() {
            "reset_connection" => read["resetConfig"] = json!({"streamsToReset": streams}),
            "refresh" => {
                let refreshed = job.plan.streams.iter().filter(|stream| stream.refreshed);
                let refreshed: Vec<Value> = refreshed.map(PlannedStream::descriptor).collect();
                read["refreshConfig"] = json!({"streamsToRefresh": refreshed});
            }
            _ => {}
        }
        if statistics == Statistics::Aggregated {
            let totals = aggregate(&job.plan, &self.figures);
            let sum = totals.iter().copied().fold(StreamStats::default(), StreamStats::plus);
            read["aggregatedStats"] = call.shape("JobAggregatedStats", counts(sum));
            let per_stream: Vec<Value> = job
                .plan
                .streams
                .iter()
                .zip(totals)
                .map(|(stream, stats)| {
                    let mut read = counts(stats);
                    read["streamName"] = json!(stream.name);
                    read["streamNamespace"] = json!(stream.namespace);
                    read["wasBackfilled"] = json!(job.config_type == "refresh" && stream.refreshed);
                    read["wasResumed"] = json!(self.attempts.len() > 1 && stream.incremental);
                    call.shape("StreamStats", read)
                })
                .collect();
            read["streamAggregatedStats"] = Value::Array(per_stream);
        }
        call.shape("JobRead", read)
    }

    /// Returns a `JobInfoRead` with logs: what `jobs/get` answers. Figures are those of ended attempts.
    pub(crate) fn info(&self, call: &Call<'_>) -> Value {
        let attempts: Vec<Value> = self
            .indices()
            .map(|at| {
                call.shape(
                    "AttemptInfoRead",
                    json!({
                        "attempt": self.attempt(call, at, false),
                        "logType": "formatted",
                        "logs": {"logLines": logs::lines(&self.job, &self.attempts[at], &self.figures[at])},
                    }),
                )
            })
            .collect();
        object([("job", self.job(call, Statistics::None)), ("attempts", Value::Array(attempts))])
    }

    /// Returns a `JobInfoRead` with figures and without logs: what `jobs/get_without_logs` answers.
    pub(crate) fn info_without_logs(&self, call: &Call<'_>) -> Value {
        let attempts: Vec<Value> = self.indices().map(|at| json!({"attempt": self.attempt(call, at, true)})).collect();
        object([("job", self.job(call, Statistics::Aggregated)), ("attempts", Value::Array(attempts))])
    }

    /// Returns a `JobWithAttemptsRead`: what lists hold.
    pub(crate) fn item(&self, call: &Call<'_>) -> Value {
        let attempts: Vec<Value> = self.indices().map(|at| self.attempt(call, at, true)).collect();
        object([("job", self.job(call, Statistics::Aggregated)), ("attempts", Value::Array(attempts))])
    }

    /// Returns how far the job is, per stream of its plan.
    pub(crate) fn totals(&self) -> Vec<StreamStats> {
        aggregate(&self.job.plan, &self.figures)
    }

    /// Returns the number of the last attempt.
    pub(crate) fn last_attempt(&self) -> Option<usize> {
        self.attempts.last().map(|attempt| attempt.number)
    }

    /// Returns why the last attempt failed.
    pub(crate) fn last_failure(&self, now: i64) -> Option<Value> {
        let last = self.attempts.len().checked_sub(1)?;
        self.failure(last).map(|failure| failure.read(self.attempts[last].ended_at.unwrap_or(now)))
    }

    /// Returns an `AttemptInfoRead` of one attempt, if there is one with this number.
    pub(crate) fn attempt_info(&self, call: &Call<'_>, number: usize) -> Option<Value> {
        let at = self.indices().find(|at| self.attempts[*at].number == number)?;
        Some(call.shape(
            "AttemptInfoRead",
            json!({
                "attempt": self.attempt(call, at, true),
                "logType": "formatted",
                "logs": {"logLines": logs::lines(&self.job, &self.attempts[at], &self.figures[at])},
            }),
        ))
    }

    /// Returns the `AttemptStats` of one attempt.
    pub(crate) fn attempt_totals(&self, call: &Call<'_>, number: usize) -> Option<Value> {
        let at = self.indices().find(|at| self.attempts[*at].number == number)?;
        Some(stats(call, self.sum(at)))
    }

    fn indices(&self) -> std::ops::Range<usize> {
        0..self.attempts.len()
    }

    fn sum(&self, at: usize) -> StreamStats {
        self.figures[at].iter().copied().fold(StreamStats::default(), StreamStats::plus)
    }

    fn failure(&self, at: usize) -> Option<Failure> {
        let attempt = &self.attempts[at];
        let last = at + 1 == self.attempts.len();
        if attempt.status != "failed" {
            None
        } else if last && self.job.status == "cancelled" {
            Some(Failure::cancellation())
        } else {
            self.job.plan.attempt(attempt.number).failure.clone()
        }
    }

    /// Returns an `AttemptRead`; `live` shows how far a running one is.
    fn attempt(&self, call: &Call<'_>, at: usize, live: bool) -> Value {
        let attempt = &self.attempts[at];
        let mut read = json!({
            "id": attempt.number,
            "status": attempt.status,
            "createdAt": attempt.created_at / 1_000,
            "updatedAt": attempt.updated_at / 1_000,
        });
        if let Some(ended_at) = attempt.ended_at {
            read["endedAt"] = json!(ended_at / 1_000);
            read["recordsSynced"] = json!(self.sum(at).records_committed);
            read["bytesSynced"] = json!(self.sum(at).bytes_committed);
        }
        if live || attempt.ended_at.is_some() {
            read["totalStats"] = stats(call, self.sum(at));
            let streams: Vec<Value> = self
                .job
                .plan
                .streams
                .iter()
                .zip(&self.figures[at])
                .map(|(stream, figures)| {
                    let mut entry = json!({"streamName": stream.name, "stats": stats(call, *figures)});
                    if let Some(namespace) = &stream.namespace {
                        entry["streamNamespace"] = json!(namespace);
                    }
                    entry
                })
                .collect();
            read["streamStats"] = Value::Array(streams);
        }
        if let Some(failure) = self.failure(at) {
            let partial = self.sum(at).records_committed > 0;
            read["failureSummary"] = json!({
                "failures": [failure.read(attempt.ended_at.unwrap_or(call.now))],
                "partialSuccess": partial,
            });
        }
        read
    }
}

fn counts(stats: StreamStats) -> Value {
    json!({
        "recordsEmitted": stats.records_emitted,
        "bytesEmitted": stats.bytes_emitted,
        "recordsCommitted": stats.records_committed,
        "bytesCommitted": stats.bytes_committed,
        "recordsRejected": 0,
    })
}

fn stats(call: &Call<'_>, stats: StreamStats) -> Value {
    let mut read = counts(stats);
    read["estimatedRecords"] = json!(stats.estimated_records);
    read["stateMessagesEmitted"] = json!(u64::from(stats.records_committed > 0));
    call.shape("AttemptStats", read)
}
