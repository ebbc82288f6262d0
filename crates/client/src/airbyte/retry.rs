//! Which failed requests are sent again, when, how often, and until when.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use airway_api_gen::operations;
use airway_spec::Effect;
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::Airbyte;
use super::lost::{Find, Found, look_for, may_be_at_work};
use crate::error::{Error, ErrorKind, Result};

/// How often requests are repeated that may be: reads, and writes that change nothing when they come twice.
///
/// They are repeated when the connection broke, when no answer came in time, and after 408, 429, 502, 503 and 504; once after a
/// 500 in which the server says nothing. What starts something is never repeated by itself, unless the server refused it unseen
/// (429). What creates something is repeated once a look has shown that it was not made: where other requests are, and once after
/// any 500 or an answer that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retries {
    /// How often one request is repeated at most: 3 times by default.
    pub per_request: usize,
    /// How many repeats there are in all, so that a broken server is not hammered: 100 by default. Clients that share a
    /// [`RetryBudget`] count together.
    pub in_all: u32,
    /// The first pause, a quarter of a second by default; each following one is twice as long, with some chance in it.
    pub first_pause: Duration,
    /// The longest pause, one minute by default. A server that asks to be left alone for longer (`Retry-After`) is not asked
    /// again: that is better told to the person who waits.
    pub longest_pause: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            per_request: 3,
            in_all: 100,
            first_pause: Duration::from_millis(250),
            longest_pause: Duration::from_mins(1),
        }
    }
}

impl Retries {
    /// Repeats nothing.
    #[must_use]
    pub fn none() -> Self {
        Self { per_request: 0, ..Self::default() }
    }

    /// Sets how often one request is repeated at most.
    #[must_use]
    pub fn per_request(mut self, times: usize) -> Self {
        self.per_request = times;
        self
    }

    /// Sets how many repeats there are in all.
    #[must_use]
    pub fn in_all(mut self, times: u32) -> Self {
        self.in_all = times;
        self
    }

    /// Sets the first pause.
    #[must_use]
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// Sets the longest pause.
    #[must_use]
    pub fn longest_pause(mut self, pause: Duration) -> Self {
        self.longest_pause = pause;
        self
    }
}

/// How many repeats were made so far. Clones count together.
#[derive(Clone, Default)]
pub struct RetryBudget(Arc<AtomicU32>);

impl RetryBudget {
    /// Returns how many repeats were made.
    #[must_use]
    pub fn made(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes one of so many, if there is one left.
    fn take(&self, in_all: u32) -> bool {
        let taken = |made: u32| (made < in_all).then_some(made + 1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }
}

impl fmt::Debug for RetryBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RetryBudget({} made)", self.made())
    }
}

/// Repeats what may be repeated, for one server.
pub(super) struct Repeater {
    retries: Retries,
    budget: RetryBudget,
    deadline: Option<Instant>,
    /// Whether this server ever answered: one that never did is more likely misnamed than restarting.
    answered: AtomicBool,
}

impl Repeater {
    pub(super) fn new(retries: Retries, budget: RetryBudget, deadline: Option<Instant>) -> Self {
        Self { retries, budget, deadline, answered: AtomicBool::new(false) }
    }

    pub(super) fn first_pause(&self) -> Duration {
        self.retries.first_pause
    }

    fn pauses(&self) -> ExponentialBackoff {
        ExponentialBuilder::new()
            .with_min_delay(self.retries.first_pause)
            .with_max_delay(self.retries.longest_pause)
            .with_max_times(self.retries.per_request)
            .with_jitter()
            .build()
    }

