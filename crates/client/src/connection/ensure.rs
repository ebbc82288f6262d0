//! Bringing a connection into a wanted state, whatever state it is in.

use super::{Connection, ConnectionSettings};
use futures::FutureExt;
use serde_json::Value;

use super::known::stocked;
use crate::actor::{Destination, Ensured, Source};
use crate::airbyte::{Find, NEW_ID, Write};
use crate::catalog::{CatalogError, Stream};
use crate::change::Change;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, Resource};
use crate::workspace::Workspace;

impl Workspace {
    /// Makes sure that there is a connection of this name with these settings: creates it, updates only what differs, or does nothing.
    ///
    /// Streams whose schema is another than the stored one differ, so that new columns are copied. What is set elsewhere on a
    /// stream, such as mappers, stays.
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
        Resource::Connection.takes_name(name)?;
        writable(destination, settings).await?;
        let _turn = self.airbyte().turn(self.id(), Resource::Connection, name).await;
        let Some(existing) = self.known_connection(name).await? else {
            if settings.streams.is_none() {
                return Err(CatalogError::Empty.into());
            }
            let find = || self.find_connection(name).boxed();
            let resource = Box::pin(self.made_connection(name, source, destination, settings, Some(&find))).await?;
            return Ok(Ensured::new(resource, Change::Created));
        };
        joins_the_same(&existing, source, destination)?;
        let (missing, differences) = settings.differing_from(&existing);
        if differences.is_empty() {
            self.airbyte().emit(&Event::Unchanged {
                resource: Resource::Connection,
                name: name.to_owned(),
                id: existing.id().to_owned(),
                unknown_secrets: Vec::new(),
            });
            return Ok(Ensured::new(existing, Change::Unchanged));
        }
        let updated = Box::pin(existing.changed(&missing, differences.clone())).await?;
        Ok(Ensured::new(updated, Change::Updated(differences)))
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
        Resource::Connection.takes_name(name)?;
        // Others may have the name: a look would not tell whether this one was made.
        Box::pin(self.made_connection(name, source, destination, settings, None)).await
    }

    async fn made_connection(
        &self,
        name: &str,
        source: &Source,
        destination: &Destination,
        settings: &ConnectionSettings,
        find: Option<Find<'_, Connection>>,
    ) -> Result<Connection> {
        let settings = settings.with_tags_of(self).await?;
        let body = settings.to_create(name, source.id(), destination.id());
        let answer = || {
            let mut answer = serde_json::to_value(&body).unwrap_or_default();
            answer["connectionId"] = Value::from(NEW_ID);
            answer
        };
        let write = Write::new("connections/create", Change::Created, Resource::Connection, name);
        let call = || self.airbyte().api().create_connection(&body);
        let take = |read| Connection::of(self, read);
        let write = write.answering(self.airbyte(), answer).stocked();
        stocked(self.airbyte().create(write, call, take, |made| made.id(), find).await?).await
    }
}

/// The server stores what no destination can write and finds out at the first sync; a person wants to know before.
async fn writable(destination: &Destination, settings: &ConnectionSettings) -> Result<()> {
    let Some(streams) = &settings.streams else { return Ok(()) };
    if streams.is_empty() {
        return Err(CatalogError::Empty.into());
    }
    streams.streams().iter().try_for_each(Stream::check_complete)?;
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
