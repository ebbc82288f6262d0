//! The Airbyte of a run: connected to when it is first needed, the embedded one started then.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use airway_client::{Airbyte, Builder, Workspace};
use airway_sandbox::{Emulator, Sandbox, SandboxBuilder};
use tokio::sync::OnceCell;

use super::progress::Progress;
use crate::diagnostics::in_words;
use crate::registry::Raise;
use crate::runtime::{Host, Settings, Target};
use crate::values::{Fault, FaultKind};

/// The server of a run.
#[derive(Default)]
pub(crate) struct Server {
    airbyte: OnceCell<Airbyte>,
    workspace: OnceCell<Workspace>,
    sandbox: Mutex<Option<Sandbox>>,
}

impl Server {
    /// Returns the client of the run. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// When the sandbox cannot be started, or the settings cannot be used.
    pub(super) async fn airbyte(&self, host: &Host) -> Result<Airbyte, Raise> {
        let connected = self.airbyte.get_or_try_init(|| async {
            host.settings.origins().for_each(|line| host.screen.detail(line));
            host.settings.warnings().for_each(|line| host.screen.say(line));
            let builder = match &host.settings.target {
                Target::Default => Airbyte::builder(),
                Target::Server(address) => Airbyte::builder().server(address),
                Target::Sandbox(builder) => Airbyte::builder().server(self.start(builder).await?),
            };
            Ok(finish(builder, &host.settings, host)?)
        });
        connected.await.cloned()
    }

    /// Returns the workspace of the run: the one that was named, or the only one there is.
    ///
    /// # Errors
    ///
    /// When there is none, or several and none was named.
    pub(super) async fn workspace(&self, host: &Host) -> Result<Workspace, Raise> {
        let found = self.workspace.get_or_try_init(|| async {
            let airbyte = self.airbyte(host).await?;
            Ok(airbyte.workspace(None).await?)
        });
        found.await.cloned()
    }

    /// Returns the embedded Airbyte behind the client of the run; nothing, where that speaks to another server.
    ///
    /// # Errors
    ///
    /// As [`airbyte`](Self::airbyte).
    pub(super) async fn sandbox(&self, host: &Host) -> Result<Option<Emulator>, Raise> {
        self.airbyte(host).await?;
        let sandbox = self.sandbox.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(sandbox.as_ref().map(|sandbox| sandbox.emulator().clone()))
    }

    async fn start(&self, builder: &SandboxBuilder) -> Result<String, Raise> {
        let sandbox = builder.clone().start().await.map_err(|error| {
            let cause = std::error::Error::source(&error).map(in_words);
            let fault = Fault::new(FaultKind::Environment, error.to_string());
            cause.into_iter().fold(fault, Fault::note)
        })?;
        let url = sandbox.url();
        *self.sandbox.lock().unwrap_or_else(PoisonError::into_inner) = Some(sandbox);
        Ok(url)
    }

    /// Stops the sandbox, if one was started.
    pub(crate) async fn shut_down(&self) {
        let sandbox = self.sandbox.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(sandbox) = sandbox {
            sandbox.shutdown().await;
        }
    }
}

/// Makes the client: the run's secrets, its progress display, as whom to speak, and how.
pub(super) fn finish(builder: Builder, settings: &Settings, host: &Host) -> airway_client::Result<Airbyte> {
    let builder = builder.vault(host.vault.clone()).observer(Progress::new(host.screen.clone(), host.running.clone()));
    let builder = match (&host.settings.fingerprints, &host.settings.target) {
        (Some(file), Target::Sandbox(sandbox)) => match sandbox.database_file() {
            Some(database) => {
                // Its port is another one in every run.
                let database = database.canonicalize().unwrap_or_else(|_| database.to_owned());
                builder.fingerprints(file).known_as(format!("sandbox in {}", database.display()))
            }
            // It forgets everything with the run.
            None => builder,
        },
        (None, _) => builder,
        (Some(file), _) => builder.fingerprints(file),
    };
    let builder = settings.login.apply(settings.access.apply(builder));
    // A script sets up and ends; at the prompt, somebody may wait for hours.
    let builder = if host.settings.reads_once { builder.inventory_lifetime(Duration::MAX) } else { builder };
    match &settings.workspace {
        Some(workspace) => builder.workspace(workspace),
        None => builder,
    }
    .build()
}
