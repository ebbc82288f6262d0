//! `airway sandbox`: the embedded Airbyte as a server.

use std::io::Write;
use std::path::PathBuf;

use airway_sandbox::{Auth, Generation, Sandbox, SandboxError, Speed};
use clap::Args;

use super::complain;
use crate::diagnostics::{Diagnostic, ExitCode, Kind, in_words};
use crate::runtime::Interrupts;

/// Serve an embedded Airbyte until Ctrl-C
#[derive(Args, Debug)]
pub(super) struct Serve {
    /// Listen on this port; 0 is any free one
    #[arg(long, default_value_t = 8001)]
    port: u16,
    /// Keep the state in this file instead of in memory
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Behave as this version of Airbyte
    #[arg(long, value_name = "VERSION", default_value_t = Generation::DEFAULT)]
    emulate: Generation,
    /// Let time run faster: a factor, or `instant`
    #[arg(long, value_name = "SPEED", default_value_t = Speed::Times(60.0))]
    speed: Speed,
}

impl Serve {
    pub(super) fn execute(self) -> ExitCode {
        let tokio = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
            Ok(tokio) => tokio,
            Err(error) => return complain(&Diagnostic::error(Kind::Bug, "cannot start").note(error.to_string())),
        };
        match tokio.block_on(self.serve()) {
            Ok(()) => ExitCode::Ok,
            Err(error) => complain(&unavailable(&error)),
        }
    }

    async fn serve(self) -> Result<(), SandboxError> {
        let mut builder = Sandbox::builder().port(self.port).emulate(self.emulate).speed(self.speed).auth(Auth::None);
        if let Some(database) = &self.db {
            builder = builder.database(database);
        }
        let sandbox = builder.start().await?;
        let interrupts = Interrupts::listen();
        let url = sandbox.url();
        // Nobody has to read it: the sandbox serves either way.
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{url}");
        let _ = out.flush();
        drop(out);
        let _ = writeln!(
            std::io::stderr(),
            "an emulated Airbyte {} listens there; Ctrl-C ends it\nairway run SCRIPT --server {url}",
            self.emulate
        );
        match interrupts {
            Ok(mut interrupts) => interrupts.next().await,
            // Without a handler for the signal the process simply ends.
            Err(_) => std::future::pending().await,
        }
        sandbox.shutdown().await;
        Ok(())
    }
}

/// The sandbox could not be started.
pub(super) fn unavailable(error: &SandboxError) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(Kind::Usage, error.to_string());
    diagnostic.notes.extend(std::error::Error::source(error).map(in_words));
    diagnostic
}
