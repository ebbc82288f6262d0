//! Options that say what a script may use, and where its secrets come from.

use std::path::PathBuf;

use clap::Args;

use crate::diagnostics::{Diagnostic, Kind};
use crate::prelude::{SecretCommand, SecretSources, Variables};
use crate::runtime::Environment;
use crate::session::Grants;

/// What a script may use.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "What the script may use")]
pub(super) struct GrantOptions {
    /// Take environment variables also from this file of NAME=value lines
    #[arg(long, value_name = "FILE")]
    env_file: Vec<PathBuf>,
    /// Take secrets also from this folder, which holds a file per secret
    #[arg(long, value_name = "DIR")]
    secrets_dir: Vec<PathBuf>,
    /// Take secrets also from what this command prints; {} in it is the name of the secret
    #[arg(long, value_name = "COMMAND")]
    secret_command: Option<SecretCommand>,
    /// Let the script read files in this folder, besides its own
    #[arg(long, value_name = "DIR")]
    allow_read: Vec<PathBuf>,
    /// Let the script write files in this folder, besides its own
    #[arg(long, value_name = "DIR")]
    allow_write: Vec<PathBuf>,
    /// Let the script read this environment variable; NAME* for all that begin so
    #[arg(long, value_name = "NAME")]
    allow_env: Vec<String>,
}

impl GrantOptions {
    /// Returns the environment with what files add to it, and what scripts may use.
    ///
    /// # Errors
    ///
    /// When a file of variables cannot be used.
    pub(super) fn apply(self, environment: Environment) -> Result<(Environment, Grants), Diagnostic> {
        let environment = environment.with_files(&self.env_file);
        let environment = environment.map_err(|error| Diagnostic::error(Kind::Usage, error.to_string()))?;
        if let Some(missing) = self.secrets_dir.iter().find(|folder| !folder.is_dir()) {
            let title = format!("there is no folder `{}` to take secrets from", missing.display());
            return Err(Diagnostic::error(Kind::Usage, title));
        }
        let grants = Grants {
            secrets: SecretSources::new(self.env_file, self.secrets_dir, self.secret_command),
            variables: Variables::allowing(self.allow_env),
            read: self.allow_read,
            write: self.allow_write,
        };
        Ok((environment, grants))
    }
}
