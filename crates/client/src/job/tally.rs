//! How much a job has copied.
//!
//! No server has the `summary` of older references: counts are in `aggregatedStats` (1.0 and later, and not in `jobs/get`),
//! and in the attempts, live in `streamStats` and final in `recordsSynced`/`bytesSynced`.

use std::collections::{BTreeMap, HashSet};

use airway_api_gen::types;

use crate::catalog::{Stream, SyncMode, full_name};
use crate::connection::Connection;

/// How much was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Records that reached the destination.
    pub records: i64,
    /// Their bytes.
    pub bytes: i64,
}

/// How much of one stream was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamTally {
    /// The stream, as `namespace.name` or name.
    pub name: String,
    /// How much of it.
    pub tally: Tally,
}

impl Tally {
    fn of(records: Option<i64>, bytes: Option<i64>) -> Self {
        Self { records: records.unwrap_or_default(), bytes: bytes.unwrap_or_default() }
    }

    fn plus(self, other: Self) -> Self {
        Self { records: self.records + other.records, bytes: self.bytes + other.bytes }
    }
}

/// The server's own aggregate where there is one, because it knows which attempts resumed which; else the sum over streams, and
/// where those are not told either, what the attempts say of themselves.
pub(super) fn total(job: &types::JobRead, attempts: &[types::AttemptRead], streams: &[StreamTally]) -> Tally {
    if let Some(stats) = &job.aggregated_stats
        && let (Some(records), Some(bytes)) = (stats.records_committed, stats.bytes_committed)
    {
        return Tally { records, bytes };
    }
    if !streams.is_empty() {
        return streams.iter().fold(Tally::default(), |sum, stream| sum.plus(stream.tally));
    }
    attempts.iter().fold(Tally::default(), |sum, attempt| {
        let live = attempt.total_stats.as_ref();
        let records = live.and_then(|live| live.records_committed).or(attempt.records_synced);
        let bytes = live.and_then(|live| live.bytes_committed).or(attempt.bytes_synced);
        sum.plus(Tally::of(records, bytes))
    })
}

/// A stream that is copied anew counts what its last attempt copied; one that goes on from a state counts all attempts.
pub(super) fn streams(
    job: &types::JobRead,
    attempts: &[types::AttemptRead],
    connection: Option<&Connection>,
) -> Vec<StreamTally> {
    let aggregated = job.stream_aggregated_stats.as_ref().map(|stats| stats.0.as_slice()).unwrap_or_default();
    if !aggregated.is_empty() {
        let one = |stats: &types::StreamStats| StreamTally {
            name: full_name(stats.stream_namespace.as_deref(), stats.stream_name.as_deref().unwrap_or_default()),
            tally: Tally::of(stats.records_committed, stats.bytes_committed),
        };
        return aggregated.iter().map(one).collect();
    }
    let anew = if attempts.len() > 1 { connection.map(copied_anew).unwrap_or_default() } else { HashSet::new() };
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for stats in attempts.iter().filter_map(|attempt| attempt.stream_stats.as_ref()).flatten() {
        let name = full_name(stats.stream_namespace.as_deref(), stats.stream_name.as_deref().unwrap_or_default());
        let counts = stats.stats.as_ref();
        let tally = Tally::of(
            counts.and_then(|counts| counts.records_committed),
            counts.and_then(|counts| counts.bytes_committed),
        );
        let anew = anew.contains(&name);
        let sum = tallies.entry(name).or_default();
        *sum = if anew { tally } else { sum.plus(tally) };
    }
    tallies.into_iter().map(|(name, tally)| StreamTally { name, tally }).collect()
}

/// Full names of the streams that every attempt copies from their beginning.
fn copied_anew(connection: &Connection) -> HashSet<String> {
    let Some(catalog) = connection.known_catalog() else { return HashSet::new() };
    let anew = catalog.streams().iter().filter(|stream| stream.sync_mode() == SyncMode::FullRefresh.to_string());
    anew.map(Stream::full_name).collect()
}
