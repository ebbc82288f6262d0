//! Standard output for data, standard error for talk. Secrets leave through neither.

mod live;
mod unescape;

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, OnceLock};

use airway_client::Vault;
use jiff::{Timestamp, Unit, Zoned};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{Format, Progress, Talk, Verbosity};
use crate::diagnostics::{Diagnostic, ExitCode, Kind, Record, in_words, render};
use crate::engine::Sources;
use unescape::unescaped;

pub(crate) use live::{Live, LiveLine};

/// The two output streams. Clones write to the same ones.
#[derive(Clone)]
pub(crate) struct Screen(Arc<Inner>);

struct Inner {
    vault: Vault,
    talk: Talk,
    live: Option<Live>,
    /// How the process ends, once standard output cannot be written any more.
    lost: OnceLock<ExitCode>,
    /// Cancelled then.
    stop: CancellationToken,
}

impl Screen {
    pub(crate) fn new(vault: Vault, talk: Talk, stop: CancellationToken) -> Self {
        let live = (talk.progress == Progress::Bar && talk.verbosity > Verbosity::Quiet).then(Live::default);
        Self(Arc::new(Inner { vault, talk, live, lost: OnceLock::new(), stop }))
    }

    /// Writes what a script prints.
    pub(crate) fn print(&self, line: &str) {
        if self.0.talk.print_aside { self.aside("print", line) } else { self.output(line) }
    }

    /// Writes what a script says to its author.
    pub(crate) fn debug(&self, line: &str) {
        self.aside("debug", line);
    }

    fn aside(&self, level: &str, line: &str) {
        match self.0.talk.progress {
            Progress::Json => self.event("log", json!({ "level": level, "text": line })),
            _ => self.write(&format!("{line}\n")),
        }
    }

    /// Writes a line to standard output.
    pub(crate) fn output(&self, text: &str) {
        self.send(&self.0.vault.redact(&unescaped(text)));
    }

    /// Writes a value to standard output, in one line.
    pub(crate) fn output_value(&self, value: &Value) {
        self.send(&self.redacted(value).to_string());
    }

    /// Returns the value with its secrets taken out of every text. In JSON as a text, a short secret could be part of a
    /// number, and one with quotes would not be found.
    pub(crate) fn redacted(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.0.vault.redact(&unescaped(text)).into(),
            Value::Array(items) => items.iter().map(|item| self.redacted(item)).collect(),
            Value::Object(members) => {
                let redacted = |name: &String| self.0.vault.redact(&unescaped(name)).into_owned();
                members.iter().map(|(name, item)| (redacted(name), self.redacted(item))).collect()
            }
            other => other.clone(),
        }
    }

    fn send(&self, text: &str) {
        let print = || {
            let mut out = io::stdout().lock();
            writeln!(out, "{text}").and_then(|()| out.flush())
        };
        // Live lines are on the same terminal only if standard output is one.
        let outcome = match self.live().filter(|_| io::stdout().is_terminal()) {
            Some(live) => live.aside(print),
            None => print(),
        };
        if let Err(error) = outcome {
            let lost = unwritten(&error, Kind::Script);
            let code = lost.as_ref().map_or(ExitCode::Unread, |problem| problem.kind.exit_code());
            if self.0.lost.set(code).is_ok() {
                self.show(lost.as_slice(), &Sources::default());
            }
            self.0.stop.cancel();
        }
    }

    /// Returns how the process ends when standard output cannot be written any more; that was said already.
    pub(crate) fn lost(&self) -> Option<ExitCode> {
        self.0.lost.get().copied()
    }

    /// Returns the live lines, if there are any on this screen.
    pub(crate) fn live(&self) -> Option<&Live> {
        self.0.live.as_ref()
    }

    /// Returns how progress is shown.
    pub(crate) fn progress(&self) -> Progress {
        if self.0.talk.verbosity == Verbosity::Quiet { Progress::None } else { self.0.talk.progress }
    }

    /// Says something about what is going on, unless told to be quiet.
    pub(crate) fn say(&self, line: impl Display) {
        if self.0.talk.verbosity > Verbosity::Quiet {
            self.line("info", "", &line);
        }
    }

    /// Says something that only the curious want to know.
    pub(crate) fn detail(&self, line: impl Display) {
        if self.0.talk.verbosity == Verbosity::Verbose {
            self.line("detail", "", &line);
        }
    }

    /// Warns, whatever the verbosity.
    pub(crate) fn warn(&self, line: impl Display) {
        self.line("warning", "warning: ", &line);
    }

    fn line(&self, level: &str, lead: &str, line: &dyn Display) {
        match self.0.talk.progress {
            Progress::Json => self.event("log", json!({ "level": level, "text": line.to_string() })),
            Progress::Plain => self.write(&format!("{} {lead}{line}\n", Zoned::now().strftime("%H:%M:%S"))),
            Progress::Bar | Progress::None => self.write(&format!("{lead}{line}\n")),
        }
    }

    /// Writes an object that says what happened: `time`, `event`, then its own members.
    pub(crate) fn event(&self, name: &str, members: Value) {
        let now = Timestamp::now();
        let now = now.round(Unit::Millisecond).unwrap_or(now);
        let mut event = json!({ "time": now.to_string(), "event": name });
        if let (Value::Object(event), Value::Object(members)) = (&mut event, members) {
            event.extend(members);
        }
        self.object(&event);
    }

    /// Shows diagnostics, with an empty line between two.
    pub(crate) fn show(&self, diagnostics: &[Diagnostic], sources: &Sources) {
        for (at, diagnostic) in diagnostics.iter().enumerate() {
            match self.0.talk.diagnostics {
                Format::Json => self.object(&json!(Record::of(diagnostic, sources))),
                Format::Text if at == 0 => self.write(&render(diagnostic, sources)),
                Format::Text => self.write(&format!("\n{}", render(diagnostic, sources))),
            }
        }
    }

    /// Writes text to standard error whatever the verbosity; colours go where they are not wanted.
    pub(crate) fn write(&self, text: &str) {
        self.talk(&self.0.vault.redact(&unescaped(text)));
    }

    fn object(&self, object: &Value) {
        self.talk(&format!("{}\n", self.redacted(object)));
    }

    fn talk(&self, text: &str) {
        // There is nobody left to tell that standard error is gone.
        let write = || drop(anstream::stderr().lock().write_all(text.as_bytes()));
        match self.live() {
            Some(live) => live.aside(write),
            None => write(),
        }
    }
}

/// Puts into words why standard output cannot be written; `None` when nobody reads it any more, which is no mistake.
pub(crate) fn unwritten(error: &io::Error, kind: Kind) -> Option<Diagnostic> {
    let title = || format!("cannot write standard output: {}", in_words(error));
    (error.kind() != io::ErrorKind::BrokenPipe).then(|| Diagnostic::error(kind, title()))
}
