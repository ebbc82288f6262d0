//! Who may use which definition: everybody the public ones, a custom one whom it was granted to.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::{DefinitionId, list_key, listed};
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::connectors::{Connector, changes, put_changes};
use crate::reads;
use crate::store::ActorKind;
use crate::wire::Id;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ForWorkspace {
    workspace_id: Option<Id>,
    filter_by_used: Option<bool>,
}

pub(super) fn list_for_workspace(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: ForWorkspace = if call.body.is_null() { ForWorkspace::default() } else { call.body()? };
    let workspace = call.workspace(body.workspace_id.as_ref())?;
    let used = call.store.actors(kind, &workspace.id)?;
    let mut usable = Vec::new();
    for connector in call.connectors.list(call.store, kind)? {
        let in_use = used.iter().any(|actor| actor.definition_id == connector.id);
        if (in_use || body.filter_by_used != Some(true)) && may_use(call, &connector, &workspace.id)? {
            usable.push(connector);
        }
    }
    Ok(listed(call, kind, &usable))
}

/// Tells whether a workspace or organisation may use the connector.
fn may_use(call: &Call<'_>, connector: &Connector, scope: &str) -> Result<bool, ApiError> {
    // Those from a team's folder are there for everybody, custom as they are.
    if !is_custom(connector) || call.connectors.is_own(&connector.id) {
        return Ok(true);
    }
    let organization = call.store.workspace(scope)?.map(|workspace| workspace.organization_id);
    let granted = changes(call.store, &connector.id)?.granted_to;
    Ok(granted.iter().any(|to| to == scope || Some(to) == organization.as_ref()))
}

pub(super) fn is_custom(connector: &Connector) -> bool {
    connector.facts.get("custom") == Some(&json!(true))
}

fn usable(call: &Call<'_>, kind: ActorKind, id: Option<&Id>, scope: &str) -> Result<Arc<Connector>, ApiError> {
    let connector = call.connector(kind, id)?;
    if may_use(call, &connector, scope)? {
        Ok(connector)
    } else {
        Err(ApiError::id_not_found(&format!("{} definition", kind.as_str()), &connector.id))
    }
}

pub(super) fn get_for_workspace(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: DefinitionId = call.body()?;
    let workspace = call.workspace(body.workspace_id.as_ref())?;
    let connector = usable(call, kind, body.definition_id.as_ref(), &workspace.id)?;
    Ok(Reply::Json(reads::definition(call, &connector)))
}

pub(super) fn get_for_scope(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: DefinitionId = call.body()?;
    let scope = body.scope_id.as_ref().map_or("", Id::as_str);
    let connector = usable(call, kind, body.definition_id.as_ref(), scope)?;
    Ok(Reply::Json(reads::definition(call, &connector)))
}

/// Those that are not for everybody, each with whether the workspace may use it.
pub(super) fn list_private(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: ForWorkspace = if call.body.is_null() { ForWorkspace::default() } else { call.body()? };
    let workspace = call.workspace(body.workspace_id.as_ref())?;
    let mut reads = Vec::new();
    for connector in call.connectors.list(call.store, kind)?.iter().filter(|connector| is_custom(connector)) {
        let granted = may_use(call, connector, &workspace.id)?;
        reads.push(private(call, connector, granted));
    }
    Ok(Reply::Json(json!({list_key(kind): reads})))
}

fn private(call: &Call<'_>, connector: &Connector, granted: bool) -> serde_json::Value {
    let key = format!("{}Definition", connector.kind.as_str());
    json!({key: reads::definition(call, connector), "granted": granted})
}

pub(super) fn grant(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let connector = regrant(call, kind, true)?;
    Ok(Reply::Json(private(call, &connector, true)))
}

pub(super) fn revoke(call: &Call<'_>, kind: ActorKind) -> Outcome {
    regrant(call, kind, false)?;
    Ok(Reply::Nothing)
}

fn regrant(call: &Call<'_>, kind: ActorKind, granted: bool) -> Result<Arc<Connector>, ApiError> {
    let body: DefinitionId = call.body()?;
    let connector = call.connector(kind, body.definition_id.as_ref())?;
    let scope = body.scope_id.ok_or_else(|| ApiError::unforeseen("`scopeId` is missing"))?.into_string();
    if granted {
        call.scope(&scope)?;
    }
    let mut stored = changes(call.store, &connector.id)?;
    stored.granted_to.retain(|to| *to != scope);
    if granted {
        stored.granted_to.push(scope);
    }
    put_changes(call.store, kind, &connector.id, call.now, &stored)?;
    Ok(connector)
}
