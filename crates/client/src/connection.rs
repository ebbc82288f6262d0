//! Connections: what is copied from where to where, and when.

mod ensure;
mod health;
mod jobs;
mod known;
mod listing;
mod runs;
mod schema;
mod settings;
mod state;
mod sync;

use std::fmt;
use std::sync::Arc;

use airway_api_gen::types;
use tokio::sync::OnceCell;

pub use health::SyncStatus;
pub(crate) use known::Shelved;
pub use runs::RefreshMode;
pub use settings::{ConnectionSettings, Namespace, SchemaChangePolicy, UnknownPolicy};
pub use state::{ConnectionState, StateError};

use crate::airbyte::{Airbyte, Write};
use crate::catalog::{Catalog, Stream};
use crate::change::{Change, Difference};
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, Resource};
use crate::schedule::Schedule;
use crate::suggest::ranked;
use crate::workspace::Workspace;

/// A connection between a source and a destination. Clones are cheap.
///
/// It shows the state that was read last; changes return a fresh one.
#[derive(Clone)]
pub struct Connection {
    workspace: Workspace,
    id: String,
    read: Arc<types::ConnectionRead>,
    /// Everything: of one that comes from a light list, once somebody wanted to know.
    whole: Arc<OnceCell<Arc<types::ConnectionRead>>>,
}

impl Connection {
    /// `None` for a connection without an id, which no call could use.
    pub(crate) fn of(workspace: &Workspace, read: types::ConnectionRead) -> Option<Self> {
        let id = read.connection_id.as_ref()?.to_string();
        Some(Self::whole_of(workspace, id, Arc::new(read)))
    }

    /// One of which everything is known.
    fn whole_of(workspace: &Workspace, id: String, read: Arc<types::ConnectionRead>) -> Self {
        let whole = Arc::new(OnceCell::new_with(Some(Arc::clone(&read))));
        Self { workspace: workspace.clone(), id, read, whole }
    }

    /// One out of a list that carries neither catalogs nor settings.
    fn of_light(workspace: &Workspace, item: types::WebBackendConnectionListItem) -> Option<Self> {
        let read = types::ConnectionRead {
            source_id: item.source.and_then(|source| source.source_id),
            destination_id: item.destination.and_then(|destination| destination.destination_id),
            connection_id: item.connection_id,
            name: item.name,
            status: item.status,
            schedule_type: item.schedule_type,
            schedule_data: item.schedule_data,
            tags: item.tags,
            ..types::ConnectionRead::default()
        };
        Some(Self { whole: Arc::default(), ..Self::of(workspace, read)? })
    }

    /// Everything that the server tells of it.
    pub(crate) async fn whole(&self) -> Result<&types::ConnectionRead> {
        let whole = self.whole.get_or_try_init(|| async {
            let whole = self.refreshed().await?;
            Ok::<_, Error>(whole.read)
        });
        whole.await.map(Arc::as_ref)
    }

    /// Returns the workspace it belongs to.
    #[must_use]
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Returns its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns its name. Names are not unique.
    #[must_use]
    pub fn name(&self) -> &str {
        self.read.name.as_deref().unwrap_or_default()
    }

    /// Returns the id of its source.
    #[must_use]
    pub fn source_id(&self) -> &str {
        self.read.source_id.as_ref().map_or("", |id| id.as_str())
    }

    /// Returns the id of its destination.
    #[must_use]
    pub fn destination_id(&self) -> &str {
        self.read.destination_id.as_ref().map_or("", |id| id.as_str())
    }

    /// Returns its status as the server spells it: `active`, `inactive`, `deprecated` (deleted) or `locked`.
    #[must_use]
    pub fn status(&self) -> String {
        self.read.status.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    fn is_deleted(&self) -> bool {
        self.status() == "deprecated"
    }

    /// Returns when it runs; `None` for a schedule that this client cannot name.
    #[must_use]
    pub fn schedule(&self) -> Option<Schedule> {
        Schedule::of(&self.read)
    }

    /// Returns the streams that it copies.
    ///
    /// # Errors
    ///
    /// When the server cannot tell: lists leave it out, so that one out of a list is read by itself when this is wanted first.
    pub async fn catalog(&self) -> Result<Catalog> {
        self.whole().await.map(catalog_of)
    }

    /// The streams that it copies, if they have been read.
    pub(crate) fn known_catalog(&self) -> Option<Catalog> {
        self.whole.get().map(|read| catalog_of(read))
    }

    /// Returns the prefix of its tables; empty when there is none.
    ///
    /// # Errors
    ///
    /// As [`catalog`](Self::catalog).
    pub async fn prefix(&self) -> Result<&str> {
        Ok(self.whole().await?.prefix.as_deref().unwrap_or_default())
    }

    /// Returns the namespace that it writes to.
    ///
    /// # Errors
    ///
    /// As [`catalog`](Self::catalog).
    pub async fn namespace(&self) -> Result<Option<Namespace>> {
        self.whole().await.map(Namespace::of)
    }

    /// Returns what it does when the schema of its source changes; `None` for a way that this client cannot name.
    ///
    /// # Errors
    ///
    /// As [`catalog`](Self::catalog).
    pub async fn on_schema_change(&self) -> Result<Option<SchemaChangePolicy>> {
        self.whole().await.map(policy_of)
    }

    /// Returns the names of its tags; empty on servers before 2.0.
    #[must_use]
    pub fn tags(&self) -> Vec<String> {
        self.read.tags.iter().flatten().filter_map(|tag| tag.name.clone()).collect()
    }

    /// Reads its state again.
    ///
    /// # Errors
    ///
    /// When the server cannot tell it.
    pub async fn refreshed(&self) -> Result<Self> {
        if self.airbyte().is_made_up(&self.id) {
            return Ok(self.clone());
        }
        self.workspace.connection_by_id(&self.id).await
    }

    /// Sets when it runs.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn set_schedule(&self, schedule: Schedule) -> Result<Self> {
        self.update(&ConnectionSettings::default().schedule(schedule)).await
    }

