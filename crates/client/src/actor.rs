//! Sources and destinations. Airbyte calls both of them actors, and they behave alike.

mod check;
mod comparison;
mod confidential;
mod discover;
mod ensure;
mod kind;
pub(crate) mod masks;
mod operations;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use futures::stream;
use futures::{FutureExt, StreamExt, TryStreamExt};
use serde_json::Value;

pub use check::CheckReport;
pub use ensure::{EnsureOptions, Ensured};
pub use kind::{DestinationKind, SourceKind};
pub use operations::ActorKind;
pub(crate) use operations::ActorRead;

use crate::airbyte::{Airbyte, Door, Listing, in_workspace};
use crate::change::Difference;
use crate::definition::Definition;
use crate::error::{Error, ErrorKind, Result};
use crate::suggest::ranked;
use crate::workspace::Workspace;

/// A configured source. See [`Actor`] for what it can do.
pub type Source = Actor<SourceKind>;
/// A configured destination. See [`Actor`] for what it can do.
pub type Destination = Actor<DestinationKind>;

/// A configured source or destination of a workspace. Clones are cheap.
///
/// It shows the state that was read last; changes return a fresh one.
pub struct Actor<K: ActorKind> {
    workspace: Workspace,
    read: Arc<ActorRead>,
    kind: PhantomData<K>,
}

impl<K: ActorKind> Actor<K> {
    fn new(workspace: &Workspace, read: Arc<ActorRead>) -> Self {
        Self { workspace: workspace.clone(), read, kind: PhantomData }
    }

    /// Puts one that was made or changed where the others are known.
    async fn stocked(workspace: &Workspace, read: ActorRead) -> Self {
        let read = Arc::new(read);
        K::shelf(&workspace.stock()).put(Arc::clone(&read)).await;
        Self::new(workspace, read)
    }

