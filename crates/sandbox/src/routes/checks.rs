//! Asking a connector whether it can connect.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use super::actors::ActorId;
use crate::call::{Call, Outcome, Reply};
use crate::connectors::{Check, Connector};
use crate::lifecycle::Failure;
use crate::store::ActorKind::{self, Destination, Source};
use crate::wire::Id;

pub(super) const ROUTES: &[Route] = &[
    Route::new("sources/check_connection", |call| stored(call, Source)),
    Route::new("sources/check_connection_for_update", |call| for_update(call, Source)),
    Route::new("destinations/check_connection", |call| stored(call, Destination)),
    Route::new("destinations/check_connection_for_update", |call| for_update(call, Destination)),
    Route::new("scheduler/sources/check_connection", |call| unsaved(call, Source)),
    Route::new("scheduler/destinations/check_connection", |call| unsaved(call, Destination)),
];

fn stored(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: ActorId = call.body()?;
    let actor = call.actor(kind, body.actor_id.as_ref())?;
    let connector = call.connector_of(kind, &actor.definition_id)?;
    Ok(Reply::Json(read(call, &connector, &call.check(&connector, actor.usable_configuration()))))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ForUpdate {
    #[serde(alias = "sourceId", alias = "destinationId")]
    actor_id: Option<Id>,
    connection_configuration: Option<Value>,
}

/// Masks stand for what is stored; nothing is saved.
fn for_update(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: ForUpdate = call.body()?;
    let actor = call.actor(kind, body.actor_id.as_ref())?;
    let connector = call.connector_of(kind, &actor.definition_id)?;
    let incoming = body.connection_configuration.unwrap_or(Value::Null);
    Call::validate(&connector, &incoming)?;
    let configuration = connector.unmasked(&incoming, &actor.configuration);
    Ok(Reply::Json(read(call, &connector, &call.check(&connector, &configuration))))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Unsaved {
    #[serde(alias = "sourceDefinitionId", alias = "destinationDefinitionId")]
    definition_id: Option<Id>,
    connection_configuration: Option<Value>,
    workspace_id: Option<Id>,
}

fn unsaved(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: Unsaved = call.body()?;
    let connector = call.connector(kind, body.definition_id.as_ref())?;
    call.workspace(body.workspace_id.as_ref())?;
    let configuration = body.connection_configuration.unwrap_or(Value::Null);
    // Nobody validates here: the connector itself reports what it cannot use.
    Ok(Reply::Json(read(call, &connector, &call.check(&connector, &configuration))))
}

/// Returns a `CheckConnectionRead`. A connector that died leaves neither status nor message.
fn read(call: &Call<'_>, connector: &Connector, check: &Check) -> Value {
    let config_type = match connector.kind {
        Source => "check_connection_source",
        Destination => "check_connection_destination",
    };
    let line = |text: &str| vec![format!("{} > {text}", connector.docker_repository)];
    match check {
        Check::Passed => json!({
            "status": "succeeded",
            "jobInfo": call.synchronous_job(config_type, Some(&connector.id), &line("the check succeeded")),
        }),
        Check::Failed(message) => json!({
            "status": "failed",
            "message": message,
            "jobInfo": call.synchronous_job(config_type, Some(&connector.id), &line(message)),
        }),
        Check::Crashed(message) => {
            let mut job = call.synchronous_job(config_type, Some(&connector.id), &line(message));
            job["succeeded"] = json!(false);
            job["failureReason"] =
                Failure::new(connector.kind.as_str(), "system_error", message.as_str()).read(call.now);
            json!({"jobInfo": job})
        }
    }
}