    /// Lets it run.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn enable(&self) -> Result<Self> {
        self.update(&ConnectionSettings::default().active(true)).await
    }

    /// Keeps it from running. A sync that runs goes on.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn disable(&self) -> Result<Self> {
        self.update(&ConnectionSettings::default().active(false)).await
    }

    /// Changes what `settings` names and leaves the rest as it is. What it has already is not written.
    ///
    /// # Errors
    ///
    /// A [`CatalogError`](crate::CatalogError) when a stream lacks a cursor or key, or what the server refuses with.
    pub async fn update(&self, settings: &ConnectionSettings) -> Result<Self> {
        settings.streams.iter().flat_map(Catalog::streams).try_for_each(Stream::check_complete)?;
        let current = self.refreshed().await?;
        let (missing, differences) = settings.differing_from(&current);
        if differences.is_empty() {
            let (resource, name, id) = (Resource::Connection, self.name().to_owned(), self.id.clone());
            self.airbyte().emit(&Event::Unchanged { resource, name, id, unknown_secrets: Vec::new() });
            return Ok(current);
        }
        current.changed(&missing, differences).await
    }

    async fn changed(&self, missing: &ConnectionSettings, differences: Vec<Difference>) -> Result<Self> {
        let settings = missing.with_tags_of(&self.workspace).await?;
        self.patched(settings.to_update(&self.id), differences).await
    }

    async fn patched(&self, body: types::ConnectionUpdate, differences: Vec<Difference>) -> Result<Self> {
        let change = Change::Updated(differences);
        let write = Write::new("connections/update", change, Resource::Connection, self.name());
        let call = || self.airbyte().api().update_connection(&body);
        let write = write.answering(self.airbyte(), || known::patched(&self.read, &body)).stocked();
        let read = self.airbyte().write(write, call, |_| Some(self.id.clone())).await?;
        let updated = Self::of(&self.workspace, read);
        known::stocked(updated.ok_or_else(|| Error::incomplete("connections/update", "connectionId"))?).await
    }

    /// Deletes it. A sync that runs is cancelled; deleting twice does no harm.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn delete(&self) -> Result<()> {
        let body = types::ConnectionIdRequestBody { connection_id: self.id.clone().into() };
        let write = Write::new("connections/delete", Change::Deleted, Resource::Connection, self.name());
        let call = || self.airbyte().api().delete_connection(&body);
        self.airbyte().write(write.stocked(), call, |()| Some(self.id.clone())).await?;
        self.workspace.stock().connections.remove(&self.id).await;
        Ok(())
    }

    pub(crate) fn airbyte(&self) -> &Airbyte {
        self.workspace.airbyte()
    }
}

fn catalog_of(read: &types::ConnectionRead) -> Catalog {
    Catalog::of(read.sync_catalog.clone().unwrap_or_default(), read.source_catalog_id.clone())
}

fn policy_of(read: &types::ConnectionRead) -> Option<SchemaChangePolicy> {
    read.non_breaking_changes_preference.as_ref()?.to_string().parse().ok()
}

impl Workspace {
    /// Returns the connection of this name or id, if there is one. Only its own catalog is read, not that of all.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Ambiguous`] with their ids when several have the name.
    pub async fn find_connection(&self, name: &str) -> Result<Option<Connection>> {
        self.connection_among(&self.connections().await?, name).await
    }

    /// Returns the connection of this name or id. Only its own catalog is read, not that of all.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] with the nearest names, [`ErrorKind::Ambiguous`] with their ids when several have the name.
    pub async fn connection(&self, name: &str) -> Result<Connection> {
        let all = self.connections().await?;
        self.connection_among(&all, name).await?.ok_or_else(|| {
            let nearest = ranked(name, all.iter().map(Connection::name));
            Error::new(ErrorKind::NotFound {
                resource: Resource::Connection,
                name: name.to_owned(),
                place: format!("workspace `{}`", self.name()),
                nearest: nearest.into_iter().map(str::to_owned).collect(),
            })
        })
    }

    async fn connection_among(&self, all: &[Connection], name: &str) -> Result<Option<Connection>> {
        // What is only planned is in no list that could be read again.
        if self.airbyte().is_planning() {
            return self.known_connection(name).await;
        }
        let fitting: Vec<&Connection> =
            all.iter().filter(|listed| listed.name() == name || listed.id == name).collect();
        match fitting.as_slice() {
            [] => Ok(None),
            [one] => self.connection_by_id(&one.id).await.map(Some),
            several => Err(Error::new(ErrorKind::Ambiguous {
                resource: Resource::Connection,
                name: name.to_owned(),
                candidates: several.iter().map(|listed| format!("{} ({})", listed.name(), listed.id)).collect(),
            })),
        }
    }

    async fn connection_by_id(&self, id: &str) -> Result<Connection> {
        let body = types::ConnectionIdRequestBody { connection_id: id.to_owned().into() };
        let read = self.airbyte().call("connections/get", || self.airbyte().api().get_connection(&body)).await?;
        Connection::of(self, read).ok_or_else(|| Error::incomplete("connections/get", "connectionId"))
    }
}

impl PartialEq for Connection {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Connection {}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("id", &self.id).field("name", &self.name()).finish_non_exhaustive()
    }
}
