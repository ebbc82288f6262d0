//! Schedules in requests: the older `schedule`, and `scheduleType` with `scheduleData`.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::api_error::ApiError;
use crate::call::Call;
use crate::generation::Feature;
use crate::lifecycle::{Cron, CronError};
use crate::wire::{ScheduleType, TimeUnit};

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Basic {
    units: Option<i64>,
    time_unit: Option<TimeUnit>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Data {
    basic_schedule: Option<Basic>,
    cron: Option<CronData>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CronData {
    cron_expression: Option<String>,
    cron_time_zone: Option<String>,
}

/// What is stored: the type, and its data.
pub(super) type Stored = (&'static str, Option<Value>);

/// Reads the schedule of a new connection; without any it is manual.
pub(super) fn of_new(
    call: &Call<'_>,
    legacy: Option<&Basic>,
    kind: Option<ScheduleType>,
    data: Option<&Data>,
) -> Result<Stored, ApiError> {
    match (legacy, kind) {
        (Some(_), Some(_)) => {
            Err(ApiError::unprocessable("`schedule` and `scheduleType` exclude each other, send `scheduleType`"))
        }
        (Some(basic), None) => Ok(("basic", Some(basic_data(basic)?))),
        (None, None) => Ok(("manual", None)),
        (None, Some(kind)) => given(call, kind, data),
    }
}

/// Reads `scheduleType` with `scheduleData`.
pub(super) fn given(call: &Call<'_>, kind: ScheduleType, data: Option<&Data>) -> Result<Stored, ApiError> {
    match kind {
        ScheduleType::Manual => Ok(("manual", None)),
        ScheduleType::Basic => {
            let basic = data.and_then(|data| data.basic_schedule.as_ref());
            let basic =
                basic.ok_or_else(|| ApiError::unprocessable("a basic schedule needs `scheduleData.basicSchedule`"))?;
            Ok(("basic", Some(basic_data(basic)?)))
        }
        ScheduleType::Cron => Ok(("cron", Some(cron_data(call, data.and_then(|data| data.cron.as_ref()))?))),
    }
}

fn basic_data(basic: &Basic) -> Result<Value, ApiError> {
    let (Some(units), Some(unit)) = (basic.units, basic.time_unit) else {
        return Err(ApiError::unprocessable("a basic schedule needs `units` and `timeUnit`"));
    };
    Ok(json!({"basicSchedule": {"units": units, "timeUnit": unit.as_str()}}))
}

fn cron_data(call: &Call<'_>, cron: Option<&CronData>) -> Result<Value, ApiError> {
    let refused = |name: &'static str, message: String| {
        if call.has(Feature::CronProblems) {
            ApiError::problem(400, name, message, Value::Null)
        } else {
            ApiError::unprocessable(message)
        }
    };
    let cron = cron.ok_or_else(|| {
        refused("error:cron-validation/missing-cron-data", "a cron schedule needs `scheduleData.cron`".to_owned())
    })?;
    let (Some(expression), Some(zone)) = (&cron.cron_expression, &cron.cron_time_zone) else {
        let message = "a cron schedule needs `cronExpression` and `cronTimeZone`".to_owned();
        return Err(refused("error:cron-validation/missing-component", message));
    };
    let parsed = Cron::parse(expression, zone).map_err(|error| {
        let name = match error {
            CronError::EtcZone(_) => "error:cron-validation/unsupported-timezone",
            CronError::Zone(_) => "error:cron-validation/invalid-timezone",
            _ => "error:cron-validation/invalid-expression",
        };
        refused(name, error.to_string())
    })?;
    if parsed.is_sub_minute() {
        let message = format!("`{expression}` fires more than once a minute");
        return Err(refused("error:cron-validation/invalid-expression", message));
    }
    Ok(json!({"cron": {"cronExpression": expression, "cronTimeZone": zone}}))
}
