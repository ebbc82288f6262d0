//! The connectors of the emulated Airbyte: definitions, specifications, and how they answer.
//!
//! One JSON file per connector under `connectors/`. Nothing here is Airbyte's text: names, ids and field
//! names are facts, the words are ours.

mod advanced_auth;
mod builtin;
mod catalog;
mod check;
mod custom;
mod diff;
mod discover;
mod folder;
pub(crate) mod low_code;
mod secrets;
mod team;
mod validation;

pub(crate) use catalog::{alias, default_config, read_catalog};
pub(crate) use check::Check;
pub(crate) use custom::{Changes, Described, changes, file, put_changes};
pub(crate) use diff::{diff, is_breaking};
pub(crate) use discover::Volume;
pub(crate) use folder::FolderError;
pub(crate) use secrets::{MASK, secret_names};

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::store::{ActorKind, DocumentKind, Store};

/// A connector definition, as its file describes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Connector {
    pub(crate) kind: ActorKind,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) docker_repository: String,
    pub(crate) docker_image_tag: String,
    pub(crate) documentation_url: String,
    /// The remaining members of the definition's read model.
    #[serde(default)]
    pub(crate) facts: Map<String, Value>,
    /// A draft-07 JSON schema.
    pub(crate) specification: Value,
    /// How to sign in elsewhere, where that is a way; as the API has it.
    #[serde(default)]
    pub(crate) advanced_auth: Option<Value>,
    #[serde(default)]
    pub(crate) supported_destination_sync_modes: Vec<String>,
    #[serde(default)]
    pub(crate) supports_refreshes: bool,
    #[serde(default)]
    check: Vec<check::Rule>,
    #[serde(default)]
    discover: Option<discover::Discover>,
    /// Whether the definition was deleted; its sources and destinations still know it.
    #[serde(skip)]
    pub(crate) deleted: bool,
    #[serde(skip)]
    validator: OnceLock<validation::Validator>,
}

impl Connector {
    pub(crate) fn parse(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// Returns what is wrong with `configuration`, one line per fault; nothing when it fits the specification.
    pub(crate) fn faults(&self, configuration: &Value) -> Vec<String> {
        self.validator.get_or_init(|| validation::Validator::new(&self.specification)).faults(configuration)
    }

    /// Returns what the connector says to `configuration` when it is asked to connect.
    pub(crate) fn check(&self, configuration: &Value) -> Check {
        check::run(&self.check, configuration)
    }

    /// Returns the streams that the connector finds with `configuration`.
    pub(crate) fn discover(&self, configuration: &Value) -> Vec<Value> {
        self.discover.as_ref().map_or_else(Vec::new, |discover| discover.streams(configuration))
    }

    /// Returns how much there is to read, by stream descriptor.
    pub(crate) fn volumes(&self, configuration: &Value) -> Vec<(Value, Volume)> {
        self.discover.as_ref().map_or_else(Vec::new, |discover| discover.volumes(configuration))
    }

    /// Returns `configuration` with every secret masked.
    pub(crate) fn masked(&self, configuration: &Value) -> Value {
        secrets::mask(&self.specification, configuration)
    }

    /// Returns `incoming` with masks replaced by what `stored` holds in their place.
    pub(crate) fn unmasked(&self, incoming: &Value, stored: &Value) -> Value {
        secrets::restore(&self.specification, incoming, stored)
    }
}

/// Every connector of a sandbox: those it was built with, and those its clients brought along.
#[derive(Debug)]
pub(crate) struct Connectors {
    /// By name, which is the order of the lists.
    by_name: Vec<Arc<Connector>>,
    by_id: BTreeMap<String, usize>,
    assembled: custom::Assembled,
}

type Result<T> = std::result::Result<T, rusqlite::Error>;

impl Connectors {
    /// Returns the connectors that come with the sandbox, and those of a folder; a folder's replace others with their id.
    pub(crate) fn with(folder: Option<&Path>) -> std::result::Result<Self, FolderError> {
        let mut connectors = builtin::parsed();
        if let Some(folder) = folder {
            let brought = folder::read(folder)?;
            connectors.retain(|connector| brought.iter().all(|other| other.id != connector.id));
            connectors.extend(brought);
        }
        Ok(Self::of(connectors))
    }

    fn of(mut connectors: Vec<Connector>) -> Self {
        connectors.sort_by(|a, b| a.name.cmp(&b.name));
        let by_id = connectors.iter().enumerate().map(|(at, connector)| (connector.id.clone(), at)).collect();
        let by_name = connectors.into_iter().map(Arc::new).collect();
        Self { by_name, by_id, assembled: custom::Assembled::default() }
    }

    /// Returns what came with the sandbox, by name.
    pub(crate) fn own(&self) -> impl Iterator<Item = &Arc<Connector>> {
        self.by_name.iter()
    }

    /// Returns the connectors of one kind: built-in ones by name, then those that clients brought along.
    pub(crate) fn list(&self, store: Store<'_>, kind: ActorKind) -> Result<Vec<Arc<Connector>>> {
        let documents = store.documents_of(DocumentKind::Definition, kind.as_str())?;
        let changed = |id: &str| documents.iter().find(|document| document.id == id);
        let own = self.by_name.iter().filter(|connector| connector.kind == kind).filter_map(|connector| {
            changed(&connector.id)
                .map_or_else(|| Some(Arc::clone(connector)), |document| self.assembled.get(Some(connector), document))
        });
        let brought = documents
            .iter()
            .filter(|document| !self.by_id.contains_key(&document.id))
            .filter_map(|document| self.assembled.get(None, document));
        Ok(own.chain(brought).filter(|connector| !connector.deleted).collect())
    }

    /// Returns the connector with this definition id, deleted or not.
    pub(crate) fn find(&self, store: Store<'_>, kind: ActorKind, id: &str) -> Result<Option<Arc<Connector>>> {
        let own = self.by_id.get(id).map(|at| &self.by_name[*at]);
        let found = match store.document(DocumentKind::Definition, id)? {
            Some(document) => self.assembled.get(own, &document),
            None => own.cloned(),
        };
        Ok(found.filter(|connector| connector.kind == kind))
    }

    /// Tells whether the connector came with the sandbox, or from a folder, and not over the API.
    pub(crate) fn is_own(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    /// Returns the built-in connector of a Docker repository.
    pub(crate) fn of_repository(&self, kind: ActorKind, repository: &str) -> Option<&Arc<Connector>> {
        self.by_name.iter().find(|connector| connector.kind == kind && connector.docker_repository == repository)
    }
}