    /// Returns the workspace it belongs to.
    #[must_use]
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Returns its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.read.id
    }

    /// Returns its name. Names are not unique.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.read.name
    }

    /// Returns the name of its connector, such as "Postgres".
    #[must_use]
    pub fn connector(&self) -> &str {
        &self.read.definition_name
    }

    /// Returns the id of its connector's definition.
    #[must_use]
    pub fn definition_id(&self) -> &str {
        &self.read.definition_id
    }

    /// Returns its configuration as the server shows it: secrets are `**********`.
    #[must_use]
    pub fn configuration(&self) -> &Value {
        &self.read.configuration
    }

    /// Lets the connector try to reach its system with the stored configuration; takes seconds to minutes.
    ///
    /// # Errors
    ///
    /// When the server cannot be asked. A check that ends badly is not an error but a [`CheckReport`] that says so;
    /// [`CheckReport::into_result`] makes it one.
    pub async fn check(&self) -> Result<CheckReport> {
        if self.airbyte().is_made_up(self.id()) {
            return Self::check_unsaved(&self.workspace, &self.definition().await?, self.configuration()).await;
        }
        check::watched::<K>(self.airbyte(), self.name(), K::check(self.airbyte(), self.id())).await
    }

    /// Replaces name and configuration; what `configuration` leaves out is gone, except secrets given as `**********`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] before anything is sent when the connector's specification refuses it.
    pub async fn update(&self, name: &str, configuration: &Value) -> Result<Self> {
        K::RESOURCE.takes_name(name)?;
        let definition = self.definition().await?;
        definition.validate(configuration).await?;
        let mut differences = self.compared(&definition, configuration).await?.differences;
        Self::refuse_lost_masks(&definition, configuration, None)?;
        if name != self.name() {
            differences.push(Difference::between("name", &self.name().into(), &name.into()));
        }
        self.replaced(&definition, name, configuration, differences).await
    }

    /// Deletes it, and with it every connection that uses it.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn delete(&self) -> Result<()> {
        K::delete(self.airbyte(), self.id(), self.name()).await?;
        K::shelf(&self.workspace.stock()).remove(self.id()).await;
        self.forget_secrets().await
    }

    /// Returns its connector.
    ///
    /// # Errors
    ///
    /// When the workspace can no longer use the connector.
    pub async fn definition(&self) -> Result<Definition<K>> {
        Definition::pick(&Definition::all(&self.workspace).await?, self.definition_id(), self.workspace.name())
    }

    pub(crate) fn airbyte(&self) -> &Airbyte {
        self.workspace.airbyte()
    }

    pub(crate) async fn all(workspace: &Workspace) -> Result<Vec<Self>> {
        let (stock, airbyte) = (workspace.stock(), workspace.airbyte());
        // What is only planned is in no list that could be read again.
        let lifetime = if airbyte.is_planning() { airbyte.lifetime() } else { Duration::ZERO };
        let reads = K::shelf(&stock).look(lifetime, Self::reads(workspace).boxed(), <[_]>::to_vec).await?;
        Ok(reads.into_iter().map(|read| Self::new(workspace, read)).collect())
    }

    /// All of them, read as they are wanted; what is only planned is known here alone.
    pub(crate) fn listing(workspace: &Workspace) -> Listing<Self> {
        let home = workspace.clone();
        if workspace.airbyte().is_planning() {
            let all = async move { Self::all(&home).await.map(|all| stream::iter(all).map(Ok)) };
            return Listing::new(move |_| stream::once(all).try_flatten());
        }
        let door = Door { operation: K::LIST, input: in_workspace(workspace.id()) };
        let item = move |item| Ok(K::read(item).map(|read| Self::new(&home, Arc::new(read))));
        Listing::of(workspace.airbyte(), door, item)
    }

    async fn reads(workspace: &Workspace) -> Result<Vec<Arc<ActorRead>>> {
        if workspace.is_made_up() {
            return Ok(Vec::new());
        }
        let door = Door { operation: K::LIST, input: in_workspace(workspace.id()) };
        Listing::of(workspace.airbyte(), door, |item| Ok(K::read(item).map(Arc::new))).await
    }

    /// The one of this name in the list as it is known.
    async fn known(workspace: &Workspace, name: &str) -> Result<Option<Self>> {
        let fitting = |all: &[Arc<ActorRead>]| -> Option<Vec<Self>> {
            let fitting = all.iter().filter(|read| read.name == name || read.id == name);
            let fitting: Vec<Self> = fitting.map(|read| Self::new(workspace, Arc::clone(read))).collect();
            (!fitting.is_empty()).then_some(fitting)
        };
        let stock = workspace.stock();
        let found = K::shelf(&stock).seek(workspace.airbyte(), || Self::reads(workspace).boxed(), fitting).await?;
        pick_named(found.unwrap_or_default(), name)
    }

    pub(crate) async fn check_unsaved(
        workspace: &Workspace,
        definition: &Definition<K>,
        configuration: &Value,
    ) -> Result<CheckReport> {
        let airbyte = workspace.airbyte();
        let check = K::check_unsaved(airbyte, workspace.asked_as(), definition.id(), configuration);
        check::watched::<K>(airbyte, definition.name(), check).await
    }

    pub(crate) async fn find(workspace: &Workspace, name: &str) -> Result<Option<Self>> {
        pick_named(Self::all(workspace).await?, name)
    }

    pub(crate) async fn get(workspace: &Workspace, name: &str) -> Result<Self> {
        let all = Self::all(workspace).await?;
        let names: Vec<String> = all.iter().map(|actor| actor.name().to_owned()).collect();
        pick_named(all, name)?.ok_or_else(|| {
            Error::new(ErrorKind::NotFound {
                resource: K::RESOURCE,
                name: name.to_owned(),
                place: format!("workspace `{}`", workspace.name()),
                nearest: ranked(name, names.iter().map(String::as_str)).into_iter().map(str::to_owned).collect(),
            })
        })
    }
}

/// The one actor of this name or id. Airbyte lets several have the same name; then none of them is the right one to touch.
fn pick_named<K: ActorKind>(all: Vec<Actor<K>>, name: &str) -> Result<Option<Actor<K>>> {
    let mut fitting: Vec<Actor<K>> =
        all.into_iter().filter(|actor| actor.name() == name || actor.id() == name).collect();
    if fitting.len() > 1 {
        return Err(Error::new(ErrorKind::Ambiguous {
            resource: K::RESOURCE,
            name: name.to_owned(),
            candidates: fitting.iter().map(|actor| format!("{} ({})", actor.name(), actor.id())).collect(),
        }));
    }
    Ok(fitting.pop())
}

impl<K: ActorKind> Clone for Actor<K> {
    fn clone(&self) -> Self {
        Self { workspace: self.workspace.clone(), read: Arc::clone(&self.read), kind: PhantomData }
    }
}

impl<K: ActorKind> PartialEq for Actor<K> {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl<K: ActorKind> Eq for Actor<K> {}

impl<K: ActorKind> fmt::Debug for Actor<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Actor").field("id", &self.id()).field("name", &self.name()).finish_non_exhaustive()
    }
}
