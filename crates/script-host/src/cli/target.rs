//! Options that say which Airbyte to speak to.

use std::path::PathBuf;

use clap::Args;

use super::embedded::EmbeddedOptions;
use crate::runtime::{Environment, Login, Settings, Target};

/// Which Airbyte, and as whom.
#[derive(Args, Debug)]
#[command(next_help_heading = "Which Airbyte")]
#[expect(clippy::doc_markdown, reason = "the help text, shown as it is")]
pub(super) struct TargetOptions {
    /// Address of the server [env: AIRBYTE_SERVER] [default: http://localhost:8001/api/v1]
    #[arg(long, value_name = "URL", conflicts_with_all = EmbeddedOptions::NAMES.into_iter().chain(["sandbox", "sandbox_db"]))]
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
    #[command(flatten)]
    embedded: EmbeddedOptions,
}

impl TargetOptions {
    /// Returns the settings: options, then environment, then defaults.
    pub(super) fn settings(self, environment: &Environment) -> Settings {
        let wants_sandbox = self.sandbox || self.sandbox_db.is_some() || self.embedded.are_given();
        let set = |name: &str| environment.get(name).filter(|value| !value.is_empty());
        let target = match self.server {
            Some(address) => Target::Server(address),
            None if wants_sandbox => {
                let builder = self.embedded.builder();
                Target::Sandbox(Box::new(match self.sandbox_db {
                    Some(file) => builder.database(file),
                    None => builder,
                }))
            }
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
