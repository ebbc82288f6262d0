//! Connectors of one's own, from container images.
//!
//! Those that the builder makes are manifests, not images: `connector_builder_projects/create` and `publish` make them, by
//! [`Airbyte::call_raw`](crate::Airbyte::call_raw). They are not ensured: servers list the versions of a manifest and not what is
//! in them, so that nothing tells whether the one that is there is the one that is wanted.

use futures::FutureExt;

use super::{Definition, DefinitionRead};
use crate::actor::{ActorKind, DestinationKind, Ensured, SourceKind};
use crate::change::{Change, Difference};
use crate::error::{Error, ErrorKind, Result};
use crate::event::Event;
use crate::workspace::Workspace;

/// A connector as a container image.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CustomConnector {
    /// The image without its tag, such as `registry.example.com/source-shop`.
    pub docker_repository: String,
    /// The image's tag.
    pub version: String,
    /// Where its documentation is. Only set when it is created.
    pub documentation_url: Option<String>,
}

impl CustomConnector {
    /// Returns the connector in this image.
    #[must_use]
    pub fn new(docker_repository: impl Into<String>, version: impl Into<String>) -> Self {
        Self { docker_repository: docker_repository.into(), version: version.into(), documentation_url: None }
    }

    /// Says where its documentation is.
    #[must_use]
    pub fn documentation_url(mut self, url: impl Into<String>) -> Self {
        self.documentation_url = Some(url.into());
        self
    }
}

impl Workspace {
    /// Makes sure that the workspace has a source connector of this name from this image: adds it, sets its version, or does
    /// nothing. Adding one runs the image, which can take minutes.
    ///
    /// # Errors
    ///
    /// [`Conflict`](ErrorKind::Conflict) when the connector of this name is another image or came with Airbyte,
    /// [`Ambiguous`](ErrorKind::Ambiguous) when several have the name, or when the server refuses or cannot run the image.
    pub async fn ensure_custom_source_definition(
        &self,
        name: &str,
        connector: &CustomConnector,
    ) -> Result<Ensured<Definition<SourceKind>>> {
        ensure(self, name, connector).await
    }

    /// Makes sure that the workspace has a destination connector of this name from this image: adds it, sets its version, or does
    /// nothing. Adding one runs the image, which can take minutes.
    ///
    /// # Errors
    ///
    /// As [`ensure_custom_source_definition`](Self::ensure_custom_source_definition).
    pub async fn ensure_custom_destination_definition(
        &self,
        name: &str,
        connector: &CustomConnector,
    ) -> Result<Ensured<Definition<DestinationKind>>> {
        ensure(self, name, connector).await
    }
}

async fn ensure<K: ActorKind>(
    workspace: &Workspace,
    name: &str,
    connector: &CustomConnector,
) -> Result<Ensured<Definition<K>>> {
    K::DEFINITION.takes_name(name)?;
    let airbyte = workspace.airbyte();
    let _turn = airbyte.turn(workspace.id(), K::DEFINITION, name).await;
    let Some(existing) = only(&Definition::<K>::named(workspace, name).await?, name)? else {
        let find = || {
            async {
                K::definition_shelf(&workspace.stock()).forget().await;
                Ok(only(&Definition::<K>::named(workspace, name).await?, name)?.map(|found| found.read().clone()))
            }
            .boxed()
        };
        let read: DefinitionRead = K::create_definition(airbyte, workspace.id(), name, connector, &find).await?;
        return Ok(Ensured::new(Definition::stocked(workspace, read).await, Change::Created));
    };
    let conflict = |reason| Error::new(ErrorKind::Conflict { resource: K::DEFINITION, name: name.to_owned(), reason });
    if !existing.is_custom() {
        return Err(conflict("it came with Airbyte".to_owned()));
    }
    if existing.docker_repository() != connector.docker_repository {
        let (is, wanted) = (existing.docker_repository(), &connector.docker_repository);
        return Err(conflict(format!("its image is `{is}`, not `{wanted}`, and no server can change that")));
    }
    if existing.version() == connector.version {
        let (name, id) = (name.to_owned(), existing.id().to_owned());
        airbyte.emit(&Event::Unchanged { resource: K::DEFINITION, name, id, unknown_secrets: Vec::new() });
        return Ok(Ensured::new(existing, Change::Unchanged));
    }
    let version = connector.version.as_str();
    let differences = vec![Difference::between("version", &existing.version().into(), &version.into())];
    let change = Change::Updated(differences.clone());
    let read = K::update_definition(airbyte, workspace.id(), existing.read(), version, differences).await?;
    Ok(Ensured::new(Definition::stocked(workspace, read).await, change))
}

fn only<K: ActorKind>(fitting: &[Definition<K>], name: &str) -> Result<Option<Definition<K>>> {
    match fitting {
        [] => Ok(None),
        [one] => Ok(Some(one.clone())),
        several => Err(Error::new(ErrorKind::Ambiguous {
            resource: K::DEFINITION,
            name: name.to_owned(),
            candidates: several.iter().map(|one| format!("{} ({})", one.name(), one.id())).collect(),
        })),
    }
}
