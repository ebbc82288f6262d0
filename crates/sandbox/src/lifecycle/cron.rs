//! Quartz cron expressions: six or seven fields, seconds first.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A parsed expression with its time zone.
#[derive(Debug, Clone)]
pub(crate) struct Cron {
    seconds: BTreeSet<i16>,
    minutes: BTreeSet<i16>,
    hours: BTreeSet<i16>,
    days: Days,
    months: BTreeSet<i16>,
    weekdays: Weekdays,
    years: BTreeSet<i16>,
    zone: TimeZone,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Days {
    Any,
    In(BTreeSet<i16>),
    /// The last day of the month, less so many days.
    Last(i16),
    LastWorkday,
    NearestWorkday(i16),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Weekdays {
    Any,
    /// 1 is Sunday.
    In(BTreeSet<i16>),
    LastInMonth(i16),
    NthInMonth(i16, i16),
}

/// Why an expression or a zone is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CronError {
    #[error("`{expression}` has {count} fields, a Quartz expression has 6 or 7")]
    FieldCount { expression: String, count: usize },
    #[error("`{text}` is no {field} of a Quartz expression")]
    Field { field: &'static str, text: String },
    #[error("`{text}` is no {field} of a Quartz expression: steps are from 1 to {most}, not {width}")]
    Step { field: &'static str, text: String, width: usize, most: i16 },
    #[error("a Quartz expression gives either the day of the month or the day of the week, and `?` for the other")]
    BothDays,
    #[error("`{0}` is no known time zone")]
    Zone(String),
    #[error("time zone `{0}` is not supported, name a region such as `Europe/Paris` or use `UTC`")]
    EtcZone(String),
}

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
/// Quartz looks no further ahead either.
const LAST_YEAR: i16 = 2099;

impl Cron {
    pub(crate) fn parse(expression: &str, zone: &str) -> Result<Self, CronError> {
        if zone.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("etc")) {
            return Err(CronError::EtcZone(zone.to_owned()));
        }
        let found = TimeZone::get(zone).ok().filter(|found| found.iana_name() == Some(zone));
        let zone = found.ok_or_else(|| CronError::Zone(zone.to_owned()))?;
        let upper = expression.to_ascii_uppercase();
        let fields: Vec<&str> = upper.split_whitespace().collect();
        if !(6..=7).contains(&fields.len()) {
            return Err(CronError::FieldCount { expression: expression.to_owned(), count: fields.len() });
        }
        if (fields[3] == "?") == (fields[5] == "?") {
            return Err(CronError::BothDays);
        }
        Ok(Self {
            seconds: set("second", fields[0], 0, 59, &[])?,
            minutes: set("minute", fields[1], 0, 59, &[])?,
            hours: set("hour", fields[2], 0, 23, &[])?,
            days: days(fields[3])?,
            months: set("month", fields[4], 1, 12, &MONTHS)?,
            weekdays: weekdays(fields[5])?,
            years: set("year", fields.get(6).copied().unwrap_or("*"), 1970, LAST_YEAR, &[])?,
            zone,
        })
    }

    /// Tells whether the expression fires more than once a minute.
    pub(crate) fn is_sub_minute(&self) -> bool {
        self.seconds.len() > 1
    }

    /// Returns the first time after `after` (milliseconds) that fits.
    pub(crate) fn next_after(&self, after: i64) -> Option<i64> {
        let start = Timestamp::from_millisecond(after).ok()?.to_zoned(self.zone.clone()).datetime();
        let mut date = start.date();
        // No clock change skips more than this.
        let earliest = start.time().saturating_sub(3.hours());
        while date.year() <= LAST_YEAR {
            if self.fits(date) {
                for time in self.times().filter(|time| date > start.date() || *time >= earliest) {
                    // A local time that a clock change skips is moved on, as Quartz does.
                    let moment = date.to_datetime(time).to_zoned(self.zone.clone()).ok()?;
                    let ms = moment.timestamp().as_millisecond();
                    if ms > after {
                        return Some(ms);
                    }
                }
            }
            date = date.checked_add(1.day()).ok()?;
        }
        None
    }

    fn times(&self) -> impl Iterator<Item = Time> + '_ {
        self.hours.iter().flat_map(move |hour| {
            self.minutes.iter().flat_map(move |minute| {
                self.seconds.iter().filter_map(move |second| {
                    Time::new(i8::try_from(*hour).ok()?, i8::try_from(*minute).ok()?, i8::try_from(*second).ok()?, 0)
                        .ok()
                })
            })
        })
    }

    fn fits(&self, date: Date) -> bool {
        self.years.contains(&date.year())
            && self.months.contains(&i16::from(date.month()))
            && fits_day(&self.days, date)
            && fits_weekday(&self.weekdays, date)
    }
}

fn fits_day(days: &Days, date: Date) -> bool {
    let (day, last) = (i16::from(date.day()), i16::from(date.days_in_month()));
    match days {
        Days::Any => true,
        Days::In(days) => days.contains(&day),
        Days::Last(before) => day == last - before,
        Days::LastWorkday => Some(day) == nearest_workday(date, last),
        Days::NearestWorkday(wanted) => Some(day) == nearest_workday(date, (*wanted).min(last)),
    }
}

fn fits_weekday(weekdays: &Weekdays, date: Date) -> bool {
    let (day, last) = (i16::from(date.day()), i16::from(date.days_in_month()));
    let weekday = i16::from(date.weekday().to_sunday_one_offset());
    match weekdays {
        Weekdays::Any => true,
        Weekdays::In(weekdays) => weekdays.contains(&weekday),
        Weekdays::LastInMonth(wanted) => weekday == *wanted && day > last - 7,
        Weekdays::NthInMonth(wanted, nth) => weekday == *wanted && (day - 1) / 7 + 1 == *nth,
    }
}

/// Returns the workday of the month that is nearest to `day`; it never leaves the month.
fn nearest_workday(month: Date, day: i16) -> Option<i16> {
    let last = i16::from(month.days_in_month());
    let date = Date::new(month.year(), month.month(), i8::try_from(day).ok()?).ok()?;
    Some(match date.weekday() {
        Weekday::Saturday if day == 1 => 3,
        Weekday::Saturday => day - 1,
        Weekday::Sunday if day == last => day - 2,
        Weekday::Sunday => day + 1,
        _ => day,
    })
}

fn days(text: &str) -> Result<Days, CronError> {
    let wrong = || CronError::Field { field: "day of the month", text: text.to_owned() };
    Ok(match text {
        "?" | "*" => Days::Any,
        "L" => Days::Last(0),
        "LW" | "WL" => Days::LastWorkday,
        _ => {
            if let Some(before) = text.strip_prefix("L-") {
                Days::Last(before.parse().ok().filter(|before| (0..=30).contains(before)).ok_or_else(wrong)?)
            } else if let Some(day) = text.strip_suffix('W') {
                Days::NearestWorkday(day.parse().ok().filter(|day| (1..=31).contains(day)).ok_or_else(wrong)?)
            } else {
                Days::In(set("day of the month", text, 1, 31, &[])?)
            }
        }
    })
}

fn weekdays(text: &str) -> Result<Weekdays, CronError> {
    let field = "day of the week";
    let wrong = || CronError::Field { field, text: text.to_owned() };
    let one = |text: &str| number(text, &WEEKDAYS, 1).filter(|day| (1..=7).contains(day)).ok_or_else(wrong);
    Ok(match text {
        "?" | "*" => Weekdays::Any,
        "L" => Weekdays::In(BTreeSet::from([7])),
        _ => {
            if let Some((day, nth)) = text.split_once('#') {
                let nth = nth.parse().ok().filter(|nth| (1..=5).contains(nth)).ok_or_else(wrong)?;
                Weekdays::NthInMonth(one(day)?, nth)
            } else if let Some(day) = text.strip_suffix('L') {
                Weekdays::LastInMonth(one(day)?)
            } else {
                Weekdays::In(set(field, text, 1, 7, &WEEKDAYS)?)
            }
        }
    })
}

/// Reads a list of values, ranges and steps.
fn set(field: &'static str, text: &str, low: i16, high: i16, names: &[&str]) -> Result<BTreeSet<i16>, CronError> {
    let wrong = || CronError::Field { field, text: text.to_owned() };
    let value = |text: &str| number(text, names, low).filter(|value| (low..=high).contains(value)).ok_or_else(wrong);
    let mut found = BTreeSet::new();
    for part in text.split(',') {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let width = step.map_or(Ok(1), |step| step.parse::<usize>().map_err(|_| wrong()))?;
        // Years may be any number apart; Quartz counts everything else within the field's own unit.
        if width == 0 || (field != "year" && width > usize::try_from(high).unwrap_or_default()) {
            return Err(CronError::Step { field, text: text.to_owned(), width, most: high });
        }
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (low, high),
            Some((from, to)) => (value(from)?, value(to)?),
            None => (value(range)?, if step.is_some() { high } else { value(range)? }),
        };
        if from <= to {
            found.extend((from..=to).step_by(width));
        } else {
            // `FRI-MON` wraps round.
            found.extend((from..=high).chain(low..=to).step_by(width));
        }
    }
    Ok(found)
}

