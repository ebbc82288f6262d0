//! When a connection runs next.

use serde_json::Value;

use super::{Cron, Lifecycle, Result};
use crate::generation::Feature;
use crate::store::Connection;

/// A real server takes a moment until the workflow of a new connection asks for its first job; a manual sync
/// in that moment takes its place. Measured on the clock, so that a fast sandbox leaves clients the same time.
const FIRST_RUN_DELAY_MS: i64 = 5_000;

/// What makes a connection look at its schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trigger {
    /// A client created, enabled or rescheduled it.
    Client,
    /// Its job has ended.
    JobEnded,
}

pub(super) fn next_run(
    lifecycle: &Lifecycle<'_>,
    connection: &Connection,
    trigger: Trigger,
    now: i64,
) -> Result<Option<i64>> {
    if connection.status != "active" {
        return Ok(None);
    }
    let data = connection.details.schedule_data.as_ref();
    let earliest = match trigger {
        Trigger::Client => now + lifecycle.timeline.clock_time(FIRST_RUN_DELAY_MS),
        Trigger::JobEnded => now,
    };
    match connection.details.schedule_type.as_str() {
        "basic" => {
            let Some(interval) = data.and_then(|data| interval_ms(&data["basicSchedule"])) else { return Ok(None) };
            let scheduled_only = lifecycle.generation.has(Feature::ScheduleCountsScheduledJobs);
            let last = lifecycle.store.newest_run(&connection.id, scheduled_only)?;
            Ok(Some(last.map_or(earliest, |last| last.saturating_add(interval).max(earliest))))
        }
        "cron" => Ok(data.and_then(|data| {
            let expression = data["cron"]["cronExpression"].as_str()?;
            let zone = data["cron"]["cronTimeZone"].as_str()?;
            Cron::parse(expression, zone).ok()?.next_after(now)
        })),
        _ => Ok(None),
    }
}

/// Returns the length of `{timeUnit, units}`; a month counts 30 days.
fn interval_ms(schedule: &Value) -> Option<i64> {
    const MINUTE: i64 = 60_000;
    let unit = match schedule["timeUnit"].as_str()? {
        "minutes" => MINUTE,
        "hours" => 60 * MINUTE,
        "days" => 24 * 60 * MINUTE,
        "weeks" => 7 * 24 * 60 * MINUTE,
        "months" => 30 * 24 * 60 * MINUTE,
        _ => return None,
    };
    // Nothing runs more often than once a minute, whatever was stored.
    Some(schedule["units"].as_i64()?.saturating_mul(unit).max(MINUTE))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_month_is_thirty_days_and_nothing_runs_more_than_once_a_minute() {
        assert_eq!(interval_ms(&json!({"timeUnit": "months", "units": 1})), Some(2_592_000_000));
        assert_eq!(interval_ms(&json!({"timeUnit": "minutes", "units": 0})), Some(60_000));
        assert_eq!(interval_ms(&json!({"timeUnit": "years", "units": 1})), None);
    }
}
