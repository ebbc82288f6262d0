//! Bringing a source or destination into a wanted state, whatever state it is in.

use serde_json::Value;

use super::difference::differences;
use super::{Actor, ActorKind, check};
use crate::airbyte::create_once;
use crate::definition::Definition;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Event;
use crate::workspace::Workspace;

/// How careful [`Workspace::ensure_source_with`] and its siblings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnsureOptions {
    /// Let the connector try the configuration before it is stored. On by default.
    pub check: bool,
}

impl Default for EnsureOptions {
    fn default() -> Self {
        Self { check: true }
    }
}

impl EnsureOptions {
    /// Stores configurations without letting the connector try them.
    #[must_use]
    pub fn unchecked() -> Self {
        Self { check: false }
    }
}

/// A resource in its wanted state, and what it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ensured<T> {
    /// The resource.
    pub resource: T,
    /// What was done to it.
    pub outcome: Outcome,
}

/// What it took to bring a resource into its wanted state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It did not exist.
    Created,
    /// These parts of it differed.
    Updated(Vec<String>),
    /// It was as wanted: nothing was written.
    Unchanged,
}

impl<K: ActorKind> Actor<K> {
    pub(crate) async fn ensure(
        workspace: &Workspace,
        name: &str,
        connector: &str,
        configuration: &Value,
        options: EnsureOptions,
    ) -> Result<Ensured<Self>> {
        let airbyte = workspace.airbyte();
        let definition = Definition::pick(K::definitions_of(workspace).await?, connector, workspace.name())?;
        definition.validate(configuration).await?;
        let Some(existing) = Self::find(workspace, name).await? else {
            if options.check {
                let check = K::check_unsaved(airbyte, workspace.id(), definition.id(), configuration);
                check::watched::<K>(airbyte, name, check).await?.into_result(K::RESOURCE, name)?;
            }
            let create = || Self::create(workspace, name, definition.id(), configuration);
            let resource = create_once(create, || Self::find(workspace, name)).await?;
            return Ok(Ensured { resource, outcome: Outcome::Created });
        };
        if existing.definition_id() != definition.id() {
            return Err(Error::new(ErrorKind::Conflict {
                resource: K::RESOURCE,
                name: name.to_owned(),
                reason: format!("it uses connector `{}`, not `{}`", existing.connector(), definition.name()),
            }));
        }
        let schema = definition.specification().await?.schema();
        let differing = differences(schema, configuration, existing.configuration());
        if differing.is_empty() {
            airbyte.emit(&Event::Unchanged {
                resource: K::RESOURCE,
                name: name.to_owned(),
                id: existing.id().to_owned(),
            });
            return Ok(Ensured { resource: existing, outcome: Outcome::Unchanged });
        }
        if options.check {
            let check = K::check_update(airbyte, existing.id(), name, configuration);
            check::watched::<K>(airbyte, name, check).await?.into_result(K::RESOURCE, name)?;
        }
        let read = K::update(airbyte, existing.id(), name, configuration).await?;
        Ok(Ensured { resource: Self::new(workspace, read), outcome: Outcome::Updated(differing) })
    }

    /// Creates one without looking whether there is one of this name. The configuration must have been validated.
    pub(crate) async fn create(
        workspace: &Workspace,
        name: &str,
        definition_id: &str,
        configuration: &Value,
    ) -> Result<Self> {
        let read = K::create(workspace.airbyte(), workspace.id(), definition_id, name, configuration).await?;
        Ok(Self::new(workspace, read))
    }
}
