//! Sources and destinations of a workspace: the same functions under their own names.

use serde_json::Value;

use super::Workspace;
use crate::actor::{CheckReport, Destination, EnsureOptions, Ensured, Source};
use crate::airbyte::Listing;
use crate::error::Result;

macro_rules! actors {
    ($Actor:ident, $kind:ident) => { pastey::paste! {
        impl Workspace {
            #[doc = concat!("Lists all ", stringify!($kind), "s, ordered as the server orders them.")]
            ///
            /// # Errors
            ///
            /// When the server cannot list them.
            pub fn [<$kind s>](&self) -> Listing<$Actor> {
                $Actor::listing(self)
            }

            #[doc = concat!("Returns the ", stringify!($kind), " of this name or id, if there is one.")]
            ///
            /// # Errors
            ///
            /// [`Ambiguous`](crate::ErrorKind::Ambiguous) with their ids when several have the name.
            pub async fn [<find_ $kind>](&self, name: &str) -> Result<Option<$Actor>> {
                $Actor::find(self, name).await
            }

            #[doc = concat!("Returns the ", stringify!($kind), " of this name or id.")]
            ///
            /// # Errors
            ///
            /// [`NotFound`](crate::ErrorKind::NotFound) with the nearest names,
            /// [`Ambiguous`](crate::ErrorKind::Ambiguous) with their ids when several have the name.
            pub async fn $kind(&self, name: &str) -> Result<$Actor> {
                $Actor::get(self, name).await
            }

            #[doc = concat!("Makes sure that there is a ", stringify!($kind), " of this name with this connector and configuration:")]
            /// creates it, updates what differs, or does nothing.
            ///
            /// The configuration is validated against the connector's specification and tried by the connector before anything is
            /// written. Secrets in it come from [`Airbyte::secret`](crate::Airbyte::secret). Whether there is one is looked up in a
            /// list that is read once and not once per call; see
            /// [`Builder::inventory_lifetime`](crate::Builder::inventory_lifetime).
            ///
            /// # Errors
            ///
            /// Before anything is written: [`Configuration`](crate::ErrorKind::Configuration) when the specification refuses it,
            /// [`CheckFailed`](crate::ErrorKind::CheckFailed) when the connector does, [`Conflict`](crate::ErrorKind::Conflict) when
            /// one of this name uses another connector, [`Ambiguous`](crate::ErrorKind::Ambiguous) when several have the name.
            pub async fn [<ensure_ $kind>](
                &self,
                name: &str,
                connector: &str,
                configuration: &Value,
            ) -> Result<Ensured<$Actor>> {
                self.[<ensure_ $kind _with>](name, connector, configuration, EnsureOptions::default()).await
            }

            #[doc = concat!("Does what [`ensure_", stringify!($kind), "`](Self::ensure_", stringify!($kind), ") does, as carefully as `options` say.")]
            ///
            /// # Errors
            ///
            #[doc = concat!("As [`ensure_", stringify!($kind), "`](Self::ensure_", stringify!($kind), ").")]
            pub async fn [<ensure_ $kind _with>](
                &self,
                name: &str,
                connector: &str,
                configuration: &Value,
                options: EnsureOptions,
            ) -> Result<Ensured<$Actor>> {
                $Actor::ensure(self, name, connector, configuration, options).await
            }

            #[doc = concat!("Creates a ", stringify!($kind), " without looking whether there is one of this name, and without trying the configuration.")]
            ///
            /// # Errors
            ///
            /// [`Configuration`](crate::ErrorKind::Configuration) before anything is sent, or when the server refuses.
            pub async fn [<create_ $kind>](&self, name: &str, connector: &str, configuration: &Value) -> Result<$Actor> {
                let definition = self.[<$kind _definition>](connector).await?;
                definition.validate(configuration).await?;
                definition.has_all_secrets(configuration)?;
                $Actor::create(self, name, &definition, configuration).await
            }

            /// Lets a connector try a configuration that is not stored.
            ///
            /// # Errors
            ///
            /// [`Configuration`](crate::ErrorKind::Configuration) when the specification refuses it, or when the server cannot be
            /// asked.
            pub async fn [<check_ $kind>](&self, connector: &str, configuration: &Value) -> Result<CheckReport> {
                let definition = self.[<$kind _definition>](connector).await?;
                definition.validate(configuration).await?;
                definition.has_all_secrets(configuration)?;
                $Actor::check_unsaved(self, &definition, configuration).await
            }
        }
    } };
}

actors!(Source, source);
actors!(Destination, destination);
