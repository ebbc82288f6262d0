//! Connectors that clients brought along, and what they changed about the built-in ones.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Connector;
use crate::ids;
use crate::store::{ActorKind, Document, DocumentKind, Store};

/// What is stored about a definition that is not as it came with the sandbox.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Changes {
    /// The whole connector, in the format of the files; nothing for a built-in one.
    pub(crate) connector: Option<Value>,
    pub(crate) name: Option<String>,
    pub(crate) docker_image_tag: Option<String>,
    pub(crate) resource_requirements: Option<Value>,
    pub(crate) deleted: bool,
    /// The workspaces and organisations that may use a custom connector.
    pub(crate) granted_to: Vec<String>,
}

/// Connectors that were put together from stored documents, so that their schemas are compiled once.
#[derive(Debug, Default)]
pub(super) struct Assembled(Mutex<HashMap<(String, u64), Arc<Connector>>>);

impl Assembled {
    /// Returns the connector that the document describes, on top of the built-in one with its id.
    pub(super) fn get(&self, builtin: Option<&Arc<Connector>>, document: &Document) -> Option<Arc<Connector>> {
        let key = (document.id.clone(), ids::hash(&document.content.to_string()));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connector) = known.get(&key) {
            return Some(Arc::clone(connector));
        }
        let connector = Arc::new(assemble(builtin, document)?);
        known.insert(key, Arc::clone(&connector));
        Some(connector)
    }
}

fn assemble(builtin: Option<&Arc<Connector>>, document: &Document) -> Option<Connector> {
    let changes: Changes = serde_json::from_value(document.content.clone()).ok()?;
    let mut connector = match changes.connector {
        Some(whole) => serde_json::from_value(whole).ok()?,
        None => builtin?.as_ref().clone(),
    };
    if let Some(name) = changes.name {
        connector.name = name;
    }
    if let Some(tag) = changes.docker_image_tag {
        connector.docker_image_tag = tag;
    }
    if let Some(requirements) = changes.resource_requirements {
        connector.facts.insert("resourceRequirements".to_owned(), requirements);
    }
    connector.deleted = changes.deleted;
    Some(connector)
}

/// Returns what is stored about a definition; nothing, where it is as it came.
pub(crate) fn changes(store: Store<'_>, id: &str) -> rusqlite::Result<Changes> {
    let document = store.document(DocumentKind::Definition, id)?;
    Ok(document.and_then(|document| serde_json::from_value(document.content).ok()).unwrap_or_default())
}

pub(crate) fn put_changes(
    store: Store<'_>,
    kind: ActorKind,
    id: &str,
    at: i64,
    changes: &Changes,
) -> rusqlite::Result<()> {
    let content = serde_json::to_value(changes).unwrap_or_default();
    let document = Document { id: id.to_owned(), owner: kind.as_str().to_owned(), created_at: at, content };
    store.put_document(DocumentKind::Definition, &document)
}

/// What a client says about a connector of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Described {
    pub(crate) name: Option<String>,
    pub(crate) docker_repository: Option<String>,
    pub(crate) docker_image_tag: Option<String>,
    pub(crate) documentation_url: Option<String>,
    pub(crate) icon: Option<String>,
    pub(crate) resource_requirements: Option<Value>,
    pub(crate) connector_specification: Option<Value>,
}

/// Returns the connector file for what a client describes.
///
/// No image is run: a repository that is built in lends its specification and data, any other accepts every
/// configuration and offers one stream.
pub(crate) fn file(kind: ActorKind, id: &str, described: &Described, twin: Option<&Connector>) -> Value {
    let open = json!({
        "$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "title": described.name,
        "properties": {}, "additionalProperties": true,
    });
    let specification = described.connector_specification.clone();
    let specification = specification.or_else(|| Some(twin?.specification.clone())).unwrap_or(open);
    let mut facts = json!({
        "custom": true, "supportLevel": "none", "releaseStage": "custom", "protocolVersion": "0.2.0",
        "enterprise": false, "icon": described.icon, "resourceRequirements": described.resource_requirements,
    });
    let mut file = json!({
        "kind": kind.as_str(),
        "id": id,
        "name": described.name,
        "dockerRepository": described.docker_repository,
        "dockerImageTag": described.docker_image_tag,
        "documentationUrl": described.documentation_url.clone().unwrap_or_default(),
        "specification": specification,
    });
    match kind {
        ActorKind::Source => {
            facts["sourceType"] = json!("custom");
            let records = json!({
                "name": "records", "key": ["id"], "cursor": "updated_at", "records": 1_000, "bytes": 120,
                "columns": {"id": "integer", "value": "string", "updated_at": "timestamp"},
            });
            file["discover"] = twin
                .and_then(|twin| serde_json::to_value(&twin.discover).ok())
                .filter(|discover| !discover.is_null())
                .unwrap_or_else(|| json!({"from": {"tables": [records]}}));
        }
        ActorKind::Destination => {
            let modes = twin.map(|twin| twin.supported_destination_sync_modes.clone());
            let all = ["overwrite", "append", "append_dedup"].map(str::to_owned).to_vec();
            file["supportedDestinationSyncModes"] = json!(modes.unwrap_or(all));
            file["supportsRefreshes"] = json!(twin.is_some_and(|twin| twin.supports_refreshes));
        }
    }
    if let Some(twin) = twin {
        file["check"] = serde_json::to_value(&twin.check).unwrap_or_default();
        file["advancedAuth"] = json!(twin.advanced_auth);
    }
    file["facts"] = facts;
    file
}
