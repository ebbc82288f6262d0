//! Steps that follow a sync: webhooks, and on old servers normalisation and dbt.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use super::connections::ConnectionId;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::store::{Document, DocumentKind};
use crate::wire::{Id, wire_enum};

pub(super) const ROUTES: &[Route] = &[
    Route::new("operations/list", list),
    Route::new("operations/get", get),
    Route::new("operations/create", create),
    Route::new("operations/update", update),
    Route::new("operations/delete", delete),
    Route::new("operations/check", check),
];

wire_enum!(OperatorType { Webhook = "webhook", Normalization = "normalization", Dbt = "dbt" });

/// Returns an `OperationRead`.
pub(super) fn read(operation: &Document) -> Value {
    json!({
        "operationId": operation.id,
        "workspaceId": operation.owner,
        "name": operation.content["name"],
        "operatorConfiguration": operation.content["operatorConfiguration"],
    })
}

/// Returns the operations of a connection as they are read.
pub(super) fn of_connection(call: &Call<'_>, ids: &[String]) -> Result<Vec<Value>, ApiError> {
    let mut reads = Vec::with_capacity(ids.len());
    for id in ids {
        reads.extend(call.store.document(DocumentKind::Operation, id)?.as_ref().map(read));
    }
    Ok(reads)
}

/// Creates, changes and deletes operations so that a connection has the wanted ones; returns their ids.
pub(super) fn replace(
    call: &Call<'_>,
    workspace_id: &str,
    present: &[String],
    wanted: &[Value],
) -> Result<Vec<String>, ApiError> {
    let mut ids = Vec::with_capacity(wanted.len());
    for value in wanted {
        let body: Body = serde_json::from_value(value.clone())
            .map_err(|error| ApiError::undecodable(format!("`operations` cannot be read: {error}")))?;
        let content = content(call, &body)?;
        let operation = match &body.operation_id {
            Some(id) => Document { content, ..existing(call, Some(id))? },
            None => {
                Document { id: call.store.new_id()?, owner: workspace_id.to_owned(), created_at: call.now, content }
            }
        };
        call.store.put_document(DocumentKind::Operation, &operation)?;
        ids.push(operation.id);
    }
    for gone in present.iter().filter(|id| !ids.contains(id)) {
        call.store.delete_document(DocumentKind::Operation, gone)?;
    }
    Ok(ids)
}

/// By connection, whatever the name suggests.
fn list(call: &Call<'_>) -> Outcome {
    let body: ConnectionId = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    Ok(Reply::Json(json!({"operations": of_connection(call, &connection.details.operation_ids)?})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    operation_id: Option<Id>,
    workspace_id: Option<Id>,
    name: Option<String>,
    operator_configuration: Option<Value>,
}

fn existing(call: &Call<'_>, id: Option<&Id>) -> Result<Document, ApiError> {
    let id = id.map_or("", Id::as_str);
    let found = call.store.document(DocumentKind::Operation, id)?;
    found.ok_or_else(|| ApiError::id_not_found("operation", id))
}

fn get(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    Ok(Reply::Json(read(&existing(call, body.operation_id.as_ref())?)))
}

fn create(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let workspace = call.workspace(body.workspace_id.as_ref())?;
    let content = content(call, &body)?;
    let operation = Document { id: call.store.new_id()?, owner: workspace.id, created_at: call.now, content };
    call.store.put_document(DocumentKind::Operation, &operation)?;
    Ok(Reply::Json(read(&operation)))
}

fn update(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let mut operation = existing(call, body.operation_id.as_ref())?;
    operation.content = content(call, &body)?;
    call.store.put_document(DocumentKind::Operation, &operation)?;
    Ok(Reply::Json(read(&operation)))
}

fn delete(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let operation = existing(call, body.operation_id.as_ref())?;
    call.store.delete_document(DocumentKind::Operation, &operation.id)?;
    for mut connection in call.store.connections(&operation.owner, true)? {
        if connection.details.operation_ids.contains(&operation.id) {
            connection.details.operation_ids.retain(|id| *id != operation.id);
            call.store.update_connection(&connection)?;
        }
    }
    Ok(Reply::Nothing)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Operator {
    operator_type: Option<OperatorType>,
    webhook: Option<Value>,
}

fn content(call: &Call<'_>, body: &Body) -> Result<Value, ApiError> {
    let configuration = body.operator_configuration.clone();
    let configuration = configuration.ok_or_else(|| ApiError::unforeseen("`operatorConfiguration` is missing"))?;
    let operator: Operator = serde_json::from_value(configuration.clone())
        .map_err(|error| ApiError::undecodable(format!("`operatorConfiguration` cannot be read: {error}")))?;
    if operator.operator_type.is_none() {
        return Err(ApiError::unforeseen("`operatorType` is missing"));
    }
    if body.name.is_none() {
        return Err(call.unstorable("`name` of the operation is missing"));
    }
    Ok(json!({"name": body.name, "operatorConfiguration": configuration}))
}

fn check(call: &Call<'_>) -> Outcome {
    let operator: Operator = call.body()?;
    let complete = match operator.operator_type {
        Some(OperatorType::Webhook) => operator.webhook.is_some_and(|webhook| webhook.is_object()),
        Some(_) => true,
        None => false,
    };
    Ok(Reply::Json(if complete {
        json!({"status": "succeeded"})
    } else {
        json!({"status": "failed", "message": "the webhook is not described"})
    }))
}
