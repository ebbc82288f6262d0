//! The Airbyte that a command without a script speaks to.

use std::io::Write;

use airway_client::Error;
use airway_sandbox::Sandbox;

use super::sandbox::unavailable;
use crate::diagnostics::{Diagnostic, Kind, in_words};
use crate::registry::Raise;
use crate::runtime::{Settings, Target, Verbosity};

/// A server address, with the embedded Airbyte behind it if that is the one.
pub(super) struct Connected {
    /// `None` is the client's own default.
    pub(super) address: Option<String>,
    sandbox: Option<Sandbox>,
}

impl Connected {
    /// Starts the embedded Airbyte if it is meant. A server is not asked yet.
    pub(super) async fn to(target: &Target) -> Result<Self, Diagnostic> {
        Ok(match target {
            Target::Default => Self { address: None, sandbox: None },
            Target::Server(address) => Self { address: Some(address.clone()), sandbox: None },
            Target::Sandbox(builder) => {
                let sandbox = builder.as_ref().clone().start().await.map_err(|error| unavailable(&error))?;
                Self { address: Some(sandbox.url()), sandbox: Some(sandbox) }
            }
        })
    }

    /// Stops the embedded Airbyte.
    pub(super) async fn close(self) {
        if let Some(sandbox) = self.sandbox {
            sandbox.shutdown().await;
        }
    }
}

/// Says what the user should know of the settings; to the curious also where each of them comes from.
pub(super) fn announce(settings: &Settings, verbosity: Verbosity) {
    let details = settings.origins().filter(|_| verbosity == Verbosity::Verbose);
    for line in details.chain(settings.warnings()).filter(|_| verbosity > Verbosity::Quiet) {
        // There is nobody left to tell that standard error is gone.
        let _ = writeln!(anstream::stderr(), "{line}");
    }
}

/// Runs a command that waits for a server.
pub(super) fn block_on<T>(command: impl Future<Output = Result<T, Diagnostic>>) -> Result<T, Diagnostic> {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let tokio = tokio.map_err(|error| Diagnostic::error(Kind::Bug, "cannot start").note(in_words(&error)))?;
    tokio.block_on(command)
}

/// An error of the client as it is shown, in the words that scripts get.
pub(super) fn diagnose(error: Error) -> Diagnostic {
    let Raise::Fault(fault) = Raise::from(error) else {
        return Diagnostic::error(Kind::Bug, "an error of the client is none");
    };
    // What was refused before anything was sent stood on the command line, not in a script.
    let class = match fault.kind().class() {
        Kind::Script => Kind::Usage,
        class => class,
    };
    let mut diagnostic = Diagnostic::error(class, fault.message());
    diagnostic.notes = fault.notes().to_vec();
    diagnostic.hints = fault.hints().to_vec();
    diagnostic
}
