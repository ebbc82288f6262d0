//! The error value that scripts catch.

use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::{Dynamic, EvalAltResult, ImmutableString, Map};

use crate::diagnostics::{Kind, Place};

/// An error thrown by a function of this host: `catch (e) { e.kind == "not_found" }`.
///
/// Every property that an error does not have is `()`, as with the errors of Rhai itself.
#[derive(Clone)]
pub(crate) struct Fault(Arc<Content>);

#[derive(Clone)]
struct Content {
    kind: FaultKind,
    message: String,
    notes: Vec<String>,
    hints: Vec<String>,
    /// More properties for scripts, such as `status` and `job`.
    properties: BTreeMap<&'static str, Dynamic>,
    /// Where it was thrown first.
    origin: Option<Place>,
}

/// What went wrong, in one word for scripts and in a class for the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// An argument or option has the wrong type or value.
    Argument,
    /// An import leads nowhere.
    Import,
    /// A file cannot be read or written, or must not be.
    File,
    /// A parameter of the script is unknown or has no value.
    Parameter,
    /// A secret or environment variable is not set.
    Environment,
    /// An `expect…` did not hold.
    Expectation,
    /// The script called `fail`.
    Failed,
    /// A `timeout` ran out.
    Timeout,
    /// Anything of Rhai's own: the word for scripts.
    Rhai(&'static str),
    /// Anything of the client: the word for scripts, and the class.
    Api(&'static str, Kind),
    /// A bug in this host.
    Bug,
}

impl FaultKind {
    /// Returns the word that scripts see as `e.kind`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Argument => "argument",
            Self::Import => "import",
            Self::File => "file",
            Self::Parameter => "parameter",
            Self::Environment => "environment",
            Self::Expectation => "expectation",
            Self::Failed => "failed",
            Self::Timeout => "timeout",
            Self::Rhai(word) | Self::Api(word, _) => word,
            Self::Bug => "bug",
        }
    }

    /// Returns the class of a diagnostic that nobody caught.
    pub(crate) fn class(self) -> Kind {
        match self {
            Self::Argument | Self::Import | Self::File | Self::Failed | Self::Rhai(_) => Kind::Script,
            Self::Parameter | Self::Environment => Kind::Usage,
            Self::Expectation => Kind::Expectation,
            Self::Timeout => Kind::Unobserved,
            Self::Api(_, class) => class,
            Self::Bug => Kind::Bug,
        }
    }
}

impl Fault {
    pub(crate) fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Content {
            kind,
            message: message.into(),
            notes: Vec::new(),
            hints: Vec::new(),
            properties: BTreeMap::new(),
            origin: None,
        }))
    }

    /// Returns what a script would catch, as an error of this host.
    pub(crate) fn of_thrown(error: &EvalAltResult) -> Self {
        let EvalAltResult::ErrorRuntime(value, _) = error.unwrap_inner() else {
            return Self::of_rhai(error.unwrap_inner());
        };
        if let Some(fault) = value.read_lock::<Self>() {
            return fault.clone();
        }
        let message = value.read_lock::<Map>().and_then(|map| map.get("message")?.clone().into_string().ok());
        Self::new(FaultKind::Failed, message.unwrap_or_else(|| value.to_string()))
    }

    fn edit(mut self, change: impl FnOnce(&mut Content)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Adds advice when there is some.
    pub(crate) fn hint(self, hint: Option<impl Into<String>>) -> Self {
        self.edit(|content| content.hints.extend(hint.map(Into::into)))
    }

    /// Adds a fact.
    pub(crate) fn note(self, note: impl Into<String>) -> Self {
        self.edit(|content| content.notes.push(note.into()))
    }

    /// Adds a property for scripts.
    pub(crate) fn property(self, name: &'static str, value: impl Into<Dynamic>) -> Self {
        self.edit(|content| {
            content.properties.insert(name, value.into());
        })
    }

    /// Sets where it was thrown, unless that is known.
    pub(crate) fn thrown_at(self, place: Option<Place>) -> Self {
        if self.0.origin.is_some() { self } else { self.edit(|content| content.origin = place) }
    }

    pub(crate) fn kind(&self) -> FaultKind {
        self.0.kind
    }

    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    pub(crate) fn notes(&self) -> &[String] {
        &self.0.notes
    }

    pub(crate) fn hints(&self) -> &[String] {
        &self.0.hints
    }

    pub(crate) fn origin(&self) -> Option<&Place> {
        self.0.origin.as_ref()
    }

    /// Says whether both are one error.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Returns a property by name; `()` when this error does not have it.
    pub(crate) fn get(&self, name: &str) -> Dynamic {
        let text = |text: &str| Dynamic::from(ImmutableString::from(text));
        match name {
            "kind" => text(self.0.kind.word()),
            "message" => text(&self.0.message),
            "hint" => self.0.hints.first().map_or(Dynamic::UNIT, |hint| text(hint)),
            "line" => self.0.origin.as_ref().map_or(Dynamic::UNIT, |origin| place_number(origin.line)),
            "position" => self.0.origin.as_ref().map_or(Dynamic::UNIT, |origin| place_number(origin.column)),
            "source" => self.0.origin.as_ref().map_or(Dynamic::UNIT, |origin| text(&origin.source)),
            name => self.0.properties.get(name).cloned().unwrap_or(Dynamic::UNIT),
        }
    }
}

fn place_number(number: usize) -> Dynamic {
    Dynamic::from(i64::try_from(number).unwrap_or(i64::MAX))
}
