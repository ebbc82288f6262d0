//! When a connection runs.

mod cron;
mod quartz;

use std::fmt;
use std::str::FromStr;

use airway_api_gen::{Open, types};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

pub use cron::Cron;

/// When Airbyte starts a connection by itself.
///
/// Two schedules are equal when they mean the same: `24 hours` is `1 day`, and `UTC` is `utc`.
///
/// ```
/// use airway_client::{Schedule, TimeUnit};
///
/// assert_eq!(Schedule::every(24, TimeUnit::Hours)?, Schedule::every(1, TimeUnit::Days)?);
/// assert_eq!(Schedule::cron("0 6 * * 1-5", "Europe/Paris")?.to_string(), "cron 0 0 6 ? * MON-FRI (Europe/Paris)");
/// # Ok::<(), airway_client::ScheduleError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Schedule {
    /// Only when asked to.
    Manual,
    /// At a fixed distance from the previous scheduled run.
    Every(Interval),
    /// At the times of a cron expression.
    Cron(Cron),
}

/// A distance between two runs.
#[derive(Debug, Clone, Copy)]
pub struct Interval {
    units: i64,
    unit: TimeUnit,
}

/// The units in which Airbyte counts intervals. A week has 7 days, a month 30.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names say all there is")]
pub enum TimeUnit {
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
}

/// A schedule that servers refuse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// Not a positive number.
    #[error("{units} {unit} is no distance between two runs: use 1 or more")]
    TooFew {
        /// What was given.
        units: i64,
        /// Of what.
        unit: TimeUnit,
    },
    /// Not a unit.
    #[error("`{given}` is not a unit of time: use minutes, hours, days, weeks or months")]
    Unit {
        /// What was given.
        given: String,
    },
    /// Neither 5 fields (cron) nor 6 or 7 (Quartz).
    #[error("`{expression}` has {fields} fields: cron has 5, Quartz 6 or 7")]
    Fields {
        /// What was given.
        expression: String,
        /// How many fields it has.
        fields: usize,
    },
    /// A field that means nothing where it stands.
    #[error("`{field}` is not valid as the {place} in `{expression}`")]
    Field {
        /// What was given.
        expression: String,
        /// The field.
        field: String,
        /// Which one it is, such as "hour".
        place: &'static str,
    },
    /// Quartz, which Airbyte uses, cannot say "this day of the month or that day of the week".
    #[error("`{expression}` sets both the day of the month and the day of the week; Airbyte takes one of them")]
    BothDays {
        /// What was given.
        expression: String,
    },
    /// Quartz wants one of the days.
    #[error("`{expression}` sets neither the day of the month nor the day of the week; Airbyte wants one of them")]
    NoDay {
        /// What was given.
        expression: String,
    },
    /// Seconds that match more than once.
    #[error("`{expression}` fires more than once a minute, which Airbyte refuses")]
    SubMinute {
        /// What was given.
        expression: String,
    },
    /// A time zone that servers refuse.
    #[error("Airbyte refuses time zones under `Etc/`, such as `{zone}`: use `UTC` or a city")]
    EtcZone {
        /// What was given.
        zone: String,
    },
    /// A time zone that nobody knows.
    #[error("`{zone}` is not an IANA time zone, such as `Europe/Paris`")]
    Zone {
        /// What was given.
        zone: String,
    },
}

impl Schedule {
    /// Returns the schedule of a run every so many units.
    ///
    /// # Errors
    ///
    /// [`ScheduleError::TooFew`] when `units` is below 1.
    pub fn every(units: i64, unit: TimeUnit) -> Result<Self, ScheduleError> {
        if units < 1 {
            return Err(ScheduleError::TooFew { units, unit });
        }
        Ok(Self::Every(Interval { units, unit }))
    }

    /// Returns the schedule of a cron expression: 5 fields as in crontab, or 6 to 7 in Quartz's way, taken as they are.
    ///
    /// # Errors
    ///
    /// A [`ScheduleError`] that says what servers would refuse.
    pub fn cron(expression: &str, zone: &str) -> Result<Self, ScheduleError> {
        Cron::parse(expression, zone).map(Self::Cron)
    }

    /// Returns the next `count` runs after a moment, in the schedule's time zone; fewer where there are no more.
    ///
    /// A fixed distance is counted from the moment, which is best that of the last run: Airbyte counts from there. A time that a
    /// change of clocks leaves out comes later by what the clocks jump.
    ///
    /// ```
    /// use airway_client::Schedule;
    ///
    /// let mornings = Schedule::cron("0 6 * * 1-5", "Europe/Paris")?;
    /// let friday = "2026-03-27T12:00:00Z".parse()?;
    /// let next: Vec<String> = mornings.next_runs(friday, 2)?.iter().map(ToString::to_string).collect();
    /// assert_eq!(next, ["2026-03-30T06:00:00+02:00[Europe/Paris]", "2026-03-31T06:00:00+02:00[Europe/Paris]"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A [`ScheduleError`] for a schedule that a server has and this client cannot read.
    pub fn next_runs(&self, after: Timestamp, count: usize) -> Result<Vec<Zoned>, ScheduleError> {
        match self {
            Self::Manual => Ok(Vec::new()),
            Self::Every(interval) => Ok(interval.runs_after(after).take(count).collect()),
            Self::Cron(cron) => cron.next_runs(after, count),
        }
    }

