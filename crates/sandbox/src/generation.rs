//! Which Airbyte is emulated. What differs between generations is data: the operation and field
//! tables under `data/`, and [`FEATURES`] for behaviour. Code asks `has`, it never compares versions.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use serde_json::Value;

/// A version of the Airbyte server, as far as its API tells versions apart.
///
/// ```
/// use airway_sandbox::Generation;
///
/// let old: Generation = "1.5".parse().expect("a version");
/// assert!(old < Generation::DEFAULT);
/// assert_eq!(Generation::DEFAULT.to_string(), "2.0");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation {
    major: u16,
    minor: u16,
}

impl Generation {
    /// What a sandbox emulates unless told otherwise: 2.0.
    pub const DEFAULT: Self = Self { major: 2, minor: 0 };

    /// The newest server known, ahead of any release.
    pub const LATEST: Self = Self { major: u16::MAX, minor: 0 };

    /// The generations whose differences are known, oldest first.
    pub const KNOWN: [Self; 7] = [
        Self { major: 0, minor: 50 },
        Self { major: 1, minor: 0 },
        Self { major: 1, minor: 5 },
        Self { major: 1, minor: 7 },
        Self { major: 1, minor: 8 },
        Self::DEFAULT,
        Self::LATEST,
    ];

    /// Returns the version text that a server of this generation reports.
    #[must_use]
    pub fn version(self) -> String {
        match self {
            Self::LATEST => "2.1.0".to_owned(),
            Self { major: 0, minor: 50 } => "0.50.35".to_owned(),
            Self { major, minor } => format!("{major}.{minor}.0"),
        }
    }

    pub(crate) fn has(self, feature: Feature) -> bool {
        FEATURES.iter().any(|(it, span)| *it == feature && span.contains(self))
    }

    /// Tells whether this generation has `value` in the enum `name`.
    pub(crate) fn has_value(self, name: &str, value: &str) -> bool {
        table(&VALUES, include_str!("../data/enums.tsv"))
            .get(name)
            .and_then(|spans| spans.get(value))
            .is_none_or(|span| span.contains(self))
    }

    /// Removes the members of `object` that this generation's `schema` lacks, and every absent (null) one.
    pub(crate) fn shape(self, schema: &str, mut object: Value) -> Value {
        if let Value::Object(members) = &mut object {
            let fields = table(&FIELDS, include_str!("../data/fields.tsv")).get(schema);
            members.retain(|name, value| {
                !value.is_null()
                    && fields.and_then(|spans| spans.get(name.as_str())).is_none_or(|span| span.contains(self))
            });
        }
        object
    }

    /// Removes the members of a request to `operation` that this generation does not know, whatever they hold.
    pub(crate) fn shape_request(self, operation: &str, body: &mut Value) {
        if let ("connections/update_with_reason", Some(update)) = (operation, body.pointer_mut("/connectionUpdate")) {
            self.shape_request("connections/update", update);
        }
        if let (Value::Object(members), Some(spans)) =
            (body, table(&REQUESTS, include_str!("../data/requests.tsv")).get(operation))
        {
            members.retain(|name, _| spans.get(name.as_str()).is_none_or(|span| span.contains(self)));
        }
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::LATEST { f.write_str("latest") } else { write!(f, "{}.{}", self.major, self.minor) }
    }
}

/// The text given to `--emulate` names no generation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no Airbyte version to emulate (known: 0.50, 1.0, 1.5, 1.7, 1.8, 2.0, latest)")]
pub struct UnknownGeneration {
    given: String,
}

impl FromStr for Generation {
    type Err = UnknownGeneration;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownGeneration { given: text.to_owned() };
        if text.eq_ignore_ascii_case("latest") {
            return Ok(Self::LATEST);
        }
        let mut parts = text.trim_start_matches('v').split('.');
        let mut number = || parts.next().and_then(|part| part.parse::<u16>().ok());
        let (major, minor) = (number().ok_or_else(unknown)?, number().ok_or_else(unknown)?);
        let given = Self { major, minor };
        let oldest = Self { major: 0, minor: 50 };
        let in_range = (oldest..=Self::DEFAULT).contains(&given) && (major > 0 || minor == 50);
        if in_range { Ok(given) } else { Err(unknown()) }
    }
}

