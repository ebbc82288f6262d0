//! Arguments and options that a function does not take: one wording for the check and for the run.

use super::{OptionKey, Ty};
use crate::diagnostics::nearest;
use crate::values::with_article;

/// An argument or option that does not fit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mismatch {
    /// Where in the argument: `timeout`, `tags[2]`; empty for the argument itself.
    path: String,
    problem: Problem,
}

/// What does not fit about it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Problem {
    /// Another type.
    Type { wanted: Ty, found: String },
    /// An option that does not exist.
    UnknownKey { key: String, keys: &'static [OptionKey] },
    /// An option without which the function cannot work.
    MissingKey { key: &'static str },
    /// The right type, but not a value that makes sense; why.
    Value { reason: String, hint: Option<String> },
}

impl Mismatch {
    pub(crate) fn new(problem: Problem) -> Self {
        Self { path: String::new(), problem }
    }

    pub(crate) fn wrong_type(wanted: Ty, found: &str) -> Self {
        Self::new(Problem::Type { wanted, found: found.to_owned() })
    }

    pub(crate) fn value(reason: impl Into<String>) -> Self {
        Self::new(Problem::Value { reason: reason.into(), hint: None })
    }

    pub(crate) fn value_with_hint(reason: impl Into<String>, hint: Option<String>) -> Self {
        Self::new(Problem::Value { reason: reason.into(), hint })
    }

    /// Says that it is inside of something: a key, or an index in brackets.
    pub(crate) fn within(mut self, step: &str) -> Self {
        let joint = if self.path.is_empty() || self.path.starts_with(['[', '.']) { "" } else { "." };
        self.path = format!("{step}{joint}{}", self.path);
        self
    }

    /// Returns the sentence for an argument or option of `function`.
    pub(crate) fn message(&self, function: &str) -> String {
        let path = &self.path;
        match &self.problem {
            Problem::Type { wanted, found } => {
                let (wanted, found) = (with_article(&wanted.to_string()), with_article(found));
                format!("`{function}`: `{path}` must be {wanted}, not {found}")
            }
            Problem::UnknownKey { key, .. } if path.is_empty() => format!("`{function}` has no option `{key}`"),
            Problem::UnknownKey { key, .. } => format!("`{function}`: `{path}` has no option `{key}`"),
            Problem::MissingKey { key } if path.is_empty() => format!("`{function}` needs the option `{key}`"),
            Problem::MissingKey { key } => format!("`{function}`: `{path}` needs the option `{key}`"),
            Problem::Value { reason, .. } if path.is_empty() => format!("`{function}`: {reason}"),
            Problem::Value { reason, .. } => format!("`{function}`: `{path}`: {reason}"),
        }
    }

    /// Returns advice, if there is any.
    pub(crate) fn hint(&self) -> Option<String> {
        match &self.problem {
            Problem::UnknownKey { key, keys } => {
                let near = nearest(key, keys.iter().map(|key| key.name));
                Some(near.map_or_else(|| known_keys(keys), |near| format!("did you mean `{near}`?")))
            }
            Problem::Value { hint, .. } => hint.clone(),
            Problem::Type { .. } | Problem::MissingKey { .. } => None,
        }
    }
}

fn known_keys(keys: &[OptionKey]) -> String {
    let names: Vec<String> = keys.iter().map(|key| format!("`{}`", key.name)).collect();
    format!("its options are {}", names.join(", "))
}
