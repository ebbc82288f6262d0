//! Tokens that a command prints.

use std::io;
use std::process::{Output, Stdio};
use std::time::Duration;

use airway_api_gen::BoxError;
use futures::future::BoxFuture;
use tokio::process::Command;

use super::renewing::Issue;
use super::{NoToken, Token, TokenError};
use crate::secret::Vault;

/// A command line for the system's shell. What it prints is a token and never shown; what it complains of is.
pub(super) struct TokenCommand {
    line: String,
    vault: Vault,
}

/// Why a command gave no token.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error("the shell could not be started")]
    Start(#[source] io::Error),
    #[error("it did not end within {} s", LONGEST.as_secs())]
    Slow,
    #[error("it {ended}{}{complaint}", if complaint.is_empty() { "" } else { ":\n  " })]
    Failed { ended: String, complaint: String },
    #[error("it printed nothing to use: {0}")]
    Unusable(TokenError),
}

/// Somebody may have to log in meanwhile.
const LONGEST: Duration = Duration::from_mins(2);
/// Enough of a complaint.
const LINES: usize = 10;

impl TokenCommand {
    pub(super) fn new(line: String, vault: Vault) -> Self {
        Self { line, vault }
    }
}

impl Issue for TokenCommand {
    fn issue(&self) -> BoxFuture<'static, Result<Token, BoxError>> {
        let (line, vault) = (self.line.clone(), self.vault.clone());
        Box::pin(async move { run(&line, &vault).await.map_err(|error| NoToken::boxed("the token command", error)) })
    }
}

async fn run(line: &str, vault: &Vault) -> Result<Token, CommandError> {
    let mut command = shell(line);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let output = tokio::time::timeout(LONGEST, command.output());
    let Output { status, stdout, stderr } =
        output.await.map_err(|_| CommandError::Slow)?.map_err(CommandError::Start)?;
    if !status.success() {
        let ended = status.code().map_or_else(|| "was killed".to_owned(), |code| format!("ended with code {code}"));
        // Shells that are told to repeat their commands write tokens into their complaints.
        for printed in String::from_utf8_lossy(&stdout).lines().map(str::trim).filter(|line| !line.is_empty()) {
            let _ = vault.conceal(printed);
        }
        let complaint = String::from_utf8_lossy(&stderr);
        let complaint = vault.redact(complaint.trim());
        let lines: Vec<&str> = complaint.lines().collect();
        let complaint = lines[lines.len().saturating_sub(LINES)..].join("\n  ");
        return Err(CommandError::Failed { ended, complaint });
    }
    Token::new(&String::from_utf8_lossy(&stdout), vault).map_err(CommandError::Unusable)
}

#[cfg(unix)]
fn shell(line: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(line);
    command
}

#[cfg(windows)]
fn shell(line: &str) -> Command {
    let mut command = Command::new("cmd");
    command.arg("/C").raw_arg(line);
    command
}
