//! `airway sandbox`: the embedded Airbyte as a server.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use airway_sandbox::{Auth, Generation, Role, Sandbox, SandboxBuilder, SandboxError};
use clap::Args;

use super::complain;
use super::embedded::EmbeddedOptions;
use crate::diagnostics::{Diagnostic, ExitCode, Kind, in_words, render};
use crate::engine::Sources;
use crate::prelude::length_of_time;
use crate::runtime::{Interrupts, Verbosity};

/// Serve an embedded Airbyte until Ctrl-C
#[derive(Args)]
pub(super) struct Serve {
    /// Listen on this port; 0 is any free one
    #[arg(long, default_value_t = 8001)]
    port: u16,
    /// Listen on this address; on any but a loopback one, others can reach the sandbox
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), value_parser = address)]
    host: IpAddr,
    /// Keep the state in this file instead of in memory
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Ask callers who they are: `none`, `basic:USER:PASSWORD` or `client-credentials:ID:SECRET`
    // Not read by clap, which would repeat a mistyped password.
    #[arg(long, value_name = "AUTH", default_value = "none", hide_default_value = true)]
    auth: String,
    /// Let tokens allow no more than this: `admin`, `editor`, `runner` or `reader`
    #[arg(long, value_name = "ROLE")]
    role: Option<Role>,
    /// Let tokens live so long, such as `90s` or `15m`
    #[arg(long, value_name = "TIME", value_parser = length)]
    token_life: Option<Duration>,
    #[command(flatten)]
    embedded: EmbeddedOptions,
}

fn address(text: &str) -> Result<IpAddr, String> {
    if text == "localhost" {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    text.trim_matches(['[', ']'])
        .parse()
        .map_err(|_| format!("`{text}` is no IP address, such as 127.0.0.1 or 0.0.0.0"))
}

fn length(text: &str) -> Result<Duration, String> {
    length_of_time(text)
        .filter(|span| !span.is_zero())
        .ok_or_else(|| format!("`{text}` is no length of time, such as `90s` or `15m`"))
}

impl Serve {
    pub(super) fn execute(self, verbosity: Verbosity) -> ExitCode {
        let tokio = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
            Ok(tokio) => tokio,
            Err(error) => return complain(&Diagnostic::error(Kind::Bug, "cannot start").note(in_words(&error))),
        };
        let done = tokio.block_on(self.serve(verbosity));
        // A request that is still being answered must not keep the process alive.
        tokio.shutdown_background();
        match done {
            Ok(()) => ExitCode::Ok,
            Err(diagnostic) => complain(&diagnostic),
        }
    }

    async fn serve(self, verbosity: Verbosity) -> Result<(), Diagnostic> {
        // Before anybody can read the address: whoever does may press Ctrl-C.
        let mut interrupts = Interrupts::listen()
            .map_err(|error| Diagnostic::error(Kind::Bug, "cannot listen for Ctrl-C").note(in_words(&error)))?;
        let auth = self.auth()?;
        let introduction = Introduction::of(&self, &auth);
        let sandbox = self.builder(auth).start().await.map_err(|error| unavailable(&error))?;
        introduction.print(&sandbox, verbosity);
        interrupts.next().await;
        tokio::select! {
            () = sandbox.shutdown() => {}
            () = interrupts.next() => {}
        }
        Ok(())
    }

    fn auth(&self) -> Result<Auth, Diagnostic> {
        let auth: Auth =
            self.auth.parse().map_err(|error| Diagnostic::error(Kind::Usage, format!("`--auth`: {error}")))?;
        match (auth, self.role) {
            (Auth::Simple { client_id, client_secret, .. }, Some(role)) => {
                Ok(Auth::Simple { client_id, client_secret, role })
            }
            (auth @ Auth::Simple { .. }, None) => Ok(auth),
            (auth, None) if self.token_life.is_none() => Ok(auth),
            _ => {
                let title = "`--role` and `--token-life` are about tokens, which nobody gets here";
                let hint = "`--auth client-credentials:ID:SECRET` hands out tokens";
                Err(Diagnostic::error(Kind::Usage, title).hint(hint))
            }
        }
    }

    fn builder(self, auth: Auth) -> SandboxBuilder {
        let mut builder = self.embedded.builder().host(self.host).port(self.port).auth(auth);
        if let Some(life) = self.token_life {
            builder = builder.token_life(life);
        }
        if let Some(database) = &self.db {
            builder = builder.database(database);
        }
        builder
    }
}

/// What is said once the sandbox listens.
struct Introduction {
    generation: Generation,
    login: Option<String>,
    is_open: bool,
    is_loopback: bool,
}

impl Introduction {
    fn of(serve: &Serve, auth: &Auth) -> Self {
        let login = match auth {
            Auth::Basic { user, .. } => Some(format!("AIRBYTE_USER={user} AIRBYTE_PASSWORD=…")),
            Auth::Simple { client_id, .. } => Some(format!("AIRBYTE_CLIENT_ID={client_id} AIRBYTE_CLIENT_SECRET=…")),
            _ => None,
        };
        Self {
            generation: serve.embedded.generation(),
            is_open: login.is_none(),
            login,
            is_loopback: serve.host.is_loopback(),
        }
    }

    /// The address goes to standard output, alone; nobody has to read either: the sandbox serves anyway.
    fn print(&self, sandbox: &Sandbox, verbosity: Verbosity) {
        let url = sandbox.url();
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{url}");
        let _ = out.flush();
        let mut err = anstream::AutoStream::auto(std::io::stderr());
        if !self.is_loopback {
            let who = if self.is_open {
                "everybody who can reach this machine may use the sandbox"
            } else {
                "others can reach the sandbox, unencrypted"
            };
            let mut warning = Diagnostic::error(Kind::Usage, who);
            warning.severity = crate::diagnostics::Severity::Warning;
            let warning =
                if self.is_open { warning.hint("`--auth basic:USER:PASSWORD` asks for a password") } else { warning };
            let _ = err.write_all(render(&warning, &Sources::default()).as_bytes());
        }
        if matches!(verbosity, Verbosity::Quiet) {
            return;
        }
        let (version, page) = (self.generation, url.trim_end_matches("api/v1"));
        let login = self.login.as_deref().map(|login| format!("{login} ")).unwrap_or_default();
        let _ = writeln!(
            err,
            "an emulated Airbyte {version}; Ctrl-C ends it\n  page     {page}\n  scripts  {login}airway run SCRIPT --server {url}"
        );
    }
}

/// The sandbox could not be started.
pub(super) fn unavailable(error: &SandboxError) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(Kind::Usage, error.to_string());
    diagnostic.notes.extend(std::error::Error::source(error).map(in_words));
    if error.is_address_in_use() {
        diagnostic = diagnostic.hint("`--port 0` takes any free port");
    }
    if error.is_database_in_use() {
        diagnostic = diagnostic.hint("end the other one, or take another file");
    }
    diagnostic
}
