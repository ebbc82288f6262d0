//! Puts what operations share into each of them.
//!
//! The generator looks shared parts up by the last word of the reference and
//! panics where that fails; and every later pass is simpler when an operation
//! holds all that belongs to it. Schemas stay where they are.

use serde_json::Value;

use crate::{
    refs,
    walk::{self, Object},
};

/// Puts shared path items in the place of references to them: the generator
/// refuses a document with a path that is a reference.
pub(crate) fn path_items(document: &mut Value) {
    let source = document.clone();
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for item in paths.values_mut() {
        if refs::target(item).is_some() {
            *item = refs::follow(&source, item).cloned().unwrap_or_default();
        }
    }
    paths.retain(|_, item| item.is_object());
}

/// Puts shared parameters, request bodies and responses in the place of
/// references to them, and the parameters of a path into its operations, then
/// drops the shared ones.
pub(crate) fn parameters_bodies_and_responses(document: &mut Value) {
    let source = document.clone();
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for item in paths.values_mut().filter_map(Value::as_object_mut) {
        let of_the_path = resolved_parameters(&source, item.get("parameters"));
        item.retain(|member, _| walk::METHODS.contains(&member.as_str()));
        for operation in item.values_mut().filter_map(Value::as_object_mut) {
            merge_parameters(&source, operation, &of_the_path);
            if let Some(body) = operation.get_mut("requestBody") {
                resolve(&source, body);
            }
            if let Some(Value::Object(responses)) = operation.get_mut("responses") {
                responses.values_mut().for_each(|r| resolve(&source, r));
            }
        }
    }
    if let Some(Value::Object(components)) = document.get_mut("components") {
        components.retain(|kind, _| kind == "schemas");
    }
}

fn resolve(source: &Value, value: &mut Value) {
    if refs::target(value).is_some() {
        *value = refs::follow(source, value).cloned().unwrap_or_default();
    }
}

fn resolved_parameters(source: &Value, parameters: Option<&Value>) -> Vec<Value> {
    let listed = parameters.and_then(Value::as_array).into_iter().flatten();
    listed.filter_map(|parameter| refs::follow(source, parameter).cloned()).collect()
}

/// An operation's own parameter replaces the path's one of the same name and
/// place.
fn merge_parameters(source: &Value, operation: &mut Object, of_the_path: &[Value]) {
    let own = resolved_parameters(source, operation.get("parameters"));
    let is_same = |a: &Value, b: &Value| a.get("name") == b.get("name") && a.get("in") == b.get("in");
    let mut merged: Vec<Value> =
        of_the_path.iter().filter(|parameter| !own.iter().any(|other| is_same(parameter, other))).cloned().collect();
    merged.extend(own);
    if merged.is_empty() {
        operation.remove("parameters");
    } else {
        operation.insert("parameters".to_owned(), Value::Array(merged));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn shared_parts_end_up_in_the_operations() {
        let mut document = json!({
            "paths": {
                "/a/{id}": {
                    "summary": "gone",
                    "parameters": [
                        {"$ref": "#/components/parameters/Id"},
                        {"name": "page", "in": "query"},
                    ],
                    "get": {
                        "parameters": [{"name": "page", "in": "query", "required": true}],
                        "requestBody": {"$ref": "#/components/requestBodies/B"},
                        "responses": {"200": {"$ref": "#/components/responses/Twice"}},
                    },
                },
                "/b": {"$ref": "#/paths/~1a~1{id}"},
            },
            "components": {
                "parameters": {"Id": {"name": "id", "in": "path"}},
                "requestBodies": {"B": {"content": {}}},
                "responses": {"Twice": {"$ref": "#/components/responses/R"}, "R": {"description": "r"}},
                "schemas": {"S": {}},
            },
        });
        path_items(&mut document);
        parameters_bodies_and_responses(&mut document);
        let operation = json!({"get": {
            "parameters": [{"name": "id", "in": "path"}, {"name": "page", "in": "query", "required": true}],
            "requestBody": {"content": {}},
            "responses": {"200": {"description": "r"}},
        }});
        assert_eq!(
            document,
            json!({
                "paths": {"/a/{id}": operation, "/b": operation},
                "components": {"schemas": {"S": {}}},
            })
        );
    }
}
