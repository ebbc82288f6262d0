//! Why a fault cannot be understood: what is wrong, where it stands, and what was probably meant.

use std::fmt;

/// Why a fault cannot be understood.
///
/// ```
/// use airway_sandbox::Fault;
///
/// let error = r#"{"operation": "health", "do": {"stauts": 503}}"#.parse::<Fault>().unwrap_err();
/// assert_eq!(error.to_string(), "`do` has no action `stauts`");
/// assert_eq!(error.hint(), Some("did you mean `status`?"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultError {
    /// Which fault of several, counted from 1.
    number: Option<usize>,
    problem: Problem,
    hint: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    /// The text is neither JSON nor YAML; why.
    Unreadable(String),
    /// The file cannot be read; why.
    File(String),
    UnknownOperation(String),
    /// The part at a path has no such member, action or occasion.
    Unknown {
        path: String,
        what: &'static str,
        name: String,
    },
    Missing {
        path: String,
        name: &'static str,
    },
    Wrong {
        path: String,
        wanted: &'static str,
        found: String,
    },
    /// The action cannot happen to the operation.
    Elsewhere {
        action: &'static str,
        operation: String,
    },
}

impl FaultError {
    pub(super) fn new(problem: Problem) -> Self {
        Self { number: None, problem, hint: None }
    }

    pub(super) fn hinting(self, hint: impl Into<Option<String>>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    pub(super) fn of_number(self, number: usize) -> Self {
        Self { number: Some(number), ..self }
    }

    /// Returns what to do about it, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl std::error::Error for FaultError {}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(number) = self.number {
            write!(f, "fault {number}: ")?;
        }
        let inside = |path: &str| if path.is_empty() { "a fault".to_owned() } else { format!("`{path}`") };
        match &self.problem {
            Problem::Unreadable(why) => write!(f, "faults are written as JSON or YAML, and this is neither: {why}"),
            Problem::File(why) => f.write_str(why),
            Problem::UnknownOperation(name) => write!(f, "`operation` is `{name}`, which no Airbyte has"),
            Problem::Unknown { path, what, name } => write!(f, "{} has no {what} `{name}`", inside(path)),
            Problem::Missing { path, name } => write!(f, "{} needs `{name}`", inside(path)),
            Problem::Wrong { path, wanted, found } => write!(f, "{} must be {wanted}, not {found}", inside(path)),
            Problem::Elsewhere { action, operation } => {
                write!(f, "`do` is `{action}`, which cannot happen to `{operation}`")
            }
        }
    }
}
