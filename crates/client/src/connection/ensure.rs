//! Bringing a connection into a wanted state, whatever state it is in.

use super::{Connection, ConnectionSettings};
use crate::actor::{Destination, Ensured, Outcome, Source};
use crate::airbyte::{Write, create_once};
use crate::catalog::CatalogError;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Change, Event, Resource};
use crate::workspace::Workspace;

impl Workspace {
    /// Makes sure that there is a connection of this name with these settings: creates it, updates only what differs, or does nothing.
    ///
    /// # Errors
    ///
    /// Before anything is written: a [`CatalogError`] when no stream is selected or the destination cannot write one as asked,
    /// [`ErrorKind::Conflict`] when the connection joins another source or destination, [`ErrorKind::Ambiguous`] when several
    /// have the name.
    pub async fn ensure_connection(
        &self,
        name: &str,
        source: &Source,
        destination: &Destination,
        settings: &ConnectionSettings,
    ) -> Result<Ensured<Connection>> {
        writable(destination, settings).await?;
        let Some(existing) = self.find_connection(name).await? else {
            let create = || self.create_connection(name, source, destination, settings);
            let resource = create_once(create, || self.find_connection(name)).await?;
            return Ok(Ensured { resource, outcome: Outcome::Created });
        };
        joins_the_same(&existing, source, destination)?;
        let (missing, names) = settings.differing_from(&existing);
        if names.is_empty() {
            self.airbyte().emit(&Event::Unchanged {
                resource: Resource::Connection,
                name: name.to_owned(),
                id: existing.id().to_owned(),
            });
            return Ok(Ensured { resource: existing, outcome: Outcome::Unchanged });
        }
        Ok(Ensured { resource: existing.update(&missing).await?, outcome: Outcome::Updated(names) })
    }

    /// Creates a connection without looking whether there is one of this name.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn create_connection(
        &self,
        name: &str,
        source: &Source,
        destination: &Destination,
        settings: &ConnectionSettings,
    ) -> Result<Connection> {
        let body = settings.to_create(name, source.id(), destination.id());
        let write = Write::new("connections/create", Change::Created, Resource::Connection, name);
        let call = || self.airbyte().api().create_connection(&body);
        let id = |read: &airway_api_gen::types::ConnectionRead| read.connection_id.as_ref().map(ToString::to_string);
        let read = self.airbyte().write(write, call, id).await?;
        Connection::of(self, read).ok_or_else(|| Error::incomplete("connections/create", "connectionId"))
    }
}

/// The server stores what no destination can write and finds out at the first sync; a person wants to know before.
async fn writable(destination: &Destination, settings: &ConnectionSettings) -> Result<()> {
    let Some(streams) = &settings.streams else { return Ok(()) };
    if streams.is_empty() {
        return Err(CatalogError::Empty.into());
    }
    let definition = destination.definition().await?;
    let supported = definition.specification().await?.destination_sync_modes();
    let unsupported = streams
        .streams()
        .iter()
        .find(|stream| !supported.is_empty() && !supported.contains(&stream.destination_sync_mode()));
    match unsupported {
        Some(stream) => Err(CatalogError::DestinationMode {
            stream: stream.full_name(),
            mode: stream.destination_sync_mode(),
            destination: destination.name().to_owned(),
            supported: supported.to_vec(),
        }
        .into()),
        None => Ok(()),
    }
}

fn joins_the_same(existing: &Connection, source: &Source, destination: &Destination) -> Result<()> {
    let conflict = |reason: String| {
        Err(Error::new(ErrorKind::Conflict {
            resource: Resource::Connection,
            name: existing.name().to_owned(),
            reason,
        }))
    };
    if existing.source_id() != source.id() {
        return conflict(format!("it reads from another source than `{}` ({})", source.name(), existing.source_id()));
    }
    if existing.destination_id() != destination.id() {
        return conflict(format!(
            "it writes to another destination than `{}` ({})",
            destination.name(),
            existing.destination_id()
        ));
    }
    Ok(())
}
