//! Why a job, a check or a discover failed, in the server's terms.

use std::fmt;

use airway_api_gen::types;
use serde_json::Value;

use crate::catalog::full_name;
use crate::secret::Vault;

/// The reason that Airbyte gives for a failed attempt, check or discover.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Failure {
    /// Who failed: `source`, `destination`, `replication`, `persistence`, `airbyte_platform` …
    pub origin: Option<String>,
    /// What kind of failure: `config_error`, `system_error`, `transient_error` …
    pub kind: Option<String>,
    /// The message meant for people.
    pub message: Option<String>,
    /// The stream it happened in, if it was one stream.
    pub stream: Option<String>,
    /// The last lines of the log, oldest first; at most ten.
    pub log_tail: Vec<String>,
}

const LOG_TAIL: usize = 10;

impl Failure {
    pub(crate) fn of(reason: &types::FailureReason) -> Self {
        let stream = reason
            .stream_descriptor
            .as_ref()
            .and_then(|stream| Some(full_name(stream.namespace.as_deref(), stream.name.as_deref()?)));
        Self {
            origin: reason.failure_origin.as_ref().map(ToString::to_string),
            kind: reason.failure_type.as_ref().map(ToString::to_string),
            message: reason.external_message.clone().or_else(|| reason.internal_message.clone()),
            stream,
            log_tail: Vec::new(),
        }
    }

    /// Reads the failure of a check or discover job: its reason, or at least the end of its log.
    pub(crate) fn of_check(job: Option<&types::SynchronousJobRead>) -> Option<Self> {
        let job = job?;
        let mut failure = job.failure_reason.as_ref().map(Self::of).unwrap_or_default();
        failure.ends_with(&job.logs.as_ref().map(log_lines).unwrap_or_default());
        (failure != Self::default()).then_some(failure)
    }

    /// The same without secrets: connectors repeat what they were given.
    pub(crate) fn redacted(mut self, vault: &Vault) -> Self {
        for text in [&mut self.message, &mut self.stream].into_iter().flatten().chain(&mut self.log_tail) {
            *text = vault.redact(text).into_owned();
        }
        self
    }

    /// Keeps the end of a log.
    pub(crate) fn ends_with(&mut self, log: &[String]) {
        self.log_tail = log[log.len().saturating_sub(LOG_TAIL)..].to_vec();
    }

    pub(super) fn hint(&self) -> Option<String> {
        (!self.log_tail.is_empty()).then(|| format!("the log ends with:\n  {}", self.log_tail.join("\n  ")))
    }
}

/// Logs come as finished lines or, from 1.0 on, as events.
pub(crate) fn log_lines(logs: &Value) -> Vec<String> {
    let texts = |member: &str| logs.get(member).and_then(Value::as_array).into_iter().flatten();
    let lines = texts("logLines").filter_map(Value::as_str);
    lines.chain(texts("events").filter_map(|event| event.get("message")?.as_str())).map(str::to_owned).collect()
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message.as_deref().unwrap_or("no reason given"))?;
        let mut about: Vec<String> = [&self.origin, &self.kind].into_iter().flatten().cloned().collect();
        about.extend(self.stream.iter().map(|stream| format!("stream `{stream}`")));
        if about.is_empty() { Ok(()) } else { write!(f, " ({})", about.join(", ")) }
    }
}
