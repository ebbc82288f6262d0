//! Options that say which Airbyte to speak to.

use std::path::{Path, PathBuf};

use airway_sandbox::UnknownGeneration;
use clap::Args;

use super::embedded::EmbeddedOptions;
use crate::diagnostics::{Diagnostic, Kind};
use crate::profile::{Layer, Origin, Profiles, Wanted, merge};
use crate::runtime::{Environment, Settings, Target};

/// Which Airbyte, and as whom.
#[derive(Args, Debug)]
#[command(next_help_heading = "Which Airbyte")]
#[expect(clippy::doc_markdown, reason = "the help text, shown as it is")]
pub(super) struct TargetOptions {
    /// Address of the server [env: AIRBYTE_SERVER] [default: http://localhost:8001/api/v1]
    #[arg(long, value_name = "URL", conflicts_with_all = EmbeddedOptions::NAMES.into_iter().chain(["sandbox", "sandbox_db"]))]
    server: Option<String>,
    /// Take settings from this profile of ./airway.toml and ~/.config/airway/config.toml [env: AIRWAY_PROFILE]
    #[arg(long, value_name = "NAME", conflicts_with_all = EmbeddedOptions::NAMES.into_iter().chain(["sandbox", "sandbox_db"]))]
    profile: Option<String>,
    /// Workspace by name or id, when there are several [env: AIRBYTE_WORKSPACE]
    #[arg(long, value_name = "NAME")]
    workspace: Option<String>,
    #[command(flatten)]
    login: LoginOptions,
    #[command(flatten)]
    access: AccessOptions,
    /// Use an embedded Airbyte that lives as long as the run
    #[arg(long)]
    sandbox: bool,
    /// Keep the embedded Airbyte's state in this file
    #[arg(long, value_name = "FILE")]
    sandbox_db: Option<PathBuf>,
    #[command(flatten)]
    embedded: EmbeddedOptions,
}

/// As whom.
#[derive(Args, Debug)]
#[command(next_help_heading = "As whom (others see secrets in the list of processes: rather set the variables)")]
#[expect(clippy::doc_markdown, reason = "the help text, shown as it is")]
struct LoginOptions {
    /// Log in with the client id of an application [env: AIRBYTE_CLIENT_ID]
    #[arg(long, value_name = "ID", conflicts_with_all = ["token", "token_command", "user"])]
    client_id: Option<String>,
    /// The application's client secret [env: AIRBYTE_CLIENT_SECRET]
    #[arg(long, value_name = "SECRET", conflicts_with_all = ["token", "token_command", "user"])]
    client_secret: Option<String>,
    /// Log in with this token [env: AIRBYTE_TOKEN]
    #[arg(long, value_name = "TOKEN", conflicts_with_all = ["token_command", "user", "password"])]
    token: Option<String>,
    /// Log in with the token that this command prints [env: AIRBYTE_TOKEN_COMMAND]
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["user", "password"])]
    token_command: Option<String>,
    /// Log in as this user [env: AIRBYTE_USER]
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Log in with this password [env: AIRBYTE_PASSWORD]
    #[arg(long, value_name = "PASSWORD")]
    password: Option<String>,
    /// Send a header with every request [env: AIRBYTE_HEADERS]
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
}

/// How to get there, and how long to try.
#[derive(Args, Debug)]
#[command(next_help_heading = "How to get there")]
#[expect(clippy::doc_markdown, reason = "the help text, shown as it is")]
struct AccessOptions {
    /// Go through this HTTP proxy, or through `none` [env: AIRBYTE_PROXY, HTTPS_PROXY …]
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// Trust the certificates in this PEM file as well [env: AIRBYTE_CA_FILE]
    #[arg(long, value_name = "FILE")]
    ca_file: Option<String>,
    /// Accept any certificate: whoever is in between can read and change everything [env: AIRBYTE_TLS_VERIFY=false]
    #[arg(long)]
    insecure: bool,
    /// Wait so long for calls of this kind: connect, read, write, check or discover [env: AIRBYTE_TIMEOUT_READ …]
    #[arg(long = "timeout", value_name = "KIND=LENGTH")]
    timeouts: Vec<String>,
    /// Give up all calls after this long [env: AIRBYTE_DEADLINE]
    #[arg(long, value_name = "LENGTH")]
    deadline: Option<String>,
    /// Repeat a request at most so often, where that is safe [env: AIRBYTE_RETRIES] [default: 3]
    #[arg(long, value_name = "TIMES")]
    retries: Option<String>,
}

