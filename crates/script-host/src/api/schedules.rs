//! When connections run.

use airway_client::{Schedule, TimeUnit};
use rhai::Dynamic;

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

pub(super) fn describe(api: &mut Registry) {
    api.handle::<Schedule>();
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
