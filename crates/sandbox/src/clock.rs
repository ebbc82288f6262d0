//! The one door for time: a clock that tests can hold still, and a timeline that runs it faster.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Where a sandbox takes the time from: the machine, or a hand that a test holds.
///
/// ```
/// use std::time::Duration;
/// use airway_sandbox::Clock;
///
/// let clock = Clock::manual(1_760_000_000_000);
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now_ms(), 1_760_000_060_000);
/// ```
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Machine,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn machine() -> Self {
        Self(Source::Machine)
    }

    /// A clock that stands at `epoch_ms` (milliseconds since 1970) until it is advanced; clones share the hand.
    #[must_use]
    pub fn manual(epoch_ms: i64) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(epoch_ms))))
    }

    /// Moves a manual clock on. The machine's clock is not moved.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(hand) = &self.0 {
            hand.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }

    /// Returns the time in milliseconds since 1970.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        match &self.0 {
            Source::Machine => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)),
            Source::Manual(hand) => hand.load(Ordering::SeqCst),
        }
    }

    pub(crate) fn is_manual(&self) -> bool {
        matches!(self.0, Source::Manual(_))
    }
}

/// How fast the sandbox's time runs against its clock.
///
/// A sync takes two minutes of sandbox time: two seconds at `60`. With [`Speed::Instant`] time runs
/// as on the clock, and whatever was started has ended when it is next looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    /// So many sandbox seconds for one second of the clock.
    Times(f64),
    /// Jobs take no time.
    Instant,
}

impl From<f64> for Speed {
    fn from(times: f64) -> Self {
        if times.is_finite() { Self::Times(times.max(0.0)) } else { Self::Instant }
    }
}

/// The text is neither a positive number nor `instant`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no speed (a positive number such as `60`, or `instant`)")]
pub struct UnknownSpeed {
    given: String,
}

impl FromStr for Speed {
    type Err = UnknownSpeed;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case("instant") {
            return Ok(Self::Instant);
        }
        match text.parse::<f64>() {
            Ok(times) if times.is_finite() && times > 0.0 => Ok(Self::Times(times)),
            _ => Err(UnknownSpeed { given: text.to_owned() }),
        }
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Times(times) => write!(f, "{times}"),
            Self::Instant => f.write_str("instant"),
        }
    }
}

/// Sandbox time as a function of the clock.
#[derive(Clone, Debug)]
pub(crate) struct Timeline {
    clock: Clock,
    speed: Speed,
    clock_origin: i64,
    origin: i64,
    /// What was skipped by hand.
    skipped: Arc<AtomicI64>,
}

impl Timeline {
    /// Starts at the clock's time, or at `not_before` where the database has already seen a later one.
    pub(crate) fn starting(clock: Clock, speed: Speed, not_before: i64) -> Self {
        let clock_origin = clock.now_ms();
        Self { clock, speed, clock_origin, origin: clock_origin.max(not_before), skipped: Arc::default() }
    }

    pub(crate) fn now(&self) -> i64 {
        let passed = (self.clock.now_ms() - self.clock_origin).max(0);
        self.origin + self.stretched(passed) + self.skipped.load(Ordering::SeqCst)
    }

    /// Returns the time as it would be at the clock's own speed: for what a faster sandbox must not hasten.
    pub(crate) fn by_the_clock(&self) -> i64 {
        self.clock.now_ms() + self.skipped.load(Ordering::SeqCst)
    }

    /// Moves on at once.
    pub(crate) fn skip(&self, by: Duration) {
        self.skipped.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
    }

    /// Returns how much sandbox time a job phase of `ms` takes.
    pub(crate) fn job_time(&self, ms: i64) -> i64 {
        if self.speed == Speed::Instant { 0 } else { ms }
    }

    /// Returns the sandbox time that passes in `ms` of the clock: for what a faster sandbox must not hasten.
    pub(crate) fn clock_time(&self, ms: i64) -> i64 {
        self.stretched(ms).max(ms)
    }

    fn stretched(&self, ms: i64) -> i64 {
        match self.speed {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_precision_loss,
                reason = "milliseconds of a run stay far below 2^52"
            )]
            Speed::Times(times) => (ms as f64 * times) as i64,
            Speed::Instant => ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_faster_timeline_never_runs_backwards_after_a_restart() {
        let clock = Clock::manual(1_000);
        let first = Timeline::starting(clock.clone(), Speed::Times(60.0), 0);
        clock.advance(Duration::from_millis(500));
        assert_eq!(first.now(), 31_000);
        let second = Timeline::starting(clock, Speed::Times(60.0), first.now());
        assert_eq!(second.now(), 31_000);
    }

    #[test]
    fn what_is_skipped_counts_once_and_what_must_not_be_hastened_goes_by_the_clock() {
        let clock = Clock::manual(1_000);
        let line = Timeline::starting(clock.clone(), Speed::Times(60.0), 0);
        clock.advance(Duration::from_secs(1));
        line.skip(Duration::from_secs(10));
        assert_eq!((line.now(), line.by_the_clock()), (71_000, 12_000));
    }

    #[test]
    fn instant_jobs_take_no_time_while_the_clock_runs_on() {
        let clock = Clock::manual(0);
        let line = Timeline::starting(clock.clone(), Speed::Instant, 0);
        clock.advance(Duration::from_secs(2));
        assert_eq!((line.now(), line.job_time(120_000), line.clock_time(5_000)), (2_000, 0, 5_000));
    }

    #[test]
    fn speeds_are_positive_numbers_or_instant() {
        assert_eq!("60".parse(), Ok(Speed::Times(60.0)));
        assert_eq!("Instant".parse(), Ok(Speed::Instant));
        for given in ["0", "-1", "fast", "inf", "NaN"] {
            assert!(given.parse::<Speed>().is_err(), "{given}");
        }
    }
}
