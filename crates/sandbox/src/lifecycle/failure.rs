//! Why an attempt failed, in the shape clients read.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    /// `source`, `destination`, `airbyte_platform` …
    pub(crate) origin: String,
    /// `config_error`, `system_error`, `manual_cancellation` …
    pub(crate) kind: String,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(origin: &str, kind: &str, message: impl Into<String>) -> Self {
        Self { origin: origin.to_owned(), kind: kind.to_owned(), message: message.into() }
    }

    /// What a cancelled attempt carries.
    pub(crate) fn cancellation() -> Self {
        Self::new("airbyte_platform", "manual_cancellation", "the sync was cancelled by a user")
    }

    /// Returns a `FailureReason`.
    pub(crate) fn read(&self, at: i64) -> Value {
        json!({
            "failureOrigin": self.origin,
            "failureType": self.kind,
            "externalMessage": self.message,
            "internalMessage": self.message,
            "retryable": self.kind != "config_error" && self.kind != "manual_cancellation",
            "timestamp": at,
        })
    }
}
