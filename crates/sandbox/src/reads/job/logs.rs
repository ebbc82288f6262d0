//! What an attempt would have logged.

use jiff::Timestamp;

use crate::lifecycle::StreamStats;
use crate::store::{Attempt, Job};

/// Returns the lines, oldest first, each with time and level as real logs have them.
pub(super) fn lines(job: &Job, attempt: &Attempt, figures: &[StreamStats]) -> Vec<String> {
    let mut lines = vec![line(
        attempt.created_at,
        "INFO",
        &format!("job {} ({}), attempt {} begins", job.id, job.config_type, attempt.number),
    )];
    let upto = attempt.ended_at.unwrap_or(attempt.created_at);
    for (stream, stats) in job.plan.streams.iter().zip(figures) {
        let name = stream.namespace.as_ref().map_or_else(|| stream.name.clone(), |it| format!("{it}.{}", stream.name));
        lines.push(line(
            upto,
            "INFO",
            &format!(
                "stream {name}: {} of {} records read, {} written",
                stats.records_emitted, stats.estimated_records, stats.records_committed
            ),
        ));
    }
    let planned = job.plan.attempt(attempt.number).failure.as_ref();
    match (attempt.status.as_str(), planned) {
        ("succeeded", _) => lines.push(line(upto, "INFO", "the attempt succeeded")),
        ("failed", Some(failure)) if job.status != "cancelled" => {
            lines.push(line(upto, "ERROR", &format!("{}: {}", failure.origin, failure.message)));
        }
        ("failed", _) => lines.push(line(upto, "WARN", "the attempt was cancelled")),
        _ => {}
    }
    lines
}

fn line(at: i64, level: &str, text: &str) -> String {
    let at = Timestamp::from_millisecond(at).unwrap_or_default();
    format!("{} {level} {text}", at.strftime("%Y-%m-%d %H:%M:%S"))
}
