//! The one model of everything that is reported: syntax, check, runtime, API, expectation and usage errors.

use super::{ExitCode, Place};

/// Something to tell the person who runs a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Diagnostic {
    pub(crate) severity: Severity,
    pub(crate) kind: Kind,
    /// What it is in a word or a few that never change, such as `unknown-function`: for programs.
    pub(crate) code: &'static str,
    /// One sentence: lower case, no full stop, user values in backticks.
    pub(crate) title: String,
    /// Where it happened; boxed to keep results that may hold a diagnostic small.
    pub(crate) primary: Option<Box<Label>>,
    /// How the script came there, innermost call first.
    pub(crate) stack: Vec<Label>,
    /// More facts, each a line or several.
    pub(crate) notes: Vec<String>,
    /// Advice, each a line or several.
    pub(crate) hints: Vec<String>,
}

/// A place with a few words beside its caret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) place: Place,
    /// May be empty: the caret alone.
    pub(crate) text: String,
}

/// Whether it stops the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    Error,
    Warning,
}

/// The class of a diagnostic, which decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Usage,
    Check,
    Script,
    Expectation,
    Api,
    Unobserved,
    Bug,
}

impl Kind {
    /// Returns the code of a diagnostic that has none of its own.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Check => "check",
            Self::Script => "script",
            Self::Expectation => "expectation",
            Self::Api => "api",
            Self::Unobserved => "unobserved",
            Self::Bug => "bug",
        }
    }

    /// Returns the exit code of a run that ends with a diagnostic of this kind.
    pub(crate) fn exit_code(self) -> ExitCode {
        match self {
            Self::Usage => ExitCode::Usage,
            Self::Check => ExitCode::CheckFailed,
            Self::Script => ExitCode::ScriptFailed,
            Self::Expectation => ExitCode::ExpectationFailed,
            Self::Api => ExitCode::Api,
            Self::Unobserved => ExitCode::Unobserved,
            Self::Bug => ExitCode::Bug,
        }
    }
}

impl Diagnostic {
    /// Makes an error without a place; its code is the word of its kind.
    pub(crate) fn error(kind: Kind, title: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            kind,
            code: kind.word(),
            title: title.into(),
            primary: None,
            stack: Vec::new(),
            notes: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// Makes it a warning.
    pub(crate) fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// Says more exactly what it is.
    pub(crate) fn code(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }

    /// Adds the place where it happened.
    pub(crate) fn at(mut self, place: Option<Place>, text: impl Into<String>) -> Self {
        self.primary = place.map(|place| Box::new(Label { place, text: text.into() }));
        self
    }

    /// Adds a fact.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds advice.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds advice when there is some.
    pub(crate) fn maybe_hint(mut self, hint: Option<impl Into<String>>) -> Self {
        self.hints.extend(hint.map(Into::into));
        self
    }
}
