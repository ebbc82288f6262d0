//! Workspaces: where sources, destinations and connections live.

mod destinations;
mod sources;

use std::fmt;
use std::sync::Arc;

use airway_api_gen::types;
use tokio::sync::OnceCell;

use crate::actor::{ActorKind, DestinationKind, SourceKind};
use crate::airbyte::Airbyte;
use crate::definition::Definition;
use crate::error::{Error, Result};

/// A workspace. Clones share everything, also what was read of it once: the lists of connectors.
#[derive(Clone)]
pub struct Workspace(Arc<Inner>);

struct Inner {
    airbyte: Airbyte,
    id: String,
    name: String,
    slug: String,
    sources: OnceCell<Vec<Definition<SourceKind>>>,
    destinations: OnceCell<Vec<Definition<DestinationKind>>>,
}

impl Workspace {
    /// `None` for a workspace without an id, which no call could use.
    pub(crate) fn of(airbyte: &Airbyte, read: types::WorkspaceRead) -> Option<Self> {
        Some(Self(Arc::new(Inner {
            airbyte: airbyte.clone(),
            id: read.workspace_id?.to_string(),
            name: read.name.unwrap_or_default(),
            slug: read.slug.unwrap_or_default(),
            sources: OnceCell::new(),
            destinations: OnceCell::new(),
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

    /// Returns the source connectors that the workspace can use, read once.
    ///
    /// # Errors
    ///
    /// When the server cannot list them.
    pub async fn source_definitions(&self) -> Result<&[Definition<SourceKind>]> {
        self.definitions(&self.0.sources).await
    }

    /// Returns the destination connectors that the workspace can use, read once.
    ///
    /// # Errors
    ///
    /// When the server cannot list them.
    pub async fn destination_definitions(&self) -> Result<&[Definition<DestinationKind>]> {
        self.definitions(&self.0.destinations).await
    }

    /// Returns a source connector: by image (`source-postgres`), name, or a unique part of the name, in any case.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) with the nearest names, [`Ambiguous`](crate::ErrorKind::Ambiguous) with all that fit.
    pub async fn source_definition(&self, name: &str) -> Result<Definition<SourceKind>> {
        Definition::pick(self.source_definitions().await?, name, self.name())
    }

    /// Returns a destination connector: by image (`destination-s3`), name, or a unique part of the name, in any case.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) with the nearest names, [`Ambiguous`](crate::ErrorKind::Ambiguous) with all that fit.
    pub async fn destination_definition(&self, name: &str) -> Result<Definition<DestinationKind>> {
        Definition::pick(self.destination_definitions().await?, name, self.name())
    }

    async fn definitions<'w, K: ActorKind>(
        &'w self,
        cell: &'w OnceCell<Vec<Definition<K>>>,
    ) -> Result<&'w [Definition<K>]> {
        let all = cell.get_or_try_init(|| async {
            let reads = K::definitions(self.airbyte(), self.id()).await?;
            Ok::<_, Error>(reads.into_iter().map(|read| Definition::new(self, read)).collect())
        });
        Ok(all.await?)
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
