//! The history as 0.50 tells it: day by day instead of job by job.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::{DAYS, StreamHistory, day_of, zone};
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::lifecycle::StreamStats;
use crate::reads::JobView;
use crate::store::Job;

/// The bytes that syncs loaded on each of the last thirty days, also where there were none.
pub(super) fn data(call: &Call<'_>) -> Outcome {
    let body: StreamHistory = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    let zone = zone(body.timezone.as_deref())?;
    let today = Timestamp::from_millisecond(call.now).unwrap_or_default().to_zoned(zone.clone());
    let days = (0..DAYS).filter_map(|back| today.checked_sub(back.days()).ok()?.start_of_day().ok());
    let mut bytes: BTreeMap<i64, u64> = days.map(|day| (day.timestamp().as_second(), 0)).collect();
    for job in ended(call, &connection.id)?.into_iter().filter(|job| job.config_type == "sync") {
        if let Some(sum) = bytes.get_mut(&day_of(job.updated_at, &zone)) {
            let view = JobView::of(call, job)?;
            *sum += view.totals().into_iter().fold(StreamStats::default(), StreamStats::plus).bytes_committed;
        }
    }
    Ok(Reply::Json(bytes.into_iter().map(|(day, bytes)| json!({"timestamp": day, "bytes": bytes})).collect()))
}

/// What became of each stream last, on each of the last thirty days on which something did.
pub(super) fn uptime(call: &Call<'_>) -> Outcome {
    let body: StreamHistory = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    let zone = zone(body.timezone.as_deref())?;
    let oldest = day_of(call.now - DAYS * super::DAY_MS, &zone);
    let mut last: BTreeMap<(i64, Option<String>, String), Value> = BTreeMap::new();
    for job in ended(call, &connection.id)? {
        let day = day_of(job.updated_at, &zone);
        for stream in job.plan.streams.iter().filter(|_| day >= oldest) {
            let read = json!({"timestamp": day, "status": job.status, "stream": stream.name});
            last.entry((day, stream.namespace.clone(), stream.name.clone())).or_insert(read);
        }
    }
    Ok(Reply::Json(last.into_values().collect()))
}

/// Returns the jobs that are over, the newest first.
fn ended(call: &Call<'_>, connection_id: &str) -> Result<Vec<Job>, ApiError> {
    let mut jobs = call.store.newest_jobs(connection_id, usize::MAX)?;
    jobs.retain(Job::is_over);
    Ok(jobs)
}
