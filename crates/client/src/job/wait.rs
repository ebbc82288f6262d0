//! Following jobs to their end.

use std::time::Duration;

use tokio::time::Instant;

use super::{Job, JobStatus, look};
use crate::error::{Error, ErrorKind, Result};
use crate::event::Event;

/// How long to wait for a job, and how often to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitOptions {
    /// After this long, [`Job::wait`] gives up and leaves the job running. One hour by default.
    pub timeout: Duration,
    /// The longest pause between two looks. Pauses start short and grow up to it. Five seconds by default.
    pub poll: Duration,
    /// Whether to cancel the job when the time is up. Off by default.
    pub cancel_on_timeout: bool,
    /// For how long looks may fail without an answer before waiting is given up: two minutes by default.
    pub patience: Duration,
}

const FIRST_PAUSE: Duration = Duration::from_millis(100);

impl Default for WaitOptions {
    fn default() -> Self {
        Self {
            timeout: Duration::from_hours(1),
            poll: Duration::from_secs(5),
            cancel_on_timeout: false,
            patience: Duration::from_mins(2),
        }
    }
}

impl WaitOptions {
    /// Gives up after this long.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Looks at least this often.
    #[must_use]
    pub fn poll(mut self, poll: Duration) -> Self {
        self.poll = poll;
        self
    }

    /// Cancels the job when the time is up.
    #[must_use]
    pub fn cancel_on_timeout(mut self) -> Self {
        self.cancel_on_timeout = true;
        self
    }

    /// Bears with a server that does not answer for this long.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
}

impl Job {
    /// Waits until the job is over, telling observers at every look, and returns how it ended.
    ///
    /// A server that does not answer for a while, or answers with a passing error, is borne with. One that has no form of a job
    /// without logs but the light one is asked for that, and for records and bytes once the job is over.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::StillRunning`] when the time is up, [`ErrorKind::Unobserved`] when the server could not be asked for longer
    /// than [`WaitOptions::patience`]: the job may well have succeeded. A job that fails is no error here; see
    /// [`Job::succeeded`].
    pub async fn wait(&self, options: WaitOptions) -> Result<JobStatus> {
        Self::wait_all(std::slice::from_ref(self), options).await?;
        Ok(self.status())
    }

    /// Waits until all the jobs are over, as [`wait`](Self::wait) does for one, with one request per look for all jobs of a
    /// workspace that were reached through their connections.
    ///
    /// # Errors
    ///
    /// What [`wait`](Self::wait) fails with; the time is that of all jobs together.
    pub async fn wait_all(jobs: &[Self], options: WaitOptions) -> Result<()> {
        let started = Instant::now();
        let mut pause = FIRST_PAUSE.min(options.poll);
        let mut pending: Vec<Self> = Vec::new();
        for job in jobs {
            if job.is_planned() {
                job.airbyte.emit(&Event::Job(job.progress()));
            } else if !pending.contains(job) {
                pending.push(job.clone());
            }
        }
        let mut looks = look::Looks::default();
        let mut answered = started;
        while !pending.is_empty() {
            match looks.look(&pending).await {
                Ok(()) => {
                    answered = Instant::now();
                    for job in &pending {
                        job.airbyte.emit(&Event::Job(job.progress()));
                    }
                    pending.retain(|job| !job.status().is_final());
                }
                Err(error) if is_passing(&error) && answered.elapsed() < options.patience => {
                    tracing::debug!(%error, "a look at jobs failed");
                }
                Err(error) if is_passing(&error) => return Err(unobserved(&pending, answered.elapsed(), error)),
                Err(error) => return Err(error),
            }
            let left = options.timeout.saturating_sub(started.elapsed());
            if pending.is_empty() {
                break;
            }
            if left.is_zero() {
                return Err(time_is_up(&pending, options).await?);
            }
            tokio::time::sleep(pause.min(left)).await;
            pause = (pause * 3 / 2).min(options.poll);
        }
        Ok(())
    }

    /// Waits until the job is over and makes any end but success an error.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::JobFailed`] with the server's reason and the end of the log, or what [`wait`](Self::wait) fails with.
    pub async fn succeeded(&self, options: WaitOptions) -> Result<()> {
        match self.wait(options).await? {
            JobStatus::Succeeded => Ok(()),
            _ if self.is_planned() => Ok(()),
            _ => Err(self.failed().await),
        }
    }

    /// Returns the error that says how and why it ended, with the end of the log where that can be had.
    pub async fn failed(&self) -> Error {
        let mut failure = self.failure();
        if self.status() == JobStatus::Failed
            && let Ok(log) = self.logs(None).await
        {
            failure.get_or_insert_default().ends_with(&log);
        }
        Error::new(ErrorKind::JobFailed { job: self.id, status: self.status(), failure })
    }
}

/// What may be over at the next look.
fn is_passing(error: &Error) -> bool {
    error.is_unclear() || matches!(error.status(), Some(408 | 429))
}

async fn time_is_up(pending: &[Job], options: WaitOptions) -> Result<Error> {
    if options.cancel_on_timeout {
        for job in pending {
            job.cancel().await?;
        }
    }
    Ok(Error::new(ErrorKind::StillRunning {
        job: pending[0].id,
        others: others(pending),
        status: pending[0].status(),
        after: options.timeout,
        cancelled: options.cancel_on_timeout,
    }))
}

fn unobserved(pending: &[Job], silence: Duration, cause: Error) -> Error {
    Error::new(ErrorKind::Unobserved {
        job: pending[0].id,
        others: others(pending),
        status: pending[0].status(),
        silence,
        cause: Box::new(cause),
    })
}

fn others(pending: &[Job]) -> Vec<i64> {
    pending[1..].iter().map(Job::id).collect()
}
