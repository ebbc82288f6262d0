//! One thing that is wrong with a request.

use std::fmt;

/// A part of a request that the document does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Where, as a JSON pointer into the body; empty for the body itself.
    pub pointer: String,
    /// What is wrong there.
    pub kind: ViolationKind,
    /// The field or value that was probably meant.
    pub nearest: Option<String>,
}

/// What can be wrong with a part of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ViolationKind {
    /// The operation has no such field.
    UnknownField,
    /// A field that must be there is not; the pointer is where it belongs.
    MissingField,
    /// The value is of another type.
    WrongType {
        /// The type that is asked for, in the words of OpenAPI.
        expected: String,
        /// The type that was given.
        found: &'static str,
    },
    /// The text is not of the form that is asked for.
    WrongFormat {
        /// The form, in the words of OpenAPI, such as `uuid`.
        expected: String,
    },
    /// The value is none of those that are allowed.
    UnknownValue {
        /// The values that are.
        allowed: Vec<String>,
    },
}

impl fmt::Display for Violation {
    /// Writes what is wrong. The value itself is not shown: it may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = &self.pointer;
        match &self.kind {
            ViolationKind::UnknownField => write!(f, "field `{place}` is unknown"),
            ViolationKind::MissingField => write!(f, "field `{place}` is missing"),
            ViolationKind::WrongType { expected, found } if place.is_empty() => {
                write!(f, "the body must be `{expected}` and is `{found}`")
            }
            ViolationKind::WrongType { expected, found } => {
                write!(f, "field `{place}` must be `{expected}` and is `{found}`")
            }
            ViolationKind::WrongFormat { expected } if place.is_empty() => write!(f, "the body must be a {expected}"),
            ViolationKind::WrongFormat { expected } => write!(f, "field `{place}` must be a {expected}"),
            ViolationKind::UnknownValue { allowed } => {
                write!(f, "field `{place}` must be one of")?;
                for (position, value) in allowed.iter().enumerate() {
                    let separator = if position == 0 { " " } else { ", " };
                    write!(f, "{separator}`{value}`")?;
                }
                Ok(())
            }
        }
    }
}
