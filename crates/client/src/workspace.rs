//! Workspaces: where sources, destinations and connections live.

mod actors;
mod ensure;

use std::fmt;
use std::sync::Arc;

use airway_api_gen::types;

use crate::actor::{DestinationKind, SourceKind};
use crate::airbyte::Airbyte;
use crate::definition::Definition;
use crate::error::Result;
use crate::inventory::Stock;

/// A workspace. Clones are cheap.
#[derive(Clone)]
pub struct Workspace(Arc<Inner>);

struct Inner {
    airbyte: Airbyte,
    id: String,
    name: String,
    slug: String,
    /// The id under which its connectors are asked: another one's, when it does not exist yet.
    asked_as: String,
}

impl Workspace {
    /// `None` for a workspace without an id, which no call could use.
    pub(crate) fn of(airbyte: &Airbyte, read: types::WorkspaceRead) -> Option<Self> {
        let id = read.workspace_id?.to_string();
        Some(Self(Arc::new(Inner {
            airbyte: airbyte.clone(),
            asked_as: id.clone(),
            id,
            name: read.name.unwrap_or_default(),
            slug: read.slug.unwrap_or_default(),
        })))
    }

    /// Returns the client that the workspace was found with.
    #[must_use]
    pub fn airbyte(&self) -> &Airbyte {
        &self.0.airbyte
    }

    /// Returns the workspace's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Returns the workspace's name. Names are not unique.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Returns the workspace's slug, which is unique.
    #[must_use]
    pub fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Returns the source connectors that the workspace can use. The list is read again when it is old.
    ///
    /// # Errors
    ///
    /// When the server cannot list them.
    pub async fn source_definitions(&self) -> Result<Vec<Definition<SourceKind>>> {
        Definition::all(self).await
    }

    /// Returns the destination connectors that the workspace can use. The list is read again when it is old.
    ///
    /// # Errors
    ///
    /// When the server cannot list them.
    pub async fn destination_definitions(&self) -> Result<Vec<Definition<DestinationKind>>> {
        Definition::all(self).await
    }

    /// Returns a source connector: by image (`source-postgres`), name, or a unique part of the name, in any case.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) with the nearest names, [`Ambiguous`](crate::ErrorKind::Ambiguous) with all that fit.
    pub async fn source_definition(&self, name: &str) -> Result<Definition<SourceKind>> {
        Definition::pick(&self.source_definitions().await?, name, self.name())
    }

    /// Returns a destination connector: by image (`destination-s3`), name, or a unique part of the name, in any case.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) with the nearest names, [`Ambiguous`](crate::ErrorKind::Ambiguous) with all that fit.
    pub async fn destination_definition(&self, name: &str) -> Result<Definition<DestinationKind>> {
        Definition::pick(&self.destination_definitions().await?, name, self.name())
    }

    /// The same workspace, whose connectors are those of another one.
    fn standing_on(&self, other: &Self) -> Self {
        let Inner { airbyte, id, name, slug, .. } = &*self.0;
        Self(Arc::new(Inner {
            airbyte: airbyte.clone(),
            id: id.clone(),
            name: name.clone(),
            slug: slug.clone(),
            asked_as: other.asked_as().to_owned(),
        }))
    }

    /// The id under which its connectors are asked.
    pub(crate) fn asked_as(&self) -> &str {
        &self.0.asked_as
    }

    /// Says whether it does not exist yet, and is only planned.
    pub(crate) fn is_made_up(&self) -> bool {
        self.airbyte().is_made_up(self.id())
    }

    /// What is known of it.
    pub(crate) fn stock(&self) -> Arc<Stock> {
        self.airbyte().stock(self.id())
    }
}

impl PartialEq for Workspace {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Workspace {}

impl fmt::Debug for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workspace").field("id", &self.0.id).field("name", &self.0.name).finish_non_exhaustive()
    }
}