/// From which generation on, and (exclusively) up to which.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    since: Generation,
    until: Option<Generation>,
}

impl Span {
    const fn since(major: u16, minor: u16) -> Self {
        Self { since: Generation { major, minor }, until: None }
    }

    const fn until(major: u16, minor: u16) -> Self {
        Self { since: Generation { major: 0, minor: 0 }, until: Some(Generation { major, minor }) }
    }

    /// Reads the `since` and `until` columns of a data table; `-` is "to this day".
    pub(crate) fn parse(since: &str, until: &str) -> Option<Self> {
        let since = since.parse().ok()?;
        let until = if until == "-" { None } else { Some(until.parse().ok()?) };
        Some(Self { since, until })
    }

    /// Reads the marks of a part of the description. What was last seen in one of the servers that were compared is taken
    /// to have gone with the next of them.
    pub(crate) fn described(part: &Value) -> Self {
        let mark = |name: &str| part[name].as_str().map(|text| text.parse().unwrap_or(Generation::LATEST));
        let oldest = Generation { major: 0, minor: 50 };
        let until = mark("x-airbyte-until").map(|last: Generation| match (last.major, last.minor) {
            (0, 50) => Generation { major: 1, minor: 0 },
            (1, 0) => Generation::DEFAULT,
            (major, minor) => Generation { major, minor: minor.saturating_add(1) },
        });
        Self { since: mark("x-airbyte-since").unwrap_or(oldest), until }
    }

    pub(crate) fn contains(self, generation: Generation) -> bool {
        self.since <= generation && self.until.is_none_or(|until| generation < until)
    }
}

/// Behaviour that not every generation shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feature {
    /// `sources/list`, `destinations/list` and `web_backend/connections/list` answer in pages of 20.
    PagedLists,
    /// 404 and 500 bodies are `{"errorId"}` only.
    ErrorIdOnly,
    /// What the database refuses is a 409.
    ConstraintsConflict,
    /// Error bodies carry class name and stack.
    ErrorStacks,
    /// What is said about a missing thing begins as what is said about an error nobody foresaw.
    NotFoundPrefix,
    /// A bad cron schedule is a 400 problem; before, every schedule error was a 422.
    CronProblems,
    /// `jobs/list` turns the offset into a page number by integer division.
    OffsetSnapsToPage,
    /// `jobs/list` filters by several statuses instead of one.
    StatusesFilter,
    /// `jobs/list` can be asked without naming a connection.
    JobsOfAllConnections,
    /// Creating a workspace needs an organisation.
    OrganizationRequired,
    /// Changing a definition needs a workspace.
    DefinitionUpdateNamesWorkspace,
    /// Naming a workspace anew gives it a new slug.
    RenameChangesSlug,
    /// Deleting a workspace tombstones only the first page of its sources and destinations.
    WorkspaceDeleteForgets,
    /// Changing a stream's sync mode drops that stream's state.
    SyncModeChangeDropsState,
    /// A connection's history tells of jobs; before, of days, and nothing yet answers how far a sync is.
    HistoryOfJobs,
    /// A connection's status looks at all jobs; before, at those that succeeded or failed.
    StatusOfAllJobs,
    /// What changed about a stream includes its key.
    KeyChanges,
    /// Every list item of sources and destinations carries `status`.
    ActorStatus,
    /// Basic schedules count from the previous scheduled job instead of any previous job.
    ScheduleCountsScheduledJobs,
    /// A job may be `queued`.
    QueuedStatus,
    /// A connection in `locked` status cannot be changed.
    LockedConnections,
    /// Destinations refresh, and offer `overwrite_dedup` where they do.
    Refreshes,
    /// `sources/search` and `destinations/search` find nothing as soon as a filter is given.
    BrokenActorSearch,
    /// Cancelling a job that is over leaves a cancellation on the timeline.
    NeedlessCancelEvent,
    /// Streams may copy files, where source and destination can.
    FileTransfer,
    /// Tokens live a quarter of an hour instead of a day.
    ShortTokens,
}

