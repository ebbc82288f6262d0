//! The attempts of a job.

use std::time::Duration;

use airway_api_gen::types;

use super::state::between;
use super::tally::{self, Tally};
use crate::error::Failure;

/// One attempt of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// Its number, from 0.
    pub number: i64,
    /// How it is: `running`, `failed` or `succeeded`.
    pub status: String,
    /// How much it copied, as far as known when the job was read.
    pub tally: Tally,
    /// How long it took, or has taken so far, in the server's whole seconds.
    pub duration: Duration,
    /// Why it failed.
    pub failure: Option<Failure>,
}

impl Attempt {
    pub(super) fn of(read: &types::AttemptRead) -> Self {
        let failures = read.failure_summary.as_ref().and_then(|summary| summary.failures.as_ref());
        Self {
            number: read.id.unwrap_or_default(),
            status: read.status.as_ref().map(ToString::to_string).unwrap_or_default(),
            tally: tally::total(&types::JobRead::default(), std::slice::from_ref(read), &[]),
            duration: between(read.created_at, read.ended_at.or(read.updated_at)),
            failure: failures.and_then(|failures| failures.first()).map(Failure::of),
        }
    }
}
