//! Bringing a source or destination into a wanted state, whatever state it is in.

use futures::FutureExt;
use serde_json::Value;

use super::comparison::Comparison;
use super::{Actor, ActorKind, check};
use crate::change::{Change, Difference, SecretState};
use crate::definition::Definition;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Event;
use crate::fingerprints::Known;
use crate::workspace::Workspace;

/// How careful [`Workspace::ensure_source_with`] and its siblings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnsureOptions {
    /// Let the connector try the configuration before it is stored. On by default.
    pub check: bool,
    /// Write secrets of which is not known whether the server has them already, instead of leaving the stored ones. Off by default.
    pub write_unknown_secrets: bool,
}

impl Default for EnsureOptions {
    fn default() -> Self {
        Self { check: true, write_unknown_secrets: false }
    }
}

impl EnsureOptions {
    /// Stores configurations without letting the connector try them.
    #[must_use]
    pub fn unchecked() -> Self {
        Self { check: false, ..Self::default() }
    }

    /// Writes secrets of which is not known whether the server has them already: those that were last written by others, or from
    /// where there are other [fingerprints](crate::Builder::fingerprints) or none.
    #[must_use]
    pub fn writing_unknown_secrets(self) -> Self {
        Self { write_unknown_secrets: true, ..self }
    }
}

/// A resource in its wanted state, and what it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ensured<T> {
    /// The resource.
    pub resource: T,
    /// What was done to it: created, updated or unchanged.
    pub change: Change,
}

impl<T> Ensured<T> {
    pub(crate) fn new(resource: T, change: Change) -> Self {
        Self { resource, change }
    }
}

impl<K: ActorKind> Actor<K> {
    pub(crate) async fn ensure(
        workspace: &Workspace,
        name: &str,
        connector: &str,
        configuration: &Value,
        options: EnsureOptions,
    ) -> Result<Ensured<Self>> {
        K::RESOURCE.takes_name(name)?;
        let definition = Definition::pick(&Definition::all(workspace).await?, connector, workspace.name())?;
        definition.validate(configuration).await?;
        let _turn = workspace.airbyte().turn(workspace.id(), K::RESOURCE, name).await;
        match Self::known(workspace, name).await? {
            None => Box::pin(Self::brought_about(workspace, name, &definition, configuration, options)).await,
            Some(existing) => Box::pin(existing.brought_into_line(&definition, configuration, options)).await,
        }
    }

    async fn brought_about(
        workspace: &Workspace,
        name: &str,
        definition: &Definition<K>,
        configuration: &Value,
        options: EnsureOptions,
    ) -> Result<Ensured<Self>> {
        let airbyte = workspace.airbyte();
        definition.has_all_secrets(configuration)?;
        if let Some(fingerprints) = airbyte.fingerprints() {
            fingerprints.verify().await?;
        }
        if options.check {
            let check = K::check_unsaved(airbyte, workspace.asked_as(), definition.id(), configuration);
            check::watched::<K>(airbyte, name, check).await?.into_result(K::RESOURCE, name)?;
        }
        let find = || async { Ok(Self::find(workspace, name).await?.map(|found| (*found.read).clone())) }.boxed();
        let read = K::create(airbyte, workspace.id(), definition.read(), name, configuration, Some(&find)).await?;
        let made = Self::stocked(workspace, read).await;
        made.note_secrets(definition, configuration, Known::Written).await?;
        Ok(Ensured::new(made, Change::Created))
    }

    async fn brought_into_line(
        self,
        definition: &Definition<K>,
        configuration: &Value,
        options: EnsureOptions,
    ) -> Result<Ensured<Self>> {
        if self.definition_id() != definition.id() {
            return Err(Error::new(ErrorKind::Conflict {
                resource: K::RESOURCE,
                name: self.name().to_owned(),
                reason: format!("it uses connector `{}`, not `{}`", self.connector(), definition.name()),
            }));
        }
        let airbyte = self.workspace.airbyte();
        let Comparison { mut differences, members, unknown, .. } = self.compared(definition, configuration).await?;
        if options.write_unknown_secrets {
            let unknown = unknown.iter().map(|path| Difference::of_secret(path, SecretState::Unknown));
            differences.extend(unknown);
        }
        if differences.is_empty() {
            if !unknown.is_empty() {
                self.note_secrets(definition, configuration, Known::Seen).await?;
            }
            let (name, id) = (self.name().to_owned(), self.id().to_owned());
            airbyte.emit(&Event::Unchanged { resource: K::RESOURCE, name, id, unknown_secrets: unknown });
            return Ok(Ensured::new(self, Change::Unchanged));
        }
        Self::refuse_lost_masks(definition, configuration, members.as_ref())?;
        if options.check {
            self.check_wanted(definition, configuration).await?;
        }
        let change = Change::Updated(differences.clone());
        let resource = match members {
            Some(members) => self.merged(definition, configuration, &members, differences).await?,
            None => self.replaced(definition, self.name(), configuration, differences).await?,
        };
        Ok(Ensured::new(resource, change))
    }

    async fn check_wanted(&self, definition: &Definition<K>, configuration: &Value) -> Result<()> {
        let (airbyte, name) = (self.airbyte(), self.name());
        let report = if airbyte.is_made_up(self.id()) {
            let check = K::check_unsaved(airbyte, self.workspace.asked_as(), definition.id(), configuration);
            check::watched::<K>(airbyte, name, check).await?
        } else {
            check::watched::<K>(airbyte, name, K::check_update(airbyte, self.id(), name, configuration)).await?
        };
        report.into_result(K::RESOURCE, name)
    }

    /// Changes only `members` of the configuration.
    async fn merged(
        &self,
        definition: &Definition<K>,
        configuration: &Value,
        members: &Value,
        differences: Vec<Difference>,
    ) -> Result<Self> {
        let read = K::merge(self.airbyte(), &self.read, members, differences).await?;
        let merged = Self::stocked(&self.workspace, read).await;
        merged.note_secrets(definition, configuration, Known::Written).await?;
        Ok(merged)
    }

    /// Replaces the whole configuration; the server keeps secrets that are given as its mask.
    pub(super) async fn replaced(
        &self,
        definition: &Definition<K>,
        name: &str,
        configuration: &Value,
        differences: Vec<Difference>,
    ) -> Result<Self> {
        let read = K::update(self.airbyte(), &self.read, name, configuration, differences).await?;
        let replaced = Self::stocked(&self.workspace, read).await;
        replaced.note_secrets(definition, configuration, Known::Written).await?;
        Ok(replaced)
    }

    /// Creates one without looking whether there is one of this name. The configuration must have been validated.
    pub(crate) async fn create(
        workspace: &Workspace,
        name: &str,
        definition: &Definition<K>,
        configuration: &Value,
    ) -> Result<Self> {
        K::RESOURCE.takes_name(name)?;
        // Others may have the name: a look would not tell whether this one was made.
        let read = K::create(workspace.airbyte(), workspace.id(), definition.read(), name, configuration, None).await?;
        let made = Self::stocked(workspace, read).await;
        made.note_secrets(definition, configuration, Known::Written).await?;
        Ok(made)
    }
}
