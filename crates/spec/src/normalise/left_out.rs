//! What the bindings lack, and why.

use std::fmt;

/// A part of the document that is not in the bindings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The id of the operation concerned.
    pub operation: String,
    /// Where in the document the reason lies.
    pub pointer: String,
    /// Why it is left out.
    pub reason: Reason,
}

/// Why something is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// An HTTP method the generated client has no call for.
    Method(String),
    /// A request body in a media type that cannot be sent.
    RequestMedia(String),
    /// A path with unbalanced braces or without a slash at its start.
    Path(String),
    /// A parameter that must be given, and cannot be.
    Parameter(String),
    /// A parameter that need not be given, and cannot be. The operation itself
    /// stays.
    OptionalParameter(String),
    /// The generator refused the operation.
    Generator(String),
}

impl LeftOut {
    /// True if the operation itself stays and only a part of it is missing.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        matches!(self.reason, Reason::OptionalParameter(_))
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, pointer, reason } = self;
        match reason {
            Reason::OptionalParameter(_) => {
                write!(f, "operation `{operation}` is generated without {reason}")?;
            }
            _ => write!(f, "operation `{operation}` is left out: {reason}")?,
        }
        write!(f, " (at `{pointer}`)")
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method(method) => write!(f, "the client has no call for method `{method}`"),
            Self::RequestMedia(media) => {
                write!(f, "a request body of type `{media}` cannot be sent")
            }
            Self::Path(path) => write!(f, "`{path}` is not a path template"),
            Self::Parameter(name) => {
                write!(f, "its parameter `{name}` is required, and its place, style or name is not supported")
            }
            Self::OptionalParameter(name) => {
                write!(f, "its optional parameter `{name}`, whose place, style or name is not supported")
            }
            Self::Generator(message) => write!(f, "the generator refuses it: {message}"),
        }
    }
}
