//! Parameters in the one form the generator takes.

use serde_json::{Value, json};

use super::{LeftOut, Reason, operations};
use crate::{
    names::{self, Taken},
    refs,
    walk::{self, Object},
};

/// Names that mean something else within a generated method.
const TAKEN_IN_METHODS: [&str; 5] = ["self", "self_", "body", "header_map", "encode_path"];

/// Declares every parameter that the path names, as required text where the
/// document does not, and drops path parameters that the path does not name:
/// the generator panics on each of the three.
pub(crate) fn of_the_path(document: &mut Value) {
    walk::operations_mut(document, |path, _, operation| {
        let named = template_names(path).unwrap_or_default();
        let mut parameters = take_list(operation);
        parameters.retain_mut(|parameter| {
            let Some(parameter) = parameter.as_object_mut() else {
                return false;
            };
            if parameter.get("in").is_none_or(|place| place != "path") {
                return true;
            }
            parameter.insert("required".to_owned(), Value::Bool(true));
            named.iter().any(|name| parameter.get("name").is_some_and(|given| given == name))
        });
        for name in named {
            if !parameters.iter().any(|p| p["in"] == "path" && p["name"] == name) {
                parameters.push(json!({"in": "path", "name": name, "required": true, "schema": {"type": "string"}}));
            }
        }
        operation.insert("parameters".to_owned(), Value::Array(parameters));
    });
}

/// Leaves out what the generator cannot pass: cookies, headers and queries in
/// unusual styles, parameters described by a media type, and those that would
/// share a name in Rust. A required one takes its operation along; an optional
/// one is left out alone.
pub(crate) fn supported(document: &mut Value, left_out: &mut Vec<LeftOut>) {
    walk::retain_operations(document, |path, method, operation| {
        let mut refuse = |operation: &Object, place: &str, reason| {
            left_out.push(LeftOut {
                operation: operations::id(operation),
                pointer: operations::pointer(path, method) + place,
                reason,
            });
        };
        if template_names(path).is_none() {
            refuse(operation, "", Reason::Path(path.to_owned()));
            return false;
        }
        let mut taken = Taken::reserving(&TAKEN_IN_METHODS);
        let mut parameters = take_list(operation);
        // Those that must stay choose their names first.
        parameters.sort_by_key(|parameter| parameter["required"] != true);
        let mut kept = Vec::new();
        for parameter in parameters {
            let name = parameter["name"].as_str().unwrap_or_default().to_owned();
            if is_supported(&parameter) && taken.take(names::snake(&name)) {
                kept.push(parameter);
            } else if parameter["required"] == true {
                refuse(operation, "/parameters", Reason::Parameter(name));
                return false;
            } else {
                refuse(operation, "/parameters", Reason::OptionalParameter(name));
            }
        }
        operation.insert("parameters".to_owned(), Value::Array(kept));
        true
    });
}

