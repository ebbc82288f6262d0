//! Which of its jobs a connection is asked for.

use super::JobStatus;

/// Which jobs: all of them, unless something is named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobFilter {
    /// Of these kinds; of all when there are none.
    pub kinds: Vec<JobKind>,
    /// In one of these statuses; in any when there are none.
    pub statuses: Vec<JobStatus>,
}

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JobKind {
    /// Copies.
    Sync,
    /// Reads streams from their beginning (servers from 1.0 on).
    Refresh,
    /// Removes what was written: a reset or a clear.
    Reset,
}

impl JobFilter {
    /// Only those of this kind, or of one that was named before.
    #[must_use]
    pub fn of_kind(mut self, kind: JobKind) -> Self {
        self.kinds.push(kind);
        self
    }

    /// Only those in this status, or in one that was named before.
    #[must_use]
    pub fn in_status(mut self, status: JobStatus) -> Self {
        self.statuses.push(status);
        self
    }
}

impl JobKind {
    /// Returns it as servers spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Refresh => "refresh",
            Self::Reset => "reset_connection",
        }
    }
}
