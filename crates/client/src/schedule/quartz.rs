//! What a Quartz expression means: which times it names.
//!
//! The evaluator takes nearly all of Quartz. What it does not take is written in other words here: ranges that go round
//! (`FRI-MON`), the bare `L` of a week, and days counted from the end of the month (`L-3`).

use std::collections::BTreeSet;

use croner::parser::{CronParser, Seconds, Year};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

pub(super) const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
/// The fields in their order, with the smallest and the greatest value of each.
pub(super) const FIELDS: [(&str, usize, usize); 7] = [
    ("second", 0, 59),
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of the month", 1, 31),
    ("month", 1, 12),
    ("day of the week", 1, 7),
    ("year", 1970, 2099),
];
const DAY_OF_MONTH: usize = 3;
const DAY_OF_WEEK: usize = 5;

/// An expression that can be asked for times.
#[derive(Debug, Clone)]
pub(super) struct Quartz {
    cron: croner::Cron,
    /// So many days before the last of the month.
    before_last: Option<i8>,
}

impl Quartz {
    /// Reads six or seven fields in upper case.
    ///
    /// # Errors
    ///
    /// The number of the first field that is not valid.
    pub(super) fn parse(fields: &[String]) -> Result<Self, usize> {
        for (at, field) in fields.iter().enumerate() {
            if field.split(',').any(str::is_empty) || !has_fitting_steps(at, field) {
                return Err(at);
            }
            let mut alone = vec!["*".to_owned(); fields.len()];
            alone[at].clone_from(field);
            Self::read(&alone).ok_or(at)?;
        }
        Self::read(fields).ok_or(0)
    }

    fn read(fields: &[String]) -> Option<Self> {
        let mut before_last = None;
        let plain: Vec<String> = fields
            .iter()
            .enumerate()
            .map(|(at, field)| match (at, field.as_str()) {
                (DAY_OF_WEEK, "L") => "7".to_owned(),
                (DAY_OF_MONTH, field) if days_before_last(field).is_some() => {
                    before_last = days_before_last(field);
                    "*".to_owned()
                }
                _ => without_going_round(at, field),
            })
            .collect();
        let parser = CronParser::builder().seconds(Seconds::Required).year(Year::Optional);
        let parser = parser.alternative_weekdays(true).dom_and_dow(true).sloppy_ranges(true).build();
        Some(Self { cron: parser.parse(&plain.join(" ")).ok()?, before_last })
    }

    /// The local times from `start` on.
    pub(super) fn local_times(&self, start: DateTime) -> impl Iterator<Item = DateTime> + '_ {
        let is_meant =
            |time: &DateTime| self.before_last.is_none_or(|before| time.day() + before == time.date().days_in_month());
        self.cron.iter_from(start, croner::Direction::Forward).filter(is_meant)
    }

    /// The times after a moment. A local time that a change of clocks leaves out comes later by what the clocks jump, one that
    /// it repeats comes once.
    pub(super) fn times(&self, after: Timestamp, zone: TimeZone) -> impl Iterator<Item = Zoned> + '_ {
        // Clocks are set back by less than this: no local time after the moment is missed.
        let start = after.saturating_sub(SignedDuration::from_hours(3)).unwrap_or(after);
        let start = zone.to_datetime(start);
        let mut last = after;
        self.local_times(start).filter_map(move |local| local.to_zoned(zone.clone()).ok()).filter(move |time| {
            let is_next = time.timestamp() > last;
            last = last.max(time.timestamp());
            is_next
        })
    }
}

/// Steps are no longer than their field: no server takes `0/75` minutes. Years may be any number apart.
fn has_fitting_steps(at: usize, field: &str) -> bool {
    let (name, _, high) = FIELDS[at.min(FIELDS.len() - 1)];
    let mut steps = field.split(',').filter_map(|item| item.split_once('/')?.1.parse::<usize>().ok());
    name == "year" || steps.all(|step| step <= high)
}

fn days_before_last(field: &str) -> Option<i8> {
    field.strip_prefix("L-")?.parse().ok().filter(|days| (0..=30).contains(days))
}

/// `22-2` as `22,23,0,1,2`.
fn without_going_round(at: usize, field: &str) -> String {
    let (_, low, high) = FIELDS[at.min(FIELDS.len() - 1)];
    let item = |item: &str| {
        let (range, step) = item.split_once('/').unwrap_or((item, "1"));
        let ends = range.split_once('-').and_then(|(from, to)| Some((number(at, from)?, number(at, to)?)));
        match (ends, step.parse()) {
            (Some((from, to)), Ok(step)) if from > to && step > 0 && from <= high && to >= low => {
                let round = (from..=high).chain(low..=to).step_by(step);
                round.map(|value| value.to_string()).collect::<Vec<_>>().join(",")
            }
            _ => item.to_owned(),
        }
    };
    field.split(',').map(item).collect::<Vec<_>>().join(",")
}

/// One spelling of what a field says: its values as numbers, and `*` for all of them and for `?`. What is no list of values
/// stays as it is.
pub(super) fn canonical(at: usize, field: String) -> String {
    let (_, low, high) = FIELDS[at.min(FIELDS.len() - 1)];
    let values = |item: &str| {
        let (range, step) = item.split_once('/').map_or((item, None), |(range, step)| (range, Some(step)));
        let step = step.map_or(Some(1), |step| step.parse().ok().filter(|step| *step > 0));
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (low, high),
            Some((from, to)) => (number(at, from)?, number(at, to)?),
            None if item == range => (number(at, range)?, number(at, range)?),
            None => (number(at, range)?, high),
        };
        (low <= from && from <= to && to <= high).then_some((from..=to).step_by(step?))
    };
    let values: Option<Vec<_>> = field.split(',').map(values).collect();
    match values.map(|values| values.into_iter().flatten().collect::<BTreeSet<usize>>()) {
        Some(values) if values.len() == high - low + 1 => "*".to_owned(),
        Some(values) => values.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
        None if field == "?" => "*".to_owned(),
        None => field,
    }
}

fn number(at: usize, text: &str) -> Option<usize> {
    let names: &[&str] = match at {
        4 => &MONTHS,
        DAY_OF_WEEK => &DAYS,
        _ => &[],
    };
    names.iter().position(|name| *name == text).map(|at| at + 1).or_else(|| text.parse().ok())
}
