//! What can go wrong, as one small type around a boxed kind.

mod failure;
mod refusal;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

pub use failure::Failure;
pub use refusal::Refusal;

use airway_spec::Violation;

use crate::address::AddressError;
use crate::catalog::CatalogError;
use crate::configuration::ConfigurationProblem;
use crate::event::Resource;
use crate::job::JobStatus;
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

/// What went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server address cannot be used.
    Address(AddressError),
    /// The HTTP client could not be made from the settings.
    Settings(Box<dyn StdError + Send + Sync>),
    /// Nobody answered, or the answer broke off.
    Unreachable {
        /// The API's base address.
        server: String,
        /// The innermost cause, such as "connection refused".
        cause: Box<dyn StdError + Send + Sync>,
    },
    /// No complete answer in time; whether the server acted is unknown.
    Timeout,
    /// The server answered with an error status.
    Refused(Refusal),
    /// The answer is not what this operation answers: HTML of a proxy, a login page, other JSON.
    Unintelligible {
        /// HTTP status of the answer.
        status: u16,
        /// The `Content-Type` header, or empty.
        content_type: String,
        /// The first characters of the body.
        excerpt: String,
        /// The member that could not be read, when the body is JSON.
        path: Option<String>,
    },
    /// The request was not sent: it holds a secret that cannot be resolved, or could not be built.
    Unsendable {
        /// What is wrong with it.
        reason: String,
    },
    /// There is no resource of this name.
    NotFound {
        /// What was looked for.
        resource: Resource,
        /// The name that was looked for.
        name: String,
        /// Where it was looked for, such as "workspace `prod`".
        place: String,
        /// Names that exist there and resemble it, best first.
        nearest: Vec<String>,
    },
    /// Several resources fit.
    Ambiguous {
        /// What was looked for.
        resource: Resource,
        /// The name that was looked for.
        name: String,
        /// What fits, each as "name (id)".
        candidates: Vec<String>,
    },
    /// The resource exists but is something else than asked for.
    Conflict {
        /// What it is.
        resource: Resource,
        /// Its name.
        name: String,
        /// What is different, such as "it uses connector `MySQL`, not `Postgres`".
        reason: String,
    },
    /// The connector's specification refuses the configuration; nothing was sent.
    Configuration {
        /// The connector's name.
        connector: String,
        /// Everything that is wrong, in document order.
        problems: Vec<ConfigurationProblem>,
    },
    /// The connector could not reach its system with this configuration.
    CheckFailed {
        /// What was checked.
        resource: Resource,
        /// Its name.
        name: String,
        /// The connector's own words, if it had any.
        message: Option<String>,
        /// Why the check itself did not run to its end, if it did not.
        failure: Option<Failure>,
    },
    /// The schema of a source could not be discovered.
    DiscoverFailed {
        /// The source's name.
        name: String,
        /// What the server says about it.
        failure: Option<Failure>,
    },
    /// A stream selection that the catalog does not allow.
    Catalog(CatalogError),
    /// A schedule that servers refuse.
    Schedule(ScheduleError),
    /// A job ended other than expected.
    JobFailed {
        /// The job's number.
        job: i64,
        /// How it ended.
        status: JobStatus,
        /// Why, if the server knows.
        failure: Option<Failure>,
    },
    /// Waiting ended before the job did; the job goes on.
    StillRunning {
        /// The job's number.
        job: i64,
        /// Its status when last seen.
        status: JobStatus,
        /// How long was waited.
        after: Duration,
    },
    /// This server does not have the operation.
    Unsupported {
        /// The operation, such as `tags/list`.
        what: String,
        /// The first release line known to have it.
        since: Option<String>,
        /// The last release line known to have it.
        until: Option<String>,
        /// The server's version, if it tells.
        version: Option<String>,
    },
    /// The API has no operation of this name.
    UnknownOperation {
        /// The name.
        name: String,
        /// The name that resembles it most.
        nearest: Option<String>,
    },
    /// The API's description refuses the request; nothing was sent.
    InvalidRequest {
        /// The operation.
        operation: String,
        /// Everything that is wrong, in document order.
        violations: Vec<Violation>,
    },
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner { kind, operation: None, attempts: 0 }))
    }

    pub(crate) fn during(kind: ErrorKind, operation: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner { kind, operation: Some(operation.into()), attempts: 1 }))
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

    /// Says whether the server wants other credentials, or more rights for these.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        matches!(self.status(), Some(401 | 403))
    }

    /// Says whether no answer was had at all.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        matches!(self.kind(), ErrorKind::Unreachable { .. })
    }

    /// Says whether the request may have been carried out although no proper answer came back.
    #[must_use]
    pub fn is_unclear(&self) -> bool {
        match self.kind() {
            ErrorKind::Unreachable { .. } | ErrorKind::Timeout | ErrorKind::Unintelligible { .. } => true,
            ErrorKind::Refused(refusal) => refusal.status() >= 500,
            _ => false,
        }
    }

    /// Returns one word for the kind, as scripts see it in `e.kind`.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self.kind() {
            ErrorKind::Address(_) | ErrorKind::Settings(_) => "settings",
            ErrorKind::Unreachable { .. } => "unreachable",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Refused(refusal) => match refusal.status() {
                401 | 403 => "auth",
                404 => "not_found",
                409 => "conflict",
                _ => "refused",
            },
            ErrorKind::Unintelligible { .. } => "unintelligible",
            ErrorKind::Unsendable { .. } => "unsendable",
            ErrorKind::NotFound { .. } => "not_found",
            ErrorKind::Ambiguous { .. } => "ambiguous",
            ErrorKind::Conflict { .. } => "conflict",
            ErrorKind::Configuration { .. } => "configuration",
            ErrorKind::CheckFailed { .. } => "check_failed",
            ErrorKind::DiscoverFailed { .. } => "discover_failed",
            ErrorKind::Catalog(_) => "catalog",
            ErrorKind::Schedule(_) => "schedule",
            ErrorKind::JobFailed { .. } => "job_failed",
            ErrorKind::StillRunning { .. } => "still_running",
            ErrorKind::Unsupported { .. } => "unsupported",
            ErrorKind::UnknownOperation { .. } => "unknown_operation",
            ErrorKind::InvalidRequest { .. } => "invalid_request",
        }
    }

    /// Returns advice on what to do, if there is any worth giving.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self.kind() {
            ErrorKind::NotFound { nearest, .. } => match nearest.split_first() {
                Some((only, [])) => Some(format!("did you mean `{only}`?")),
                Some(_) => Some(format!("did you mean one of {}?", list(nearest))),
                None => None,
            },
            ErrorKind::UnknownOperation { nearest, .. } => {
                nearest.as_ref().map(|nearest| format!("did you mean `{nearest}`?"))
            }
            ErrorKind::Ambiguous { candidates, .. } => Some(format!("say which one: {}", candidates.join(", "))),
            ErrorKind::Refused(refusal) => refusal.hint(),
            ErrorKind::Unintelligible { content_type, .. } if content_type.starts_with("text/html") => Some(
                "this looks like a web page: is it Airbyte's API address, and is a proxy or login page in between?"
                    .into(),
            ),
            ErrorKind::StillRunning { job, .. } => Some(format!("job {job} goes on; wait for it again or cancel it")),
            ErrorKind::Catalog(error) => error.hint(),
            ErrorKind::CheckFailed { failure, .. } | ErrorKind::DiscoverFailed { failure, .. } => {
                failure.as_ref().and_then(Failure::hint)
            }
            _ => None,
        }
    }
}

