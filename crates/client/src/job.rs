//! Jobs: the runs of a connection.

mod state;
mod wait;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use airway_api_gen::types;
use futures::future::BoxFuture;

pub use state::{JobProgress, JobStatus, StreamTally, Tally};
pub use wait::WaitOptions;

use crate::airbyte::{Airbyte, Write};
use crate::change::Change;
use crate::connection::Connection;
use crate::error::{Error, Failure, Result};
use crate::event::Resource;
use state::JobState;

/// A run of a connection. Clones share the state that was read last; [`refresh`](Self::refresh) and [`wait`](Self::wait) renew it.
#[derive(Clone)]
pub struct Job {
    airbyte: Airbyte,
    connection: String,
    id: i64,
    state: Arc<Mutex<JobState>>,
}

impl Job {
    /// `None` for a job without a number, which no call could use.
    pub(crate) fn of(connection: &Connection, read: types::JobInfoRead) -> Option<Self> {
        Some(Self::with_state(connection.airbyte(), connection.name(), JobState::of_info(read)?))
    }

    pub(crate) fn of_listed(connection: &Connection, read: types::JobWithAttemptsRead) -> Option<Self> {
        Some(Self::with_state(connection.airbyte(), connection.name(), JobState::of_listed(read)?))
    }

    fn with_state(airbyte: &Airbyte, connection: &str, state: JobState) -> Self {
        Self {
            airbyte: airbyte.clone(),
            connection: connection.to_owned(),
            id: state.id,
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// Returns the job's number.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Returns the name of its connection, where it was reached through one.
    #[must_use]
    pub fn connection(&self) -> &str {
        &self.connection
    }

    /// Returns its status when last read.
    #[must_use]
    pub fn status(&self) -> JobStatus {
        self.look(|state| state.status.clone())
    }

    /// Returns what kind of job it is, as the server spells it: `sync`, `refresh`, `reset_connection`, `clear`.
    #[must_use]
    pub fn kind(&self) -> String {
        self.look(|state| state.kind.clone())
    }

    /// Returns records and bytes of all its streams together, as far as known when last read.
    ///
    /// Loaded ones ("committed") where the server counts them, else what its attempts report to have synced.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.look(|state| state.tally)
    }

    /// Returns records and bytes per stream; empty where the server does not tell.
    #[must_use]
    pub fn streams(&self) -> Vec<StreamTally> {
        self.look(|state| state.streams.clone())
    }

    /// Returns how many attempts there were when last read.
    #[must_use]
    pub fn attempts(&self) -> usize {
        self.look(|state| state.attempts)
    }

    /// Returns why its newest failed attempt failed.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        self.look(|state| state.failure.clone()).map(|failure| failure.redacted(self.airbyte.vault()))
    }

    /// Returns how long it took, or has taken so far, in the server's whole seconds.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.look(|state| state.duration)
    }

    /// Reads its state again.
    ///
    /// # Errors
    ///
    /// When the server cannot tell it. A job that is unknown to the server is answered with 500 by all versions.
    pub async fn refresh(&self) -> Result<()> {
        if self.is_planned() {
            return Ok(());
        }
        let (operation, read) = self.airbyte.job_info(self.id).await?;
        self.renew(read, operation)
    }

    /// Cancels it, unless it is over: then nothing is sent, because servers cancel whatever runs on the connection *now*.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn cancel(&self) -> Result<()> {
        self.refresh().await?;
        if self.status().is_final() {
            return Ok(());
        }
        let body = types::JobIdRequestBody { id: self.id.into() };
        let write = Write::new("jobs/cancel", Change::Cancelled, Resource::Job, &self.id.to_string());
        let call = || self.airbyte.api().cancel_job(&body);
        let read = self.airbyte.write(write, call, |_| Some(self.id.to_string())).await?;
        self.renew(read, "jobs/cancel")
    }

    /// Says whether it does not exist, because the client only plans.
    pub(crate) fn is_planned(&self) -> bool {
        self.airbyte.is_planning() && self.id == 0
    }

    /// Returns what an observer is told about it.
    #[must_use]
    pub fn progress(&self) -> JobProgress {
        self.look(|state| state.progress(&self.connection))
    }

    fn renew(&self, read: types::JobInfoRead, operation: &'static str) -> Result<()> {
        let fresh = JobState::of_info(read).ok_or_else(|| Error::incomplete(operation, "job.id"))?;
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    fn look<T>(&self, read: impl FnOnce(&JobState) -> T) -> T {
        read(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Airbyte {
    /// Returns the job of this number.
    ///
    /// # Errors
    ///
    /// When the server cannot tell it. A job that is unknown to the server is answered with 500 by all versions.
    pub async fn job(&self, id: i64) -> Result<Job> {
        let (operation, read) = self.job_info(id).await?;
        let state = JobState::of_info(read).ok_or_else(|| Error::incomplete(operation, "job.id"))?;
        Ok(Job::with_state(self, "", state))
    }

    /// The best that the server tells of a job, and the operation that told it.
    async fn job_info(&self, id: i64) -> Result<(&'static str, types::JobInfoRead)> {
        let ask = |operation| {
            let answer: BoxFuture<'_, _> = Box::pin(async move {
                let body = types::JobIdRequestBody { id: id.into() };
                match operation {
                    "jobs/get" => self.call(operation, || self.api().get_job_info(&body)).await,
                    "jobs/get_light" => {
                        let light = self.call(operation, || self.api().get_job_info_light(&body)).await?;
                        Ok(types::JobInfoRead { job: light.job, ..types::JobInfoRead::default() })
                    }
                    _ => self.call(operation, || self.api().get_job_info_without_logs(&body)).await,
                }
            });
            Some(answer)
        };
        self.ask_through(|ways| &ways.job, ask).await
    }
}

impl PartialEq for Job {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Job {}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").field("id", &self.id).field("status", &self.status()).finish_non_exhaustive()
    }
}
