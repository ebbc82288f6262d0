//! The kinds of errors, each with what is known about it.

use std::error::Error as StdError;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use airway_spec::Violation;

use super::{Error, Failure, Refusal, SettingsError};
use crate::address::AddressError;
use crate::catalog::CatalogError;
use crate::configuration::ConfigurationProblem;
use crate::event::Resource;
use crate::job::JobStatus;
use crate::schedule::ScheduleError;

/// What went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server address cannot be used.
    Address(AddressError),
    /// The client could not be made from its settings.
    Settings(SettingsError),
    /// There is no token to make the call with; nothing was sent.
    NoToken {
        /// Who was to give one: "`applications/token`", "the token command".
        giver: &'static str,
        /// Why there is none; an [`Error`](crate::Error) where a call was made for it.
        cause: Arc<dyn StdError + Send + Sync>,
    },
    /// Nobody answered, or the answer broke off.
    Unreachable {
        /// The API's base address.
        server: String,
        /// The innermost cause, such as "connection refused".
        cause: Box<dyn StdError + Send + Sync>,
    },
    /// No complete answer in time; whether the server acted is unknown.
    Timeout,
    /// The time for all calls together is over.
    Deadline {
        /// Whether a request was on its way by then: whether the server acted on it is unknown.
        is_sent: bool,
    },
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
    /// The server sends callers elsewhere, and credentials are not taken there unasked.
    Redirected {
        /// Where to.
        location: String,
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
    /// The file of fingerprints cannot be used, and whether secrets have changed cannot be told.
    Fingerprints {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A job ended other than expected.
    JobFailed {
        /// The job's number.
        job: i64,
        /// How it ended.
        status: JobStatus,
        /// Why, if the server knows.
        failure: Option<Failure>,
    },
    /// Waiting ended before the job did; the job goes on, unless it was to be cancelled then.
    StillRunning {
        /// The job's number.
        job: i64,
        /// The numbers of the others that were waited for together with it and are not over either.
        others: Vec<i64>,
        /// Its status when last seen.
        status: JobStatus,
        /// How long was waited.
        after: Duration,
        /// Whether they were to be cancelled because of that; all were, but for those below.
        cancelled: bool,
        /// The numbers of those that could not be cancelled, and why not.
        uncancelled: Vec<(i64, Error)>,
    },
    /// Nobody could be asked how a job goes; it may well have succeeded.
    Unobserved {
        /// The job's number.
        job: i64,
        /// The numbers of the others that were waited for together with it and whose end was not seen either.
        others: Vec<i64>,
        /// Its status when last seen.
        status: JobStatus,
        /// How long no look had an answer.
        silence: Duration,
        /// Why the last look had none.
        cause: Box<Error>,
    },
    /// What is asked for cannot be done with this resource; nothing was changed.
    Impossible {
        /// What it is.
        resource: Resource,
        /// Its name.
        name: String,
        /// Why not, such as "cannot be refreshed: its destination does not support it".
        reason: String,
        /// What to do instead, if anything.
        advice: Option<String>,
    },
    /// This server does not have the operation.
    Unsupported {
        /// The operation, such as `tags/list`.
        what: String,
        /// The first release line known to have it.
        since: Option<String>,
        /// The last release line known not to have it yet. Nobody looked at those between this one and the first that has it.
        absent: Option<String>,
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
