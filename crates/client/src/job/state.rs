//! What is known of a job.

use std::time::Duration;

use airway_api_gen::types;

use super::tally::{self, StreamTally, Tally};
use super::{Attempt, JobProgress, JobStatus};
use crate::connection::Connection;
use crate::error::Failure;

#[derive(Debug, Clone)]
pub(super) struct JobState {
    pub(super) id: i64,
    pub(super) status: JobStatus,
    pub(super) kind: String,
    pub(super) connection_id: String,
    /// In the server's seconds.
    pub(super) created_at: Option<i64>,
    pub(super) started_at: Option<i64>,
    pub(super) tally: Tally,
    pub(super) streams: Vec<StreamTally>,
    pub(super) attempts: Vec<Attempt>,
    pub(super) duration: Duration,
    /// The streams that it was told to clear or to read anew, with their namespaces; `None` where that is not told.
    pub(super) told: Option<Vec<(String, Option<String>)>>,
}

impl JobState {
    pub(super) fn of_info(read: types::JobInfoRead, connection: Option<&Connection>) -> Option<Self> {
        let attempts = read.attempts.unwrap_or_default();
        let attempts: Vec<_> = attempts.into_iter().filter_map(|item| item.attempt).collect();
        Self::of(&read.job?, &attempts, connection)
    }

    pub(super) fn of_listed(read: types::JobWithAttemptsRead, connection: Option<&Connection>) -> Option<Self> {
        Self::of(&read.job?, &read.attempts.unwrap_or_default(), connection)
    }

    /// `None` for a job without a number, which no call could use.
    pub(super) fn of(
        job: &types::JobRead,
        attempts: &[types::AttemptRead],
        connection: Option<&Connection>,
    ) -> Option<Self> {
        let streams = tally::streams(job, attempts, connection);
        Some(Self {
            id: job.id.as_ref()?.0,
            status: JobStatus::from(job.status.as_ref().map(ToString::to_string).unwrap_or_default().as_str()),
            kind: job.config_type.as_ref().map(ToString::to_string).unwrap_or_default(),
            connection_id: job.config_id.clone().unwrap_or_default(),
            created_at: job.created_at,
            started_at: job.started_at.or(job.created_at),
            tally: tally::total(job, attempts, &streams),
            streams,
            attempts: attempts.iter().map(Attempt::of).collect(),
            duration: between(job.started_at.or(job.created_at), job.updated_at),
            told: told(job),
        })
    }

    /// What a look without statistics showed: counts and attempts stay as they were.
    pub(super) fn take_light(&mut self, job: &types::JobRead) {
        let Some(fresh) = Self::of(job, &[], None) else { return };
        let (tally, streams, attempts) =
            (self.tally, std::mem::take(&mut self.streams), std::mem::take(&mut self.attempts));
        *self = Self { tally, streams, attempts, ..fresh };
    }

    pub(super) fn failure(&self) -> Option<Failure> {
        self.attempts.iter().rev().find_map(|attempt| attempt.failure.clone())
    }

    pub(super) fn progress(&self, connection: &str) -> JobProgress {
        JobProgress {
            job: self.id,
            connection: connection.to_owned(),
            status: self.status.clone(),
            tally: self.tally,
            streams: self.streams.clone(),
            attempt: self.attempts.len(),
            duration: self.duration,
            started_at: self.started_at,
        }
    }
}

fn told(job: &types::JobRead) -> Option<Vec<(String, Option<String>)>> {
    let reset = job.reset_config.as_ref().and_then(|config| config.streams_to_reset.as_ref());
    let refresh = job.refresh_config.as_ref().and_then(|config| config.streams_to_refresh.as_ref());
    let name = |it: &types::StreamDescriptor| (it.name.clone().unwrap_or_default(), it.namespace.clone());
    Some(reset.or(refresh)?.iter().map(name).collect())
}

/// Servers count whole seconds.
pub(super) fn between(start: Option<i64>, end: Option<i64>) -> Duration {
    let seconds = start.zip(end).map(|(start, end)| end.saturating_sub(start));
    Duration::from_secs(u64::try_from(seconds.unwrap_or_default()).unwrap_or_default())
}