impl TargetOptions {
    /// Returns the settings: options, then environment, then the project's file, then the user's.
    ///
    /// # Errors
    ///
    /// When one of them cannot be understood.
    pub(super) fn settings(self, environment: &Environment) -> Result<Settings, Diagnostic> {
        let wants_sandbox = self.sandbox || self.sandbox_db.is_some() || self.embedded.are_given();
        let sandbox = if wants_sandbox { Some(embedded(self.embedded, self.sandbox_db, environment)?) } else { None };
        let mut flags = Layer::default();
        flags.flag("server", "--server", self.server);
        flags.flag("workspace", "--workspace", self.workspace);
        self.login.note(&mut flags);
        self.access.note(&mut flags)?;
        // The embedded one is the same wherever it runs.
        let profiles =
            if sandbox.is_some() { Profiles::default() } else { Profiles::read(environment, Path::new("."))? };
        merge(Wanted { profile: self.profile, flags, sandbox }, &profiles, environment)
    }
}

/// The embedded Airbyte of a run; tests say by the environment what it emulates, and where it keeps its journal.
fn embedded(options: EmbeddedOptions, file: Option<PathBuf>, environment: &Environment) -> Result<Target, Diagnostic> {
    let set = |name: &str| environment.get(name).filter(|value| !value.is_empty());
    let mut builder = match set("AIRWAY_EMULATE").filter(|_| !options.tells_generation()) {
        Some(version) => {
            let unknown = |error: UnknownGeneration| Diagnostic::error(Kind::Usage, error.to_string());
            options.builder().emulate(version.parse().map_err(unknown)?)
        }
        None => options.builder(),
    };
    if let Some(file) = file {
        builder = builder.database(file);
    }
    if let Some(journal) = set("AIRWAY_JOURNAL") {
        builder = builder.journal(journal);
    }
    Ok(Target::Sandbox(Box::new(builder)))
}

impl LoginOptions {
    fn note(self, flags: &mut Layer) {
        flags.flag("auth.client_id", "--client-id", self.client_id);
        flags.flag("auth.client_secret", "--client-secret", self.client_secret);
        flags.flag("auth.token", "--token", self.token);
        flags.flag("auth.token_command", "--token-command", self.token_command);
        flags.flag("auth.user", "--user", self.user);
        flags.flag("auth.password", "--password", self.password);
        for header in &self.headers {
            flags.set_header(header, Origin::Flag("--header"));
        }
    }
}

impl AccessOptions {
    fn note(self, flags: &mut Layer) -> Result<(), Diagnostic> {
        flags.flag("proxy", "--proxy", self.proxy);
        flags.flag("tls.ca_file", "--ca-file", self.ca_file);
        flags.flag("tls.verify", "--insecure", self.insecure.then_some("false"));
        flags.flag("deadline", "--deadline", self.deadline);
        flags.flag("retries.per_request", "--retries", self.retries);
        for timeout in &self.timeouts {
            let (kind, length) = timeout.split_once('=').unwrap_or((timeout, ""));
            let known = ["connect", "read", "write", "check", "discover"];
            if !known.contains(&kind) || length.is_empty() {
                let title = format!("`--timeout {timeout}` is not understood");
                let hint = format!("write it as KIND=LENGTH, such as `read=20s`, with one of {}", known.join(", "));
                return Err(Diagnostic::error(Kind::Usage, title).hint(hint));
            }
            flags.flag(&format!("timeouts.{kind}"), "--timeout", Some(length));
        }
        Ok(())
    }
}