fn number(text: &str, names: &[&str], first: i16) -> Option<i16> {
    let at = names.iter().position(|name| *name == text).and_then(|at| i16::try_from(at).ok());
    at.map(|at| at + first).or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(expression: &str, zone: &str, after: &str) -> String {
        let after: Timestamp = after.parse().unwrap();
        let ms = Cron::parse(expression, zone).unwrap().next_after(after.as_millisecond()).unwrap();
        Timestamp::from_millisecond(ms).unwrap().to_string()
    }

    #[test]
    fn the_next_tick_is_found_for_every_kind_of_field() {
        let after = "2026-01-30T10:00:00Z"; // a Friday
        for (expression, expected) in [
            ("0 0 6 ? * MON-FRI", "2026-02-02T06:00:00Z"),
            ("0 */15 * * * ?", "2026-01-30T10:15:00Z"),
            ("0 0 0 L * ?", "2026-01-31T00:00:00Z"),
            ("0 0 0 LW * ?", "2026-02-27T00:00:00Z"),
            ("0 0 0 15W 2 ?", "2026-02-16T00:00:00Z"),
            ("0 0 12 ? * 6L", "2026-01-30T12:00:00Z"),
            ("0 0 12 ? * 2#1", "2026-02-02T12:00:00Z"),
            ("0 0 0 29 2 ? *", "2028-02-29T00:00:00Z"),
            ("0 0 0 1 JAN ? 2030", "2030-01-01T00:00:00Z"),
            ("30 0 9,17 * * ?", "2026-01-30T17:00:30Z"),
        ] {
            assert_eq!(next(expression, "UTC", after), expected, "{expression}");
        }
    }

    #[test]
    fn local_times_follow_their_zone_through_clock_changes() {
        assert_eq!(next("0 30 2 * * ?", "Europe/Paris", "2026-03-28T12:00:00Z"), "2026-03-29T01:30:00Z");
        assert_eq!(next("0 0 6 * * ?", "Europe/Paris", "2026-07-01T00:00:00Z"), "2026-07-01T04:00:00Z");
    }

    #[test]
    fn wrong_expressions_say_what_is_wrong() {
        let wrong = |expression: &str, zone: &str| Cron::parse(expression, zone).unwrap_err().to_string();
        assert_eq!(wrong("0 6 * * *", "UTC"), "`0 6 * * *` has 5 fields, a Quartz expression has 6 or 7");
        assert_eq!(wrong("0 0 25 * * ?", "UTC"), "`25` is no hour of a Quartz expression");
        assert_eq!(wrong("0 0 6 ? * ABC", "UTC"), "`ABC` is no day of the week of a Quartz expression");
        assert_eq!(
            wrong("0 0 6 * * ?", "Etc/GMT+2"),
            "time zone `Etc/GMT+2` is not supported, name a region such as `Europe/Paris` or use `UTC`"
        );
        assert_eq!(wrong("0 0 6 * * ?", "Mars/Olympus"), "`Mars/Olympus` is no known time zone");
        assert_eq!(wrong("0 0 6 * * ?", "europe/paris"), "`europe/paris` is no known time zone");
        assert!(wrong("0 0 6 1 * MON", "UTC").starts_with("a Quartz expression gives either"));
        assert!(Cron::parse("0/10 * * * * ?", "UTC").unwrap().is_sub_minute());
    }

    #[test]
    fn steps_are_no_longer_than_their_field() {
        for (before, most, after) in [
            ("0/", 59, " 0 0 ? * *"),
            ("0 0/", 59, " 0 ? * *"),
            ("0 0 0/", 23, " ? * *"),
            ("0 0 0 1/", 31, " * ?"),
            ("0 0 0 ? 1/", 12, " *"),
            ("0 0 0 ? * 1/", 7, ""),
        ] {
            for (step, fits) in [(most, true), (most + 1, false), (0, false)] {
                let expression = format!("{before}{step}{after}");
                assert_eq!(Cron::parse(&expression, "UTC").is_ok(), fits, "{expression}");
            }
        }
        let wrong = Cron::parse("0 0/75 * * * ?", "UTC").unwrap_err().to_string();
        assert_eq!(wrong, "`0/75` is no minute of a Quartz expression: steps are from 1 to 59, not 75");
        assert!(Cron::parse("0 0 0 1 1 ? 2026/80", "UTC").is_ok());
    }

    #[test]
    fn an_expression_that_never_comes_has_no_next_tick() {
        assert_eq!(Cron::parse("0 0 0 30 2 ?", "UTC").unwrap().next_after(0), None);
    }
}