const FEATURES: &[(Feature, Span)] = &[
    (Feature::PagedLists, Span::since(1, 8)),
    (Feature::ErrorIdOnly, Span::since(2, 0)),
    (Feature::ConstraintsConflict, Span::since(2, 0)),
    (Feature::ErrorStacks, Span::until(2, 0)),
    (Feature::NotFoundPrefix, Span::since(1, 0)),
    (Feature::CronProblems, Span::since(1, 0)),
    (Feature::OffsetSnapsToPage, Span::since(2, 0)),
    (Feature::StatusesFilter, Span::since(1, 0)),
    (Feature::JobsOfAllConnections, Span::since(1, 0)),
    (Feature::OrganizationRequired, Span::since(1, 0)),
    (Feature::DefinitionUpdateNamesWorkspace, Span::since(2, 0)),
    (Feature::RenameChangesSlug, Span::since(2, 0)),
    (Feature::WorkspaceDeleteForgets, Span::since(1, 8)),
    (Feature::SyncModeChangeDropsState, Span::since(2, 0)),
    (Feature::HistoryOfJobs, Span::since(1, 0)),
    (Feature::StatusOfAllJobs, Span::since(2, 0)),
    (Feature::KeyChanges, Span::since(1, 0)),
    (Feature::ActorStatus, Span::since(1, 0)),
    (Feature::ScheduleCountsScheduledJobs, Span::since(2, 0)),
    (Feature::QueuedStatus, Span::since(u16::MAX, 0)),
    (Feature::LockedConnections, Span::since(2, 0)),
    (Feature::Refreshes, Span::since(1, 0)),
    (Feature::BrokenActorSearch, Span::since(2, 0)),
    (Feature::NeedlessCancelEvent, Span::since(2, 0)),
    (Feature::FileTransfer, Span::since(2, 0)),
    (Feature::ShortTokens, Span::since(2, 0)),
];

/// Spans by the name of a schema and of what is in it.
type Spans = HashMap<&'static str, HashMap<&'static str, Span>>;

static FIELDS: OnceLock<Spans> = OnceLock::new();
static VALUES: OnceLock<Spans> = OnceLock::new();
static REQUESTS: OnceLock<Spans> = OnceLock::new();

/// Returns a table of `data/`, read once.
fn table(cell: &'static OnceLock<Spans>, text: &'static str) -> &'static Spans {
    cell.get_or_init(|| {
        let mut spans = Spans::new();
        for line in text.lines().skip(1) {
            let mut cells = line.split('\t');
            let mut cell = || cells.next().unwrap_or_default();
            let (schema, name, since, until) = (cell(), cell(), cell(), cell());
            let span = Span::parse(since, until).expect("the tables hold versions");
            spans.entry(schema).or_default().insert(name, span);
        }
        spans
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn versions_outside_the_known_range_are_refused() {
        for given in ["", "2", "0.49", "0.51", "3.0", "two", "-1.0"] {
            assert!(given.parse::<Generation>().is_err(), "{given}");
        }
        for known in Generation::KNOWN {
            assert_eq!(known.to_string().parse(), Ok(known));
        }
        assert_eq!("v1.6.2".parse::<Generation>().map(|it| it.to_string()), Ok("1.6".to_owned()));
    }

    #[test]
    fn shape_drops_what_the_generation_lacks_and_what_is_null() {
        let read = json!({"sourceId": "x", "createdAt": 1, "supportState": "supported", "icon": null});
        let at = |version: &str| version.parse::<Generation>().unwrap().shape("SourceRead", read.clone());
        assert_eq!(at("2.0"), json!({"sourceId": "x", "createdAt": 1, "supportState": "supported"}));
        assert_eq!(at("1.5"), json!({"sourceId": "x", "supportState": "supported"}));
        assert_eq!(at("0.50"), json!({"sourceId": "x"}));
    }

    #[test]
    fn paging_begins_at_1_8() {
        let has = |version: &str| version.parse::<Generation>().unwrap().has(Feature::PagedLists);
        assert_eq!(["0.50", "1.5", "1.7", "1.8", "2.0", "latest"].map(has), [false, false, false, true, true, true]);
    }
}
