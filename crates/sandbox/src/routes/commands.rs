//! Checks, discovers and specifications that are started now and asked for later.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::connectors::{Check, read_catalog};
use crate::lifecycle::Failure;
use crate::reads;
use crate::store::{ActorKind, Document, DocumentKind};
use crate::wire::Id;

pub(super) const ROUTES: &[Route] = &[
    Route::new("commands/run/check", run_check),
    Route::new("commands/run/discover", run_discover),
    Route::new("commands/run/spec", run_spec),
    Route::new("commands/status", status),
    Route::new("commands/cancel", cancel),
    Route::new("commands/output/check", |call| output(call, "check")),
    Route::new("commands/output/discover", |call| output(call, "discover")),
    Route::new("commands/output/spec", |call| output(call, "spec")),
];

/// Starting the connector, and its work, in sandbox time.
const QUEUE_MS: i64 = 1_000;
const WORK_MS: i64 = 4_000;

#[derive(Deserialize)]
struct Run {
    id: Option<String>,
    actor_id: Option<Id>,
    actor_definition_id: Option<Id>,
    workspace_id: Option<Id>,
    config: Option<Value>,
    docker_image: Option<String>,
}

/// Whom a command is about: a connector and a configuration.
type Subject = (std::sync::Arc<crate::connectors::Connector>, Value);

fn subject(call: &Call<'_>, run: &Run) -> Result<Subject, ApiError> {
    let kinds = [ActorKind::Source, ActorKind::Destination];
    if let Some(id) = &run.actor_id {
        for kind in kinds {
            if let Some(actor) = call.store.actor(kind, id.as_str())? {
                let configuration = run.config.clone().unwrap_or_else(|| actor.usable_configuration().clone());
                return Ok((call.connector_of(kind, &actor.definition_id)?, configuration));
            }
        }
        return Err(ApiError::id_not_found("source or destination", id.as_str()));
    }
    let (Some(definition), Some(_)) = (&run.actor_definition_id, &run.workspace_id) else {
        return Err(ApiError::unforeseen("neither a workspace nor a source or destination is named"));
    };
    for kind in kinds {
        if let Some(connector) = call.connectors.find(call.store, kind, definition.as_str())? {
            return Ok((connector, run.config.clone().unwrap_or_else(|| json!({}))));
        }
    }
    Err(ApiError::id_not_found("definition", definition.as_str()))
}

fn run_check(call: &Call<'_>) -> Outcome {
    let run: Run = call.body()?;
    let (connector, configuration) = subject(call, &run)?;
    let output = match call.check(&connector, &configuration) {
        Check::Passed => json!({"status": "succeeded", "connectorConfigurationUpdated": false}),
        Check::Failed(message) => {
            json!({"status": "failed", "message": message, "connectorConfigurationUpdated": false})
        }
        Check::Crashed(message) => {
            let failure = Failure::new(connector.kind.as_str(), "system_error", message);
            json!({"status": "failed", "failureReason": failure.read(call.now)})
        }
    };
    start(call, &run, "check", output)
}

fn run_discover(call: &Call<'_>) -> Outcome {
    let run: Run = call.body()?;
    let (connector, configuration) = subject(call, &run)?;
    let output = match call.check(&connector, &configuration) {
        Check::Passed => {
            let catalog = read_catalog(&call.discover(&connector, &configuration));
            let streams = catalog["streams"].as_array().cloned().unwrap_or_default();
            json!({"status": "succeeded", "catalog": reads::catalog(call, streams)})
        }
        Check::Failed(message) | Check::Crashed(message) => {
            let failure = Failure::new(connector.kind.as_str(), "config_error", message);
            json!({"status": "failed", "failureReason": failure.read(call.now)})
        }
    };
    start(call, &run, "discover", output)
}

fn run_spec(call: &Call<'_>) -> Outcome {
    let run: Run = call.body()?;
    let image = run.docker_image.as_deref().and_then(|image| image.split(':').next()).unwrap_or_default();
    let found = [ActorKind::Source, ActorKind::Destination]
        .into_iter()
        .find_map(|kind| call.connectors.of_repository(kind, image));
    let output = if let Some(connector) = found {
        json!({"status": "succeeded", "spec": connector.specification})
    } else {
        let failure = Failure::new("airbyte_platform", "system_error", format!("no image `{image}`"));
        json!({"status": "failed", "failureReason": failure.read(call.now)})
    };
    start(call, &run, "spec", output)
}

/// Keeps the outcome, to be told once the command has ended. The same id twice is the same command.
fn start(call: &Call<'_>, run: &Run, kind: &str, mut output: Value) -> Outcome {
    let id = run.id.clone().ok_or_else(|| ApiError::unforeseen("`id` is missing"))?;
    if call.store.document(DocumentKind::Command, &id)?.is_none() {
        output["id"] = json!(id);
        let content = json!({"kind": kind, "output": output, "cancelled": false});
        let document = Document { id: id.clone(), owner: String::new(), created_at: call.now, content };
        call.store.put_document(DocumentKind::Command, &document)?;
    }
    Ok(Reply::Json(json!({"id": id})))
}

#[derive(Deserialize)]
struct CommandId {
    id: Option<String>,
    with_logs: Option<bool>,
}

fn existing(call: &Call<'_>, body: &CommandId) -> Result<Document, ApiError> {
    let id = body.id.as_deref().unwrap_or_default();
    let found = call.store.document(DocumentKind::Command, id)?;
    found.ok_or_else(|| ApiError::carelessly_missing(format!("there is no command `{id}`")))
}

fn state(call: &Call<'_>, command: &Document) -> &'static str {
    let elapsed = call.now - command.created_at;
    match () {
        () if command.content["cancelled"] == true => "cancelled",
        () if elapsed < call.timeline.job_time(QUEUE_MS) => "pending",
        () if elapsed < call.timeline.job_time(QUEUE_MS + WORK_MS) => "running",
        () => "completed",
    }
}

fn status(call: &Call<'_>) -> Outcome {
    let body: CommandId = call.body()?;
    let command = existing(call, &body)?;
    Ok(Reply::Json(json!({"id": command.id, "status": state(call, &command)})))
}

fn cancel(call: &Call<'_>) -> Outcome {
    let body: CommandId = call.body()?;
    let mut command = existing(call, &body)?;
    if state(call, &command) != "completed" {
        command.content["cancelled"] = json!(true);
        call.store.put_document(DocumentKind::Command, &command)?;
    }
    Ok(Reply::Json(json!({"id": command.id})))
}

fn output(call: &Call<'_>, kind: &str) -> Outcome {
    let body: CommandId = call.body()?;
    let command = existing(call, &body)?;
    if command.content["kind"] != kind || state(call, &command) != "completed" {
        return Err(ApiError::unforeseen(format!("command `{}` has no {kind} output", command.id)));
    }
    let mut output = command.content["output"].clone();
    if body.with_logs == Some(true) {
        let status = output["status"].as_str().unwrap_or_default();
        output["logs"] = json!({"logType": "formatted", "logLines": [format!("{kind} ended: {status}")]});
    }
    Ok(Reply::Json(output))
}
