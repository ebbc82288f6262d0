//! Errors of the client as errors of scripts.

use std::error::Error as _;

use airway_client::{Error, ErrorKind};

use crate::diagnostics::{Kind, in_words};
use crate::registry::Raise;
use crate::values::{Fault, FaultKind};

impl From<Error> for Raise {
    fn from(error: Error) -> Self {
        let class = match error.kind() {
            ErrorKind::Address(_) | ErrorKind::Settings(_) | ErrorKind::Fingerprints { .. } => Kind::Usage,
            // Refused before anything was sent: what the script asks for makes no sense.
            ErrorKind::Catalog(_)
            | ErrorKind::Configuration { .. }
            | ErrorKind::InvalidRequest { .. }
            | ErrorKind::Schedule(_)
            | ErrorKind::UnknownOperation { .. }
            | ErrorKind::Unsendable { .. } => Kind::Script,
            ErrorKind::Timeout
            | ErrorKind::Deadline { .. }
            | ErrorKind::StillRunning { .. }
            | ErrorKind::Unobserved { .. } => Kind::Unobserved,
            _ => Kind::Api,
        };
        fault(&error, class).into()
    }
}

impl From<airway_client::CatalogError> for Raise {
    fn from(error: airway_client::CatalogError) -> Self {
        Error::from(error).into()
    }
}

impl From<airway_client::ScheduleError> for Raise {
    fn from(error: airway_client::ScheduleError) -> Self {
        Error::from(error).into()
    }
}

/// A server that was lost while a job was being watched: the job may well go on.
pub(super) fn lost(error: &Error) -> Raise {
    let class = if error.is_unreachable() { Kind::Unobserved } else { Kind::Api };
    match error.kind() {
        ErrorKind::Timeout | ErrorKind::StillRunning { .. } | ErrorKind::Unobserved { .. } => {
            fault(error, Kind::Unobserved)
        }
        _ => fault(error, class),
    }
    .into()
}

fn fault(error: &Error, class: Kind) -> Fault {
    let mut fault = Fault::new(FaultKind::Api(error.label(), class), error.to_string());
    if let Some(status) = error.status() {
        fault = fault.property("status", i64::from(status));
    }
    if let Some(operation) = error.operation() {
        let attempts = if error.attempts() > 1 { format!(" ({} attempts)", error.attempts()) } else { String::new() };
        fault =
            fault.property("operation", operation.to_owned()).note(format!("while calling `{operation}`{attempts}"));
    }
    if let Some(cause) = error.source() {
        fault = fault.note(format!("because: {}", in_words(cause)));
    }
    if let ErrorKind::JobFailed { job, .. } | ErrorKind::StillRunning { job, .. } | ErrorKind::Unobserved { job, .. } =
        error.kind()
    {
        fault = fault.property("job", *job);
    }
    fault.hint(error.hint().or_else(|| elsewhere(error)))
}

fn elsewhere(error: &Error) -> Option<String> {
    error.is_unreachable().then(|| {
        "is Airbyte running there? `--server` or `AIRBYTE_SERVER` name another address, `--sandbox` uses the embedded one"
            .to_owned()
    })
}
