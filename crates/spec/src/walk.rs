//! Visiting the operations and the schemas of a document.

use serde_json::{Map, Value};

pub(crate) type Object = Map<String, Value>;

/// The members of a path that are operations.
pub(crate) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Visits every operation, with its path and method.
pub(crate) fn operations(document: &Value) -> impl Iterator<Item = (&str, &'static str, &Object)> {
    object(document, "paths").flat_map(|(path, item)| {
        METHODS.iter().filter_map(move |&method| {
            let operation = item.get(method)?.as_object()?;
            Some((path.as_str(), method, operation))
        })
    })
}

/// Visits every operation for changing it.
pub(crate) fn operations_mut(document: &mut Value, mut visit: impl FnMut(&str, &'static str, &mut Object)) {
    for (path, item) in object_mut(document, "paths") {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                visit(path, method, operation);
            }
        }
    }
}

/// Keeps the operations for which `keep` is true, and the paths that still have
/// one.
pub(crate) fn retain_operations(document: &mut Value, mut keep: impl FnMut(&str, &'static str, &mut Object) -> bool) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    paths.retain(|path, item| {
        let Some(item) = item.as_object_mut() else {
            return false;
        };
        for method in METHODS {
            let kept = match item.get_mut(method).and_then(Value::as_object_mut) {
                Some(operation) => keep(path, method, operation),
                None => false,
            };
            if !kept {
                item.remove(method);
            }
        }
        !item.is_empty()
    });
}

/// Visits every schema of the document, those within schemas included, outer
/// ones first.
///
/// Expects the document's parameters, bodies and responses in the operations
/// themselves, as [`crate::normalise`] puts them.
pub(crate) fn schemas_mut(document: &mut Value, visit: &mut dyn FnMut(&mut Object)) {
    for (_, schema) in components_mut(document) {
        schema_mut(schema, visit);
    }
    operations_mut(document, |_, _, operation| {
        for schema in operation_schemas_mut(operation) {
            schema_mut(schema, visit);
        }
    });
}

/// Visits a schema and those within it, outer ones first.
pub(crate) fn schema_mut(schema: &mut Value, visit: &mut dyn FnMut(&mut Object)) {
    if let Some(schema) = schema.as_object_mut() {
        visit(schema);
        for (_, inner) in inner_mut(schema) {
            schema_mut(inner, visit);
        }
    }
}

/// Returns the schemas directly within a schema, each with a word that tells it
/// from its siblings.
pub(crate) fn inner_mut(schema: &mut Object) -> Vec<(String, &mut Value)> {
    let mut found = Vec::new();
    for (member, value) in schema {
        match (member.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                found.extend(properties.iter_mut().map(|(name, s)| (name.clone(), s)));
            }
            ("items", value @ Value::Object(_)) => found.push(("item".to_owned(), value)),
            ("additionalProperties", value @ Value::Object(_)) => {
                found.push(("value".to_owned(), value));
            }
            ("not", value @ Value::Object(_)) => found.push(("not".to_owned(), value)),
            ("allOf" | "oneOf" | "anyOf", Value::Array(branches)) => {
                let numbered = branches.iter_mut().enumerate();
                found.extend(numbered.map(|(index, s)| (format!("option{index}"), s)));
            }
            _ => {}
        }
    }
    found
}

/// Returns the schemas directly within an operation.
pub(crate) fn operation_schemas_mut(operation: &mut Object) -> Vec<&mut Value> {
    let mut found = Vec::new();
    for (member, value) in operation {
        match (member.as_str(), value) {
            ("parameters", Value::Array(parameters)) => {
                found.extend(parameters.iter_mut().filter_map(|p| p.get_mut("schema")));
            }
            ("requestBody", body) => found.extend(content_schemas_mut(body)),
            ("responses", Value::Object(responses)) => {
                found.extend(responses.values_mut().flat_map(content_schemas_mut));
            }
            _ => {}
        }
    }
    found
}

/// Returns the schemas of a body or a response, one for each media type.
pub(crate) fn content_schemas_mut(body: &mut Value) -> impl Iterator<Item = &mut Value> {
    object_mut(body, "content").filter_map(|(_, media)| media.get_mut("schema"))
}

/// Visits the named schemas.
pub(crate) fn components_mut(document: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    document.pointer_mut("/components/schemas").and_then(Value::as_object_mut).into_iter().flat_map(Map::iter_mut)
}

/// Returns the named schemas, or nothing if there are none.
pub(crate) fn components(document: &Value) -> Option<&Object> {
    document.pointer("/components/schemas")?.as_object()
}

/// Visits the members of an object member; nothing if it is none.
pub(crate) fn object<'a>(value: &'a Value, member: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(member).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

fn object_mut<'a>(value: &'a mut Value, member: &str) -> impl Iterator<Item = (&'a String, &'a mut Value)> {
    value.get_mut(member).and_then(Value::as_object_mut).into_iter().flat_map(Map::iter_mut)
}

/// Visits every `$ref` below a value, wherever it stands.
pub(crate) fn references(value: &Value, visit: &mut dyn FnMut(&str)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(target) if name == "$ref" => visit(target),
                    _ => references(member, visit),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, visit)),
        _ => {}
    }
}