    pub(crate) fn to_api(&self) -> (types::ConnectionScheduleType, Option<types::ConnectionScheduleData>) {
        match self {
            Self::Manual => (types::ConnectionScheduleType::Manual, None),
            Self::Every(interval) => (types::ConnectionScheduleType::Basic, Some(interval.to_api())),
            Self::Cron(cron) => (types::ConnectionScheduleType::Cron, Some(cron.to_api())),
        }
    }

    /// Reads both the present form and the older `schedule`; what this client cannot name is `None`.
    pub(crate) fn of(connection: &types::ConnectionRead) -> Option<Self> {
        let data = connection.schedule_data.as_ref();
        let kind = connection.schedule_type.as_ref().map(ToString::to_string);
        match kind.as_deref() {
            Some("cron") => data.and_then(|data| data.cron.as_ref()).and_then(Cron::of).map(Self::Cron),
            Some("manual") => Some(Self::Manual),
            _ => {
                let basic = data.and_then(|data| data.basic_schedule.as_ref());
                let basic = basic.map(|basic| (basic.units, basic.time_unit.as_ref().map(ToString::to_string)));
                let legacy = connection.schedule.as_ref();
                let legacy = legacy.map(|legacy| (legacy.units, legacy.time_unit.as_ref().map(ToString::to_string)));
                match basic.or(legacy) {
                    Some((Some(units), Some(unit))) => Self::every(units, unit.parse().ok()?).ok(),
                    Some(_) => None,
                    None => Some(Self::Manual),
                }
            }
        }
    }
}

impl Interval {
    fn minutes(self) -> i64 {
        self.units.saturating_mul(match self.unit {
            TimeUnit::Minutes => 1,
            TimeUnit::Hours => 60,
            TimeUnit::Days => 24 * 60,
            TimeUnit::Weeks => 7 * 24 * 60,
            TimeUnit::Months => 30 * 24 * 60,
        })
    }

    fn runs_after(self, after: Timestamp) -> impl Iterator<Item = Zoned> {
        let step = SignedDuration::from_secs(self.minutes().saturating_mul(60));
        let runs = std::iter::successors(Some(after), move |last| last.checked_add(step).ok());
        runs.skip(1).map(|run| run.to_zoned(TimeZone::UTC))
    }

    fn to_api(self) -> types::ConnectionScheduleData {
        let unit = match self.unit {
            TimeUnit::Minutes => types::ConnectionScheduleDataBasicScheduleTimeUnit::Minutes,
            TimeUnit::Hours => types::ConnectionScheduleDataBasicScheduleTimeUnit::Hours,
            TimeUnit::Days => types::ConnectionScheduleDataBasicScheduleTimeUnit::Days,
            TimeUnit::Weeks => types::ConnectionScheduleDataBasicScheduleTimeUnit::Weeks,
            TimeUnit::Months => types::ConnectionScheduleDataBasicScheduleTimeUnit::Months,
        };
        let basic = types::ConnectionScheduleDataBasicSchedule {
            time_unit: Some(Open::Known(unit)),
            units: Some(self.units),
            ..Default::default()
        };
        types::ConnectionScheduleData { basic_schedule: Some(basic), ..Default::default() }
    }
}

impl PartialEq for Interval {
    fn eq(&self, other: &Self) -> bool {
        self.minutes() == other.minutes()
    }
}

impl Eq for Interval {}

impl FromStr for TimeUnit {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.trim().to_ascii_lowercase().trim_end_matches('s') {
            "minute" => Self::Minutes,
            "hour" => Self::Hours,
            "day" => Self::Days,
            "week" => Self::Weeks,
            "month" => Self::Months,
            _ => return Err(ScheduleError::Unit { given: text.to_owned() }),
        })
    }
}

impl fmt::Display for TimeUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
            Self::Weeks => "weeks",
            Self::Months => "months",
        })
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manual => f.write_str("manual"),
            Self::Every(Interval { units: 1, unit }) => {
                write!(f, "every {}", unit.to_string().trim_end_matches('s'))
            }
            Self::Every(Interval { units, unit }) => write!(f, "every {units} {unit}"),
            Self::Cron(cron) => cron.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_of_equal_length_are_equal() {
        let every = |units, unit: &str| Schedule::every(units, unit.parse().unwrap()).unwrap();
        assert_eq!(every(7, "days"), every(1, "week"));
        assert_eq!(every(1, "month"), every(30, "day"));
        assert_ne!(every(6, "hours"), every(7, "hours"));
    }

    #[test]
    fn what_servers_refuse_is_refused_here() {
        let error = Schedule::every(0, TimeUnit::Hours).unwrap_err();
        assert_eq!(error.to_string(), "0 hours is no distance between two runs: use 1 or more");
        let error = "fortnight".parse::<TimeUnit>().unwrap_err();
        assert_eq!(error.to_string(), "`fortnight` is not a unit of time: use minutes, hours, days, weeks or months");
    }

    #[test]
    fn an_interval_longer_than_all_time_has_no_next_run() {
        let schedule = Schedule::every(i64::MAX, TimeUnit::Months).unwrap();
        assert_eq!(schedule.next_runs(Timestamp::UNIX_EPOCH, 1), Ok(Vec::new()));
    }

    #[test]
    fn a_schedule_says_what_it_means() {
        assert_eq!(Schedule::every(6, TimeUnit::Hours).unwrap().to_string(), "every 6 hours");
        assert_eq!(Schedule::every(1, TimeUnit::Days).unwrap().to_string(), "every day");
        assert_eq!(Schedule::Manual.to_string(), "manual");
    }
}
