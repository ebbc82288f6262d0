//! Destinations of a workspace.

use serde_json::Value;

use super::Workspace;
use crate::actor::{CheckReport, Destination, EnsureOptions, Ensured};
use crate::error::Result;

impl Workspace {
    /// Returns all destinations, ordered as the server orders them.
    ///
    /// # Errors
    ///
    /// When the server cannot list them.
    pub async fn destinations(&self) -> Result<Vec<Destination>> {
        Destination::all(self).await
    }

    /// Returns the destination of this name or id, if there is one.
    ///
    /// # Errors
    ///
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) with their ids when several have the name.
    pub async fn find_destination(&self, name: &str) -> Result<Option<Destination>> {
        Destination::find(self, name).await
    }

    /// Returns the destination of this name or id.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) with the nearest names,
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) with their ids when several have the name.
    pub async fn destination(&self, name: &str) -> Result<Destination> {
        Destination::get(self, name).await
    }

    /// Makes sure that there is a destination of this name with this connector and configuration: creates it, updates it, or does nothing.
    ///
    /// The configuration is validated against the connector's specification and tried by the connector before anything is written.
    /// Secrets in it come from [`Airbyte::secret`](crate::Airbyte::secret).
    ///
    /// # Errors
    ///
    /// Before anything is written: [`Configuration`](crate::ErrorKind::Configuration) when the specification refuses it,
    /// [`CheckFailed`](crate::ErrorKind::CheckFailed) when the connector does, [`Conflict`](crate::ErrorKind::Conflict) when one of
    /// this name uses another connector, [`Ambiguous`](crate::ErrorKind::Ambiguous) when several have the name.
    pub async fn ensure_destination(
        &self,
        name: &str,
        connector: &str,
        configuration: &Value,
    ) -> Result<Ensured<Destination>> {
        self.ensure_destination_with(name, connector, configuration, EnsureOptions::default()).await
    }

    /// Does what [`ensure_destination`](Self::ensure_destination) does, as carefully as `options` say.
    ///
    /// # Errors
    ///
    /// As [`ensure_destination`](Self::ensure_destination).
    pub async fn ensure_destination_with(
        &self,
        name: &str,
        connector: &str,
        configuration: &Value,
        options: EnsureOptions,
    ) -> Result<Ensured<Destination>> {
        Destination::ensure(self, name, connector, configuration, options).await
    }

    /// Creates a destination without looking whether there is one of this name, and without trying the configuration.
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration) before anything is sent, or when the server refuses.
    pub async fn create_destination(&self, name: &str, connector: &str, configuration: &Value) -> Result<Destination> {
        let definition = self.destination_definition(connector).await?;
        definition.validate(configuration).await?;
        Destination::create(self, name, definition.id(), configuration).await
    }

    /// Lets a connector try a configuration that is not stored.
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration) when the specification refuses it, or when the server cannot be asked.
    pub async fn check_destination(&self, connector: &str, configuration: &Value) -> Result<CheckReport> {
        let definition = self.destination_definition(connector).await?;
        definition.validate(configuration).await?;
        Destination::check_unsaved(self, &definition, configuration).await
    }
}
