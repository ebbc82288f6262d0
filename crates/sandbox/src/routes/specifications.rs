//! What a connector wants to be told.

use serde::Deserialize;

use super::Route;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::connectors::Connector;
use crate::reads;
use crate::store::ActorKind::{self, Destination, Source};
use crate::store::DocumentKind;
use crate::wire::Id;

pub(super) const ROUTES: &[Route] = &[
    Route::new("source_definition_specifications/get", |call| get(call, Source)),
    Route::new("source_definition_specifications/get_for_source", |call| get_for_actor(call, Source)),
    Route::new("destination_definition_specifications/get", |call| get(call, Destination)),
    Route::new("destination_definition_specifications/get_for_destination", |call| get_for_actor(call, Destination)),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Get {
    #[serde(alias = "sourceDefinitionId", alias = "destinationDefinitionId")]
    definition_id: Option<Id>,
    workspace_id: Option<Id>,
}

fn get(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: Get = call.body()?;
    if body.workspace_id.is_none() {
        return Err(ApiError::unforeseen("the specification is asked for without a workspace"));
    }
    let connector = call.connector(kind, body.definition_id.as_ref())?;
    read(call, &connector)
}

fn read(call: &Call<'_>, connector: &Connector) -> Outcome {
    let credentials = call.store.document(DocumentKind::OauthParameters, &connector.id)?.is_some();
    Ok(Reply::Json(reads::specification(call, connector, credentials)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GetForActor {
    #[serde(alias = "sourceId", alias = "destinationId")]
    actor_id: Option<Id>,
}

fn get_for_actor(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: GetForActor = call.body()?;
    let actor = call.actor(kind, body.actor_id.as_ref())?;
    let connector = call.connector_of(kind, &actor.definition_id)?;
    read(call, &connector)
}
