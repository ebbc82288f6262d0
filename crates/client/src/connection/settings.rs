//! What can be set on a connection, each setting on its own: what is not named is left as it is, or to the server.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use airway_api_gen::{Open, types};
use serde_json::json;

use super::{Connection, catalog_of, policy_of};
use crate::airbyte::partial;
use crate::catalog::Catalog;
use crate::change::Difference;
use crate::error::Result;
use crate::schedule::Schedule;
use crate::tag::Tag;
use crate::workspace::Workspace;

/// The settings of a connection. On creation, what is not named becomes what the server gives by default.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct ConnectionSettings {
    /// What is copied, and how.
    pub streams: Option<Catalog>,
    /// When it runs by itself; by default never.
    pub schedule: Option<Schedule>,
    /// Which namespace it writes to; by default the source's.
    pub namespace: Option<Namespace>,
    /// What is put before the names of its streams.
    pub prefix: Option<String>,
    /// Whether it may run; by default it may.
    pub active: Option<bool>,
    /// What it does when the schema of its source changes; by default nothing.
    pub on_schema_change: Option<SchemaChangePolicy>,
    /// Its tags by name, all of them; the workspace gets those that it does not have.
    pub tags: Option<Vec<String>>,
    /// The tags themselves, once they are looked up.
    found_tags: Vec<Tag>,
}

/// The namespace that a connection writes to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Namespace {
    /// The one that the stream has in its source.
    Source,
    /// The one that the destination's configuration names.
    Destination,
    /// A format of one's own, in which `${SOURCE_NAMESPACE}` stands for the source's.
    Custom(String),
}

/// What a connection does when the schema of its source changes without breaking it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaChangePolicy {
    /// Goes on with the schema it has.
    Ignore,
    /// Stops running.
    Disable,
    /// Takes over changed columns.
    PropagateColumns,
    /// Takes over changed columns and streams.
    PropagateFully,
}

/// A word that is no [`SchemaChangePolicy`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a way to treat schema changes: use ignore, disable, propagate_columns or propagate_fully")]
pub struct UnknownPolicy {
    given: String,
}

/// What creating and updating take alike; the bindings have a type for each.
macro_rules! body {
    ($settings:ident, $Body:ident, $name:expr, $required:expr) => {{
        let (schedule_type, schedule_data) = $settings.schedule_parts();
        let (namespace_definition, namespace_format) = $settings.namespace_parts();
        let name: Option<&str> = $name;
        types::$Body {
            name: name.map(str::to_owned),
            sync_catalog: $settings.streams.as_ref().map(Catalog::to_api),
            source_catalog_id: $settings.source_catalog_id(),
            schedule_type,
            schedule_data,
            namespace_definition,
            namespace_format,
            prefix: $settings.prefix.clone(),
            non_breaking_changes_preference: $settings.policy(),
            tags: $settings.tags_to_api(),
            ..partial($required)
        }
    }};
}

impl ConnectionSettings {
    /// Starts with the streams to copy.
    #[must_use]
    pub fn copying(streams: Catalog) -> Self {
        Self { streams: Some(streams), ..Self::default() }
    }

