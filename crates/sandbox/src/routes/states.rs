//! How far a connection has read: export and restore.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use super::connections::ConnectionId;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::wire::{Id, wire_enum};

pub(super) const ROUTES: &[Route] = &[
    Route::new("state/get", get),
    Route::new("state/create_or_update", create_or_update),
    Route::new("state/create_or_update_safe", create_or_update_safe),
];

wire_enum!(StateType { Global = "global", Stream = "stream", Legacy = "legacy", NotSet = "not_set" });

/// Returns a `ConnectionState`; without any state its type says so.
pub(super) fn read(call: &Call<'_>, connection_id: &str) -> Result<Value, ApiError> {
    let mut state = call.store.state(connection_id)?.unwrap_or_else(|| json!({"stateType": "not_set"}));
    state["connectionId"] = json!(connection_id);
    Ok(state)
}

fn get(call: &Call<'_>) -> Outcome {
    let body: ConnectionId = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    Ok(Reply::Json(read(call, &connection.id)?))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Put {
    connection_id: Option<Id>,
    connection_state: Option<NewState>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewState {
    state_type: Option<StateType>,
    state: Option<Value>,
    stream_state: Option<Vec<Value>>,
    global_state: Option<Value>,
}

fn create_or_update(call: &Call<'_>) -> Outcome {
    put(call, false)
}

fn create_or_update_safe(call: &Call<'_>) -> Outcome {
    put(call, true)
}

fn put(call: &Call<'_>, safe: bool) -> Outcome {
    let body: Put = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    if safe && call.store.active_job(&connection.id)?.is_some() {
        let message = format!("a sync of connection `{}` is running, its state cannot be written", connection.id);
        return Err(ApiError::sync_is_running(message));
    }
    let state = body.connection_state.ok_or_else(|| ApiError::unforeseen("`connectionState` is missing"))?;
    let kind = state.state_type.ok_or_else(|| ApiError::unforeseen("`stateType` is missing"))?;
    let stored = call.store.state(&connection.id)?;
    let before = stored.as_ref().and_then(|stored| stored["stateType"].as_str().map(str::to_owned));
    if before.is_some_and(|before| before != "legacy" && kind != StateType::NotSet && before != kind.as_str()) {
        return Err(ApiError::unforeseen("the stored state is of another type"));
    }
    let document = match kind {
        StateType::NotSet => None,
        StateType::Legacy => Some(json!({"stateType": "legacy", "state": state.state})),
        StateType::Stream => {
            Some(json!({"stateType": "stream", "streamState": state.stream_state.unwrap_or_default()}))
        }
        StateType::Global => Some(json!({"stateType": "global", "globalState": state.global_state})),
    };
    match document {
        Some(document) => call.store.set_state(&connection.id, &document)?,
        None => call.store.delete_state(&connection.id)?,
    }
    Ok(Reply::Json(read(call, &connection.id)?))
}
