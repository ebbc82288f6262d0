//! Small answers for the pages of the web interface.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::lifecycle::Cron;
use crate::routes::connections::ConnectionId;
use crate::store::ActorKind;
use crate::wire::Id;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WorkspaceId {
    workspace_id: Option<Id>,
}

/// How many of a workspace's connections are in which condition: paused, or as their latest sync is.
pub(super) fn status_counts(call: &Call<'_>) -> Outcome {
    let body: WorkspaceId = call.body()?;
    let workspace = call.workspace(body.workspace_id.as_ref())?;
    let mut counts = json!({"running": 0, "queued": 0, "healthy": 0, "failed": 0, "paused": 0, "notSynced": 0});
    for connection in call.store.light_connections(&workspace.id)? {
        let latest = call.store.latest_sync(&connection.id)?;
        let word = match latest.as_ref().map(|(status, _)| status.as_str()) {
            _ if connection.status == "inactive" => "paused",
            Some("queued") => "queued",
            Some("running") => "running",
            Some("succeeded") => "healthy",
            Some("failed" | "cancelled" | "incomplete") => "failed",
            // A sync that is about to start is in none.
            Some(_) => continue,
            None => "notSynced",
        };
        counts[word] = json!(counts[word].as_u64().unwrap_or_default() + 1);
    }
    Ok(Reply::Json(counts))
}

pub(super) fn state_type(call: &Call<'_>) -> Outcome {
    let body: ConnectionId = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    let state = call.store.state(&connection.id)?;
    Ok(Reply::Json(state.map_or_else(|| json!("not_set"), |state| state["stateType"].clone())))
}

pub(super) fn workspace_state(call: &Call<'_>) -> Outcome {
    let body: WorkspaceId = call.body()?;
    let workspace = call.workspace(body.workspace_id.as_ref())?;
    Ok(Reply::Json(json!({
        "hasConnections": !call.store.light_connections(&workspace.id)?.is_empty(),
        "hasSources": !call.store.actors(ActorKind::Source, &workspace.id)?.is_empty(),
        "hasDestinations": !call.store.actors(ActorKind::Destination, &workspace.id)?.is_empty(),
    })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Expression {
    cron_expression: Option<String>,
}

/// The next ticks are counted in UTC.
pub(super) fn describe_cron(call: &Call<'_>) -> Outcome {
    let body: Expression = call.body()?;
    let expression = body.cron_expression.unwrap_or_default();
    let cron = Cron::parse(&expression, "UTC").map_err(|error| {
        ApiError::problem(400, "error:cron-validation/invalid-expression", error.to_string(), Value::Null)
    })?;
    let ticks: Vec<i64> =
        std::iter::successors(cron.next_after(call.now), |last| cron.next_after(*last)).take(3).collect();
    Ok(Reply::Json(json!({
        "cronExpression": expression,
        "description": super::cron_words::describe(&expression),
        "nextExecutions": ticks.iter().map(|tick| tick / 1_000).collect::<Vec<_>>(),
    })))
}