/// "`a`, `b` and `c`"
pub(crate) fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => "nothing".to_owned(),
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            ErrorKind::Address(error) => error.fmt(f),
            ErrorKind::Settings(_) => f.write_str("the HTTP client cannot be made from these settings"),
            ErrorKind::Unreachable { server, .. } => write!(f, "no answer from {server}"),
            ErrorKind::Timeout => f.write_str("the server did not answer in time"),
            ErrorKind::Refused(refusal) => refusal.fmt(f),
            ErrorKind::Unintelligible { status, content_type, path: None, .. } => {
                let kind = if content_type.is_empty() { "an unlabelled body" } else { content_type };
                write!(f, "the server answered {status} with {kind} instead of the operation's JSON")
            }
            ErrorKind::Unintelligible { path: Some(path), .. } => {
                write!(f, "the server's answer cannot be read at `{path}`")
            }
            ErrorKind::Unsendable { reason } => write!(f, "the request was not sent: {reason}"),
            ErrorKind::NotFound { resource, name, place, .. } => write!(f, "{resource} `{name}` not found in {place}"),
            ErrorKind::Ambiguous { resource, name, candidates } => {
                write!(f, "{} {resource}s fit `{name}`", candidates.len())
            }
            ErrorKind::Conflict { resource, name, reason } => {
                write!(f, "{resource} `{name}` exists but does not fit: {reason}")
            }
            ErrorKind::Configuration { connector, problems } => {
                write!(f, "the configuration does not fit connector `{connector}`")?;
                problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
            }
            ErrorKind::CheckFailed { resource, name, message, failure } => {
                write!(f, "the check of {resource} `{name}` failed")?;
                match (message, failure) {
                    (Some(message), _) => write!(f, ": {message}"),
                    (None, Some(failure)) => write!(f, ": {failure}"),
                    (None, None) => Ok(()),
                }
            }
            ErrorKind::DiscoverFailed { name, failure } => {
                write!(f, "the schema of source `{name}` could not be discovered")?;
                failure.iter().try_for_each(|failure| write!(f, ": {failure}"))
            }
            ErrorKind::Catalog(error) => error.fmt(f),
            ErrorKind::Schedule(error) => error.fmt(f),
            ErrorKind::JobFailed { job, status, failure } => {
                write!(f, "job {job} {}", status.as_outcome())?;
                failure.iter().try_for_each(|failure| write!(f, ": {failure}"))
            }
            ErrorKind::StillRunning { job, status, after } => {
                write!(f, "job {job} is still {status} after {} s", after.as_secs())
            }
            ErrorKind::Unsupported { what, since, until, version } => {
                write!(f, "this server does not have `{what}`")?;
                let is = version.as_ref().map(|version| format!("this is {version}"));
                let needs = match (since, until) {
                    (_, Some(until)) => Some(format!("only Airbyte up to {until} does")),
                    (Some(since), None) => Some(format!("it needs Airbyte {since} or newer")),
                    (None, None) => None,
                };
                let facts: Vec<String> = [needs, is].into_iter().flatten().collect();
                if facts.is_empty() { Ok(()) } else { write!(f, ": {}", facts.join(", ")) }
            }
            ErrorKind::UnknownOperation { name, .. } => write!(f, "the API has no operation `{name}`"),
            ErrorKind::InvalidRequest { operation, violations } => {
                write!(f, "the request does not fit operation `{operation}`")?;
                violations.iter().try_for_each(|violation| {
                    write!(f, "\n  {violation}")?;
                    violation.nearest.iter().try_for_each(|nearest| write!(f, "; did you mean `{nearest}`?"))
                })
            }
        }
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
            ErrorKind::Unreachable { cause, .. } | ErrorKind::Settings(cause) => Some(cause.as_ref()),
            _ => None,
        }
    }
}

impl From<AddressError> for Error {
    fn from(error: AddressError) -> Self {
        Self::new(ErrorKind::Address(error))
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
