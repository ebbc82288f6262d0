//! Connectors: the kinds of sources and destinations that a workspace can use.

mod custom;

use std::fmt;
use std::sync::{Arc, OnceLock};

use airway_api_gen::types;
use futures::FutureExt;
use serde_json::Value;
use tokio::sync::OnceCell;

pub use custom::CustomConnector;

use crate::actor::{ActorKind, masks};
use crate::airbyte::Airbyte;
use crate::configuration::{ConfigurationProblem, Rules};
use crate::error::{Error, ErrorKind, Result};
use crate::inventory::Item;
use crate::suggest::ranked;
use crate::workspace::Workspace;

/// A connector of a workspace, such as "Postgres". Clones share everything.
pub struct Definition<K: ActorKind>(Arc<Inner<K>>);

struct Inner<K> {
    airbyte: Airbyte,
    workspace_id: String,
    known: Arc<Known>,
    kind: std::marker::PhantomData<K>,
}

/// What a server tells of a connector, the same for sources and destinations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionRead {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) docker_repository: String,
    pub(crate) docker_image_tag: String,
    /// Whether it was added to the installation by hand.
    pub(crate) is_custom: bool,
}

/// What is known of a connector: its specification from the first use on.
#[derive(Debug)]
pub struct Known {
    read: DefinitionRead,
    specification: OnceCell<Specification>,
    rules: OnceLock<Rules>,
}

impl Known {
    fn new(read: DefinitionRead) -> Arc<Self> {
        Arc::new(Self { read, specification: OnceCell::new(), rules: OnceLock::new() })
    }
}

impl Item for Arc<Known> {
    fn id(&self) -> &str {
        &self.read.id
    }
}

/// Connectors change so rarely that lists of them are read again so many times less often than others.
const STEADINESS: u32 = 10;

/// What a connector says of its configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Specification {
    schema: Value,
    destination_sync_modes: Vec<String>,
}

impl<K: ActorKind> Definition<K> {
    fn new(workspace: &Workspace, known: &Arc<Known>) -> Self {
        Self(Arc::new(Inner {
            airbyte: workspace.airbyte().clone(),
            workspace_id: workspace.asked_as().to_owned(),
            known: Arc::clone(known),
            kind: std::marker::PhantomData,
        }))
    }

    pub(crate) async fn all(workspace: &Workspace) -> Result<Vec<Self>> {
        let stock = workspace.stock();
        let definitions = |all: &[Arc<Known>]| all.iter().map(|known| Self::new(workspace, known)).collect();
        let lifetime = workspace.airbyte().lifetime().saturating_mul(STEADINESS);
        K::definition_shelf(&stock).look(lifetime, Self::reads(workspace).boxed(), definitions).await
    }

    /// Those of this name, of which there may be none that a list knows which is not quite new.
    pub(crate) async fn named(workspace: &Workspace, name: &str) -> Result<Vec<Self>> {
        let stock = workspace.stock();
        let fitting = |all: &[Arc<Known>]| {
            let fitting = all.iter().filter(|known| known.read.name == name);
            let fitting: Vec<Self> = fitting.map(|known| Self::new(workspace, known)).collect();
            (!fitting.is_empty()).then_some(fitting)
        };
        let read = || Self::reads(workspace).boxed();
        let found = K::definition_shelf(&stock).seek(workspace.airbyte(), read, fitting).await?;
        Ok(found.unwrap_or_default())
    }

    async fn reads(workspace: &Workspace) -> Result<Vec<Arc<Known>>> {
        let reads = K::definitions(workspace.airbyte(), workspace.asked_as()).await?;
        Ok(reads.into_iter().map(Known::new).collect())
    }

    /// Puts one that was made or changed where the others are known.
    pub(crate) async fn stocked(workspace: &Workspace, read: DefinitionRead) -> Self {
        let known = Known::new(read);
        K::definition_shelf(&workspace.stock()).put(Arc::clone(&known)).await;
        Self::new(workspace, &known)
    }

    pub(crate) fn read(&self) -> &DefinitionRead {
        &self.0.known.read
    }

    /// Returns the definition's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.read().id
    }

    /// Returns the connector's name, such as "Postgres". Names are not unique.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.read().name
    }

    /// Returns the image it runs from, such as `airbyte/source-postgres`.
    #[must_use]
    pub fn docker_repository(&self) -> &str {
        &self.read().docker_repository
    }

    /// Returns its version: the image's tag.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.read().docker_image_tag
    }

    /// Returns the JSON schema (draft 7) of the connector's configuration, asking the server on first use only.
    ///
    /// # Errors
    ///
    /// When the server cannot give it.
    pub async fn specification(&self) -> Result<&Specification> {
        let Inner { airbyte, workspace_id, known, .. } = &*self.0;
        known.specification.get_or_try_init(|| K::specification(airbyte, workspace_id, &known.read.id)).await
    }

    /// Says whether it was added to the installation by hand.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        self.read().is_custom
    }

    /// Checks a configuration against the connector's specification, here and without sending it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] with everything that is wrong, or when the specification cannot be had.
    pub async fn validate(&self, configuration: &Value) -> Result<()> {
        let specification = self.specification().await?;
        let revealed = self.revealed(configuration)?;
        let rules = self.0.known.rules.get_or_init(|| Rules::of(&specification.schema));
        let problems = rules.problems(&specification.schema, &revealed, configuration);
        if problems.is_empty() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Configuration { connector: self.name().to_owned(), problems }))
    }

    /// Refuses masks in a configuration of which nothing is stored that they could stand for.
    pub(crate) fn has_all_secrets(&self, configuration: &Value) -> Result<()> {
        self.refuse_masks(&masks::everywhere(&self.revealed(configuration)?), "")
    }

    /// Refuses masks at these places, if there are any; `why` ends the sentence that says what they are.
    pub(crate) fn refuse_masks(&self, paths: &[String], why: &str) -> Result<()> {
        let problem = |path: &String| ConfigurationProblem {
            path: path.clone(),
            reason: format!("is the mask that servers show in the place of a secret{why}"),
            nearest: None,
        };
        let problems: Vec<_> = paths.iter().map(problem).collect();
        if problems.is_empty() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Configuration { connector: self.name().to_owned(), problems }))
    }

    /// The configuration with its secrets.
    pub(crate) fn revealed(&self, configuration: &Value) -> Result<Value> {
        let revealed = self.0.airbyte.vault().reveal_value(configuration);
        revealed.map_err(|unknown| Error::new(ErrorKind::Unsendable { reason: unknown.to_string() }))
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
        self.read().fmt(f)
    }
}
