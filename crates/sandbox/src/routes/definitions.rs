//! Source and destination definitions.

mod custom;
mod manifests;
mod scopes;

use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use crate::call::{Call, Outcome, Reply};
use crate::connectors::Connector;
use crate::reads;
use crate::store::ActorKind::{self, Destination, Source};
use crate::wire::Id;

pub(super) const ROUTES: &[Route] = &[
    Route::new("source_definitions/list", |call| list(call, Source)),
    Route::new("source_definitions/list_for_workspace", |call| scopes::list_for_workspace(call, Source)),
    Route::new("source_definitions/list_latest", |call| list(call, Source)),
    Route::new("source_definitions/list_private", |call| scopes::list_private(call, Source)),
    Route::new("source_definitions/get", |call| get(call, Source)),
    Route::new("source_definitions/get_for_workspace", |call| scopes::get_for_workspace(call, Source)),
    Route::new("source_definitions/get_for_scope", |call| scopes::get_for_scope(call, Source)),
    Route::new("source_definitions/grant_definition", |call| scopes::grant(call, Source)),
    Route::new("source_definitions/revoke_definition", |call| scopes::revoke(call, Source)),
    Route::new("source_definitions/create_custom", |call| custom::create(call, Source)),
    Route::new("source_definitions/update", |call| custom::update(call, Source)),
    Route::new("source_definitions/delete", |call| custom::delete(call, Source)),
    Route::new("destination_definitions/list", |call| list(call, Destination)),
    Route::new("destination_definitions/list_for_workspace", |call| scopes::list_for_workspace(call, Destination)),
    Route::new("destination_definitions/list_latest", |call| list(call, Destination)),
    Route::new("destination_definitions/list_private", |call| scopes::list_private(call, Destination)),
    Route::new("destination_definitions/get", |call| get(call, Destination)),
    Route::new("destination_definitions/get_for_workspace", |call| scopes::get_for_workspace(call, Destination)),
    Route::new("destination_definitions/get_for_scope", |call| scopes::get_for_scope(call, Destination)),
    Route::new("destination_definitions/grant_definition", |call| scopes::grant(call, Destination)),
    Route::new("destination_definitions/revoke_definition", |call| scopes::revoke(call, Destination)),
    Route::new("destination_definitions/create_custom", |call| custom::create(call, Destination)),
    Route::new("destination_definitions/update", |call| custom::update(call, Destination)),
    Route::new("destination_definitions/delete", |call| custom::delete(call, Destination)),
    Route::new("declarative_source_definitions/create_manifest", manifests::create),
    Route::new("declarative_source_definitions/list_manifests", manifests::list),
    Route::new("declarative_source_definitions/update_active_manifest", manifests::activate),
];

fn list_key(kind: ActorKind) -> &'static str {
    match kind {
        Source => "sourceDefinitions",
        Destination => "destinationDefinitions",
    }
}

fn listed<'a>(
    call: &Call<'_>,
    kind: ActorKind,
    connectors: impl IntoIterator<Item = &'a std::sync::Arc<Connector>>,
) -> Reply {
    let reads: Vec<Value> = connectors.into_iter().map(|connector| reads::definition(call, connector)).collect();
    Reply::Json(json!({list_key(kind): reads}))
}

/// A body, where one is sent, is not looked at.
fn list(call: &Call<'_>, kind: ActorKind) -> Outcome {
    Ok(listed(call, kind, &call.connectors.list(call.store, kind)?))
}

/// A body that names a definition.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the API's names")]
struct DefinitionId {
    #[serde(alias = "sourceDefinitionId", alias = "destinationDefinitionId", alias = "actorDefinitionId")]
    definition_id: Option<Id>,
    workspace_id: Option<Id>,
    scope_id: Option<Id>,
}

/// A deleted one is still returned.
fn get(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: DefinitionId = call.body()?;
    let connector = call.connector_of(kind, body.definition_id.as_ref().map_or("", Id::as_str))?;
    Ok(Reply::Json(reads::definition(call, &connector)))
}
