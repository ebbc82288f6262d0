//! What the native functions of a run share.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use airway_client::Vault;
use rhai::Dynamic;
use tokio::runtime::Handle;

use super::{Ending, Environment, Limits, RunningJobs, Screen, Settings, current_token};
use crate::api::Server;
use crate::engine::Sources;
use crate::prelude::{Folders, Given, SecretSources, Variables};

/// The host of one run. Clones are the same host.
#[derive(Clone)]
pub(crate) struct Host(Arc<Parts>);

/// What a host is made of.
pub(crate) struct Parts {
    pub(crate) tokio: Handle,
    pub(crate) vault: Vault,
    pub(crate) screen: Screen,
    pub(crate) sources: Sources,
    pub(crate) environment: Environment,
    /// The environment variables that the script may read.
    pub(crate) variables: Variables,
    pub(crate) secrets: SecretSources,
    /// The parameters that were given for the script.
    pub(crate) given: Given,
    /// The folders that the script may use.
    pub(crate) folders: Folders,
    pub(crate) settings: Settings,
    /// What the script may use up.
    pub(crate) limits: Limits,
    /// How the run is ended from inside.
    pub(crate) ending: Ending,
    /// What runs on the server because of this run.
    pub(crate) running: RunningJobs,
    /// The Airbyte of this run, connected to when it is first needed.
    pub(crate) server: Server,
}

impl Host {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Waits for a future on a thread of the script.
    ///
    /// # Errors
    ///
    /// The reason, as Rhai wants it, when the script was told to stop meanwhile.
    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> Result<T, Dynamic> {
        // Futures of the client are large: from here on only a pointer to it moves.
        let mut future = pin!(future);
        let token = current_token();
        self.0.tokio.block_on(async {
            tokio::select! {
                biased;
                () = token.cancelled() => Err("interrupted".into()),
                value = &mut future => Ok(value),
            }
        })
    }
}

impl std::ops::Deref for Host {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
