//! Jobs: the runs of a connection.

mod attempt;
mod filter;
mod look;
mod state;
mod status;
mod tally;
mod wait;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use airway_api_gen::types;
use futures::future::BoxFuture;

pub use attempt::Attempt;
pub use filter::{JobFilter, JobKind};
pub(crate) use look::kinds;
pub use status::JobStatus;
pub use tally::{StreamTally, Tally};
pub use wait::WaitOptions;

use crate::airbyte::{Airbyte, Way, Ways, Write};
use crate::change::Change;
use crate::connection::Connection;
use crate::error::{Error, Failure, Result, log_lines};
use crate::event::Resource;
use state::JobState;

const LIGHT: &str = "jobs/get_light";

/// A run of a connection. Clones share the state that was read last; [`refresh`](Self::refresh) and [`wait`](Self::wait) renew it.
#[derive(Clone)]
pub struct Job {
    airbyte: Airbyte,
    /// Where it was reached through it.
    connection: Option<Connection>,
    id: i64,
    state: Arc<Mutex<JobState>>,
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
    /// How much of each stream was copied so far; empty where the server does not tell.
    pub streams: Vec<StreamTally>,
    /// How many attempts there were, the running one included.
    pub attempt: usize,
    /// How long it has taken, in the server's whole seconds; while it runs, some servers do not tell.
    pub duration: Duration,
    /// When it began, in seconds since 1970 by the server's clock.
    pub started_at: Option<i64>,
}

impl Job {
    /// `None` for a job without a number, which no call could use.
    pub(crate) fn of(connection: &Connection, read: types::JobInfoRead) -> Option<Self> {
        JobState::of_info(read, Some(connection)).map(|state| Self::through(connection, state))
    }

    pub(crate) fn of_listed(connection: &Connection, read: types::JobWithAttemptsRead) -> Option<Self> {
        JobState::of_listed(read, Some(connection)).map(|state| Self::through(connection, state))
    }

    /// A job without its attempts.
    pub(crate) fn of_bare(connection: &Connection, read: &types::JobRead) -> Option<Self> {
        JobState::of(read, &[], Some(connection)).map(|state| Self::through(connection, state))
    }

