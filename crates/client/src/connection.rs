//! Connections: what is copied from where to where, and when.

mod ensure;
mod health;
mod jobs;
mod known;
mod runs;
mod schema;
mod settings;
mod state;
mod sync;

use std::fmt;
use std::sync::Arc;

use airway_api_gen::types;
use futures::TryStreamExt;
use serde::Deserialize;
use serde_json::{Value, json};

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
}

impl Connection {
    /// `None` for a connection without an id, which no call could use.
    pub(crate) fn of(workspace: &Workspace, read: types::ConnectionRead) -> Option<Self> {
        let id = read.connection_id.as_ref()?.to_string();
        Some(Self { workspace: workspace.clone(), id, read: Arc::new(read) })
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

    /// Returns when it runs; `None` for a schedule that this client cannot name.
    #[must_use]
    pub fn schedule(&self) -> Option<Schedule> {
        Schedule::of(&self.read)
    }

    /// Returns the streams that it copies.
    #[must_use]
    pub fn catalog(&self) -> Catalog {
        Catalog::of(self.read.sync_catalog.clone().unwrap_or_default(), self.read.source_catalog_id.clone())
    }

    /// Returns the prefix of its tables; empty when there is none.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.read.prefix.as_deref().unwrap_or_default()
    }

    /// Returns the namespace that it writes to.
    #[must_use]
    pub fn namespace(&self) -> Option<Namespace> {
        Namespace::of(&self.read)
    }

    /// Returns what it does when the schema of its source changes; `None` for a way that this client cannot name.
    #[must_use]
    pub fn on_schema_change(&self) -> Option<SchemaChangePolicy> {
        self.read.non_breaking_changes_preference.as_ref()?.to_string().parse().ok()
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
            self.airbyte().emit(&Event::Unchanged { resource, name, id });
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

impl Workspace {
    /// Returns all connections that are not deleted.
    ///
    /// # Errors
    ///
    /// When the server cannot list them.
    pub async fn connections(&self) -> Result<Vec<Connection>> {
        let body = types::WorkspaceIdRequestBody { workspace_id: self.id().to_owned().into(), include_tombstone: None };
        let call = || self.airbyte().api().list_connections_for_workspace(&body);
        let list = self.airbyte().call("connections/list", call).await?;
        let reads = list.connections.unwrap_or_default();
        Ok(reads.into_iter().filter_map(|read| Connection::of(self, read)).collect())
    }

    /// Returns the connection of this name or id, if there is one. Only its own catalog is read, not that of all.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Ambiguous`] with their ids when several have the name.
    pub async fn find_connection(&self, name: &str) -> Result<Option<Connection>> {
        self.connection_among(&self.connection_names().await?, name).await
    }

    /// Returns the connection of this name or id. Only its own catalog is read, not that of all.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] with the nearest names, [`ErrorKind::Ambiguous`] with their ids when several have the name.
    pub async fn connection(&self, name: &str) -> Result<Connection> {
        let names = self.connection_names().await?;
        self.connection_among(&names, name).await?.ok_or_else(|| {
            let nearest = ranked(name, names.iter().map(|listed| listed.name.as_str()));
            Error::new(ErrorKind::NotFound {
                resource: Resource::Connection,
                name: name.to_owned(),
                place: format!("workspace `{}`", self.name()),
                nearest: nearest.into_iter().map(str::to_owned).collect(),
            })
        })
    }

    /// Names and ids, from the list that carries no catalogs.
    async fn connection_names(&self) -> Result<Vec<Listed>> {
        let input = json!({ "workspaceId": self.id() });
        let pages: Vec<Vec<Value>> =
            self.airbyte().pages("web_backend/connections/list", &input, None)?.try_collect().await?;
        Ok(pages.into_iter().flatten().filter_map(|item| serde_json::from_value(item).ok()).collect())
    }

    async fn connection_among(&self, all: &[Listed], name: &str) -> Result<Option<Connection>> {
        // What is only planned is in no list that could be read again.
        if self.airbyte().is_planning() {
            return self.known_connection(name).await;
        }
        let fitting: Vec<&Listed> = all.iter().filter(|listed| listed.name == name || listed.id == name).collect();
        match fitting.as_slice() {
            [] => Ok(None),
            [one] => self.connection_by_id(&one.id).await.map(Some),
            several => Err(Error::new(ErrorKind::Ambiguous {
                resource: Resource::Connection,
                name: name.to_owned(),
                candidates: several.iter().map(|listed| format!("{} ({})", listed.name, listed.id)).collect(),
            })),
        }
    }

    async fn connection_by_id(&self, id: &str) -> Result<Connection> {
        let body = types::ConnectionIdRequestBody { connection_id: id.to_owned().into() };
        let read = self.airbyte().call("connections/get", || self.airbyte().api().get_connection(&body)).await?;
        Connection::of(self, read).ok_or_else(|| Error::incomplete("connections/get", "connectionId"))
    }
}

/// A connection in a list without catalogs.
#[derive(Debug, Deserialize)]
struct Listed {
    #[serde(rename = "connectionId")]
    id: String,
    #[serde(default)]
    name: String,
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