fn is_supported(parameter: &Value) -> bool {
    let usual_style = match parameter["in"].as_str() {
        Some("path" | "header") => "simple",
        Some("query") => "form",
        _ => return false,
    };
    let style = parameter["style"].as_str().unwrap_or(usual_style);
    let is_list_in_one = parameter["explode"] == false && parameter["schema"]["type"] == "array";
    let is_sendable_header = parameter["in"] != "header"
        || parameter["name"]
            .as_str()
            .is_some_and(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    style == usual_style
        && !is_list_in_one
        && is_sendable_header
        && parameter.get("content").is_none()
        && parameter["name"].as_str().is_some_and(|name| !name.is_empty())
}

/// Makes each parameter text, a number, a boolean, or in a query a list of
/// these: what stands in a path or a header must be text in the end, and a
/// generated struct is none.
pub(crate) fn plain_types(document: &mut Value) {
    let source = document.clone();
    walk::operations_mut(document, |_, _, operation| {
        for parameter in take_list(operation) {
            let schema = refs::follow(&source, &parameter["schema"]).unwrap_or(&Value::Null);
            let plain = if schema["type"] == "array" && parameter["in"] == "query" {
                let items = refs::follow(&source, &schema["items"]).unwrap_or(&Value::Null);
                json!({"type": "array", "items": {"type": scalar(items)}})
            } else {
                json!({"type": scalar(schema)})
            };
            let mut parameter = parameter;
            parameter["schema"] = plain;
            list_mut(operation).push(parameter);
        }
    });
}

fn scalar(schema: &Value) -> &str {
    match schema["type"].as_str() {
        Some(scalar @ ("integer" | "number" | "boolean")) => scalar,
        _ => "string",
    }
}

fn list_mut(operation: &mut Object) -> &mut Vec<Value> {
    let list = operation.entry("parameters").or_insert_with(|| json!([]));
    if !list.is_array() {
        *list = json!([]);
    }
    list.as_array_mut().expect("was made a list just above")
}

fn take_list(operation: &mut Object) -> Vec<Value> {
    std::mem::take(list_mut(operation))
}

/// Returns the names in a path template, or none if it is malformed.
pub(crate) fn template_names(path: &str) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    let mut rest = path.strip_prefix('/')?;
    while let Some(brace) = rest.find(['{', '}']) {
        let name = rest[brace..].strip_prefix('{')?;
        let end = name.find(['{', '}', '/'])?;
        rest = name[end..].strip_prefix('}')?;
        if end == 0 {
            return None;
        }
        if !names.iter().any(|earlier| *earlier == name[..end]) {
            names.push(name[..end].to_owned());
        }
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(path: &str, parameters: &Value) -> Value {
        json!({"paths": {path: {"get": {"operationId": "a", "parameters": parameters}}}})
    }

    #[test]
    fn templates_are_taken_apart() {
        assert_eq!(template_names("/a/{b}/{c}x/{b}").unwrap(), ["b", "c"]);
        for malformed in ["a", "/{a", "/a}", "/{}", "/{a{b}}", "/{a/b}"] {
            assert_eq!(template_names(malformed), None, "{malformed}");
        }
    }

    #[test]
    fn path_parameters_are_those_of_the_path() {
        let mut document = one(
            "/a/{id}/{other}",
            &json!([{"in": "path", "name": "id"}, {"in": "path", "name": "stray"}, {"in": "query", "name": "q"}, null]),
        );
        of_the_path(&mut document);
        assert_eq!(
            document["paths"]["/a/{id}/{other}"]["get"]["parameters"],
            json!([
                {"in": "path", "name": "id", "required": true},
                {"in": "query", "name": "q"},
                {"in": "path", "name": "other", "required": true, "schema": {"type": "string"}},
            ])
        );
    }

    #[test]
    fn an_optional_parameter_goes_alone_and_a_required_one_with_its_operation() {
        let unsupported = [
            json!({"in": "cookie", "name": "x"}),
            json!({"in": "query", "name": "x", "style": "deepObject"}),
            json!({"in": "query", "name": "x", "content": {}}),
            json!({"in": "query", "name": "body"}),
            json!({"in": "header", "name": "a b"}),
            json!({"in": "query", "name": "x", "explode": false, "schema": {"type": "array"}}),
        ];
        for mut parameter in unsupported {
            let mut left_out = Vec::new();
            let mut document = one("/a", &json!([parameter]));
            supported(&mut document, &mut left_out);
            assert_eq!(document["paths"]["/a"]["get"]["parameters"], json!([]));
            assert!(left_out[0].is_partial(), "{parameter}");

            parameter["required"] = json!(true);
            let mut document = one("/a", &json!([parameter]));
            supported(&mut document, &mut left_out);
            assert_eq!(document, json!({"paths": {}}));
            assert!(!left_out[1].is_partial(), "{parameter}");
        }
    }

    #[test]
    fn of_two_parameters_with_one_rust_name_the_required_one_stays() {
        let required = json!({"in": "query", "name": "page_size", "required": true});
        let mut document = one("/a", &json!([{"in": "header", "name": "Page-Size"}, required]));
        let mut left_out = Vec::new();
        supported(&mut document, &mut left_out);
        assert_eq!(document["paths"]["/a"]["get"]["parameters"], json!([required]));
        assert_eq!(left_out[0].reason, Reason::OptionalParameter("Page-Size".to_owned()));
    }

    #[test]
    fn types_of_parameters_are_plain() {
        let mut document = one(
            "/a",
            &json!([
                {"in": "query", "name": "a", "schema": {"type": "array", "items": {"type": "integer", "format": "int32"}}},
                {"in": "header", "name": "b", "schema": {"type": "array"}},
                {"in": "query", "name": "c", "schema": {"$ref": "#/components/schemas/C"}},
                {"in": "query", "name": "d"},
            ]),
        );
        document["components"] = json!({"schemas": {"C": {"type": "boolean", "default": 1}}});
        plain_types(&mut document);
        let types: Vec<_> = document["paths"]["/a"]["get"]["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| p["schema"].clone())
            .collect();
        assert_eq!(
            types,
            [
                json!({"type": "array", "items": {"type": "integer"}}),
                json!({"type": "string"}),
                json!({"type": "boolean"}),
                json!({"type": "string"}),
            ]
        );
    }
}
