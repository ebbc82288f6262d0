//! Connectors: the kinds of sources and destinations that a workspace can use.

use std::fmt;
use std::sync::Arc;

use airway_api_gen::types;
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::actor::ActorKind;
use crate::airbyte::Airbyte;
use crate::configuration::problems;
use crate::error::{Error, ErrorKind, Result};
use crate::suggest::ranked;
use crate::workspace::Workspace;

/// A connector of a workspace, such as "Postgres". Clones share everything.
pub struct Definition<K: ActorKind>(Arc<Inner<K>>);

struct Inner<K> {
    airbyte: Airbyte,
    workspace_id: String,
    read: DefinitionRead,
    specification: OnceCell<Specification>,
    kind: std::marker::PhantomData<K>,
}

/// What a server tells of a connector, the same for sources and destinations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionRead {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) docker_repository: String,
    pub(crate) docker_image_tag: String,
}

/// What a connector says of its configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Specification {
    schema: Value,
    destination_sync_modes: Vec<String>,
}

impl<K: ActorKind> Definition<K> {
    pub(crate) fn new(workspace: &Workspace, read: DefinitionRead) -> Self {
        Self(Arc::new(Inner {
            airbyte: workspace.airbyte().clone(),
            workspace_id: workspace.id().to_owned(),
            read,
            specification: OnceCell::new(),
            kind: std::marker::PhantomData,
        }))
    }

    /// Returns the definition's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.read.id
    }

    /// Returns the connector's name, such as "Postgres". Names are not unique.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.read.name
    }

    /// Returns the image it runs from, such as `airbyte/source-postgres`.
    #[must_use]
    pub fn docker_repository(&self) -> &str {
        &self.0.read.docker_repository
    }

    /// Returns its version: the image's tag.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.0.read.docker_image_tag
    }

    /// Returns the JSON schema (draft 7) of the connector's configuration, asking the server on first use only.
    ///
    /// # Errors
    ///
    /// When the server cannot give it.
    pub async fn specification(&self) -> Result<&Specification> {
        let Inner { airbyte, workspace_id, read, specification, .. } = &*self.0;
        specification.get_or_try_init(|| K::specification(airbyte, workspace_id, &read.id)).await
    }

    /// Checks a configuration against the connector's specification, here and without sending it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] with everything that is wrong, or when the specification cannot be had.
    pub async fn validate(&self, configuration: &Value) -> Result<()> {
        let specification = self.specification().await?;
        let revealed = self.0.airbyte.vault().reveal_value(configuration);
        let revealed = revealed.map_err(|unknown| Error::new(ErrorKind::Unsendable { reason: unknown.to_string() }))?;
        let problems = problems(&specification.schema, &revealed, configuration);
        if problems.is_empty() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Configuration { connector: self.name().to_owned(), problems }))
    }

    /// Finds one connector among many: by image, by exact name, by name in any case, then by a unique part of it.
    pub(crate) fn pick(all: &[Self], wanted: &str, workspace: &str) -> Result<Self> {
        let lowered = wanted.to_lowercase();
        let tests: [&dyn Fn(&Self) -> bool; 5] = [
            &|one| one.id() == wanted,
            &|one| one.docker_repository() == wanted || image_name(one.docker_repository()) == wanted,
            &|one| one.name() == wanted,
            &|one| one.name().to_lowercase() == lowered,
            &|one| {
                one.name().to_lowercase().contains(&lowered) || image_name(one.docker_repository()).contains(&lowered)
            },
        ];
        for test in tests {
            let mut fitting = all.iter().filter(|one| test(one));
            match (fitting.next(), fitting.next()) {
                (None, _) => {}
                (Some(one), None) => return Ok(one.clone()),
                (Some(_), Some(_)) => {
                    let candidates = all.iter().filter(|one| test(one));
                    return Err(Error::new(ErrorKind::Ambiguous {
                        resource: K::DEFINITION,
                        name: wanted.to_owned(),
                        candidates: candidates
                            .map(|one| format!("{} ({})", one.name(), one.docker_repository()))
                            .collect(),
                    }));
                }
            }
        }
        Err(Error::new(ErrorKind::NotFound {
            resource: K::DEFINITION,
            name: wanted.to_owned(),
            place: format!("workspace `{workspace}`"),
            nearest: ranked(wanted, all.iter().map(Self::name)).into_iter().map(str::to_owned).collect(),
        }))
    }
}

/// `airbyte/source-postgres` → `source-postgres`
fn image_name(repository: &str) -> &str {
    repository.rsplit('/').next().unwrap_or(repository)
}

impl Specification {
    /// Returns the JSON schema (draft 7) of the configuration; secret fields carry `"airbyte_secret": true`.
    #[must_use]
    pub fn schema(&self) -> &Value {
        &self.schema
    }

    /// Returns how a destination can write, as the server spells it; empty for sources.
    #[must_use]
    pub fn destination_sync_modes(&self) -> &[String] {
        &self.destination_sync_modes
    }
}

impl From<types::SourceDefinitionSpecificationRead> for Specification {
    fn from(read: types::SourceDefinitionSpecificationRead) -> Self {
        let schema = read.connection_specification.map(|schema| schema.0).unwrap_or_default();
        Self { schema, destination_sync_modes: Vec::new() }
    }
}

impl From<types::DestinationDefinitionSpecificationRead> for Specification {
    fn from(read: types::DestinationDefinitionSpecificationRead) -> Self {
        let schema = read.connection_specification.map(|schema| schema.0).unwrap_or_default();
        let modes = read.supported_destination_sync_modes.unwrap_or_default();
        Self { schema, destination_sync_modes: modes.iter().map(ToString::to_string).collect() }
    }
}

impl<K: ActorKind> Clone for Definition<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: ActorKind> fmt::Debug for Definition<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.read.fmt(f)
    }
}
