//! Texts about connectors, and which version of them runs.

use serde::Deserialize;
use serde_json::json;

use super::Route;
use super::actors::ActorId;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::reads;
use crate::store::ActorKind;
use crate::wire::{Id, wire_enum};

pub(super) const ROUTES: &[Route] = &[
    Route::new("connector_documentation/get", get).lacking("a short text of the sandbox's own"),
    Route::new("actor_definition_versions/get_for_source", |call| version(call, ActorKind::Source)),
    Route::new("actor_definition_versions/get_for_destination", |call| version(call, ActorKind::Destination)),
];

wire_enum!(ActorType { Source = "source", Destination = "destination" });

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Documentation {
    actor_type: Option<ActorType>,
    actor_definition_id: Option<Id>,
}

fn get(call: &Call<'_>) -> Outcome {
    let body: Documentation = call.body()?;
    let kind = match body.actor_type.ok_or_else(|| ApiError::unforeseen("`actorType` is missing"))? {
        ActorType::Source => ActorKind::Source,
        ActorType::Destination => ActorKind::Destination,
    };
    let connector = call.connector(kind, body.actor_definition_id.as_ref())?;
    let title = format!("# {} {}", connector.name, body.actor_type.map_or("", ActorType::as_str));
    let text =
        format!("{title}\n\nEmulated by the sandbox. The real one is described at {}.\n", connector.documentation_url);
    Ok(Reply::Json(json!({"doc": text})))
}

fn version(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: ActorId = call.body()?;
    let actor = call.actor(kind, body.actor_id.as_ref())?;
    let connector = call.connector_of(kind, &actor.definition_id)?;
    Ok(Reply::Json(reads::actor_definition_version(call, &connector)))
}
