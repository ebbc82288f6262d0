//! The connectors of the emulated Airbyte: definitions, specifications, and how they answer.
//!
//! One JSON file per connector under `connectors/`. Nothing here is Airbyte's text: names, ids and field
//! names are facts, the words are ours.

mod builtin;
mod catalog;
mod check;
mod discover;
mod secrets;
mod validation;

pub(crate) use catalog::{alias, default_config, read_catalog};
pub(crate) use check::Check;
pub(crate) use discover::Volume;
pub(crate) use secrets::{MASK, secret_names};

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::store::{ActorKind, Store};

/// A connector definition, as its file describes it.
#[derive(Debug, Deserialize)]
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
    #[serde(default)]
    pub(crate) supported_destination_sync_modes: Vec<String>,
    #[serde(default)]
    pub(crate) supports_refreshes: bool,
    #[serde(default)]
    check: Vec<check::Rule>,
    #[serde(default)]
    discover: Option<discover::Discover>,
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

/// Every connector the sandbox was built or started with.
#[derive(Debug)]
pub(crate) struct Connectors {
    /// By name, which is the order of the lists.
    by_name: Vec<Arc<Connector>>,
    by_id: BTreeMap<String, usize>,
}

impl Connectors {
    /// Returns the connectors that come with the sandbox.
    pub(crate) fn builtin() -> Self {
        Self::of(builtin::parsed())
    }

    fn of(mut connectors: Vec<Connector>) -> Self {
        connectors.sort_by(|a, b| a.name.cmp(&b.name));
        let by_id = connectors.iter().enumerate().map(|(at, connector)| (connector.id.clone(), at)).collect();
        Self { by_name: connectors.into_iter().map(Arc::new).collect(), by_id }
    }

    /// Returns the connectors of one kind by name.
    pub(crate) fn list(&self, kind: ActorKind) -> impl Iterator<Item = &Arc<Connector>> {
        self.by_name.iter().filter(move |connector| connector.kind == kind)
    }

    /// Returns the connector with this definition id.
    #[expect(clippy::unnecessary_wraps, reason = "custom definitions are looked up in the database")]
    pub(crate) fn find(
        &self,
        _store: Store<'_>,
        kind: ActorKind,
        id: &str,
    ) -> rusqlite::Result<Option<Arc<Connector>>> {
        let known = self.by_id.get(id).map(|at| &self.by_name[*at]);
        Ok(known.filter(|connector| connector.kind == kind).cloned())
    }
}
