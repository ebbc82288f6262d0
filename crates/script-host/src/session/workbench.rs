//! Everything that scripts of one run need to be checked and run.

use std::sync::Arc;

use airway_client::Vault;
use rhai::Engine;
use tokio::runtime::Runtime;

use crate::api::Server;
use crate::diagnostics::{Diagnostic, Kind, in_words};
use crate::engine::{Library, Root, Sources, build};
use crate::prelude::{Folders, Given, SecretSources, Variables};
use crate::registry::{Index, Registry};
use crate::runtime::{Ending, Environment, Host, Limits, Parts, RunningJobs, Screen, Settings, Talk};

/// The engine with its host, and what is known about the functions of both.
pub(crate) struct Workbench {
    pub(crate) tokio: Runtime,
    pub(crate) screen: Screen,
    pub(crate) host: Host,
    pub(crate) engine: Engine,
    pub(crate) index: Arc<Index>,
    pub(crate) library: Library,
    /// Whether the last value of a script is written to standard output.
    pub(crate) wants_value: bool,
}

/// What is asked for, and what may be used for it.
#[derive(Default)]
pub(crate) struct Request {
    pub(crate) given: Given,
    pub(crate) settings: Settings,
    pub(crate) environment: Environment,
    pub(crate) grants: Grants,
    pub(crate) talk: Talk,
    pub(crate) limits: Limits,
    /// Whether the last value of a script is written to standard output.
    pub(crate) wants_value: bool,
}

/// What scripts may use besides their own folder.
#[derive(Default)]
pub(crate) struct Grants {
    pub(crate) secrets: SecretSources,
    pub(crate) variables: Variables,
    pub(crate) read: Vec<std::path::PathBuf>,
    pub(crate) write: Vec<std::path::PathBuf>,
}

impl Workbench {
    /// Prepares everything for scripts below a root.
    ///
    /// # Errors
    ///
    /// When a granted folder does not exist, or the machine has no room for threads.
    pub(crate) fn new(root: Root, request: Request) -> Result<Self, Diagnostic> {
        let Request { given, settings, environment, grants, talk, limits, wants_value } = request;
        let folders = Folders::of_script(root.folder()).grant(&grants.read, &grants.write);
        let folders = folders.map_err(|error| Diagnostic::error(Kind::Usage, error.to_string()))?;
        let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let tokio = tokio.map_err(|error| Diagnostic::error(Kind::Bug, "cannot start").note(in_words(&error)))?;
        let (vault, ending, sources) = (Vault::new(), Ending::default(), Sources::default());
        let screen = Screen::new(vault.clone(), talk, ending.token().clone());
        let library = Library::new(root, sources.clone());
        let host = Host::new(Parts {
            tokio: tokio.handle().clone(),
            vault,
            screen: screen.clone(),
            sources,
            environment,
            variables: grants.variables,
            secrets: grants.secrets,
            given,
            folders,
            settings,
            limits,
            ending,
            running: RunningJobs::default(),
            server: Server::default(),
        });
        let registry = Registry::complete();
        let engine = build(&registry, &host, library.clone());
        let index = Arc::new(Index::new(&registry, &engine));
        Ok(Self { tokio, screen, host, engine, index, library, wants_value })
    }
}
