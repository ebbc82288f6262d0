//! Standard output for data, standard error for talk. Secrets leave through neither.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use airway_client::Vault;
use tokio_util::sync::CancellationToken;

/// How much is said on standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Errors only.
    Quiet,
    /// What is done, and how far it is.
    #[default]
    Normal,
    /// Also what is looked at.
    Verbose,
}

/// The two output streams. Clones write to the same ones.
#[derive(Clone)]
pub(crate) struct Screen(Arc<Inner>);

struct Inner {
    vault: Vault,
    verbosity: Verbosity,
    pipe_closed: AtomicBool,
    /// Cancelled when nobody reads standard output any more.
    stop: CancellationToken,
}

impl Screen {
    pub(crate) fn new(vault: Vault, verbosity: Verbosity, stop: CancellationToken) -> Self {
        Self(Arc::new(Inner { vault, verbosity, pipe_closed: AtomicBool::new(false), stop }))
    }

    /// Writes a line to standard output.
    pub(crate) fn print(&self, line: &str) {
        let line = self.0.vault.redact(line);
        let mut out = io::stdout().lock();
        if let Err(error) = writeln!(out, "{line}")
            && error.kind() == io::ErrorKind::BrokenPipe
        {
            self.0.pipe_closed.store(true, Ordering::Relaxed);
            self.0.stop.cancel();
        }
    }

    /// Says whether nobody reads standard output any more.
    pub(crate) fn pipe_closed(&self) -> bool {
        self.0.pipe_closed.load(Ordering::Relaxed)
    }

    /// Says something about what is going on, unless told to be quiet.
    pub(crate) fn say(&self, line: impl Display) {
        if self.0.verbosity > Verbosity::Quiet {
            self.write(&format!("{line}\n"));
        }
    }

    /// Says something that only the curious want to know.
    pub(crate) fn detail(&self, line: impl Display) {
        if self.0.verbosity == Verbosity::Verbose {
            self.write(&format!("{line}\n"));
        }
    }

    /// Writes text to standard error whatever the verbosity; colours go where they are not wanted.
    pub(crate) fn write(&self, text: &str) {
        let text = self.0.vault.redact(text);
        // There is nobody left to tell that standard error is gone.
        let _ = anstream::stderr().lock().write_all(text.as_bytes());
    }

    /// Says whether a person looks at standard error.
    pub(crate) fn is_terminal(&self) -> bool {
        io::stderr().is_terminal()
    }
}
