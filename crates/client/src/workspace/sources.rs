//! Sources of a workspace.

use serde_json::Value;

use super::Workspace;
use crate::actor::{CheckReport, EnsureOptions, Ensured, Source};
use crate::error::Result;

impl Workspace {
    /// Returns all sources, ordered as the server orders them.
    ///
    /// # Errors
    ///
    /// When the server cannot list them.
    pub async fn sources(&self) -> Result<Vec<Source>> {
        Source::all(self).await
    }

    /// Returns the source of this name or id, if there is one.
    ///
    /// # Errors
    ///
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) with their ids when several have the name.
    pub async fn find_source(&self, name: &str) -> Result<Option<Source>> {
        Source::find(self, name).await
    }

    /// Returns the source of this name or id.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) with the nearest names,
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) with their ids when several have the name.
    pub async fn source(&self, name: &str) -> Result<Source> {
        Source::get(self, name).await
    }

    /// Makes sure that there is a source of this name with this connector and configuration: creates it, updates it, or does nothing.
    ///
    /// The configuration is validated against the connector's specification and tried by the connector before anything is written.
    /// Secrets in it come from [`Airbyte::secret`](crate::Airbyte::secret).
    ///
    /// # Errors
    ///
    /// Before anything is written: [`Configuration`](crate::ErrorKind::Configuration) when the specification refuses it,
    /// [`CheckFailed`](crate::ErrorKind::CheckFailed) when the connector does, [`Conflict`](crate::ErrorKind::Conflict) when one of
    /// this name uses another connector, [`Ambiguous`](crate::ErrorKind::Ambiguous) when several have the name.
    pub async fn ensure_source(&self, name: &str, connector: &str, configuration: &Value) -> Result<Ensured<Source>> {
        self.ensure_source_with(name, connector, configuration, EnsureOptions::default()).await
    }

    /// Does what [`ensure_source`](Self::ensure_source) does, as carefully as `options` say.
    ///
    /// # Errors
    ///
    /// As [`ensure_source`](Self::ensure_source).
    pub async fn ensure_source_with(
        &self,
        name: &str,
        connector: &str,
        configuration: &Value,
        options: EnsureOptions,
    ) -> Result<Ensured<Source>> {
        Source::ensure(self, name, connector, configuration, options).await
    }

    /// Creates a source without looking whether there is one of this name, and without trying the configuration.
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration) before anything is sent, or when the server refuses.
    pub async fn create_source(&self, name: &str, connector: &str, configuration: &Value) -> Result<Source> {
        let definition = self.source_definition(connector).await?;
        definition.validate(configuration).await?;
        Source::create(self, name, definition.id(), configuration).await
    }

    /// Lets a connector try a configuration that is not stored.
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration) when the specification refuses it, or when the server cannot be asked.
    pub async fn check_source(&self, connector: &str, configuration: &Value) -> Result<CheckReport> {
        let definition = self.source_definition(connector).await?;
        definition.validate(configuration).await?;
        Source::check_unsaved(self, &definition, configuration).await
    }
}
