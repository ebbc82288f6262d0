//! When connections run.

use airway_client::{Schedule, TimeUnit};
use jiff::Timestamp;
use rhai::{Array, Dynamic};

use super::upkeep::times;
use crate::registry::{Arg, Call, Handle, Mismatch, Raise, Registry};

impl Handle for Schedule {
    const NAME: &'static str = "Schedule";
    const DOC: &'static str = "When a connection runs by itself.";

    fn show(&self) -> String {
        self.to_string()
    }

    fn same(&self, other: &Self) -> bool {
        self == other
    }
}

/// A unit of time as an argument.
struct Unit(TimeUnit);

impl Arg for Unit {
    const TY: crate::registry::Ty = crate::registry::Ty::Text;

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        let text = String::take(value)?;
        text.parse().map(Self).map_err(|error: airway_client::ScheduleError| Mismatch::value(error.to_string()))
    }
}

/// A moment, such as `2026-03-27T12:00:00Z`.
struct Moment(Timestamp);

impl Arg for Moment {
    const TY: crate::registry::Ty = crate::registry::Ty::Text;

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        let text = String::take(value)?;
        let wrong = |_| Mismatch::value(format!("`{text}` is no time such as 2026-03-27T12:00:00Z"));
        text.parse().map(Self).map_err(wrong)
    }
}

options! {
    /// Options of `schedule.next_runs`.
    struct RunsOptions {
        /// after when, such as "2026-03-27T12:00:00Z"; after now when it is left out
        after: Option<Moment>,
    }
}

pub(super) fn describe(api: &mut Registry) {
    api.handle::<Schedule>();
    api.method("next_runs")
        .doc("Returns the next runs in the time zone of the schedule, such as `2026-03-30T06:00:00+02:00`. A fixed distance is counted from `after`, which is best the last run.")
        .param("count", "how many, 5 when it is left out")
        .param("options", "after when")
        .example("let mornings = cron(\"0 6 * * MON-FRI\", \"Europe/Paris\");\nexpect_eq(mornings.next_runs(1, #{ after: \"2026-03-27T12:00:00Z\" }), [\"2026-03-30T06:00:00+02:00\"]);")
        .pure()
        .native(|_: &Call<'_>, schedule: Schedule, count: Option<i64>, options: RunsOptions| -> Result<Array, Raise> {
            let after = options.after.map_or_else(Timestamp::now, |after| after.0);
            let count = usize::try_from(count.unwrap_or(5)).unwrap_or(0);
            Ok(times(&schedule.next_runs(after, count)?))
        });
    api.function("every")
        .doc("Returns the schedule that runs at a fixed distance.")
        .param("units", "how many, at least 1")
        .param("unit", "\"minutes\", \"hours\", \"days\", \"weeks\" or \"months\"")
        .example("let schedule = every(6, \"hours\");\nprint(schedule);")
        .pure()
        .native(|_: &Call<'_>, units: i64, unit: Unit| -> Result<Schedule, Raise> {
            Ok(Schedule::every(units, unit.0)?)
        });
    api.function("cron")
        .doc("Returns the schedule of a cron expression.")
        .param("expression", "5 fields (cron) or 6 to 7 (Quartz)")
        .param("zone", "a time zone such as \"Europe/Paris\"; UTC when it is left out")
        .example("let schedule = cron(\"0 6 * * MON-FRI\", \"Europe/Paris\");\nprint(schedule);")
        .pure()
        .native(|_: &Call<'_>, expression: String, zone: Option<String>| -> Result<Schedule, Raise> {
            Ok(Schedule::cron(&expression, zone.as_deref().unwrap_or("UTC"))?)
        });
    api.function("manual")
        .doc("Returns the schedule that runs only when asked to.")
        .example("print(manual());")
        .pure()
        .native(|_: &Call<'_>| Schedule::Manual);
}
