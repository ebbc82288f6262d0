//! What happens.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::SchemaChange;

/// What happens to a call.
///
/// In JSON the names are in snake case: `"drop_before"`, `{"status": 503}`, `{"too_many": {"retry_after": 2}}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultAction {
    /// It is not carried out; the answer has this status and a body with a message.
    Status(u16),
    /// It is not carried out; the answer has this status and this body.
    Answer {
        /// The status.
        status: u16,
        /// The body.
        body: Value,
    },
    /// It is not carried out; the answer is an HTML page with this status, as a proxy in between gives it.
    Html(u16),
    /// It is not carried out; the answer is 429.
    TooMany {
        /// Seconds for the `Retry-After` header; without, there is none.
        retry_after: Option<u64>,
    },
    /// It is carried out after so many milliseconds of the machine.
    DelayMs(u64),
    /// The connection is cut before anything is carried out.
    DropBefore,
    /// It is carried out and stored, then the connection is cut without an answer.
    DropAfter,
    /// It is carried out and stored; the answer has this status and the body of an error that the server did not foresee.
    StatusAfter(u16),
    /// It is carried out; the answer breaks off in the middle.
    Truncate,
    /// The member of the answer at this JSON pointer is missing; `*` stands for every item or member.
    Hide(String),
    /// The member of the answer at this JSON pointer reads as a mask; `*` stands for every item or member.
    Mask(String),
    /// The check fails with these words of the connector.
    CheckFails(String),
    /// The check job dies: neither status nor message.
    CheckCrashes,
    /// The discover job dies: no catalog.
    DiscoverFails(String),
    /// Discover answers the stored catalog even when it is told not to.
    StaleCatalog,
    /// Discover finds a changed source.
    SchemaChange(SchemaChange),
    /// The job that is started fails.
    JobFails {
        /// The words of the failure.
        message: String,
        /// How much is loaded before it fails, in percent.
        at_percent: u64,
        /// How many attempts fail before one succeeds; without, all of them.
        attempts: Option<usize>,
        /// The streams that fail, by name, while the others come through; when it is empty, all of them fail.
        streams: Vec<String>,
    },
    /// The job that is started stays pending.
    JobStuck,
}

/// What an operation does that only some actions can happen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Check,
    Discover,
    Job,
}

impl FaultAction {
    /// The names of all actions, as they are written.
    pub(super) const NAMES: [&'static str; 18] = [
        "status",
        "answer",
        "html",
        "too_many",
        "delay_ms",
        "drop_before",
        "drop_after",
        "status_after",
        "truncate",
        "hide",
        "mask",
        "check_fails",
        "check_crashes",
        "discover_fails",
        "stale_catalog",
        "schema_change",
        "job_fails",
        "job_stuck",
    ];

    pub(crate) fn delay(&self) -> Duration {
        match self {
            Self::DelayMs(ms) => Duration::from_millis(*ms),
            _ => Duration::ZERO,
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Status(_) => "status",
            Self::Answer { .. } => "answer",
            Self::Html(_) => "html",
            Self::TooMany { .. } => "too_many",
            Self::DelayMs(_) => "delay_ms",
            Self::DropBefore => "drop_before",
            Self::DropAfter => "drop_after",
            Self::StatusAfter(_) => "status_after",
            Self::Truncate => "truncate",
            Self::Hide(_) => "hide",
            Self::Mask(_) => "mask",
            Self::CheckFails(_) => "check_fails",
            Self::CheckCrashes => "check_crashes",
            Self::DiscoverFails(_) => "discover_fails",
            Self::StaleCatalog => "stale_catalog",
            Self::SchemaChange(_) => "schema_change",
            Self::JobFails { .. } => "job_fails",
            Self::JobStuck => "job_stuck",
        }
    }

    fn work(&self) -> Option<Work> {
        match self {
            Self::CheckFails(_) | Self::CheckCrashes => Some(Work::Check),
            Self::DiscoverFails(_) | Self::StaleCatalog | Self::SchemaChange(_) => Some(Work::Discover),
            Self::JobFails { .. } | Self::JobStuck => Some(Work::Job),
            _ => None,
        }
    }

    /// Tells whether it can happen to the operation with this path.
    pub(super) fn can_happen_to(&self, path: &str) -> bool {
        let (_, last) = path.split_once('/').unwrap_or_default();
        match self.work() {
            None => true,
            Some(Work::Check) => path.contains("check_connection") || path == "commands/run/check",
            Some(Work::Discover) => path.ends_with("sources/discover_schema") || path == "commands/run/discover",
            Some(Work::Job) => {
                let starts = ["sync", "reset", "clear", "refresh", "reset/stream", "clear/stream"].contains(&last);
                path.starts_with("connections/") && starts
            }
        }
    }

    /// Tells whether it concerns a call of this path, or the jobs of schedules under their name.
    pub(super) fn is_for(&self, path: &str) -> bool {
        if path == super::SCHEDULE { self.can_happen_to_a_schedule() } else { self.can_happen_to(path) }
    }

    /// Tells whether it can happen to a job that a schedule starts.
    pub(super) fn can_happen_to_a_schedule(&self) -> bool {
        self.work() == Some(Work::Job)
    }

    /// Returns operations that it can happen to.
    pub(super) fn home(&self) -> Option<&'static str> {
        Some(match self.work()? {
            Work::Check => "it happens to checks, such as `sources/check_connection` or `scheduler/*`",
            Work::Discover => "it happens to `sources/discover_schema`",
            Work::Job => "it happens to what starts a job, such as `connections/sync`, or `schedule`",
        })
    }
}
