//! Operations of every kind, sound and unsound.

use serde_json::{Map, Value, json};

use super::{Random, reference, schemas};

const IDS: [&str; 10] = ["new", "client", "post", "inner", "exec", "type", "self", "raw", "2nd", "get"];

/// Returns paths with this many operations.
pub(super) fn paths(random: &mut Random, names: &[String], operations: usize) -> Value {
    let mut paths = Map::new();
    for number in 0..operations {
        let path = match random.below(6) {
            0 => format!("/v1/things{number}/{{thing-id}}/parts/{{partId}}"),
            1 => format!("/v1/things{number}/{{thing-id}}"),
            2 => format!("/public/{number}.json"),
            _ => format!("/v1/things{number}/list"),
        };
        let method = random.pick(&["get", "post", "post", "post", "put", "patch", "delete", "head", "options"]);
        let item = json!({
            method: operation(random, names, number),
            "summary": "shared",
            "parameters": path_parameters(random),
        });
        paths.insert(path, item);
    }
    paths.insert("/alias".to_owned(), json!({"$ref": "#/paths/~1v1~1first"}));
    paths.insert("/v1/first".to_owned(), json!({"get": {"operationId": "first", "responses": {}}}));
    Value::Object(paths)
}

fn operation(random: &mut Random, names: &[String], number: usize) -> Value {
    let mut operation = json!({
        "tags": ["a", "b"],
        "summary": "Does *it*.",
        "description": random.pick(&["plain", "*/", "```\nx\n```", "/"]),
        "responses": responses(random, names),
        "callbacks": {"done": {"{$request.body#/url}": {"post": {"responses": {"200": {"description": "ok"}}}}}},
        "security": [{"key": []}],
    });
    match random.below(8) {
        0 => {}
        1 => operation["operationId"] = IDS[random.below(IDS.len())].into(),
        2 => operation["operationId"] = format!("do_thing_{}", number / 2).into(),
        3 => operation["operationId"] = format!("doThing{}", number / 2).into(),
        _ => operation["operationId"] = format!("operation{number}").into(),
    }
    let parameters: Vec<Value> = (0..random.below(4)).map(|_| parameter(random, names)).collect();
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if random.one_in(2) {
        operation["requestBody"] = body(random, names);
    }
    operation
}

fn path_parameters(random: &mut Random) -> Value {
    match random.below(4) {
        0 => json!([]),
        1 => json!([{"$ref": "#/components/parameters/Thing"}]),
        2 => {
            json!([{"in": "path", "name": "partId", "schema": {"type": "object"}}, {"in": "path", "name": "stray", "schema": {}}])
        }
        _ => {
            json!([{"in": "path", "name": "thing-id", "required": true, "schema": {"type": "integer", "format": "int32"}}])
        }
    }
}

fn parameter(random: &mut Random, names: &[String]) -> Value {
    let schema = schemas::any(random, names, 1);
    let choices = [
        json!({"in": "query", "name": "page[size]", "schema": {"type": "integer", "default": "ten"}}),
        json!({"in": "query", "name": "tags", "required": true, "schema": {"type": "array", "items": schema}}),
        json!({"in": "query", "name": "filter", "schema": schema}),
        json!({"in": "query", "name": "deep", "style": "deepObject", "schema": schema}),
        json!({"in": "query", "name": "content", "content": {"application/json": {"schema": schema}}}),
        json!({"in": "query", "name": "header_map", "schema": {"type": "string"}}),
        json!({"in": "query", "name": "type", "schema": {"type": "string", "enum": ["a", "A"]}}),
        json!({"in": "query", "name": "url", "required": true, "schema": {"type": "boolean"}}),
        json!({"in": "query", "name": "request", "schema": {"type": "number"}}),
        json!({"in": "query", "name": "info", "schema": {"type": "string"}}),
        json!({"in": "query", "name": "value", "schema": {"type": "string"}}),
        json!({"in": "header", "name": "X-Request-Id", "schema": schema}),
        json!({"in": "header", "name": "X-Must", "required": true, "schema": {"type": "array", "items": {}}}),
        json!({"in": "cookie", "name": "session", "schema": {"type": "string"}}),
        json!({"in": "query", "name": "body", "schema": {"type": "string"}}),
        json!({"$ref": "#/components/parameters/Page"}),
    ];
    choices[random.below(choices.len())].clone()
}

fn body(random: &mut Random, names: &[String]) -> Value {
    let schema = schemas::any(random, names, 3);
    let content = match random.below(14) {
        0 => return json!({"$ref": "#/components/requestBodies/Shared"}),
        1 => json!({"text/plain": {"schema": {"type": "string", "format": "uuid"}}}),
        2 => json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}),
        3 => json!({"application/x-www-form-urlencoded": {"schema": schema}}),
        4 => json!({"multipart/form-data": {"schema": schema, "encoding": {"a": {"contentType": "image/png"}}}}),
        5 => json!({"application/xml": {"schema": schema}}),
        6 => json!({"application/json": {}, "application/xml": {"schema": schema}}),
        7 => json!({}),
        _ => json!({"application/json": {"schema": schema, "examples": {"a": {"value": {"$ref": "#/no"}}}}}),
    };
    json!({"required": random.one_in(2), "content": content})
}

fn responses(random: &mut Random, names: &[String]) -> Value {
    let schema = schemas::any(random, names, 3);
    let ok = json!({"description": "ok", "content": {"application/json": {"schema": schema}}});
    let other = json!({"description": "ok", "content": {"application/json": {"schema": reference(&names[random.below(names.len())])}}});
    let mut responses = match random.below(10) {
        0 => json!({"200": ok, "201": other, "204": {"description": "none"}}),
        1 => json!({"204": {"description": "none"}}),
        2 => json!({"default": ok}),
        3 => json!({"302": {"description": "elsewhere", "headers": {"Location": {"schema": {"type": "string"}}}}}),
        4 => {
            json!({"200": {"description": "zip", "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}})
        }
        5 => {
            json!({"200": {"description": "text", "content": {"text/plain": {}, "application/json; charset=utf-8": {"schema": schema}}}})
        }
        6 => json!({"200": {"description": "no schema", "content": {"application/json": {}}}}),
        7 => json!({"200": {"$ref": "#/components/responses/Ok"}, "default": other}),
        _ => json!({"200": ok, "default": other}),
    };
    responses["404"] = json!({"$ref": "#/components/responses/NotFound"});
    responses["422"] = json!({"description": "bad", "content": {"application/json": {"schema": schema}}});
    responses["5XX"] = json!({"description": "no body"});
    responses
}

pub(super) fn shared_responses(names: &[String]) -> Value {
    json!({
        "Ok": {"description": "ok", "content": {"*/*": {"schema": reference(&names[1])}}},
        "NotFound": {"description": "lost", "content": {"application/problem+json": {"schema": reference(&names[2])}}},
    })
}

pub(super) fn shared_parameters() -> Value {
    json!({
        "Thing": {"in": "path", "name": "thing-id", "required": true, "schema": {"type": "string", "format": "uuid"}},
        "Page": {"in": "query", "name": "page_size", "schema": {"type": "integer"}},
    })
}
