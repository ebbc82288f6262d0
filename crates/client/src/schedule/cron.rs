//! Cron expressions: crontab's five fields turned into the Quartz form that Airbyte takes.

use std::fmt;

use airway_api_gen::types;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::ScheduleError;
use super::quartz::{DAYS, FIELDS, Quartz, canonical};

/// A Quartz expression with its time zone, as Airbyte stores it.
#[derive(Debug, Clone)]
pub struct Cron {
    expression: String,
    zone: String,
}

impl Cron {
    pub(super) fn parse(expression: &str, zone: &str) -> Result<Self, ScheduleError> {
        let given: Vec<String> = expression.split_whitespace().map(str::to_ascii_uppercase).collect();
        let fields = match given.len() {
            5 => quartz(expression, given.clone())?,
            6 | 7 => given.clone(),
            count => return Err(ScheduleError::Fields { expression: expression.to_owned(), fields: count }),
        };
        check(expression, &given, &fields)?;
        Ok(Self { expression: fields.join(" "), zone: checked_zone(zone)? })
    }

    pub(super) fn of(cron: &types::ConnectionScheduleDataCron) -> Option<Self> {
        Some(Self { expression: cron.cron_expression.clone()?, zone: cron.cron_time_zone.clone()? })
    }

    pub(super) fn to_api(&self) -> types::ConnectionScheduleData {
        let cron = types::ConnectionScheduleDataCron {
            cron_expression: Some(self.expression.clone()),
            cron_time_zone: Some(self.zone.clone()),
            ..Default::default()
        };
        types::ConnectionScheduleData { cron: Some(cron), ..Default::default() }
    }

    /// Returns the expression in Quartz's form: seconds first, `?` for the day that is not set.
    #[must_use]
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// Returns the IANA time zone.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// The next times after a moment.
    pub(super) fn next_runs(&self, after: Timestamp, count: usize) -> Result<Vec<Zoned>, ScheduleError> {
        let fields: Vec<String> = self.expression.split_whitespace().map(str::to_ascii_uppercase).collect();
        if !(6..=7).contains(&fields.len()) {
            return Err(ScheduleError::Fields { expression: self.expression.clone(), fields: fields.len() });
        }
        let quartz = Quartz::parse(&fields).map_err(|at| invalid(&self.expression, &fields, &fields, at))?;
        Ok(quartz.times(after, known_zone(&self.zone)?).take(count).collect())
    }

    fn canonical(&self) -> (String, String) {
        let zone = self.zone.to_ascii_uppercase();
        // Older servers have stored those below `Etc/`, which newer ones refuse.
        let zone = match zone.strip_prefix("ETC/").unwrap_or(&zone) {
            "UTC" | "GMT" | "Z" | "ZULU" | "UCT" | "UNIVERSAL" | "GREENWICH" | "GMT0" => "UTC".to_owned(),
            _ => zone,
        };
        let fields = self.expression.split_whitespace().map(str::to_ascii_uppercase).enumerate();
        let mut fields: Vec<String> = fields.map(|(at, field)| canonical(at, field)).collect();
        // The year is optional, and "every year" is what its absence means.
        if fields.len() == 7 && fields[6] == "*" {
            fields.pop();
        }
        (fields.join(" "), zone)
    }
}

/// Refuses what servers refuse: fields that mean nothing, both days or none, and more than one run a minute.
fn check(expression: &str, given: &[String], fields: &[String]) -> Result<(), ScheduleError> {
    Quartz::parse(fields).map_err(|at| invalid(expression, given, fields, at))?;
    match (fields[3] == "?", fields[5] == "?") {
        (false, false) => return Err(ScheduleError::BothDays { expression: expression.to_owned() }),
        (true, true) => return Err(ScheduleError::NoDay { expression: expression.to_owned() }),
        _ => {}
    }
    if fields[0].parse::<u8>().is_err() {
        return Err(ScheduleError::SubMinute { expression: expression.to_owned() });
    }
    Ok(())
}

/// Names the field as it was given, which may have been without seconds.
fn invalid(expression: &str, given: &[String], fields: &[String], at: usize) -> ScheduleError {
    let field = given.get((at + given.len()).saturating_sub(fields.len())).cloned().unwrap_or_default();
    ScheduleError::Field { expression: expression.to_owned(), field, place: FIELDS[at.min(FIELDS.len() - 1)].0 }
}

/// Quartz has seconds, wants `?` in one of the two day fields, and counts days from Sunday as 1.
fn quartz(expression: &str, mut fields: Vec<String>) -> Result<Vec<String>, ScheduleError> {
    fields[4] = days_of_week(&fields[4]);
    match (fields[2].as_str(), fields[4].as_str()) {
        (_, "*" | "?") => "?".clone_into(&mut fields[4]),
        ("*" | "?", _) => "?".clone_into(&mut fields[2]),
        _ => return Err(ScheduleError::BothDays { expression: expression.to_owned() }),
    }
    if fields[2] == "?" && fields[4] == "?" {
        "*".clone_into(&mut fields[2]);
    }
    fields.insert(0, "0".to_owned());
    Ok(fields)
}

/// Numbers become names, which mean the same to both; in crontab Sunday is 0 and also 7.
fn days_of_week(field: &str) -> String {
    let day = |text: &str| text.parse::<usize>().ok().filter(|day| *day <= 7);
    let name = |text: &str| {
        // `1#2` is the second Monday of a month, `5L` the last Friday.
        let end = text.find(['#', 'L']).filter(|end| *end > 0).unwrap_or(text.len());
        let (number, rest) = text.split_at(end);
        day(number).map_or_else(|| text.to_owned(), |day| format!("{}{rest}", DAYS[day % 7]))
    };
    let item = |item: &str| {
        let (range, step) = item.split_once('/').map_or((item, None), |(range, step)| (range, Some(step)));
        let Some((first, last)) = range.split_once('-') else {
            return step.map_or_else(|| name(range), |step| format!("{}/{step}", name(range)));
        };
        let width = step.map_or(Some(1), |step| step.parse().ok().filter(|step| *step > 0));
        match (day(first), day(last), width) {
            (Some(0), Some(7), Some(1)) if item == field => "*".to_owned(),
            // The week of Quartz ends before that Sunday.
            (Some(first), Some(7), Some(width)) if first <= 7 => {
                (first..=7).step_by(width).map(|day| DAYS[day % 7]).collect::<Vec<_>>().join(",")
            }
            _ => {
                let range = format!("{}-{}", name(first), name(last));
                step.map_or(range.clone(), |step| format!("{range}/{step}"))
            }
        }
    };
    field.split(',').map(item).collect::<Vec<_>>().join(",")
}

fn checked_zone(zone: &str) -> Result<String, ScheduleError> {
    if zone.to_ascii_lowercase().starts_with("etc") {
        return Err(ScheduleError::EtcZone { zone: zone.to_owned() });
    }
    Ok(known_zone(zone)?.iana_name().unwrap_or(zone).to_owned())
}

fn known_zone(zone: &str) -> Result<TimeZone, ScheduleError> {
    TimeZone::get(zone).map_err(|_| ScheduleError::Zone { zone: zone.to_owned() })
}

impl PartialEq for Cron {
    fn eq(&self, other: &Self) -> bool {
        self.canonical() == other.canonical()
    }
}

impl Eq for Cron {}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cron {} ({})", self.expression, self.zone)
    }
}

#[cfg(test)]
mod tests;
