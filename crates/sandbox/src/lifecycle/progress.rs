//! How far an attempt is at a moment: a pure function of the plan and the times, so nothing is counted
//! while a job runs and nothing is lost when the process ends.

use super::{Plan, PlannedStream};
use crate::store::Attempt;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct StreamStats {
    pub(crate) records_emitted: u64,
    pub(crate) bytes_emitted: u64,
    pub(crate) records_committed: u64,
    pub(crate) bytes_committed: u64,
    /// What the attempt set out to read.
    pub(crate) estimated_records: u64,
}

impl StreamStats {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            records_emitted: self.records_emitted + other.records_emitted,
            bytes_emitted: self.bytes_emitted + other.bytes_emitted,
            records_committed: self.records_committed + other.records_committed,
            bytes_committed: self.bytes_committed + other.bytes_committed,
            estimated_records: self.estimated_records + other.estimated_records,
        }
    }
}

/// Returns for each attempt the figures of each stream, in the order of the plan.
pub(crate) fn attempt_stats(
    plan: &Plan,
    attempts: &[Attempt],
    now: i64,
    run_ms: impl Fn(i64) -> i64,
) -> Vec<Vec<StreamStats>> {
    let mut loaded = vec![0_u64; plan.streams.len()];
    attempts
        .iter()
        .map(|attempt| {
            let elapsed = permille(plan, attempt, now, &run_ms);
            let planned = plan.attempt(attempt.number);
            let figures: Vec<StreamStats> = plan
                .streams
                .iter()
                .zip(&loaded)
                .map(|(stream, loaded)| {
                    let reach = if attempt.status == "succeeded" { 100 } else { planned.reach_of(stream) };
                    let done = elapsed * reach / 100;
                    // The destination confirms every tenth.
                    stream_stats(stream, *loaded, done, done / 100 * 100)
                })
                .collect();
            for (total, (stream, stats)) in loaded.iter_mut().zip(plan.streams.iter().zip(&figures)) {
                // The next attempt resumes an incremental stream and starts a full one over.
                *total = if stream.incremental { *total + stats.records_committed } else { 0 };
            }
            figures
        })
        .collect()
}

/// Adds up the attempts of a job per stream: all of an incremental one, the last of a full refresh.
pub(crate) fn aggregate(plan: &Plan, attempts: &[Vec<StreamStats>]) -> Vec<StreamStats> {
    plan.streams
        .iter()
        .enumerate()
        .map(|(at, stream)| {
            if stream.incremental {
                attempts.iter().fold(StreamStats::default(), |sum, attempt| sum.plus(attempt[at]))
            } else {
                attempts.last().map(|attempt| attempt[at]).unwrap_or_default()
            }
        })
        .collect()
}

/// Returns how much of its time an attempt has had.
fn permille(plan: &Plan, attempt: &Attempt, now: i64, run_ms: &impl Fn(i64) -> i64) -> u64 {
    if attempt.status == "succeeded" {
        return 1_000;
    }
    let full = run_ms(plan.attempt(attempt.number).run_ms);
    let elapsed = (attempt.ended_at.unwrap_or(now).min(now) - attempt.created_at).max(0);
    let share = if full <= 0 { 1_000 } else { (elapsed * 1_000 / full).min(1_000) };
    u64::try_from(share).unwrap_or_default()
}

fn stream_stats(stream: &PlannedStream, loaded: u64, done: u64, checkpointed: u64) -> StreamStats {
    let records = stream.records.saturating_sub(loaded);
    let size = stream.bytes.checked_div(stream.records).unwrap_or_default();
    let (emitted, committed) = (records * done / 1_000, records * checkpointed / 1_000);
    StreamStats {
        records_emitted: emitted,
        bytes_emitted: emitted * size,
        records_committed: committed,
        bytes_committed: committed * size,
        estimated_records: records,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::Failure;
    use super::super::plan::PlannedAttempt;
    use super::*;

    fn plan(incremental: bool, failures: &[u64]) -> Plan {
        let attempt =
            |failure, reaches| PlannedAttempt { run_ms: 1_000, wait_ms: 0, failure, reaches, failing: Vec::new() };
        let mut attempts: Vec<_> = failures
            .iter()
            .map(|reaches| attempt(Some(Failure::new("source", "system_error", "x")), *reaches))
            .collect();
        attempts.push(attempt(None, 100));
        Plan {
            config_type: "sync".to_owned(),
            streams: vec![PlannedStream {
                name: "orders".to_owned(),
                namespace: None,
                records: 1_000,
                bytes: 50_000,
                incremental,
                cursor_field: Value::Null,
                known_records: 0,
                refreshed: false,
            }],
            attempts,
            stuck: false,
        }
    }

    fn attempt(number: usize, status: &str, ended_at: Option<i64>) -> Attempt {
        Attempt { number, status: status.to_owned(), created_at: 0, updated_at: 0, ended_at }
    }

    #[test]
    fn records_rise_while_an_attempt_runs_and_are_committed_in_tenths() {
        let seen: Vec<(u64, u64, u64)> = [0, 255, 999]
            .map(|now| {
                let stats = attempt_stats(&plan(true, &[]), &[attempt(0, "running", None)], now, |ms| ms)[0][0];
                (stats.records_emitted, stats.bytes_emitted, stats.records_committed)
            })
            .to_vec();
        assert_eq!(seen, [(0, 0, 0), (255, 12_750, 200), (999, 49_950, 900)]);
    }

    #[test]
    fn an_incremental_stream_resumes_and_a_full_refresh_starts_over() {
        let attempts = [attempt(0, "failed", Some(1_000)), attempt(1, "succeeded", Some(1_000))];
        for (incremental, second, total) in [(true, 600, 1_000), (false, 1_000, 1_000)] {
            let plan = plan(incremental, &[45]);
            let stats = attempt_stats(&plan, &attempts, 2_000, |ms| ms);
            assert_eq!(stats[0][0].records_committed, 400);
            assert_eq!(stats[1][0].records_committed, second);
            assert_eq!(aggregate(&plan, &stats)[0].records_committed, total);
        }
    }
}
