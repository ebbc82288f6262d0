//! `SourceRead` and `DestinationRead`.

use serde_json::{Value, json};

use crate::api_error::ApiError;
use crate::call::Call;
use crate::connectors::Connector;
use crate::store::{Actor, ActorKind};

/// Returns the source or destination as it is read, secrets masked.
pub(crate) fn actor(call: &Call<'_>, actor: &Actor) -> Result<Value, ApiError> {
    let connector = call.connectors.find(call.store, actor.kind, &actor.definition_id)?;
    let connector = connector.as_deref();
    let read = json!({
        actor.kind.id_key(): actor.id,
        actor.kind.definition_key(): actor.definition_id,
        actor.kind.name_key(): connector.map(|connector| connector.name.as_str()),
        "workspaceId": actor.workspace_id,
        "name": actor.name,
        "connectionConfiguration": masked(connector, &actor.configuration),
        "isVersionOverrideApplied": false,
        "isEntitled": true,
        "supportState": "supported",
        "createdAt": actor.created_at / 1_000,
    });
    Ok(call.shape(schema(actor.kind), read))
}

/// Returns what a light list shows of it.
pub(crate) fn snippet(call: &Call<'_>, actor: &Actor) -> Result<Value, ApiError> {
    let connector = call.connectors.find(call.store, actor.kind, &actor.definition_id)?;
    Ok(json!({
        actor.kind.id_key(): actor.id,
        actor.kind.definition_key(): actor.definition_id,
        actor.kind.name_key(): connector.map_or_else(String::new, |connector| connector.name.clone()),
        "name": actor.name,
    }))
}

pub(crate) fn schema(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Source => "SourceRead",
        ActorKind::Destination => "DestinationRead",
    }
}

fn masked(connector: Option<&Connector>, configuration: &Value) -> Value {
    // Without a specification nobody knows what is secret.
    connector.map_or_else(|| json!({}), |connector| connector.masked(configuration))
}
