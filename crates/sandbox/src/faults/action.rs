//! What happens.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::SchemaChange;

/// What happens to a call.
///
/// In JSON the names are in snake case: `"drop_before"`, `{"status": 503}`, `{"too_many": {"retry_after": 2}}`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
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
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// It is carried out after so many milliseconds.
    DelayMs(u64),
    /// The connection is cut before anything is carried out.
    DropBefore,
    /// It is carried out and stored, then the connection is cut without an answer.
    DropAfter,
    /// It is carried out; the answer breaks off in the middle.
    Truncate,
    /// The member of the answer at this JSON pointer is missing.
    Hide(String),
    /// The member of the answer at this JSON pointer reads as a mask.
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
        #[serde(default)]
        at_percent: u64,
        /// How many attempts fail before one succeeds; without, all of them.
        #[serde(default)]
        attempts: Option<usize>,
    },
    /// The job that is started stays pending.
    JobStuck,
}

impl FaultAction {
    pub(crate) fn delay(&self) -> Duration {
        match self {
            Self::DelayMs(ms) => Duration::from_millis(*ms),
            _ => Duration::ZERO,
        }
    }
}
