//! Standard output for data, standard error for talk. Secrets leave through neither.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, Write};
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
        let line = unescaped(line);
        let line = self.0.vault.redact(&line);
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
        let text = unescaped(text);
        let text = self.0.vault.redact(&text);
        // There is nobody left to tell that standard error is gone.
        let _ = anstream::stderr().lock().write_all(text.as_bytes());
    }
}

/// Rhai prints strings inside of arrays and maps in Rust's debug form, which escapes the private-use characters that
/// mark the placeholders of secrets: the marks are given back, or the placeholders would not be recognised.
fn unescaped(text: &str) -> Cow<'_, str> {
    const ESCAPE: &str = "\\u{e";
    if !text.contains(ESCAPE) {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mark = part.split_once('}').and_then(|(code, rest)| {
            let mark = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
            matches!(mark, '\u{e000}'..='\u{f8ff}').then_some((mark, rest))
        });
        if let Some((mark, rest)) = mark {
            out.push(mark);
            out.push_str(rest);
        } else {
            out.push_str("\\u{");
            out.push_str(part);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_private_use_characters_are_unescaped() {
        let given = format!("{:?} {:?} \\u{{zz}} \\u{{e", "a\u{e0a1}1\u{e0a2}b", "\u{7}");
        assert_eq!(unescaped(&given), "\"a\u{e0a1}1\u{e0a2}b\" \"\\u{7}\" \\u{zz} \\u{e");
        assert!(matches!(unescaped("plain"), Cow::Borrowed("plain")));
    }
}
