//! What became of a resource, and in what it differed.

use std::fmt;

use serde_json::Value;

/// What was done to a resource, or what a write does to it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// It came to be.
    Created,
    /// These parts of it differed.
    Updated(Vec<Difference>),
    /// It was as wanted: nothing was written.
    Unchanged,
    /// It is gone.
    Deleted,
    /// A job was started on it.
    Started,
    /// A job on it was told to stop.
    Cancelled,
}

/// A place at which a resource is not as wanted.
///
/// Holds no secret: where one stands, only [`secret`](Self::secret) tells about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// Where: `host`, `replication_method.method`, `schemas[2]`, `streams`.
    pub path: String,
    /// What is there; `None` where nothing is, or where it is not for showing.
    pub before: Option<Value>,
    /// What is wanted there; `None` where nothing is, or where it is not for showing.
    pub after: Option<Value>,
    /// What is known of the secret at this place, if one is there.
    pub secret: Option<SecretState>,
}

/// What is known of a secret that a server shows as its mask only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecretState {
    /// It is the one that was written last.
    Unchanged,
    /// It is another one than the last time.
    Rotated,
    /// Nothing is known of the last time.
    Unknown,
    /// Nothing secret stood there before, or stands there any more.
    Replaced,
}

impl Change {
    /// Returns in what the resource differed; nothing unless it was updated.
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        match self {
            Self::Updated(differences) => differences,
            _ => &[],
        }
    }
}

impl Difference {
    /// A place whose values say more than a line can hold.
    pub(crate) fn at(path: impl Into<String>) -> Self {
        Self { path: path.into(), before: None, after: None, secret: None }
    }

    pub(crate) fn between(path: impl Into<String>, before: &Value, after: &Value) -> Self {
        let shown = |value: &Value| (!value.is_null()).then(|| value.clone());
        Self { before: shown(before), after: shown(after), ..Self::at(path) }
    }

    pub(crate) fn of_secret(path: impl Into<String>, state: SecretState) -> Self {
        Self { secret: Some(state), ..Self::at(path) }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Created => "created",
            Self::Updated(_) => "updated",
            Self::Unchanged => "unchanged",
            Self::Deleted => "deleted",
            Self::Started => "started",
            Self::Cancelled => "cancelled",
        })
    }
}

impl fmt::Display for SecretState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unchanged => "unchanged",
            Self::Rotated => "rotated",
            Self::Unknown => "unknown",
            Self::Replaced => "replaced",
        })
    }
}

impl fmt::Display for Difference {
    /// `port: 5432 → 5433`, `password: rotated`, `streams`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        match (&self.secret, &self.before, &self.after) {
            (Some(secret), ..) => write!(f, ": {secret}"),
            (None, None, None) => Ok(()),
            (None, before, after) => {
                let text =
                    |value: &Option<Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string);
                write!(f, ": {} → {}", text(before), text(after))
            }
        }
    }
}
