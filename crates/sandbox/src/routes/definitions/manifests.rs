//! Versions of low-code connectors.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::connectors::{Connector, changes, low_code, put_changes};
use crate::store::{ActorKind, Document, DocumentKind};
use crate::wire::Id;

/// The image that runs low-code connectors.
const LOW_CODE_IMAGE: &str = "airbyte/source-declarative-manifest";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    source_definition_id: Option<Id>,
    set_as_active_manifest: Option<bool>,
    declarative_manifest: Option<NewVersion>,
    version: Option<i64>,
}

#[derive(Deserialize)]
struct NewVersion {
    description: Option<String>,
    version: Option<i64>,
    manifest: Option<Value>,
    spec: Option<Value>,
}

fn definition(call: &Call<'_>, id: Option<&Id>) -> Result<std::sync::Arc<Connector>, ApiError> {
    let connector = call.connector(ActorKind::Source, id)?;
    if connector.docker_repository != LOW_CODE_IMAGE {
        return Err(ApiError::bad_request(format!("{} is not a low-code connector", connector.name)));
    }
    Ok(connector)
}

pub(super) fn create(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let connector = definition(call, body.source_definition_id.as_ref())?;
    let manifest = body.declarative_manifest.ok_or_else(|| ApiError::unforeseen("the manifest is missing"))?;
    let version = manifest.version.ok_or_else(|| ApiError::unforeseen("the manifest has no version"))?;
    let id = key(&connector.id, version);
    if call.store.document(DocumentKind::Manifest, &id)?.is_some() {
        return Err(ApiError::conflict(format!("{} has a manifest version {version}", connector.name)));
    }
    let content = json!({
        "version": version,
        "description": manifest.description.unwrap_or_default(),
        "manifest": manifest.manifest,
        "specification": manifest.spec,
    });
    let document = Document { id, owner: connector.id.clone(), created_at: call.now, content };
    call.store.put_document(DocumentKind::Manifest, &document)?;
    if body.set_as_active_manifest == Some(true) {
        use_version(call, &connector, &document)?;
    }
    Ok(Reply::Done(201))
}

pub(super) fn list(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let connector = definition(call, body.source_definition_id.as_ref())?;
    let active = connector.facts.get("activeManifest").cloned().unwrap_or_default();
    let versions: Vec<Value> = call
        .store
        .documents_of(DocumentKind::Manifest, &connector.id)?
        .iter()
        .map(|document| {
            json!({
                "version": document.content["version"],
                "isActive": document.content["version"] == active,
                "description": document.content["description"],
            })
        })
        .collect();
    Ok(Reply::Json(json!({"manifestVersions": versions})))
}

pub(super) fn activate(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let connector = definition(call, body.source_definition_id.as_ref())?;
    let version = body.version.unwrap_or_default();
    let document = call.store.document(DocumentKind::Manifest, &key(&connector.id, version))?;
    let document = document.ok_or_else(|| ApiError::id_not_found("manifest version", &version.to_string()))?;
    use_version(call, &connector, &document)?;
    Ok(Reply::Nothing)
}

fn key(definition: &str, version: i64) -> String {
    format!("{definition}/{version}")
}

/// Makes a version the one that sources run: its specification becomes the definition's.
fn use_version(call: &Call<'_>, connector: &Connector, document: &Document) -> Result<(), ApiError> {
    let mut stored = changes(call.store, &connector.id)?;
    if let Some(file) = &mut stored.connector {
        file["facts"]["activeManifest"] = document.content["version"].clone();
        let specification = &document.content["specification"]["connectionSpecification"];
        if specification.is_object() {
            file["specification"] = specification.clone();
        }
        if let Some(discover) = low_code::discover(&document.content["manifest"]) {
            file["discover"] = discover;
        }
    }
    Ok(put_changes(call.store, ActorKind::Source, &connector.id, call.now, &stored)?)
}
