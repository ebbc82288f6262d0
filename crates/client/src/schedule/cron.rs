//! Cron expressions: crontab's five fields turned into the Quartz form that Airbyte takes.

use std::fmt;

use airway_api_gen::types;

use super::ScheduleError;

const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// A Quartz expression with its time zone, as Airbyte stores it.
#[derive(Debug, Clone)]
pub struct Cron {
    expression: String,
    zone: String,
}

impl Cron {
    pub(super) fn parse(expression: &str, zone: &str) -> Result<Self, ScheduleError> {
        let fields: Vec<String> = expression.split_whitespace().map(str::to_ascii_uppercase).collect();
        if let Some(field) = fields.iter().find(|field| !field.chars().all(is_cron_character)) {
            return Err(ScheduleError::Field { expression: expression.to_owned(), field: field.clone() });
        }
        let fields = match fields.len() {
            5 => quartz(expression, fields)?,
            6 | 7 => fields,
            count => return Err(ScheduleError::Fields { expression: expression.to_owned(), fields: count }),
        };
        if fields[0].parse::<u8>().is_err() {
            return Err(ScheduleError::SubMinute { expression: expression.to_owned() });
        }
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

    fn canonical(&self) -> (String, String) {
        let zone = self.zone.to_ascii_uppercase();
        let zone = if matches!(zone.as_str(), "UTC" | "GMT" | "Z" | "ZULU" | "UCT") { "UTC".to_owned() } else { zone };
        let mut fields: Vec<String> = self.expression.split_whitespace().map(str::to_ascii_uppercase).collect();
        // The year is optional, and "every year" is what its absence means.
        if fields.len() == 7 && fields[6] == "*" {
            fields.pop();
        }
        (fields.join(" "), zone)
    }
}

fn is_cron_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '*' | '/' | ',' | '-' | '?' | '#')
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

/// Numbers become names, which mean the same to both.
fn days_of_week(field: &str) -> String {
    let name = |day: &str| day.parse::<usize>().map_or_else(|_| day.to_owned(), |day| DAYS[day % 7].to_owned());
    let item = |item: &str| {
        let (range, step) = item.split_once('/').map_or((item, None), |(range, step)| (range, Some(step)));
        let days = match range.split_once('-') {
            // Sunday to Sunday is every day.
            Some(("0", "7")) => "*".to_owned(),
            Some((first, last)) => format!("{}-{}", name(first), name(last)),
            None => name(range),
        };
        step.map_or(days.clone(), |step| format!("{days}/{step}"))
    };
    field.split(',').map(item).collect::<Vec<_>>().join(",")
}

fn checked_zone(zone: &str) -> Result<String, ScheduleError> {
    if zone.to_ascii_lowercase().starts_with("etc") {
        return Err(ScheduleError::EtcZone { zone: zone.to_owned() });
    }
    let known = jiff::tz::TimeZone::get(zone).map_err(|_| ScheduleError::Zone { zone: zone.to_owned() })?;
    Ok(known.iana_name().unwrap_or(zone).to_owned())
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
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &str, quartz: &str) {
        assert_eq!(Cron::parse(given, "UTC").map(|cron| cron.expression), Ok(quartz.to_owned()));
    }

    #[track_caller]
    fn refused(given: &str, zone: &str, message: &str) {
        assert_eq!(Cron::parse(given, zone).unwrap_err().to_string(), message);
    }

    #[test]
    fn five_fields_become_six() {
        check("0 6 * * *", "0 0 6 * * ?");
        check("0 6 * * MON-FRI", "0 0 6 ? * MON-FRI");
        check("*/15 * * * *", "0 */15 * * * ?");
        check("0 0 1 * *", "0 0 0 1 * ?");
        check("0 0 * * 1-5", "0 0 0 ? * MON-FRI");
        check("0 0 * * 0,7,3", "0 0 0 ? * SUN,SUN,WED");
        check("0 0 * * 0-7", "0 0 0 * * ?");
    }

    #[test]
    fn quartz_is_taken_as_it_is() {
        check("0 0 6 ? * mon-fri", "0 0 6 ? * MON-FRI");
        check("30 0 6 L * ? 2030", "30 0 6 L * ? 2030");
    }

    #[test]
    fn what_servers_refuse_is_refused_with_the_reason() {
        refused("0 6 * *", "UTC", "`0 6 * *` has 4 fields: cron has 5, Quartz 6 or 7");
        refused(
            "0 6 13 * FRI",
            "UTC",
            "`0 6 13 * FRI` sets both the day of the month and the day of the week; Airbyte takes one of them",
        );
        refused("* 0 6 * * ?", "UTC", "`* 0 6 * * ?` fires more than once a minute, which Airbyte refuses");
        refused("0 6 * * $", "UTC", "`$` in `0 6 * * $` is not a cron field");
        refused(
            "0 6 * * *",
            "Etc/UTC",
            "Airbyte refuses time zones under `Etc/`, such as `Etc/UTC`: use `UTC` or a city",
        );
        refused("0 6 * * *", "Mars/Base", "`Mars/Base` is not an IANA time zone, such as `Europe/Paris`");
    }

    #[test]
    fn spelling_is_no_difference() {
        let cron = |expression: &str, zone: &str| Cron { expression: expression.into(), zone: zone.into() };
        assert_eq!(cron("0 0 6 ? * MON", "UTC"), cron("0 0 6 ? * mon *", "utc"));
        assert_ne!(cron("0 0 6 ? * MON", "UTC"), cron("0 0 6 ? * MON", "Europe/Paris"));
    }
}
