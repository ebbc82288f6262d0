//! Source and destination definitions.

use serde::Deserialize;
use serde_json::json;

use super::Route;
use crate::call::{Call, Outcome, Reply};
use crate::reads;
use crate::store::ActorKind::{self, Destination, Source};
use crate::wire::Id;

pub(super) const ROUTES: &[Route] = &[
    Route::new("source_definitions/list", |call| list(call, Source)),
    Route::new("source_definitions/list_for_workspace", |call| list_for_workspace(call, Source)),
    Route::new("source_definitions/list_latest", |call| list(call, Source)),
    Route::new("source_definitions/get", |call| get(call, Source)),
    Route::new("source_definitions/get_for_workspace", |call| get_for_workspace(call, Source)),
    Route::new("destination_definitions/list", |call| list(call, Destination)),
    Route::new("destination_definitions/list_for_workspace", |call| list_for_workspace(call, Destination)),
    Route::new("destination_definitions/list_latest", |call| list(call, Destination)),
    Route::new("destination_definitions/get", |call| get(call, Destination)),
    Route::new("destination_definitions/get_for_workspace", |call| get_for_workspace(call, Destination)),
];

fn list_key(kind: ActorKind) -> &'static str {
    match kind {
        Source => "sourceDefinitions",
        Destination => "destinationDefinitions",
    }
}

/// A body, where one is sent, is not looked at.
#[expect(clippy::unnecessary_wraps, reason = "every handler has this shape")]
fn list(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let reads: Vec<_> = call.connectors.list(kind).map(|connector| reads::definition(call, connector)).collect();
    Ok(Reply::Json(json!({list_key(kind): reads})))
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ForWorkspace {
    workspace_id: Option<Id>,
    filter_by_used: bool,
}

fn list_for_workspace(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: ForWorkspace = if call.body.is_null() { ForWorkspace::default() } else { call.body()? };
    let workspace = call.workspace(body.workspace_id.as_ref())?;
    let used = call.store.actors(kind, &workspace.id)?;
    let reads: Vec<_> = call
        .connectors
        .list(kind)
        .filter(|connector| !body.filter_by_used || used.iter().any(|actor| actor.definition_id == connector.id))
        .map(|connector| reads::definition(call, connector))
        .collect();
    Ok(Reply::Json(json!({list_key(kind): reads})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Get {
    #[serde(alias = "sourceDefinitionId", alias = "destinationDefinitionId")]
    definition_id: Option<Id>,
    workspace_id: Option<Id>,
}

fn get(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: Get = call.body()?;
    let connector = call.connector(kind, body.definition_id.as_ref())?;
    Ok(Reply::Json(reads::definition(call, &connector)))
}

fn get_for_workspace(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: Get = call.body()?;
    call.workspace(body.workspace_id.as_ref())?;
    get(call, kind)
}
