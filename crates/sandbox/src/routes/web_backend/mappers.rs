//! What mappers would make of a stream's fields.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::lifecycle::stream_descriptor;
use crate::routes::connections::mappers::{carry_out, fields};
use crate::wire::Id;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    connection_id: Option<Id>,
    stream_descriptor: Option<Value>,
    mappers: Option<Vec<Value>>,
}

/// Each mapper sees what the one before it made; one that is at fault changes nothing.
pub(super) fn validate(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    let wanted = body.stream_descriptor.unwrap_or_default();
    let entry = connection.streams.iter().find(|entry| stream_descriptor(entry) == wanted);
    let entry = entry.ok_or_else(|| ApiError::unforeseen("the connection has no such stream"))?;
    let initial = fields(entry);
    let mut present = initial.clone();
    let mut results = Vec::new();
    for mapper in body.mappers.unwrap_or_default() {
        let mut read = json!({"inputFields": present});
        match carry_out(&mapper, &present) {
            Ok(after) => present = after,
            Err(fault) => read["validationError"] = json!({"type": fault.kind, "message": fault.message}),
        }
        read["outputFields"] = json!(present);
        if mapper["id"].is_string() {
            read["id"] = mapper["id"].clone();
        }
        results.push(read);
    }
    Ok(Reply::Json(json!({"initialFields": initial, "outputFields": present, "mappers": results})))
}
