//! Following a job to its end.

use std::time::{Duration, Instant};

use super::{Job, JobStatus};
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
}

const FIRST_PAUSE: Duration = Duration::from_millis(100);

impl Default for WaitOptions {
    fn default() -> Self {
        Self { timeout: Duration::from_hours(1), poll: Duration::from_secs(5), cancel_on_timeout: false }
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
}

impl Job {
    /// Waits until the job is over, telling observers at every look, and returns how it ended.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::StillRunning`] when the time is up. A job that fails is no error here; see [`Job::succeeded`].
    pub async fn wait(&self, options: WaitOptions) -> Result<JobStatus> {
        let started = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            self.refresh().await?;
            self.airbyte.emit(&Event::Job(self.progress()));
            let status = self.status();
            if status.is_final() || self.is_planned() {
                return Ok(status);
            }
            let left = options.timeout.saturating_sub(started.elapsed());
            if left.is_zero() {
                if options.cancel_on_timeout {
                    self.cancel().await?;
                }
                return Err(Error::new(ErrorKind::StillRunning { job: self.id, status, after: options.timeout }));
            }
            tokio::time::sleep(pause.min(left)).await;
            pause = (pause * 3 / 2).min(options.poll);
        }
    }

    /// Waits until the job is over and makes any end but success an error.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::JobFailed`] with the server's reason, or what [`wait`](Self::wait) fails with.
    pub async fn succeeded(&self, options: WaitOptions) -> Result<()> {
        match self.wait(options).await? {
            JobStatus::Succeeded => Ok(()),
            _ if self.is_planned() => Ok(()),
            status => Err(Error::new(ErrorKind::JobFailed { job: self.id, status, failure: self.failure() })),
        }
    }
}
