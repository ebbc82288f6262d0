//! Mappers: what they make of the fields of a stream, and the secrets in them.

use serde_json::{Value, json};

use crate::api_error::ApiError;
use crate::call::Call;
use crate::connectors::MASK;

/// Why a mapper cannot be carried out.
pub(in crate::routes) struct Fault {
    /// A `MapperValidationErrorType`.
    pub(in crate::routes) kind: &'static str,
    pub(in crate::routes) message: String,
}

/// Returns the fields of a configured stream as `FieldSpec`s.
pub(in crate::routes) fn fields(entry: &Value) -> Vec<Value> {
    let properties = entry["stream"]["jsonSchema"]["properties"].as_object();
    let config = &entry["config"];
    let field = |(name, schema): (&String, &Value)| {
        let path = json!([name]);
        json!({
            "name": name,
            "type": kind(schema),
            "isSelectedCursor": config["cursorField"] == path,
            "isSelectedPrimaryKey": config["primaryKey"].as_array().is_some_and(|key| key.contains(&path)),
        })
    };
    properties.into_iter().flatten().map(field).collect()
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

/// Returns the fields that come out of a mapper.
pub(in crate::routes) fn carry_out(mapper: &Value, fields: &[Value]) -> Result<Vec<Value>, Fault> {
    let configuration = &mapper["mapperConfiguration"];
    let text = |name: &str| {
        configuration[name].as_str().ok_or_else(|| Fault {
            kind: "INVALID_MAPPER_CONFIG",
            message: format!("`{name}` of the mapper's configuration is missing"),
        })
    };
    match mapper["type"].as_str().unwrap_or_default().to_ascii_lowercase().as_str() {
        "hashing" | "encryption" => {
            let target = text("targetField")?;
            renamed(fields, target, &format!("{target}{}", text("fieldNameSuffix")?), Some("STRING"))
        }
        "field-renaming" => renamed(fields, text("originalFieldName")?, text("newFieldName")?, None),
        "field-filtering" => {
            let at = find(fields, text("targetField")?)?;
            let mut kept = fields.to_vec();
            kept.remove(at);
            Ok(kept)
        }
        "row-filtering" => {
            for name in compared(&configuration["conditions"]) {
                find(fields, name)?;
            }
            Ok(fields.to_vec())
        }
        other => Err(Fault { kind: "MISSING_MAPPER", message: format!("there is no mapper `{other}`") }),
    }
}

fn find(fields: &[Value], name: &str) -> Result<usize, Fault> {
    fields
        .iter()
        .position(|field| field["name"] == name)
        .ok_or_else(|| Fault { kind: "FIELD_NOT_FOUND", message: format!("the stream has no field `{name}`") })
}

fn renamed(fields: &[Value], from: &str, to: &str, kind: Option<&str>) -> Result<Vec<Value>, Fault> {
    let at = find(fields, from)?;
    if fields.iter().any(|field| field["name"] == to) {
        return Err(Fault { kind: "FIELD_ALREADY_EXISTS", message: format!("the stream has a field `{to}` already") });
    }
    let mut fields = fields.to_vec();
    fields[at]["name"] = json!(to);
    if let Some(kind) = kind {
        fields[at]["type"] = json!(kind);
    }
    Ok(fields)
}

/// The names of the fields that a row filter looks at.
fn compared(condition: &Value) -> Vec<&str> {
    let own = condition["fieldName"].as_str();
    let inner = condition["conditions"].as_array().into_iter().flatten().flat_map(compared);
    own.into_iter().chain(inner).collect()
}

/// Refuses mappers that cannot be carried out on the streams they belong to.
pub(super) fn check(streams: &[Value]) -> Result<(), ApiError> {
    let mut errors = Vec::new();
    for entry in streams {
        let mut known = fields(entry);
        if known.is_empty() {
            // Without a schema nobody knows what the fields are.
            continue;
        }
        for mapper in entry["config"]["mappers"].as_array().into_iter().flatten() {
            match carry_out(mapper, &known) {
                Ok(after) => known = after,
                Err(fault) => errors.push(json!({
                    "stream": entry["stream"]["name"], "mapperId": mapper["id"], "error": fault.kind,
                    "message": fault.message,
                })),
            }
        }
    }
    if errors.is_empty() {
        return Ok(());
    }
    let message = errors.iter().filter_map(|error| error["message"].as_str()).collect::<Vec<_>>().join("; ");
    Err(ApiError::problem(400, "error:mapper-validation", message, json!({"errors": errors})))
}

/// Gives every mapper an id that came without one: a mask is told apart by it when it comes back.
pub(super) fn identify(call: &Call<'_>, streams: &mut [Value]) -> Result<(), ApiError> {
    let mappers = streams.iter_mut().filter_map(|entry| entry["config"]["mappers"].as_array_mut()).flatten();
    for mapper in mappers.filter(|mapper| !mapper["id"].is_string()) {
        mapper["id"] = json!(call.store.new_id()?);
    }
    Ok(())
}

/// What mappers hold that nobody reads back.
const SECRETS: [&str; 1] = ["key"];

/// Puts the stored secrets where masks stand in the mappers of `streams`.
pub(super) fn unmask(streams: &mut [Value], stored: &[Value]) -> Result<(), ApiError> {
    let kept = |id: &Value| {
        let all = stored.iter().filter_map(|entry| entry["config"]["mappers"].as_array()).flatten();
        all.into_iter().find(|mapper| id.is_string() && mapper["id"] == *id)
    };
    let mappers = streams.iter_mut().filter_map(|entry| entry["config"]["mappers"].as_array_mut()).flatten();
    for mapper in mappers {
        for name in SECRETS {
            if mapper["mapperConfiguration"][name] != MASK {
                continue;
            }
            let Some(secret) = kept(&mapper["id"]).map(|other| other["mapperConfiguration"][name].clone()) else {
                let data = json!({"mapperId": mapper["id"], "mapperType": mapper["type"]});
                let message = format!("there is no stored `{name}` for the masked one of the mapper");
                return Err(ApiError::problem(400, "error:mapper-validation/secret-not-found", message, data));
            };
            mapper["mapperConfiguration"][name] = secret;
        }
    }
    Ok(())
}

/// Returns the mappers of a stream's configuration as they are read.
pub(crate) fn masked(mut config: Value) -> Value {
    for mapper in config["mappers"].as_array_mut().into_iter().flatten() {
        for name in SECRETS {
            if let Some(secret) = mapper.pointer_mut(&format!("/mapperConfiguration/{name}")) {
                *secret = json!(MASK);
            }
        }
    }
    config
}
