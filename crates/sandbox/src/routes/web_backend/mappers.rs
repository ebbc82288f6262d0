//! What mappers would make of a stream's fields.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::lifecycle::stream_descriptor;
use crate::wire::Id;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    connection_id: Option<Id>,
    stream_descriptor: Option<Value>,
    mappers: Option<Vec<Value>>,
}

pub(super) fn validate(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    let wanted = body.stream_descriptor.unwrap_or_default();
    let entry = connection.streams.iter().find(|entry| stream_descriptor(entry) == wanted);
    let entry = entry.ok_or_else(|| ApiError::unforeseen("the connection has no such stream"))?;
    let fields = fields(entry);
    let mappers: Vec<Value> = body
        .mappers
        .unwrap_or_default()
        .iter()
        .map(|mapper| {
            let mut read = json!({"inputFields": fields, "outputFields": fields});
            if mapper["id"].is_string() {
                read["id"] = mapper["id"].clone();
            }
            read
        })
        .collect();
    Ok(Reply::Json(json!({"initialFields": fields, "outputFields": fields, "mappers": mappers})))
}

fn fields(entry: &Value) -> Vec<Value> {
    let properties = entry["stream"]["jsonSchema"]["properties"].as_object();
    let config = &entry["config"];
    properties
        .into_iter()
        .flatten()
        .map(|(name, schema)| {
            let path = json!([name]);
            json!({
                "name": name,
                "type": kind(schema),
                "isSelectedCursor": config["cursorField"] == path,
                "isSelectedPrimaryKey": config["primaryKey"].as_array().is_some_and(|key| key.contains(&path)),
            })
        })
        .collect()
}

fn kind(schema: &Value) -> &'static str {
    match (schema["type"].as_str(), schema["format"].as_str(), schema["airbyte_type"].as_str()) {
        (_, Some("date"), _) => "DATE",
        (_, Some("date-time"), Some("timestamp_without_timezone")) => "TIMESTAMP_WITHOUT_TIMEZONE",
        (_, Some("date-time"), _) => "TIMESTAMP_WITH_TIMEZONE",
        (_, _, Some("integer")) | (Some("integer"), _, _) => "INTEGER",
        (Some("number"), _, _) => "NUMBER",
        (Some("boolean"), _, _) => "BOOLEAN",
        (Some("array"), _, _) => "ARRAY",
        (Some("object"), _, _) => "OBJECT",
        (Some("string"), _, _) => "STRING",
        _ => "UNKNOWN",
    }
}
