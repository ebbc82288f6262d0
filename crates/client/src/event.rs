//! What happens while the client works, told to whoever watches: progress displays, reports, tests.

use std::fmt;
use std::time::Duration;

use crate::change::Change;
use crate::job::JobProgress;

/// Receives every [`Event`] of one [`Airbyte`](crate::Airbyte), in the order in which things happen.
///
/// Called on the task that does the work: an observer must not block.
pub trait Observer: Send + Sync {
    /// Takes note of an event.
    fn observe(&self, event: &Event);
}

impl<F: Fn(&Event) + Send + Sync> Observer for F {
    fn observe(&self, event: &Event) {
        self(event);
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A write reached the server and was answered.
    Written(Written),
    /// A write was noted and not sent: the client only plans. See [`Builder::planning`](crate::Builder::planning).
    Planned(Planned),
    /// An `ensure_…` found everything as wanted and wrote nothing.
    Unchanged {
        /// What was ensured.
        resource: Resource,
        /// Its name.
        name: String,
        /// Its id.
        id: String,
        /// The places of its secrets that may differ from what is stored: nothing is known of them.
        unknown_secrets: Vec<String>,
    },
    /// A connector is being asked; checks and discovers take seconds to minutes.
    Asking {
        /// What the connector does.
        action: Action,
        /// Whether it is a source or a destination.
        resource: Resource,
        /// The name of the source or destination.
        name: String,
    },
    /// The connector answered.
    Answered {
        /// What the connector did.
        action: Action,
        /// Whether it is a source or a destination.
        resource: Resource,
        /// The name of the source or destination.
        name: String,
        /// Whether it did so with success.
        succeeded: bool,
        /// From question to answer.
        duration: Duration,
    },
    /// A sync was asked for while one ran: that one is followed instead of a second one being started.
    Adopted {
        /// The running job's number.
        job: i64,
        /// The connection's name.
        connection: String,
    },
    /// A job that is waited for was looked at.
    Job(JobProgress),
}

/// A write and its outcome.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Written {
    /// The operation, such as `sources/create`.
    pub operation: &'static str,
    /// What it did.
    pub change: Change,
    /// Whether it could be repeated.
    pub kind: WriteKind,
    /// What was written.
    pub resource: Resource,
    /// Its name, or its id where no name is known.
    pub name: String,
    /// Its id, when the server told one.
    pub id: Option<String>,
    /// From request to answer.
    pub duration: Duration,
    /// How many requests it took.
    pub attempts: u32,
}

/// A write that would be sent, were the client not only planning.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Planned {
    /// The operation, such as `sources/create`.
    pub operation: &'static str,
    /// What it would do.
    pub change: Change,
    /// What would be written.
    pub resource: Resource,
    /// Its name, or its id where no name is known.
    pub name: String,
    /// Its id; of what does not exist yet, one that is made up.
    pub id: Option<String>,
}

/// Whether a write may be sent again after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WriteKind {
    /// Coming twice, it does what it does when it comes once: it is sent again.
    Idempotent,
    /// After an unclear failure a look tells whether it was carried out: it is sent again when it was not.
    Verified,
    /// It is not sent again, unless the server turned it away unseen.
    Once,
}

/// The kinds of things that Airbyte keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Resource {
    /// A workspace.
    Workspace,
    /// A kind of source, such as "Postgres".
    SourceDefinition,
    /// A kind of destination, such as "S3".
    DestinationDefinition,
    /// A configured source.
    Source,
    /// A configured destination.
    Destination,
    /// A pipeline between a source and a destination.
    Connection,
    /// A run of a connection.
    Job,
    /// A label of connections.
    Tag,
    /// Anything else, by the tag that its operations have in the API's description, such as `tag`.
    Other(&'static str),
}

/// What a connector can be asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// Reach its system with a configuration.
    Check,
    /// List the streams of a source.
    Discover,
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Workspace => "workspace",
            Self::SourceDefinition => "source definition",
            Self::DestinationDefinition => "destination definition",
            Self::Source => "source",
            Self::Destination => "destination",
            Self::Connection => "connection",
            Self::Job => "job",
            Self::Tag => "tag",
            Self::Other(tag) => tag,
        })
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Check => "check",
            Self::Discover => "discover",
        })
    }
}