    /// Sets when it runs by itself.
    #[must_use]
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.schedule = Some(schedule);
        self
    }

    /// Sets the namespace it writes to.
    #[must_use]
    pub fn namespace(mut self, namespace: Namespace) -> Self {
        self.namespace = Some(namespace);
        self
    }

    /// Sets what is put before the names of its streams.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }

    /// Sets whether it may run.
    #[must_use]
    pub fn active(mut self, active: bool) -> Self {
        self.active = Some(active);
        self
    }

    /// Sets what it does when the schema of its source changes.
    #[must_use]
    pub fn on_schema_change(mut self, policy: SchemaChangePolicy) -> Self {
        self.on_schema_change = Some(policy);
        self
    }

    /// Sets its tags by name, all of them; the workspace gets those that it does not have.
    #[must_use]
    pub fn tags<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.tags = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// The same settings with the tags that the workspace has by these names, or gets.
    pub(super) async fn with_tags_of(&self, workspace: &Workspace) -> Result<Cow<'_, Self>> {
        let Some(names) = &self.tags else { return Ok(Cow::Borrowed(self)) };
        let mut settings = Self { found_tags: Vec::new(), ..self.clone() };
        for name in names {
            let tag = workspace.tag_named(name).await?;
            if !settings.found_tags.contains(&tag) {
                settings.found_tags.push(tag);
            }
        }
        Ok(Cow::Owned(settings))
    }

    /// The settings among these that a connection does not have yet, and what they differ in.
    pub(super) fn differing_from(&self, connection: &Connection) -> (Self, Vec<Difference>) {
        let mut names = Vec::new();
        let mut differs = |name: &str, differs: bool| {
            if differs {
                names.push(Difference::at(name));
            }
            differs
        };
        let stored = catalog_of(&connection.read);
        let streams = self.streams.as_ref().filter(|wanted| {
            let is_same = wanted.copies_the_same_as(&stored) && !wanted.describes_otherwise_than(&stored);
            differs("streams", !is_same)
        });
        let streams = streams.map(|wanted| wanted.keeping_from(&stored));
        let schedule = self.schedule.clone();
        let schedule = schedule.filter(|wanted| differs("schedule", connection.schedule().as_ref() != Some(wanted)));
        let namespace = self.namespace.clone();
        let namespace =
            namespace.filter(|wanted| differs("namespace", Namespace::of(&connection.read).as_ref() != Some(wanted)));
        let prefix = self
            .prefix
            .clone()
            .filter(|wanted| differs("prefix", connection.read.prefix.as_deref().unwrap_or_default() != wanted));
        let active = self.active.filter(|wanted| differs("status", (connection.status() == "active") != *wanted));
        let on_schema_change = self
            .on_schema_change
            .filter(|wanted| differs("on_schema_change", policy_of(&connection.read) != Some(*wanted)));
        let set = |names: &[String]| names.iter().cloned().collect::<BTreeSet<_>>();
        let tags = self.tags.clone();
        let tags = tags.filter(|wanted| differs("tags", set(wanted) != set(&connection.tags())));
        let found_tags = self.found_tags.clone();
        (Self { streams, schedule, namespace, prefix, active, on_schema_change, tags, found_tags }, names)
    }

    pub(super) fn to_create(&self, name: &str, source_id: &str, destination_id: &str) -> types::ConnectionCreate {
        let required = json!({ "sourceId": source_id, "destinationId": destination_id, "status": "active" });
        types::ConnectionCreate { status: self.status(true), ..body!(self, ConnectionCreate, Some(name), required) }
    }

    pub(super) fn to_update(&self, id: &str) -> types::ConnectionUpdate {
        let status = self.active.map(|_| self.status(true));
        types::ConnectionUpdate { status, ..body!(self, ConnectionUpdate, None, json!({ "connectionId": id })) }
    }

    fn status(&self, otherwise: bool) -> Open<types::ConnectionStatus> {
        let active = self.active.unwrap_or(otherwise);
        Open::Known(if active { types::ConnectionStatus::Active } else { types::ConnectionStatus::Inactive })
    }

    fn tags_to_api(&self) -> Option<Vec<types::Tag>> {
        self.tags.as_ref().map(|_| self.found_tags.iter().map(Tag::to_api).collect())
    }

    fn source_catalog_id(&self) -> Option<String> {
        self.streams.as_ref().and_then(Catalog::id).map(str::to_owned)
    }

    /// Type and data travel together: servers answer 500 to one without the other.
    fn schedule_parts(&self) -> (Option<Open<types::ConnectionScheduleType>>, Option<types::ConnectionScheduleData>) {
        match self.schedule.as_ref().map(Schedule::to_api) {
            Some((kind, data)) => (Some(Open::Known(kind)), data),
            None => (None, None),
        }
    }

    fn namespace_parts(&self) -> (Option<Open<types::NamespaceDefinitionType>>, Option<String>) {
        use types::NamespaceDefinitionType as Kind;
        match &self.namespace {
            Some(Namespace::Source) => (Some(Open::Known(Kind::Source)), None),
            Some(Namespace::Destination) => (Some(Open::Known(Kind::Destination)), None),
            Some(Namespace::Custom(format)) => (Some(Open::Known(Kind::Customformat)), Some(format.clone())),
            None => (None, None),
        }
    }

    fn policy(&self) -> Option<Open<types::NonBreakingChangesPreference>> {
        use types::NonBreakingChangesPreference as Preference;
        self.on_schema_change.map(|policy| {
            Open::Known(match policy {
                SchemaChangePolicy::Ignore => Preference::Ignore,
                SchemaChangePolicy::Disable => Preference::Disable,
                SchemaChangePolicy::PropagateColumns => Preference::PropagateColumns,
                SchemaChangePolicy::PropagateFully => Preference::PropagateFully,
            })
        })
    }
}

impl Namespace {
    pub(super) fn of(read: &types::ConnectionRead) -> Option<Self> {
        match read.namespace_definition.as_ref().map(ToString::to_string).as_deref() {
            Some("source") | None => Some(Self::Source),
            Some("destination") => Some(Self::Destination),
            Some("customformat") => Some(Self::Custom(read.namespace_format.clone().unwrap_or_default())),
            Some(_) => None,
        }
    }
}

impl From<&str> for Namespace {
    /// Reads `source`, `destination`, or else a format of one's own.
    fn from(text: &str) -> Self {
        match text {
            "source" => Self::Source,
            "destination" => Self::Destination,
            format => Self::Custom(format.to_owned()),
        }
    }
}

impl FromStr for SchemaChangePolicy {
    type Err = UnknownPolicy;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        Ok(match text {
            "ignore" => Self::Ignore,
            "disable" => Self::Disable,
            "propagate_columns" => Self::PropagateColumns,
            "propagate_fully" => Self::PropagateFully,
            _ => return Err(UnknownPolicy { given: text.to_owned() }),
        })
    }
}

impl fmt::Display for SchemaChangePolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ignore => "ignore",
            Self::Disable => "disable",
            Self::PropagateColumns => "propagate_columns",
            Self::PropagateFully => "propagate_fully",
        })
    }
}
