//! The way in: a server, the credentials for it, and what they lead to.

mod builder;
mod call;
mod gate;
mod listing;
mod lost;
mod paging;
mod plan;
mod raw;
mod retry;
mod retry_after;
mod server;
mod timeouts;
mod ways;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;

pub use builder::Builder;
pub(crate) use call::{parsed, partial};
pub(crate) use gate::{NEW_ID, Write};
pub use listing::Listing;
pub(crate) use listing::items_of;
pub(crate) use lost::Find;
pub use retry::{Retries, RetryBudget};
pub use server::Server;
pub use timeouts::Timeouts;
pub use ways::Capabilities;
pub(crate) use ways::{Door, Way, Ways, in_workspace};

use crate::address::ServerAddress;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, Observer, Resource};
use crate::fingerprints::Fingerprints;
use crate::inventory::Inventory;
use crate::secret::{Secret, Vault};
use crate::suggest::ranked;
use crate::workspace::Workspace;

/// One Airbyte, as seen with one set of credentials. Clones share everything; made by [`Airbyte::builder`].
///
/// Nothing is sent before the first call that needs an answer.
#[derive(Clone)]
pub struct Airbyte(Arc<Inner>);

struct Inner {
    address: ServerAddress,
    /// The workspace to take when none is named.
    workspace: Option<String>,
    api: airway_api_gen::Client,
    vault: Vault,
    observers: Vec<Arc<dyn Observer>>,
    server: OnceCell<Server>,
    ways: ways::Ways,
    repeater: Arc<retry::Repeater>,
    plan: Option<plan::Plan>,
    inventory: Inventory,
    fingerprints: Option<Fingerprints>,
    inventory_lifetime: Duration,
}

impl Airbyte {
    /// Starts the settings of a client.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Returns the address that requests go to.
    #[must_use]
    pub fn address(&self) -> &ServerAddress {
        &self.0.address
    }

    /// Returns the store of this client's secrets.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Returns a placeholder for a secret value, to be put into configurations. See [`Vault::conceal`].
    #[must_use]
    pub fn secret(&self, value: impl Into<String>) -> Secret {
        self.0.vault.conceal(value)
    }

    /// Returns the workspace of this name or id; without one, that of the [settings](Builder::workspace), or the only workspace there
    /// is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] with the nearest names, [`ErrorKind::Ambiguous`] when several fit or, without a name,
    /// when there is more than one.
    pub async fn workspace(&self, name: Option<&str>) -> Result<Workspace> {
        let all = self.workspaces().await?;
        let place = format!("Airbyte at {}", self.address());
        let Some(name) = name.or(self.0.workspace.as_deref()) else {
            return match <[Workspace; 1]>::try_from(all) {
                Ok([only]) => Ok(only),
                Err(all) if all.is_empty() => Err(Error::new(ErrorKind::NotFound {
                    resource: Resource::Workspace,
                    name: "(any)".to_owned(),
                    place,
                    nearest: Vec::new(),
                })),
                Err(all) => Err(ambiguous("(any)", &all)),
            };
        };
        only_fitting(name, &all)?.ok_or_else(|| {
            let nearest = ranked(name, all.iter().map(Workspace::name)).into_iter().map(str::to_owned).collect();
            Error::new(ErrorKind::NotFound { resource: Resource::Workspace, name: name.to_owned(), place, nearest })
        })
    }

    /// Returns the workspace of this name or id, if there is one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Ambiguous`] with their ids when several have the name.
    pub async fn find_workspace(&self, name: &str) -> Result<Option<Workspace>> {
        only_fitting(name, &self.workspaces().await?)
    }

    pub(crate) fn api(&self) -> &airway_api_gen::Client {
        &self.0.api
    }

    pub(crate) fn inventory(&self) -> &Inventory {
        &self.0.inventory
    }

    /// Where fingerprints are kept; `None` where none are, and while nothing is written.
    pub(crate) fn fingerprints(&self) -> Option<&Fingerprints> {
        self.0.fingerprints.as_ref()
    }

    /// How old a list may be before it is read again.
    pub(crate) fn lifetime(&self) -> Duration {
        if self.is_planning() { Duration::MAX } else { self.0.inventory_lifetime }
    }

    pub(crate) fn emit(&self, event: &Event) {
        for observer in &self.0.observers {
            observer.observe(event);
        }
    }
}

fn only_fitting(name: &str, all: &[Workspace]) -> Result<Option<Workspace>> {
    let fitting = all.iter().filter(|workspace| workspace.id() == name || workspace.name() == name);
    match fitting.cloned().collect::<Vec<_>>().as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only.clone())),
        several => Err(ambiguous(name, several)),
    }
}

fn ambiguous(name: &str, workspaces: &[Workspace]) -> Error {
    let candidates = workspaces.iter().map(|workspace| format!("{} ({})", workspace.name(), workspace.id())).collect();
    Error::new(ErrorKind::Ambiguous { resource: Resource::Workspace, name: name.to_owned(), candidates })
}

impl fmt::Debug for Airbyte {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Airbyte").field("address", &self.0.address).finish_non_exhaustive()
    }
}
