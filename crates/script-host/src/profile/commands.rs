//! Secrets that a command prints, once.

use std::process::{Command, Stdio};

use super::layer::Entry;
use crate::diagnostics::{Diagnostic, Kind, in_words};

/// More lines of a complaint are left out.
const LINES: usize = 10;

/// Runs a command of a profile through the system's shell and returns what it printed, without the space around it. What it
/// printed is never shown, what it complained of is.
pub(super) fn printed(path: &str, entry: &Entry, line: &str) -> Result<String, Diagnostic> {
    let failed = |what: &str| {
        Diagnostic::error(Kind::Usage, format!("the command for `{path}` {what}"))
            .note(format!("from {}", entry.origin))
    };
    #[cfg(unix)]
    let (shell, option) = ("/bin/sh", "-c");
    #[cfg(not(unix))]
    let (shell, option) = ("cmd", "/C");
    let output = Command::new(shell).arg(option).arg(line).stdin(Stdio::null()).output();
    let output = output.map_err(|error| failed("could not be started").note(in_words(&error)))?;
    let printed = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if !output.status.success() {
        let ended =
            output.status.code().map_or_else(|| "was killed".to_owned(), |code| format!("ended with code {code}"));
        let mut complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        for secret in printed.lines().filter(|line| !line.is_empty()) {
            complaint = complaint.replace(secret, "***");
        }
        let lines: Vec<&str> = complaint.lines().collect();
        let complaint = lines[lines.len().saturating_sub(LINES)..].join("\n");
        let failed = failed(&ended);
        return Err(if complaint.is_empty() { failed } else { failed.note(complaint) });
    }
    if printed.is_empty() {
        return Err(failed("printed nothing"));
    }
    Ok(printed)
}
