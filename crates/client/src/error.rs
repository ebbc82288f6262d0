//! What can go wrong, as one small type around a boxed kind.

mod failure;
mod kind;
mod refusal;
mod settings;
mod wording;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

pub use failure::Failure;
pub(crate) use failure::log_lines;
pub use kind::ErrorKind;
pub use refusal::Refusal;
pub use settings::SettingsError;
pub(crate) use wording::list;

use crate::address::AddressError;
use crate::catalog::CatalogError;
use crate::schedule::ScheduleError;

/// The result of everything that can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call did not do what it was asked to.
///
/// The text of an error never holds a secret, a header or a body. Causes are reached through
/// [`source`](std::error::Error::source) and are not repeated in the text; advice is in [`hint`](Error::hint).
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: Option<Cow<'static, str>>,
    attempts: u32,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner { kind, operation: None, attempts: 0 }))
    }

    pub(crate) fn during(kind: ErrorKind, operation: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner { kind, operation: Some(operation.into()), attempts: 1 }))
    }

    /// Says how many requests were sent before giving up.
    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Leaves out what the answer began with: it may hold what must not be shown.
    pub(crate) fn without_excerpt(mut self) -> Self {
        if let ErrorKind::Unintelligible { excerpt, .. } = &mut self.0.kind {
            excerpt.clear();
        }
        self
    }

    /// An answer without a member that every server sends.
    pub(crate) fn incomplete(operation: &'static str, member: &str) -> Self {
        Self::during(
            ErrorKind::Unintelligible {
                status: 200,
                content_type: "application/json".to_owned(),
                excerpt: String::new(),
                path: Some(member.to_owned()),
            },
            operation,
        )
    }

    /// Returns what went wrong.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Returns the operation that failed, such as `sources/create`; `None` when no request was made.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// Returns how many requests were sent for it.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns the HTTP status of the server's answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self.kind() {
            ErrorKind::Refused(refusal) => Some(refusal.status()),
            ErrorKind::Unintelligible { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Says whether the thing asked for does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.kind(), ErrorKind::NotFound { .. }) || self.status() == Some(404)
    }

    /// Says whether this server lacks the operation.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        matches!(self.kind(), ErrorKind::Unsupported { .. })
    }

    /// Says whether the server wants other credentials, or more rights for these; also when no token was had for them.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        let has_no_token = matches!(self.kind(), ErrorKind::NoToken { .. }) && !self.is_unreachable();
        has_no_token || matches!(self.status(), Some(401 | 403))
    }

    /// Says whether no answer was had at all.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        match self.kind() {
            ErrorKind::Unreachable { .. } => true,
            ErrorKind::NoToken { cause, .. } => cause.downcast_ref::<Self>().is_some_and(Self::is_unreachable),
            _ => false,
        }
    }

    /// Says whether the request may have been carried out although no proper answer came back.
    #[must_use]
    pub fn is_unclear(&self) -> bool {
        match self.kind() {
            ErrorKind::Unreachable { .. }
            | ErrorKind::Timeout
            | ErrorKind::Deadline { is_sent: true }
            | ErrorKind::Unintelligible { .. } => true,
            ErrorKind::Refused(refusal) => refusal.status() >= 500,
            _ => false,
        }
    }

    /// Returns one word for the kind, as scripts see it in `e.kind`.
    #[must_use]
    pub fn label(&self) -> &'static str {
        self.kind().label()
    }

    /// Returns advice on what to do, if there is any worth giving.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        self.kind().hint()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("operation", &self.0.operation)
            .field("attempts", &self.0.attempts)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self.kind() {
            ErrorKind::Unreachable { cause, .. } => Some(cause.as_ref()),
            ErrorKind::NoToken { cause, .. } => Some(cause.as_ref()),
            ErrorKind::Settings(error) => error.source(),
            ErrorKind::Unobserved { cause, .. } => Some(cause.as_ref()),
            _ => None,
        }
    }
}

impl From<AddressError> for Error {
    fn from(error: AddressError) -> Self {
        Self::new(ErrorKind::Address(error))
    }
}

impl From<SettingsError> for Error {
    fn from(error: SettingsError) -> Self {
        Self::new(ErrorKind::Settings(error))
    }
}

impl From<CatalogError> for Error {
    fn from(error: CatalogError) -> Self {
        Self::new(ErrorKind::Catalog(error))
    }
}

impl From<ScheduleError> for Error {
    fn from(error: ScheduleError) -> Self {
        Self::new(ErrorKind::Schedule(error))
    }
}
