//! The rows that a document yields, in the notation of the tables: `@Name` is a
//! reference, `[x]` an array, `{x}` a map, `string:uuid` a type with its format.

use serde_json::Value;

const NONE: &str = "-";
const LIMITS: [&str; 5] = ["minLength", "maxLength", "minimum", "maximum", "minItems"];

/// Walks over method, path and operation.
pub(crate) fn each_operation(document: &Value) -> impl Iterator<Item = (String, &String, &Value)> {
    let paths = document["paths"].as_object().expect("there are paths");
    paths.iter().flat_map(|(path, item)| {
        let operations = item.as_object().expect("a path holds operations").iter();
        operations.map(move |(method, operation)| (method.to_uppercase(), path, operation))
    })
}

/// Rows of `operations.tsv`.
pub(crate) fn operations(document: &Value) -> Vec<Vec<String>> {
    let row = |(method, path, operation): (String, &String, &Value)| {
        let request = &operation["requestBody"];
        let responses = operation["responses"].as_object().expect("there are responses");
        let (good, bad): (Vec<_>, Vec<_>) = responses.iter().partition(|(status, _)| status.starts_with('2'));
        let answers: Vec<_> = good.into_iter().map(|(status, response)| join(status, &content(response))).collect();
        let errors: Vec<_> = bad.into_iter().map(|(status, _)| status.as_str()).collect();
        vec![
            method,
            path.clone(),
            text(&operation["operationId"]),
            text(&operation["tags"][0]),
            Some(content(request)).filter(|name| !name.is_empty()).unwrap_or_else(|| NONE.to_owned()),
            flag(&request["required"]),
            answers.join(" "),
            Some(errors.join(" ")).filter(|errors| !errors.is_empty()).unwrap_or_else(|| NONE.to_owned()),
            text(&operation["x-airbyte-since"]),
            text(&operation["x-airbyte-until"]),
            text(&operation["x-airway-effect"]),
            text(&operation["x-airway-paging"]["style"]),
        ]
    };
    each_operation(document).map(row).collect()
}

/// Rows of `fields.tsv`: each schema under the field `.`, then its fields.
pub(crate) fn fields(document: &Value) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for (name, schema) in schemas(document) {
        rows.push(field(name, ".", schema, false));
        each_field(schema, "", &mut |path, schema, required| rows.push(field(name, path, schema, required)));
    }
    rows
}

/// Rows of `enums.tsv`.
pub(crate) fn enums(document: &Value) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for (name, schema) in schemas(document) {
        rows.extend(values(name, schema));
        each_field(schema, "", &mut |path, schema, _| rows.extend(values(&format!("{name}.{path}"), schema)));
    }
    rows
}

fn schemas(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document["components"]["schemas"].as_object().expect("there are schemas").iter()
}

fn each_field(schema: &Value, prefix: &str, visit: &mut impl FnMut(&str, &Value, bool)) {
    for branch in schema["allOf"].as_array().into_iter().flatten() {
        each_field(branch, prefix, visit);
    }
    let required =
        |name: &str| schema["required"].as_array().is_some_and(|list| list.iter().any(|other| other == name));
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{prefix}{name}");
        visit(&path, field, required(name));
        each_field(field, &format!("{path}."), visit);
        each_field(&field["items"], &format!("{path}[]."), visit);
    }
}

fn field(schema: &str, path: &str, source: &Value, required: bool) -> Vec<String> {
    let limits: Vec<_> = LIMITS
        .iter()
        .filter(|limit| !source[**limit].is_null())
        .map(|limit| format!("{limit}={}", source[*limit]))
        .collect();
    vec![
        schema.to_owned(),
        path.to_owned(),
        kind(source),
        flag(&Value::Bool(required)),
        flag(&source["nullable"]),
        text(&source["default"]),
        if limits.is_empty() { NONE.to_owned() } else { limits.join(";") },
        text(&source["x-airbyte-since"]),
        text(&source["x-airbyte-until"]),
    ]
}

fn values(place: &str, schema: &Value) -> Option<Vec<String>> {
    let listed = if schema["enum"].is_null() { &schema["items"]["enum"] } else { &schema["enum"] };
    let listed: Vec<_> = listed.as_array()?.iter().map(text).collect();
    let since = listed.iter().filter_map(|value| {
        let version = schema["x-airbyte-enum-since"].get(value)?;
        Some(format!("{value}={}", text(version)))
    });
    let since: Vec<_> = since.collect();
    Some(vec![place.to_owned(), listed.join("|"), if since.is_empty() { NONE.to_owned() } else { since.join(" ") }])
}

/// The type of a schema. A reference wrapped in `allOf` to carry a description
/// is that reference.
fn kind(schema: &Value) -> String {
    if let Some(target) = schema["$ref"].as_str() {
        return format!("@{}", target.rsplit('/').next().unwrap_or(target));
    }
    for member in ["allOf", "oneOf"] {
        match schema[member].as_array().map(Vec::as_slice) {
            Some([only]) => return kind(only),
            Some(branches) => return format!("{member}({})", branches.iter().map(kind).collect::<Vec<_>>().join(" ")),
            None => {}
        }
    }
    match schema["type"].as_str() {
        Some("array") => format!("[{}]", kind(&schema["items"])),
        Some("object") if schema["additionalProperties"].is_object() => {
            format!("{{{}}}", kind(&schema["additionalProperties"]))
        }
        Some(_) if schema["enum"].is_array() => "enum".to_owned(),
        Some(name) => join(name, schema["format"].as_str().unwrap_or_default()),
        None => "any".to_owned(),
    }
}

/// The schema of a body, or its media type when that is not JSON.
fn content(body: &Value) -> String {
    match body["content"].as_object().and_then(|content| content.iter().next()) {
        Some((media, body)) if media == "application/json" => kind(&body["schema"]),
        Some((media, _)) => media.clone(),
        None => String::new(),
    }
}

fn join(first: &str, second: &str) -> String {
    if second.is_empty() { first.to_owned() } else { format!("{first}:{second}") }
}

fn flag(value: &Value) -> String {
    if value == &Value::Bool(true) { "y".to_owned() } else { NONE.to_owned() }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => NONE.to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
