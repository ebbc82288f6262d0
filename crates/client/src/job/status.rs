//! The words for how a job is.

use std::fmt;

/// The status of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobStatus {
    /// Waits to be started.
    Pending,
    /// Waits for capacity (servers newer than 2.0).
    Queued,
    /// An attempt runs.
    Running,
    /// An attempt failed and another one will follow: not over.
    Incomplete,
    /// Over, with success.
    Succeeded,
    /// Over, without success.
    Failed,
    /// Over, on request.
    Cancelled,
    /// A status that this client does not know, as the server spells it.
    Other(String),
}

impl JobStatus {
    /// Says whether the job is over.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }

    pub(crate) fn as_outcome(&self) -> String {
        match self {
            Self::Succeeded => "succeeded".to_owned(),
            Self::Failed => "failed".to_owned(),
            Self::Cancelled => "was cancelled".to_owned(),
            other => format!("is {other}"),
        }
    }
}

impl From<&str> for JobStatus {
    fn from(text: &str) -> Self {
        match text {
            "pending" => Self::Pending,
            "queued" => Self::Queued,
            "running" => Self::Running,
            "incomplete" => Self::Incomplete,
            "succeeded" => Self::Succeeded,
            "failed" => Self::Failed,
            "cancelled" => Self::Cancelled,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for JobStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "pending",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Incomplete => "incomplete",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Other(other) => other,
        })
    }
}
