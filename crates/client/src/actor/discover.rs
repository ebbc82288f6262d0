//! Discovering the streams of a source.

use std::time::Instant;

use airway_api_gen::types;
use serde_json::json;

use super::Source;
use crate::airbyte::partial;
use crate::catalog::Catalog;
use crate::error::{Error, ErrorKind, Failure, Result};
use crate::event::{Action, Event, Resource};

impl Source {
    /// Returns the streams of the source. The server remembers what it found for this configuration and connector version;
    /// see [`discover_fresh`](Self::discover_fresh).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DiscoverFailed`] when the connector could not list its streams.
    pub async fn discover(&self) -> Result<Catalog> {
        self.discovered(false).await
    }

    /// Returns the streams of the source as the connector finds them right now; takes seconds to minutes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DiscoverFailed`] when the connector could not list its streams.
    pub async fn discover_fresh(&self) -> Result<Catalog> {
        self.discovered(true).await
    }

    async fn discovered(&self, fresh: bool) -> Result<Catalog> {
        let (action, resource, name) = (Action::Discover, Resource::Source, self.name().to_owned());
        self.airbyte().emit(&Event::Asking { action, resource, name: name.clone() });
        let started = Instant::now();
        let catalog = self.discover_quietly(fresh).await;
        let succeeded = catalog.is_ok();
        self.airbyte().emit(&Event::Answered { action, resource, name, succeeded, duration: started.elapsed() });
        catalog
    }

    async fn discover_quietly(&self, fresh: bool) -> Result<Catalog> {
        if self.airbyte().is_made_up(self.id()) {
            return self.discover_unsaved().await;
        }
        let body = types::SourceDiscoverSchemaRequestBody {
            source_id: self.id().to_owned().into(),
            disable_cache: Some(fresh),
            connection_id: None,
            notify_schema_change: None,
            priority: None,
        };
        let call = || self.airbyte().api().discover_schema_for_source(&body);
        let read = self.airbyte().call("sources/discover_schema", call).await?;
        self.catalog_of(read)
    }

    /// Discovers one that does not exist yet by its configuration.
    async fn discover_unsaved(&self) -> Result<Catalog> {
        let body: types::SourceCoreConfig = partial(json!({
            "workspaceId": self.workspace().asked_as(),
            "sourceDefinitionId": self.definition_id(),
            "connectionConfiguration": self.configuration(),
        }));
        let call = || self.airbyte().api().execute_source_discover_schema(&body);
        self.catalog_of(self.airbyte().call("scheduler/sources/discover_schema", call).await?)
    }

    fn catalog_of(&self, read: types::SourceDiscoverSchemaRead) -> Result<Catalog> {
        // A discover that failed is still answered with 200, only without a catalog.
        match read.catalog {
            Some(catalog) => Ok(Catalog::of(catalog, read.catalog_id)),
            None => Err(Error::during(
                ErrorKind::DiscoverFailed {
                    name: self.name().to_owned(),
                    failure: Failure::of_check(read.job_info.as_ref())
                        .map(|failure| failure.redacted(self.airbyte().vault())),
                },
                "sources/discover_schema",
            )),
        }
    }
}
