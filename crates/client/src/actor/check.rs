//! What a connector reports when it is asked to reach its system.

use std::time::Instant;

use airway_api_gen::types;

use super::ActorKind;
use crate::airbyte::Airbyte;
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::event::{Action, Event, Resource};
use crate::secret::Vault;

/// The outcome of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckReport {
    /// Whether the connector reached its system.
    pub succeeded: bool,
    /// The connector's own words, if it had any.
    pub message: Option<String>,
    /// Why the check did not run to its end, if it did not: the connector crashed or never started.
    pub failure: Option<Failure>,
}

impl CheckReport {
    /// A check whose job failed has neither status nor message: a missing status is a failure.
    /// Connectors repeat what they were given: secrets are taken out of what they say.
    fn of(read: types::CheckConnectionRead, vault: &Vault) -> Self {
        let succeeded = read.status.is_some_and(|status| status.to_string() == "succeeded");
        let failure = if succeeded { None } else { Failure::of_check(read.job_info.as_ref()) };
        let message = read.message.map(|message| vault.redact(&message).into_owned());
        Self { succeeded, message, failure: failure.map(|failure| failure.redacted(vault)) }
    }

    /// Turns a check that ended badly into an error that names what was checked.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::CheckFailed`] unless the check succeeded.
    pub fn into_result(self, resource: Resource, name: &str) -> Result<()> {
        if self.succeeded {
            return Ok(());
        }
        let Self { message, failure, .. } = self;
        Err(Error::new(ErrorKind::CheckFailed { resource, name: name.to_owned(), message, failure }))
    }
}

/// Runs a check and tells the observers when it starts and ends.
pub(super) async fn watched<K: ActorKind>(
    airbyte: &Airbyte,
    name: &str,
    check: impl Future<Output = Result<types::CheckConnectionRead>>,
) -> Result<CheckReport> {
    let (action, resource, name) = (Action::Check, K::RESOURCE, name.to_owned());
    airbyte.emit(&Event::Asking { action, resource, name: name.clone() });
    let started = Instant::now();
    let report = check.await.map(|read| CheckReport::of(read, airbyte.vault()));
    let succeeded = report.as_ref().is_ok_and(|report| report.succeeded);
    airbyte.emit(&Event::Answered { action, resource, name, succeeded, duration: started.elapsed() });
    report
}
