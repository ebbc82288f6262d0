//! What a job will do, decided when it is created: streams, volumes, attempts and how they end.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Failure, Lifecycle, Result, stream_states};
use crate::connectors::{Check, Volume};
use crate::faults::FaultAction;
use crate::ids;
use crate::store::{ActorKind, Connection};

/// Reading and writing, in sandbox time: with the wait before it a sync takes two minutes.
const RUN_MS: i64 = 115_000;
const RESET_MS: i64 = 10_000;
/// How soon a wrong configuration shows; no attempt is shorter.
const REFUSED_MS: i64 = 10_000;
/// The waits after the first, second … complete failure; then the job has failed.
const BACKOFF_MS: [i64; 4] = [10_000, 30_000, 90_000, 270_000];

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) config_type: String,
    pub(crate) streams: Vec<PlannedStream>,
    /// At least one; the job fails when the last one fails.
    pub(crate) attempts: Vec<PlannedAttempt>,
    /// Whether the job stays pending.
    #[serde(default)]
    pub(crate) stuck: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PlannedStream {
    pub(crate) name: String,
    pub(crate) namespace: Option<String>,
    pub(crate) records: u64,
    pub(crate) bytes: u64,
    pub(crate) incremental: bool,
    pub(crate) cursor_field: Value,
    /// What earlier syncs of an incremental stream have read.
    pub(crate) known_records: u64,
    /// Whether it was asked for that the stream is read from its beginning.
    #[serde(default)]
    pub(crate) refreshed: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PlannedAttempt {
    pub(crate) run_ms: i64,
    /// The wait before the next attempt.
    pub(crate) wait_ms: i64,
    pub(crate) failure: Option<Failure>,
    /// How much of the work is done when the attempt fails, in percent.
    pub(crate) reaches: u64,
    /// The names of the streams that fail with it, while the others come through; nothing is all of them.
    #[serde(default)]
    pub(crate) failing: Vec<String>,
}

impl PlannedAttempt {
    fn succeeding(run_ms: i64) -> Self {
        Self { run_ms, wait_ms: 0, failure: None, reaches: 100, failing: Vec::new() }
    }

    /// An attempt that fails before anything is read.
    fn refused(wait_ms: i64, failure: Failure) -> Self {
        Self { run_ms: REFUSED_MS, wait_ms, failure: Some(failure), reaches: 0, failing: Vec::new() }
    }

    /// Returns how much of a stream's work is done when the attempt fails, in percent.
    pub(crate) fn reach_of(&self, stream: &PlannedStream) -> u64 {
        if self.failing.is_empty() || self.failing.contains(&stream.name) { self.reaches.min(100) } else { 100 }
    }
}

impl Plan {
    /// Returns the plan with what faults make of it.
    pub(crate) fn with(mut self, faults: &[FaultAction]) -> Self {
        for fault in faults {
            match fault {
                FaultAction::JobStuck => self.stuck = true,
                FaultAction::JobFails { message, at_percent, attempts, streams } => {
                    // What fails as a whole stops there; where others come through, it takes as long as they do.
                    let share = if streams.is_empty() { i64::try_from(*at_percent).unwrap_or(100) } else { 100 };
                    let failing = |wait_ms| PlannedAttempt {
                        run_ms: (RUN_MS * share / 100).max(REFUSED_MS),
                        wait_ms,
                        failure: Some(Failure::new("replication", "system_error", message.clone())),
                        reaches: *at_percent,
                        failing: streams.clone(),
                    };
                    let last = self.attempts.pop();
                    self.attempts = match attempts {
                        Some(count) => (0..*count).map(|at| failing(backoff(at))).chain(last).collect(),
                        None => vec![failing(0)],
                    };
                }
                _ => {}
            }
        }
        self
    }

    /// Returns the plan of the attempt with this number; beyond the plan everything goes like the last one.
    pub(crate) fn attempt(&self, number: usize) -> &PlannedAttempt {
        let last = self.attempts.len().saturating_sub(1);
        &self.attempts[number.min(last)]
    }
}

/// Returns the wait after the failed attempt with this number.
fn backoff(number: usize) -> i64 {
    BACKOFF_MS[number.min(BACKOFF_MS.len() - 1)]
}

impl PlannedStream {
    /// Returns the stream as a `StreamDescriptor`.
    pub(crate) fn descriptor(&self) -> Value {
        descriptor(&self.name, self.namespace.as_deref())
    }
}

pub(crate) fn descriptor(name: &str, namespace: Option<&str>) -> Value {
    match namespace {
        Some(namespace) => json!({"name": name, "namespace": namespace}),
        None => json!({"name": name}),
    }
}

/// Decides what the next job of a connection does.
pub(crate) struct Planner<'a> {
    lifecycle: &'a Lifecycle<'a>,
    connection: &'a Connection,
    states: Vec<Value>,
    volumes: Vec<(Value, Volume)>,
    outcome: Option<(ActorKind, Check)>,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(lifecycle: &'a Lifecycle<'a>, connection: &'a Connection) -> Result<Self> {
        let store = lifecycle.store;
        let mut volumes = Vec::new();
        let mut outcome = None;
        let ends = [(ActorKind::Source, &connection.source_id), (ActorKind::Destination, &connection.destination_id)];
        for (kind, id) in ends {
            let Some(actor) = store.actor(kind, id)? else { continue };
            let Some(connector) = lifecycle.connectors.find(store, kind, &actor.definition_id)? else { continue };
            let check = connector.check(&actor.configuration);
            if check != Check::Passed && outcome.is_none() {
                outcome = Some((kind, check));
            }
            if kind == ActorKind::Source {
                volumes = connector.volumes(&actor.configuration);
            }
        }
        let states = store.state(&connection.id)?.map_or_else(Vec::new, |state| stream_states(&state));
        Ok(Self { lifecycle, connection, states, volumes, outcome })
    }

    /// Plans a sync of all streams.
    pub(crate) fn sync(&self) -> Result<Plan> {
        let Some(refresh) = &self.connection.details.waiting_refresh else {
            return Ok(self.replication("sync", &[]));
        };
        let mut connection = self.connection.clone();
        let streams = refresh["streams"].as_array().cloned().unwrap_or_default();
        connection.details.waiting_refresh = None;
        self.lifecycle.store.update_connection(&connection)?;
        Ok(self.refresh(&streams))
    }

    /// Plans a sync that reads `streams` (all, when empty) from their beginning.
    pub(crate) fn refresh(&self, streams: &[Value]) -> Plan {
        let all: Vec<Value>;
        let streams = if streams.is_empty() {
            all = self.connection.streams.iter().map(stream_descriptor).collect();
            &all
        } else {
            streams
        };
        self.replication("refresh", streams)
    }

    /// Plans the removal of what `streams` (all, when empty) have written.
    pub(crate) fn reset(&self, streams: &[Value]) -> Plan {
        let streams = self
            .connection
            .streams
            .iter()
            .filter(|entry| streams.is_empty() || streams.contains(&stream_descriptor(entry)))
            .map(|entry| PlannedStream { records: 0, bytes: 0, ..self.stream(entry, true) })
            .collect();
        let attempts = vec![PlannedAttempt::succeeding(RESET_MS)];
        Plan { config_type: "reset_connection".to_owned(), streams, attempts, stuck: false }
    }

    fn replication(&self, config_type: &str, from_the_beginning: &[Value]) -> Plan {
        let streams = self
            .connection
            .streams
            .iter()
            .map(|entry| self.stream(entry, from_the_beginning.contains(&stream_descriptor(entry))))
            .collect();
        Plan { config_type: config_type.to_owned(), streams, attempts: self.attempts(), stuck: false }
    }

    fn attempts(&self) -> Vec<PlannedAttempt> {
        match &self.outcome {
            None | Some((_, Check::Passed)) => vec![PlannedAttempt::succeeding(RUN_MS)],
            Some((kind, Check::Failed(message))) => {
                vec![PlannedAttempt::refused(0, Failure::new(kind.as_str(), "config_error", message.clone()))]
            }
            Some((kind, Check::Crashed(message))) => (0..=BACKOFF_MS.len())
                .map(|number| {
                    let wait_ms = BACKOFF_MS.get(number).copied().unwrap_or_default();
                    PlannedAttempt::refused(wait_ms, Failure::new(kind.as_str(), "system_error", message.clone()))
                })
                .collect(),
        }
    }

    fn stream(&self, entry: &Value, from_the_beginning: bool) -> PlannedStream {
        let descriptor = stream_descriptor(entry);
        let config = &entry["config"];
        let incremental = config["syncMode"].as_str() == Some("incremental");
        let volume = self
            .volumes
            .iter()
            .find(|(candidate, _)| *candidate == descriptor)
            .map_or(Volume { records: 0, bytes_per_record: 0 }, |(_, volume)| *volume);
        let known = if incremental && !from_the_beginning { self.known_records(&descriptor) } else { None };
        let records = known.map_or(volume.records, |known| growth(&descriptor, volume.records, known));
        PlannedStream {
            name: descriptor["name"].as_str().unwrap_or_default().to_owned(),
            namespace: descriptor["namespace"].as_str().map(str::to_owned),
            records,
            bytes: records * volume.bytes_per_record,
            incremental,
            cursor_field: config["cursorField"].clone(),
            known_records: known.unwrap_or_default(),
            refreshed: from_the_beginning,
        }
    }

    /// Returns what was read so far, where a state says that something was.
    fn known_records(&self, descriptor: &Value) -> Option<u64> {
        let entry = self.states.iter().find(|entry| entry["streamDescriptor"] == *descriptor)?;
        entry["streamState"].as_object().map(|state| state.get("records").and_then(Value::as_u64).unwrap_or_default())
    }
}

/// Returns how many records came in since `known` of them were read: a few percent, never the same twice.
fn growth(descriptor: &Value, records: u64, known: u64) -> u64 {
    if records == 0 {
        return 0;
    }
    let spread = records / 50 + 1;
    records / 100 + 1 + ids::hash(&format!("{descriptor}{known}")) % spread
}

/// Returns the descriptor of a catalog entry `{stream, config}`.
pub(crate) fn stream_descriptor(entry: &Value) -> Value {
    let stream = &entry["stream"];
    descriptor(stream["name"].as_str().unwrap_or_default(), stream["namespace"].as_str())
}
