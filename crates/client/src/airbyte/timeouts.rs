//! How long to wait for an answer, by what is asked.

use std::time::Duration;

use airway_api_gen::operations;
use airway_spec::Effect;

/// How long to wait for an answer. Each attempt of a call has this time anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For a connection to the server: 10 seconds by default.
    pub connect: Duration,
    /// For calls that change nothing: 30 seconds by default.
    pub read: Duration,
    /// For calls that change something: one minute by default.
    pub write: Duration,
    /// For calls that run a connector before they answer, such as checks, or wait for a running one to stop: 15 minutes by
    /// default. Servers give connectors about nine.
    pub check: Duration,
    /// For calls that discover a schema: 15 minutes by default.
    pub discover: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(30),
            write: Duration::from_mins(1),
            check: Duration::from_mins(15),
            discover: Duration::from_mins(15),
        }
    }
}

/// Calls that discover a schema, one of them in passing.
const DISCOVERS: [&str; 4] = [
    "destinations/discover_schema",
    "scheduler/sources/discover_schema",
    "sources/discover_schema",
    "web_backend/connections/get",
];

impl Timeouts {
    /// Waits so long for everything, connections included.
    #[must_use]
    pub fn all(timeout: Duration) -> Self {
        Self { connect: timeout, read: timeout, write: timeout, check: timeout, discover: timeout }
    }

    /// Returns how long an operation may take, by its path without `/v1/`.
    #[must_use]
    pub fn of(&self, operation: &str) -> Duration {
        let known = operations().get(operation);
        // The server answers a cancel when the connector has stopped.
        let is_long = operation == "jobs/cancel" || known.is_some_and(|known| known.long_running);
        match known.map(|known| known.effect) {
            _ if DISCOVERS.contains(&operation) => self.discover,
            _ if is_long => self.check,
            Some(Effect::Read) => self.read,
            _ => self.write,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_call_has_its_time() {
        let timeouts = Timeouts::default();
        let minutes = |operation| timeouts.of(operation).as_secs_f64() / 60.0;
        for (operation, expected) in [
            ("sources/list", 0.5),
            ("health", 0.5),
            ("applications/token", 0.5),
            ("sources/create", 1.0),
            ("connections/delete", 1.0),
            ("sources/check_connection", 15.0),
            ("scheduler/destinations/check_connection", 15.0),
            ("connections/sync", 15.0),
            ("jobs/cancel", 15.0),
            ("sources/discover_schema", 15.0),
        ] {
            assert!((minutes(operation) - expected).abs() < f64::EPSILON, "{operation}: {} min", minutes(operation));
        }
    }

    #[test]
    fn discovers_exist_and_have_a_time_of_their_own() {
        let timeouts = Timeouts { discover: Duration::from_secs(7), ..Timeouts::default() };
        for operation in DISCOVERS {
            assert!(operations().get(operation).is_some_and(|known| known.long_running), "{operation}");
            assert_eq!(timeouts.of(operation).as_secs(), 7);
        }
    }
}
