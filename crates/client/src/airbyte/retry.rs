//! Which failed requests are sent again, when, and how often.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use airway_api_gen::operations;
use airway_spec::{Effect, Operation};
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use super::Airbyte;
use crate::error::{Error, ErrorKind, Result};

/// How often requests are repeated that may be: reads, and writes that change nothing when they come twice.
///
/// What creates or starts something is never repeated by itself, unless the server refused it unseen (429).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retries {
    /// How often one request is repeated at most: 3 times by default.
    pub per_request: usize,
    /// How many repeats one client makes in all, so that a broken server is not hammered: 100 by default.
    pub in_all: u32,
    /// The first pause, a quarter of a second by default; each following one is twice as long, with some chance in it.
    pub first_pause: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self { per_request: 3, in_all: 100, first_pause: Duration::from_millis(250) }
    }
}

impl Retries {
    /// Repeats nothing.
    #[must_use]
    pub fn none() -> Self {
        Self { per_request: 0, ..Self::default() }
    }

    /// Sets the first pause.
    #[must_use]
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }
}

// What a server asks for beyond this is better told to the person who waits.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What one client has repeated so far.
pub(super) struct Repeater {
    retries: Retries,
    made: AtomicU32,
    /// Whether this server ever answered: one that never did is more likely misnamed than restarting.
    answered: AtomicBool,
}

impl Repeater {
    pub(super) fn new(retries: Retries) -> Self {
        Self { retries, made: AtomicU32::new(0), answered: AtomicBool::new(false) }
    }

    pub(super) fn first_pause(&self) -> Duration {
        self.retries.first_pause
    }

    fn pauses(&self) -> ExponentialBackoff {
        ExponentialBuilder::new()
            .with_min_delay(self.retries.first_pause)
            .with_max_delay(LONGEST_PAUSE)
            .with_max_times(self.retries.per_request)
            .with_jitter()
            .build()
    }

    /// How long to wait before the request is sent again; `None` when it is not.
    fn pause(&self, operation: &str, error: &Error, pauses: &mut ExponentialBackoff) -> Option<Duration> {
        let operation = operations().get(operation)?;
        let worth_it = match error.kind() {
            ErrorKind::Unreachable { .. } => self.answered.load(Ordering::Relaxed) && is_repeatable(operation),
            // Another quarter of an hour is not what anybody wants.
            ErrorKind::Timeout => !operation.long_running && is_repeatable(operation),
            ErrorKind::Refused(refusal) => match refusal.status() {
                429 => true,
                408 | 502..=504 => is_repeatable(operation),
                _ => false,
            },
            _ => false,
        };
        if !worth_it || self.made.load(Ordering::Relaxed) >= self.retries.in_all {
            return None;
        }
        let pause = pauses.next()?;
        self.made.fetch_add(1, Ordering::Relaxed);
        let asked = match error.kind() {
            ErrorKind::Refused(refusal) => refusal.retry_after(),
            _ => None,
        };
        Some(asked.map_or(pause, |asked| asked.min(LONGEST_PAUSE)))
    }
}

fn is_repeatable(operation: &Operation) -> bool {
    matches!(operation.effect, Effect::Read | Effect::Idempotent)
}

impl Airbyte {
    /// Makes a request, and makes it again as long as that is safe and promising.
    pub(super) async fn repeating<T, F: Future<Output = Result<T>>>(
        &self,
        operation: &'static str,
        attempt: impl Fn() -> F,
    ) -> Result<T> {
        let repeater = &self.0.repeater;
        let mut pauses = repeater.pauses();
        let mut attempts = 1;
        loop {
            let answer = attempt().await;
            if !matches!(&answer, Err(error) if error.is_unreachable()) {
                repeater.answered.store(true, Ordering::Relaxed);
            }
            let Err(error) = answer else { return answer };
            let Some(pause) = repeater.pause(operation, &error, &mut pauses) else {
                return Err(error.after(attempts));
            };
            tracing::debug!(operation, attempts, ?pause, "asking again");
            tokio::time::sleep(pause).await;
            attempts += 1;
        }
    }
}
