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
    /// After this long, [`Job::wait`] gives up and leaves the job running; a last look may take a second more. One hour by
    /// default.
    pub timeout: Duration,
    /// The longest pause between two looks. Pauses start short and grow up to it. Five seconds by default.
    pub poll: Duration,
    /// Whether to cancel the job when the time is up. Off by default.
    pub cancel_on_timeout: bool,
    /// For how long looks may fail without an answer before waiting is given up: two minutes by default.
    pub patience: Duration,
}

const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// A look is given this long, even when the time is up sooner: what waited briefly is to know how things stand.
const LAST_LOOK: Duration = Duration::from_secs(1);

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
    /// than [`WaitOptions::patience`]: the job may well have succeeded. A job that fails is no error here, nor is one that is
    /// found to be over when it is to be cancelled; see [`Job::succeeded`].
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
            // No bound where the time is longer than clocks count.
            let end = started.checked_add(options.timeout).map(|end| end.max(Instant::now() + LAST_LOOK));
            let look = looks.look(&pending);
            let seen = match end {
                Some(end) => tokio::time::timeout_at(end, look).await,
                None => Ok(look.await),
            };
            match seen {
                // The time is up.
                Err(_) => {}
                Ok(Ok(())) => {
                    answered = Instant::now();
                    for job in &pending {
                        job.airbyte.emit(&Event::Job(job.progress()));
                    }
                    pending.retain(|job| !job.status().is_final());
                }
                Ok(Err(error)) if is_passing(&error) && answered.elapsed() < options.patience => {
                    tracing::debug!(%error, "a look at jobs failed");
                }
                Ok(Err(error)) if is_passing(&error) => return Err(unobserved(&pending, answered.elapsed(), error)),
                Ok(Err(error)) => return Err(error),
            }
            let left = options.timeout.saturating_sub(started.elapsed());
            if pending.is_empty() {
                break;
            }
            if left.is_zero() {
                return time_is_up(pending, options).await;
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

/// The error that says so, after all that could be cancelled was, if that is wanted. None when all turn out to be over.
async fn time_is_up(pending: Vec<Job>, options: WaitOptions) -> Result<()> {
    let (mut late, mut uncancelled) = (pending, Vec::new());
    if options.cancel_on_timeout {
        let mut unfinished = Vec::new();
        for job in late {
            match job.cancel().await {
                Ok(()) if matches!(job.status(), JobStatus::Succeeded | JobStatus::Failed) => {
                    // Without its numbers, it is over all the same.
                    if let Err(error) = job.refresh().await {
                        tracing::debug!(%error, "the numbers of a job could not be read");
                    }
                    job.airbyte.emit(&Event::Job(job.progress()));
                    continue;
                }
                Ok(()) => {}
                Err(error) => uncancelled.push((job.id, error)),
            }
            unfinished.push(job);
        }
        late = unfinished;
    }
    let Some(first) = late.first() else { return Ok(()) };
    Err(Error::new(ErrorKind::StillRunning {
        job: first.id,
        others: others(&late),
        status: first.status(),
        after: options.timeout,
        cancelled: options.cancel_on_timeout,
        uncancelled,
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
