//! When the source of a connection changes.

use super::{Connection, ConnectionSettings};
use crate::catalog::{Catalog, CatalogDiff, CatalogError, SchemaChange};
use crate::change::Difference;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Resource;

impl Connection {
    /// Returns what has changed in the streams that it copies; its source is looked at anew, which takes seconds to minutes.
    ///
    /// Streams that it does not copy are not looked at. The connection stays as it is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DiscoverFailed`] when the source cannot be looked at.
    pub async fn schema_changes(&self) -> Result<CatalogDiff> {
        Ok(self.refreshed().await?.compared().await?.1)
    }

    /// Takes over what has changed in the streams that it copies, and returns it with the changed connection.
    ///
    /// Streams keep their settings, those that the source does not have any more are left out, new ones are not added. When
    /// nothing changed, nothing is written. No job is started or stopped by it, whatever the connection itself does when its
    /// schema changes; one that the server has stopped because of the change stays stopped, until [`enable`](Self::enable).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Impossible`] when a stream cannot go on as it is set up, or none would be left: then nothing is written.
    pub async fn apply_schema_changes(&self) -> Result<(Self, CatalogDiff)> {
        // Its settings may be others than this handle knows.
        let current = self.refreshed().await?;
        let (fresh, changes) = current.compared().await?;
        match changes.change() {
            SchemaChange::None => return Ok((current, changes)),
            SchemaChange::NonBreaking => {}
            SchemaChange::Breaking => {
                let broken = changes.changed.iter().filter(|stream| !stream.breaking.is_empty());
                let reasons: Vec<String> = broken
                    .map(|stream| format!("stream `{}`: {}", stream.stream, stream.breaking.join(", ")))
                    .collect();
                return Err(Error::new(ErrorKind::Impossible {
                    resource: Resource::Connection,
                    name: self.name().to_owned(),
                    reason: format!("cannot go on with the changed schema: {}", reasons.join("; ")),
                    advice: Some("update its streams with other settings".to_owned()),
                }));
            }
        }
        let streams = current.catalog().await?.taken_over_from(&fresh);
        if streams.is_empty() {
            return Err(CatalogError::Empty.into());
        }
        let mut body = ConnectionSettings::copying(streams).to_update(&self.id);
        // A change that broke it once is over with.
        body.breaking_change = Some(false);
        Ok((current.patched(body, vec![Difference::at("streams")]).await?, changes))
    }

    async fn compared(&self) -> Result<(Catalog, CatalogDiff)> {
        let source = self.workspace.source(self.source_id()).await?;
        let fresh = source.discover_fresh().await?;
        let changes = CatalogDiff { added: Vec::new(), ..self.catalog().await?.diff(&fresh) };
        Ok((fresh, changes))
    }
}
