//! How a connection is doing.

use airway_api_gen::types;
use jiff::{Timestamp, Zoned};

use super::Connection;
use crate::error::{Error, Failure, Result};
use crate::job::{JobFilter, JobKind, JobProgress};
use crate::schedule::Schedule;

/// How a connection is doing, as far as its last jobs tell.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyncStatus {
    /// In one word: `running`, `queued`, `pending`, `failed`, `paused`, `incomplete` or `synced`.
    pub status: String,
    /// The number of its newest job.
    pub last_job: Option<i64>,
    /// When it last succeeded.
    pub last_success: Option<Timestamp>,
    /// Why its last job failed, if it did.
    pub failure: Option<Failure>,
}

impl Connection {
    /// Returns how it is doing.
    ///
    /// Servers before 2.0 have no word for it; then it follows from what they tell of its last job.
    ///
    /// # Errors
    ///
    /// When the server cannot tell it.
    pub async fn sync_status(&self) -> Result<SyncStatus> {
        let body = types::ConnectionStatusesRequestBody { connection_ids: vec![self.id.clone().into()] };
        let call = || self.airbyte().api().get_connection_statuses(&body);
        let all = self.airbyte().call("connections/status", call).await?;
        let read = all.0.into_iter().next().ok_or_else(|| Error::incomplete("connections/status", "[0]"))?;
        let told = read.connection_sync_status.as_ref().map(ToString::to_string);
        Ok(SyncStatus {
            status: told.unwrap_or_else(|| self.word_for(&read).to_owned()),
            last_job: read.last_sync_job_id.as_ref().map(|id| id.0),
            last_success: read.last_successful_sync.and_then(|at| Timestamp::from_second(at).ok()),
            failure: read.failure_reason.as_ref().map(Failure::of),
        })
    }

    fn word_for(&self, read: &types::ConnectionStatusRead) -> &'static str {
        let last = read.last_sync_job_status.as_ref().map(ToString::to_string);
        match last.as_deref() {
            _ if read.is_running == Some(true) => "running",
            Some("running" | "incomplete") => "running",
            _ if self.status() != "active" => "paused",
            Some("succeeded") if read.is_last_completed_job_reset != Some(true) => "synced",
            Some("failed" | "cancelled") => "incomplete",
            _ => "pending",
        }
    }

    /// Returns how far the running job is; `None` when nothing runs.
    ///
    /// # Errors
    ///
    /// When the server cannot tell it.
    pub async fn progress(&self) -> Result<Option<JobProgress>> {
        Ok(self.running_job().await?.map(|job| job.progress()))
    }

    /// Returns when it will run by itself the next `count` times, as far as is known now.
    ///
    /// Nothing when it is not active, or only runs when asked to. A fixed distance is counted from its newest sync; a time that
    /// is past already is one at which it runs as soon as it can.
    ///
    /// # Errors
    ///
    /// When the server cannot tell its last job, or its schedule cannot be computed.
    pub async fn next_runs(&self, count: usize) -> Result<Vec<Zoned>> {
        let Some(schedule) = self.schedule().filter(|_| self.status() == "active") else { return Ok(Vec::new()) };
        let now = Timestamp::now();
        let after = match &schedule {
            Schedule::Every(_) => {
                let last = self.jobs_matching(JobFilter::default().of_kind(JobKind::Sync)).limit(1).await?.pop();
                last.and_then(|job| job.created_at()).unwrap_or(now)
            }
            _ => now,
        };
        Ok(schedule.next_runs(after, count)?)
    }
}
