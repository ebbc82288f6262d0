//! The part of OpenAPI that is known to become Rust that compiles.

use serde_json::{Map, Value, json};

use crate::walk::{self, Object};

/// Builds the document anew out of what is known to work, and nothing else.
///
/// What falls away, and why it must:
///
/// - `default`: the generator refuses values that do not fit the type, and fills
///   absent members on reading, so that absent and default are one.
/// - patterns and limits: the generator refuses patterns it cannot parse, and a
///   response that breaks a limit would be unreadable.
/// - formats: `format: set` on a list stops the generator, `int` makes 32 bits
///   of times in milliseconds, an id that is no UUID or a time without a zone
///   would be unreadable. Whole numbers have 64 bits and text is text.
/// - examples, callbacks, links, security, servers and whatever else there is:
///   nothing is made of them, and the parser stops at a mistake in them.
pub(crate) fn only(document: &Value) -> Value {
    let info = &document["info"];
    let mut paths = Map::new();
    for (path, method, operation) in walk::operations(document) {
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[method] = self::operation(operation);
    }
    let schemas: Object =
        walk::components(document).into_iter().flatten().map(|(name, schema)| (name.clone(), named(schema))).collect();
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": info["title"].as_str().unwrap_or("API"),
            "version": info["version"].as_str().filter(|v| v.is_ascii()).unwrap_or("0"),
        },
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

fn operation(operation: &Object) -> Value {
    let mut built = Map::new();
    for member in ["operationId", "summary", "description"] {
        copy_text(operation, member, &mut built);
    }
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let parameters = parameters.into_iter().flatten().filter_map(Value::as_object);
    built.insert("parameters".to_owned(), parameters.map(parameter).collect());
    if let Some(body) = operation.get("requestBody") {
        let content = content(body);
        built.insert("requestBody".to_owned(), json!({"content": content, "required": true}));
    }
    let response = operation.get("responses").and_then(|r| r.get("2XX"));
    let content = response.map_or_else(|| json!({}), content);
    built.insert("responses".to_owned(), json!({"2XX": {"description": "", "content": content}}));
    Value::Object(built)
}

fn parameter(parameter: &Object) -> Value {
    let mut built = Map::new();
    for member in ["in", "name", "description"] {
        copy_text(parameter, member, &mut built);
    }
    let required = parameter.get("required") == Some(&Value::Bool(true));
    built.insert("required".to_owned(), Value::Bool(required));
    let schema = parameter.get("schema").map_or_else(|| json!({"type": "string"}), schema);
    built.insert("schema".to_owned(), schema);
    Value::Object(built)
}

fn content(body: &Value) -> Value {
    let built: Object = walk::object(body, "content")
        .map(|(media, value)| {
            let schema = match media.as_str() {
                "application/octet-stream" => json!({"type": "string", "format": "binary"}),
                "text/plain" | "text/x-markdown" => json!({"type": "string"}),
                _ => schema(&value["schema"]),
            };
            (media.clone(), json!({"schema": schema}))
        })
        .collect();
    Value::Object(built)
}

/// A named schema is never null itself: each use of it says whether it may be.
fn named(schema: &Value) -> Value {
    let mut built = self::schema(schema);
    if let Some(members) = built.as_object_mut() {
        members.remove("nullable");
    }
    built
}

fn schema(schema: &Value) -> Value {
    let Some(given) = schema.as_object() else {
        return json!({});
    };
    if let Some(target) = given.get("$ref").filter(|target| target.is_string()) {
        return json!({"$ref": target});
    }
    let mut built = Map::new();
    copy_text(given, "description", &mut built);
    let kind = given.get("type").and_then(Value::as_str).unwrap_or_default();
    let known = match kind {
        "string" => {
            for member in ["enum", "x-rust-type"] {
                if let Some(value) = given.get(member) {
                    built.insert(member.to_owned(), value.clone());
                }
            }
            true
        }
        "integer" => built.insert("format".to_owned(), "int64".into()).is_none(),
        "number" => built.insert("format".to_owned(), "double".into()).is_none(),
        "boolean" => true,
        "array" => {
            let items = given.get("items").map_or_else(|| json!({}), self::schema);
            built.insert("items".to_owned(), items).is_none()
        }
        "object" => object(given, &mut built),
        _ => false,
    };
    if known {
        built.insert("type".to_owned(), kind.into());
        if given.get("nullable") == Some(&Value::Bool(true)) {
            built.insert("nullable".to_owned(), Value::Bool(true));
        }
    }
    Value::Object(built)
}

