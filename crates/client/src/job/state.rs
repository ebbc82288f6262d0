//! What is known of a job.
//!
//! No server has the `summary` of older references: counts are in `aggregatedStats` (1.0 and later, and not in `jobs/get`),
//! and in the attempts, live in `totalStats` and final in `recordsSynced`/`bytesSynced`.

use std::fmt;
use std::time::Duration;

use airway_api_gen::types;

use crate::error::Failure;

/// The status of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobStatus {
    /// Waits to be started.
    Pending,
    /// Waits for capacity (servers newer than 2.0).
    Queued,
    /// An attempt runs.
    Running,
    /// An attempt failed and another one will follow: not over.
    Incomplete,
    /// Over, with success.
    Succeeded,
    /// Over, without success.
    Failed,
    /// Over, on request.
    Cancelled,
    /// A status that this client does not know, as the server spells it.
    Other(String),
}

impl JobStatus {
    /// Says whether the job is over.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }

    pub(crate) fn as_outcome(&self) -> String {
        match self {
            Self::Succeeded => "succeeded".to_owned(),
            Self::Failed => "failed".to_owned(),
            Self::Cancelled => "was cancelled".to_owned(),
            other => format!("is {other}"),
        }
    }
}

impl From<&str> for JobStatus {
    fn from(text: &str) -> Self {
        match text {
            "pending" => Self::Pending,
            "queued" => Self::Queued,
            "running" => Self::Running,
            "incomplete" => Self::Incomplete,
            "succeeded" => Self::Succeeded,
            "failed" => Self::Failed,
            "cancelled" => Self::Cancelled,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for JobStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "pending",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Incomplete => "incomplete",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Other(other) => other,
        })
    }
}

/// How much was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Records that reached the destination.
    pub records: i64,
    /// Their bytes.
    pub bytes: i64,
}

/// How much of one stream was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamTally {
    /// The stream, as `namespace.name` or name.
    pub name: String,
    /// How much of it.
    pub tally: Tally,
}

/// What a look at a job showed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobProgress {
    /// The job's number.
    pub job: i64,
    /// The name of its connection, where it was reached through one.
    pub connection: String,
    /// Its status.
    pub status: JobStatus,
    /// How much was copied so far.
    pub tally: Tally,
    /// How long it has taken, in the server's whole seconds.
    pub duration: Duration,
}

#[derive(Debug, Clone)]
pub(super) struct JobState {
    pub(super) id: i64,
    pub(super) status: JobStatus,
    pub(super) kind: String,
    pub(super) tally: Tally,
    pub(super) streams: Vec<StreamTally>,
    pub(super) attempts: usize,
    pub(super) failure: Option<Failure>,
    pub(super) duration: Duration,
}

impl JobState {
    pub(super) fn of_info(read: types::JobInfoRead) -> Option<Self> {
        let attempts = read.attempts.unwrap_or_default();
        Self::of(&read.job?, &attempts.into_iter().filter_map(|item| item.attempt).collect::<Vec<_>>())
    }

    pub(super) fn of_listed(read: types::JobWithAttemptsRead) -> Option<Self> {
        Self::of(&read.job?, &read.attempts.unwrap_or_default())
    }

    fn of(job: &types::JobRead, attempts: &[types::AttemptRead]) -> Option<Self> {
        let failed = attempts.iter().rev().find_map(|attempt| attempt.failure_summary.as_ref());
        let failure = failed.and_then(|summary| summary.failures.as_ref()?.first()).map(Failure::of);
        let seconds =
            job.updated_at.zip(job.started_at.or(job.created_at)).map(|(end, start)| end.saturating_sub(start));
        Some(Self {
            id: job.id.as_ref()?.0,
            status: JobStatus::from(job.status.as_ref().map(ToString::to_string).unwrap_or_default().as_str()),
            kind: job.config_type.as_ref().map(ToString::to_string).unwrap_or_default(),
            tally: tally(job, attempts),
            streams: streams(job, attempts),
            attempts: attempts.len(),
            failure,
            duration: Duration::from_secs(u64::try_from(seconds.unwrap_or_default()).unwrap_or_default()),
        })
    }

    pub(super) fn progress(&self, connection: &str) -> JobProgress {
        JobProgress {
            job: self.id,
            connection: connection.to_owned(),
            status: self.status.clone(),
            tally: self.tally,
            duration: self.duration,
        }
    }
}

/// The server's own aggregate where there is one, because it knows which attempts resumed which; else what the attempts say.
fn tally(job: &types::JobRead, attempts: &[types::AttemptRead]) -> Tally {
    if let Some(stats) = &job.aggregated_stats
        && let (Some(records), Some(bytes)) = (stats.records_committed, stats.bytes_committed)
    {
        return Tally { records, bytes };
    }
    attempts.iter().fold(Tally::default(), |sum, attempt| {
        let live = attempt.total_stats.as_ref();
        let records = live.and_then(|live| live.records_committed).or(attempt.records_synced);
        let bytes = live.and_then(|live| live.bytes_committed).or(attempt.bytes_synced);
        Tally { records: sum.records + records.unwrap_or_default(), bytes: sum.bytes + bytes.unwrap_or_default() }
    })
}

fn streams(job: &types::JobRead, attempts: &[types::AttemptRead]) -> Vec<StreamTally> {
    let full_name = |namespace: Option<&String>, name: Option<&String>| match (namespace, name) {
        (Some(namespace), Some(name)) if !namespace.is_empty() => format!("{namespace}.{name}"),
        (_, name) => name.cloned().unwrap_or_default(),
    };
    let aggregated = job.stream_aggregated_stats.as_ref().map(|stats| stats.0.as_slice()).unwrap_or_default();
    if !aggregated.is_empty() {
        let one = |stats: &types::StreamStats| StreamTally {
            name: full_name(stats.stream_namespace.as_ref(), stats.stream_name.as_ref()),
            tally: Tally {
                records: stats.records_committed.unwrap_or_default(),
                bytes: stats.bytes_committed.unwrap_or_default(),
            },
        };
        return aggregated.iter().map(one).collect();
    }
    let last = attempts.last().and_then(|attempt| attempt.stream_stats.as_deref()).unwrap_or_default();
    let one = |stats: &types::AttemptStreamStats| {
        let counts = stats.stats.as_ref();
        StreamTally {
            name: full_name(stats.stream_namespace.as_ref(), stats.stream_name.as_ref()),
            tally: Tally {
                records: counts.and_then(|counts| counts.records_committed).unwrap_or_default(),
                bytes: counts.and_then(|counts| counts.bytes_committed).unwrap_or_default(),
            },
        }
    };
    last.iter().map(one).collect()
}