    /// How long to wait before the request is sent again; `None` when it is not. `attempts` were made, and a look has shown
    /// that they did nothing where `is_undone`.
    fn pause(
        &self,
        operation: &str,
        error: &Error,
        attempts: u32,
        is_undone: bool,
        pauses: &mut ExponentialBackoff,
    ) -> Option<Duration> {
        let operation = operations().get(operation)?;
        let is_safe = is_undone || matches!(operation.effect, Effect::Read | Effect::Idempotent);
        let mut asked = None;
        let worth_it = match error.kind() {
            ErrorKind::Unreachable { .. } => self.answered.load(Ordering::Relaxed) && is_safe,
            // Another quarter of an hour is not what anybody wants.
            ErrorKind::Timeout => !operation.long_running && is_safe,
            ErrorKind::Refused(refusal) => {
                asked = refusal.retry_after();
                match refusal.status() {
                    429 => true,
                    408 | 502..=504 => is_safe,
                    // Mostly a mistake of the caller's that is one the next time as well, but sometimes a server that starts.
                    500 => attempts == 1 && is_safe && (is_undone || refusal.message().is_none()),
                    _ => false,
                }
            }
            ErrorKind::Unintelligible { .. } => attempts == 1 && is_undone,
            _ => false,
        };
        if !worth_it || asked.is_some_and(|asked| asked > self.retries.longest_pause) {
            return None;
        }
        let pause = pauses.next()?;
        let pause = asked.unwrap_or(pause);
        let ends_before = self.deadline.is_none_or(|deadline| Instant::now() + pause < deadline);
        (ends_before && self.budget.take(self.retries.in_all)).then_some(pause)
    }

    /// Makes one attempt, unless the time is over, and until it is.
    async fn before_deadline<T>(&self, operation: &'static str, attempt: impl Future<Output = Result<T>>) -> Result<T> {
        let Some(deadline) = self.deadline else { return attempt.await };
        let late = |is_sent| Err(Error::during(ErrorKind::Deadline { is_sent }, operation));
        if Instant::now() >= deadline {
            return late(false);
        }
        tokio::time::timeout_at(deadline.into(), attempt).await.unwrap_or_else(|_| late(true))
    }

    /// Makes attempts until one succeeds or another promises nothing. What `find` finds after one that ended unclearly is what
    /// that one made.
    async fn run<T, F: Future<Output = Result<T>>>(
        &self,
        operation: &'static str,
        attempt: impl Fn() -> F,
        find: Option<Find<'_, T>>,
    ) -> Result<T> {
        let mut pauses = self.pauses();
        let mut attempts = 1;
        let mut may_come_late = false;
        loop {
            Span::current().record("attempts", attempts);
            let answer = self.before_deadline(operation, attempt()).await;
            if !matches!(&answer, Err(error) if error.is_unreachable()) {
                self.answered.store(true, Ordering::Relaxed);
            }
            let error = match (answer, find) {
                // The server got to an earlier one after all: then there are two, and somebody has to know.
                (Ok(made), Some(find)) if may_come_late => return unless_ambiguous(made, find().await),
                (Ok(made), _) => return Ok(made),
                (Err(error), _) => error,
            };
            let mut is_undone = false;
            if let Some(find) = find.filter(|_| error.is_unclear()) {
                may_come_late |= may_be_at_work(&error);
                match look_for(&error, find, self.retries.first_pause).await? {
                    Found::There(made) => return Ok(made),
                    Found::Absent => is_undone = true,
                    Found::Unknown => return Err(error.after(attempts)),
                }
            }
            let Some(pause) = self.pause(operation, &error, attempts, is_undone, &mut pauses) else {
                let unsent = matches!(error.kind(), ErrorKind::Deadline { is_sent: false } | ErrorKind::NoToken { .. });
                return Err(error.after(attempts - u32::from(unsent)));
            };
            tracing::debug!(operation, attempts, ?pause, "asking again");
            tokio::time::sleep(pause).await;
            attempts += 1;
        }
    }
}

fn unless_ambiguous<T>(made: T, look: Result<Option<T>>) -> Result<T> {
    match look {
        Err(error) if matches!(error.kind(), ErrorKind::Ambiguous { .. }) => Err(error),
        _ => Ok(made),
    }
}

impl Airbyte {
    /// Makes a request, and makes it again as long as that is safe and promising. `find` looks for what it may have made.
    pub(super) async fn repeating<T, F: Future<Output = Result<T>>>(
        &self,
        operation: &'static str,
        attempt: impl Fn() -> F,
        find: Option<Find<'_, T>>,
    ) -> Result<T> {
        let span = tracing::debug_span!("call", operation, attempts = Empty, status = Empty, milliseconds = Empty);
        let start = Instant::now();
        // Boxed: raw requests are not, and what encloses them should stay small.
        let answer = Box::pin(self.0.repeater.run(operation, attempt, find)).instrument(span.clone()).await;
        span.record("milliseconds", start.elapsed().as_millis());
        span.in_scope(|| match &answer {
            Ok(_) => tracing::debug!("done"),
            Err(error) => tracing::debug!(kind = error.label(), "failed"),
        });
        answer
    }
}