/// Fills in an object with properties or a map; false if it is neither.
fn object(given: &Object, built: &mut Object) -> bool {
    let properties: Object = given
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, property)| (name.clone(), schema(property)))
        .collect();
    let extra = given.get("additionalProperties").filter(|extra| extra.is_object());
    if properties.is_empty() && extra.is_none() {
        return false;
    }
    if let Some(extra) = extra {
        built.insert("additionalProperties".to_owned(), schema(extra));
    }
    if !properties.is_empty() {
        built.insert("properties".to_owned(), Value::Object(properties));
        if let Some(required) = given.get("required").filter(|required| required.is_array()) {
            built.insert("required".to_owned(), required.clone());
        }
    }
    true
}

fn copy_text(from: &Object, member: &str, to: &mut Object) {
    if let Some(text) = from.get(member).filter(|text| text.is_string()) {
        to.insert(member.to_owned(), text.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_are_rebuilt_from_what_is_known() {
        let cases = [
            (
                json!({"type": "string", "format": "uuid", "pattern": "^a*+$", "default": 3, "example": 1}),
                json!({"type": "string"}),
            ),
            (json!({"type": "integer", "format": "int", "minimum": 0}), json!({"type": "integer", "format": "int64"})),
            (
                json!({"type": "number", "format": "float", "nullable": true}),
                json!({"type": "number", "format": "double", "nullable": true}),
            ),
            (json!({"type": "boolean", "format": "x", "default": "no"}), json!({"type": "boolean"})),
            (json!({"type": "array", "format": "set", "uniqueItems": true}), json!({"type": "array", "items": {}})),
            (
                json!({"type": "object", "additionalProperties": {"type": "integer"}}),
                json!({"type": "object", "additionalProperties": {"type": "integer", "format": "int64"}}),
            ),
            (
                json!({"type": "object", "properties": {"a": {"type": "x"}}, "required": ["a"], "maxProperties": 1}),
                json!({"type": "object", "properties": {"a": {}}, "required": ["a"]}),
            ),
            (json!({"$ref": "#/x", "nullable": true}), json!({"$ref": "#/x"})),
            (json!({"description": "d", "nullable": true}), json!({"description": "d"})),
            (json!(true), json!({})),
        ];
        for (given, expected) in cases {
            assert_eq!(schema(&given), expected, "{given}");
        }
    }

    #[test]
    fn a_named_schema_is_not_null() {
        assert_eq!(named(&json!({"type": "string", "nullable": true})), json!({"type": "string"}));
    }

    #[test]
    fn operations_are_rebuilt_from_what_is_known() {
        let document = json!({
            "info": {"title": 3, "version": 1.0},
            "servers": 1,
            "paths": {"/a": {"get": {
                "operationId": "a", "summary": "s", "tags": [1], "callbacks": 1,
                "parameters": [{"in": "query", "name": "q", "example": 1}],
                "requestBody": {"content": {"application/octet-stream": {"example": 1}}},
                "responses": {"2XX": {"headers": 1, "content": {"application/json": {"schema": {"type": "string"}, "example": 1}}}},
            }}},
        });
        assert_eq!(
            only(&document),
            json!({
                "openapi": "3.0.3",
                "info": {"title": "API", "version": "0"},
                "components": {"schemas": {}},
                "paths": {"/a": {"get": {
                    "operationId": "a", "summary": "s",
                    "parameters": [{"in": "query", "name": "q", "required": false, "schema": {"type": "string"}}],
                    "requestBody": {"required": true, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
                    "responses": {"2XX": {"description": "", "content": {"application/json": {"schema": {"type": "string"}}}}},
                }}},
            })
        );
    }
}
