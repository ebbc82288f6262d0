//! Options that say which Airbyte to speak to.

use std::path::PathBuf;

use airway_sandbox::{Generation, Speed};
use clap::Args;

use crate::runtime::{Environment, Login, SandboxSettings, Settings, Target};

/// Time runs so fast in the sandbox of a run: a sync takes two seconds, enough to watch it.
const SPEED: f64 = 60.0;

/// Which Airbyte, and as whom.
#[derive(Args, Debug)]
#[command(next_help_heading = "Which Airbyte")]
#[expect(clippy::doc_markdown, reason = "the help text, shown as it is")]
pub(super) struct TargetOptions {
    /// Address of the server [env: AIRBYTE_SERVER] [default: http://localhost:8001/api/v1]
    #[arg(long, value_name = "URL", conflicts_with_all = ["sandbox", "sandbox_db", "emulate", "speed"])]
    server: Option<String>,
    /// Log in with this token [env: AIRBYTE_TOKEN]
    #[arg(long, value_name = "TOKEN", conflicts_with_all = ["user", "password"])]
    token: Option<String>,
    /// Log in as this user [env: AIRBYTE_USER]
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Log in with this password; others see it in the list of processes, unlike the variable [env: AIRBYTE_PASSWORD]
    #[arg(long, value_name = "PASSWORD", requires = "user")]
    password: Option<String>,
    /// Workspace by name or id, when there are several [env: AIRBYTE_WORKSPACE]
    #[arg(long, value_name = "NAME")]
    workspace: Option<String>,
    /// Use an embedded Airbyte that lives as long as the run
    #[arg(long)]
    sandbox: bool,
    /// Keep the embedded Airbyte's state in this file
    #[arg(long, value_name = "FILE")]
    sandbox_db: Option<PathBuf>,
    /// Let the embedded Airbyte behave as this version [env: AIRWAY_EMULATE] [default: 2.0]
    #[arg(long, value_name = "VERSION")]
    emulate: Option<Generation>,
    /// Let time run faster in the embedded Airbyte: a factor, or `instant` [default: 60]
    #[arg(long, value_name = "SPEED")]
    speed: Option<Speed>,
}

impl TargetOptions {
    /// Returns the settings: options, then environment, then defaults.
    pub(super) fn settings(self, environment: &Environment) -> Settings {
        let wants_sandbox = self.sandbox || self.sandbox_db.is_some() || self.emulate.is_some() || self.speed.is_some();
        let set = |name: &str| environment.get(name).filter(|value| !value.is_empty());
        let target = match self.server {
            Some(address) => Target::Server(address),
            None if wants_sandbox => Target::Sandbox(SandboxSettings {
                database: self.sandbox_db,
                generation: match (self.emulate, set("AIRWAY_EMULATE")) {
                    (Some(generation), _) => Ok(generation),
                    (None, Some(version)) => version.parse(),
                    (None, None) => Ok(Generation::DEFAULT),
                },
                speed: self.speed.unwrap_or(Speed::Times(SPEED)),
                journal: set("AIRWAY_JOURNAL").map(PathBuf::from),
            }),
            None => set("AIRBYTE_SERVER").map_or(Target::Default, Target::Server),
        };
        let login = match (self.token, self.user) {
            (Some(token), _) => Login::Token(token),
            (None, Some(user)) => Login::Password {
                user,
                password: self.password.or_else(|| set("AIRBYTE_PASSWORD")).unwrap_or_default(),
            },
            (None, None) => match (set("AIRBYTE_TOKEN"), set("AIRBYTE_USER")) {
                (Some(token), _) => Login::Token(token),
                (None, Some(user)) => Login::Password { user, password: set("AIRBYTE_PASSWORD").unwrap_or_default() },
                (None, None) => Login::Nobody,
            },
        };
        Settings { target, login, fingerprints: None, workspace: self.workspace.or_else(|| set("AIRBYTE_WORKSPACE")) }
    }
}