    fn through(connection: &Connection, state: JobState) -> Self {
        Self {
            airbyte: connection.airbyte().clone(),
            connection: Some(connection.clone()),
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
        self.connection.as_ref().map_or("", Connection::name)
    }

    /// Returns the id of its connection.
    #[must_use]
    pub fn connection_id(&self) -> String {
        self.look(|state| state.connection_id.clone())
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
    ///
    /// Over several attempts, a stream that is copied anew counts what the last one copied, one that goes on from a state all of
    /// them: what old servers leave to the reader is counted the same.
    #[must_use]
    pub fn streams(&self) -> Vec<StreamTally> {
        self.look(|state| state.streams.clone())
    }

    /// Returns its attempts when last read, oldest first.
    #[must_use]
    pub fn attempts(&self) -> Vec<Attempt> {
        self.look(|state| state.attempts.clone())
    }

    /// Returns why its newest failed attempt failed.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        self.look(JobState::failure).map(|failure| failure.redacted(self.airbyte.vault()))
    }

    /// Returns when it was created, in the server's whole seconds.
    #[must_use]
    pub fn created_at(&self) -> Option<jiff::Timestamp> {
        self.look(|state| state.created_at).and_then(|at| jiff::Timestamp::from_second(at).ok())
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
        let (operation, read) = self.airbyte.job_info(self.id, |ways| &ways.job).await?;
        let fresh = JobState::of_info(read, self.connection.as_ref());
        let fresh = fresh.ok_or_else(|| Error::incomplete(operation, "job.id"))?;
        self.renew(|state| *state = fresh);
        Ok(())
    }

    /// Reads how far it is, without logs where the server can leave them out; what that does not tell is read when it is over.
    async fn follow(&self) -> Result<()> {
        let (operation, read) = self.airbyte.job_info(self.id, |ways| &ways.progress).await?;
        if operation != LIGHT {
            let fresh = JobState::of_info(read, self.connection.as_ref());
            let fresh = fresh.ok_or_else(|| Error::incomplete(operation, "job.id"))?;
            self.renew(|state| *state = fresh);
            return Ok(());
        }
        let job = read.job.ok_or_else(|| Error::incomplete(operation, "job"))?;
        if JobStatus::from(job.status.as_ref().map(ToString::to_string).unwrap_or_default().as_str()).is_final() {
            return self.refresh().await;
        }
        self.renew(|state| state.take_light(&job));
        Ok(())
    }

    /// Returns the lines of its log, oldest first: of all attempts, or of the one with this number (from 0).
    ///
    /// # Errors
    ///
    /// When the server cannot tell them.
    pub async fn logs(&self, attempt: Option<i64>) -> Result<Vec<String>> {
        let Some(number) = attempt else {
            let body = types::JobIdRequestBody { id: self.id.into() };
            let read = self.airbyte.call("jobs/get", || self.airbyte.api().get_job_info(&body)).await?;
            let logs = read.attempts.unwrap_or_default().into_iter().filter_map(|attempt| attempt.logs);
            return Ok(logs.flat_map(|logs| log_lines(&logs)).collect());
        };
        let body = types::GetAttemptStatsRequestBody { job_id: self.id.into(), attempt_number: number.into() };
        let call = || self.airbyte.api().get_attempt_for_job(&body);
        let read = self.airbyte.call("attempt/get_for_job", call).await?;
        Ok(read.logs.as_ref().map(log_lines).unwrap_or_default())
    }

    /// Cancels it, unless it is over: then nothing is sent, because servers cancel whatever runs on the connection *now*.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn cancel(&self) -> Result<()> {
        if self.is_planned() {
            return Ok(());
        }
        self.glance().await?;
        if self.status().is_final() {
            return Ok(());
        }
        let body = types::JobIdRequestBody { id: self.id.into() };
        let write = Write::new("jobs/cancel", Change::Cancelled, Resource::Job, &self.id.to_string());
        let call = || self.airbyte.api().cancel_job(&body);
        match self.airbyte.write(write, call, |_| Some(self.id.to_string())).await {
            // The answer has no counts.
            Ok(read) => {
                self.renew(|state| read.job.iter().for_each(|job| state.take_light(job)));
                Ok(())
            }
            // The answer was lost, the cancelling perhaps not.
            Err(error) if error.is_unclear() => match self.glance().await {
                Ok(()) if self.status().is_final() => Ok(()),
                _ => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// Reads its status and nothing else.
    async fn glance(&self) -> Result<()> {
        let body = types::JobIdRequestBody { id: self.id.into() };
        let read = self.airbyte.call(LIGHT, || self.airbyte.api().get_job_info_light(&body)).await?;
        let job = read.job.ok_or_else(|| Error::incomplete(LIGHT, "job"))?;
        self.renew(|state| state.take_light(&job));
        Ok(())
    }

    /// Says whether it does not exist, because the client only plans.
    pub(crate) fn is_planned(&self) -> bool {
        self.airbyte.is_planning() && self.id == 0
    }

    /// Returns what an observer is told about it.
    #[must_use]
    pub fn progress(&self) -> JobProgress {
        self.look(|state| state.progress(self.connection()))
    }

    /// Says whether it clears or reads anew all these streams, as far as the server tells.
    pub(crate) fn may_cover(&self, streams: &[types::ConnectionStream]) -> bool {
        let is_told = |told: &[(String, Option<String>)], stream: &types::ConnectionStream| {
            let namespace = |it: &Option<String>| it.clone().filter(|name| !name.is_empty());
            let wanted = namespace(&stream.stream_namespace);
            told.iter().any(|(name, it)| *name == stream.stream_name && namespace(it) == wanted)
        };
        self.look(|state| state.told.as_ref().is_none_or(|told| streams.iter().all(|stream| is_told(told, stream))))
    }

    /// Takes over what a list said of it.
    fn take_listed(&self, read: types::JobWithAttemptsRead) {
        if let Some(fresh) = JobState::of_listed(read, self.connection.as_ref()) {
            self.renew(|state| *state = fresh);
        }
    }

    fn renew(&self, change: impl FnOnce(&mut JobState)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
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
        let (operation, read) = self.job_info(id, |ways| &ways.job).await?;
        let state = JobState::of_info(read, None).ok_or_else(|| Error::incomplete(operation, "job.id"))?;
        Ok(Job { airbyte: self.clone(), connection: None, id, state: Arc::new(Mutex::new(state)) })
    }

    /// The best that the server tells of a job, and the operation that told it.
    async fn job_info(&self, id: i64, way: fn(&Ways) -> &Way) -> Result<(&'static str, types::JobInfoRead)> {
        let ask = |operation| {
            let answer: BoxFuture<'_, _> = Box::pin(async move {
                let body = types::JobIdRequestBody { id: id.into() };
                match operation {
                    "jobs/get" => self.call(operation, || self.api().get_job_info(&body)).await,
                    LIGHT => {
                        let light = self.call(operation, || self.api().get_job_info_light(&body)).await?;
                        Ok(types::JobInfoRead { job: light.job, ..types::JobInfoRead::default() })
                    }
                    _ => self.call(operation, || self.api().get_job_info_without_logs(&body)).await,
                }
            });
            Some(answer)
        };
        self.ask_through(way, ask).await
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
