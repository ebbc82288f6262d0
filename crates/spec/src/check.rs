//! Requests checked against the document before they are sent.

mod alternatives;
mod answers;
mod violation;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{Operation, OperationIndex, nearest, refs, walk::Object};
use alternatives::alternatives;
pub use answers::mistyped;
pub use violation::{Violation, ViolationKind};

/// Returns what is wrong with the body of a request; nothing if it is right.
///
/// An object may have the fields the document names and no others, unless the
/// document leaves it open; every value must be of its type, every required
/// field must be there, a value of an enum must be one of its values, upper or
/// lower case, as servers take them, and what the document calls a UUID must be
/// one: no server finds anything by another text. `Value::Null` stands for no
/// body.
///
/// ```
/// use airway_spec::{Document, OperationIndex, check_request};
/// use serde_json::json;
///
/// let text = "
/// openapi: 3.0.3
/// paths:
///   /v1/sources/get:
///     post:
///       operationId: getSource
///       requestBody:
///         content:
///           application/json:
///             schema: {type: object, properties: {sourceId: {type: string}}}
/// ";
/// let index = OperationIndex::of(&Document::parse(text, "sources.yaml")?);
/// let operation = index.get("sources/get").unwrap();
/// let violations = check_request(&index, operation, &json!({"sourceID": 1}));
/// assert_eq!(violations[0].to_string(), "field `/sourceID` is unknown");
/// assert_eq!(violations[0].nearest.as_deref(), Some("sourceId"));
/// # Ok::<(), airway_spec::SpecError>(())
/// ```
#[must_use]
pub fn check_request(index: &OperationIndex, operation: &Operation, body: &Value) -> Vec<Violation> {
    let mut violations = Vec::new();
    let check = Check { index };
    match &operation.request {
        Some(request) if body.is_null() && !request.required => {}
        Some(request) => check.value(&request.schema, body, "", &mut violations),
        None => no_body(body, &mut violations),
    }
    violations
}

/// An operation without a body may be sent an empty object.
fn no_body(body: &Value, violations: &mut Vec<Violation>) {
    match body {
        Value::Null => {}
        Value::Object(members) => violations.extend(members.keys().map(|name| Violation {
            pointer: below("", name),
            kind: ViolationKind::UnknownField,
            nearest: None,
        })),
        other => violations.push(wrong_type("", "no body", other)),
    }
}

struct Check<'a> {
    index: &'a OperationIndex,
}

impl<'a> Check<'a> {
    fn value(&self, schema: &'a Value, value: &Value, pointer: &str, out: &mut Vec<Violation>) {
        let mut best: Option<Vec<Violation>> = None;
        for parts in alternatives(self.index, schema) {
            if value.is_null() && parts.iter().any(|part| allows_null(part)) {
                return;
            }
            let mut violations = Vec::new();
            self.parts(&parts, value, pointer, &mut violations);
            if violations.is_empty() {
                return;
            }
            if best.as_ref().is_none_or(|best| violations.len() < best.len()) {
                best = Some(violations);
            }
        }
        out.extend(best.unwrap_or_default());
    }

    /// Checks against schemas that must all hold.
    fn parts(&self, parts: &[&'a Object], value: &Value, pointer: &str, out: &mut Vec<Violation>) {
        for part in parts {
            let expected = kind_of(part);
            if expected.is_some_and(|expected| !is_of_kind(value, expected)) {
                let expected = expected.unwrap_or_default();
                out.push(wrong_type(pointer, expected, value));
                return;
            }
            if let Some(Value::Array(allowed)) = part.get("enum")
                && !allowed.iter().any(|allowed| is_same(allowed, value))
            {
                out.push(unknown_value(pointer, allowed, value));
            }
            if part.get("format").and_then(Value::as_str) == Some(UUID) && !value.as_str().is_none_or(is_uuid) {
                let kind = ViolationKind::WrongFormat { expected: UUID.to_owned() };
                out.push(Violation { pointer: pointer.to_owned(), kind, nearest: None });
            }
        }
        match value {
            Value::Object(members) => self.object(parts, members, pointer, out),
            Value::Array(items) => {
                for schema in parts.iter().filter_map(|part| part.get("items")) {
                    for (index, item) in items.iter().enumerate() {
                        self.value(schema, item, &format!("{pointer}/{index}"), out);
                    }
                }
            }
            _ => {}
        }
    }

    fn object(&self, parts: &[&'a Object], members: &Object, pointer: &str, out: &mut Vec<Violation>) {
        let mut properties: BTreeMap<&str, Vec<&'a Value>> = BTreeMap::new();
        let mut required: BTreeSet<&str> = BTreeSet::new();
        let mut extra: Vec<&'a Value> = Vec::new();
        for part in parts {
            for (name, schema) in part.get("properties").and_then(Value::as_object).into_iter().flatten() {
                properties.entry(name).or_default().push(schema);
            }
            let names = part.get("required").and_then(Value::as_array);
            required.extend(names.into_iter().flatten().filter_map(Value::as_str));
            extra.extend(part.get("additionalProperties").filter(|extra| **extra != Value::Bool(false)));
        }
        let is_closed = extra.is_empty()
            && parts.iter().any(|part| part.contains_key("properties") || part.contains_key("additionalProperties"));
        for (name, value) in members {
            let place = below(pointer, name);
            if let Some(schemas) = properties.get(name.as_str()) {
                for schema in schemas {
                    self.value(schema, value, &place, out);
                }
            } else if is_closed {
                let unused = properties.keys().filter(|name| !members.contains_key(**name));
                out.push(Violation {
                    pointer: place,
                    kind: ViolationKind::UnknownField,
                    nearest: nearest::nearest(name, unused.copied()).map(str::to_owned),
                });
            } else {
                for schema in extra.iter().filter(|extra| extra.is_object()) {
                    self.value(schema, value, &place, out);
                }
            }
        }
        // A document may require what it does not describe; that cannot be sent.
        let missing = required.into_iter().filter(|name| !members.contains_key(*name));
        out.extend(missing.filter(|name| !is_closed || properties.contains_key(name)).map(|name| Violation {
            pointer: below(pointer, name),
            kind: ViolationKind::MissingField,
            nearest: None,
        }));
    }
}

const UUID: &str = "uuid";

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The type a schema asks for, said or implied.
fn kind_of(schema: &Object) -> Option<&str> {
    match schema.get("type") {
        Some(kind) => kind.as_str(),
        None if schema.contains_key("properties") => Some("object"),
        None if schema.contains_key("items") => Some("array"),
        None => None,
    }
}

fn allows_null(schema: &Object) -> bool {
    schema.get("nullable") == Some(&Value::Bool(true))
        || schema.get("enum").and_then(Value::as_array).is_some_and(|values| values.contains(&Value::Null))
}

fn is_of_kind(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}

fn is_same(allowed: &Value, value: &Value) -> bool {
    match (allowed, value) {
        (Value::String(allowed), Value::String(value)) => allowed.eq_ignore_ascii_case(value),
        // What YAML made of an unquoted word.
        (Value::Bool(allowed), Value::String(value)) => value.parse() == Ok(*allowed),
        (Value::Number(allowed), Value::String(value)) => value.parse().ok().as_ref() == Some(allowed),
        _ => allowed == value,
    }
}

fn wrong_type(pointer: &str, expected: &str, found: &Value) -> Violation {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    Violation {
        pointer: pointer.to_owned(),
        kind: ViolationKind::WrongType { expected: expected.to_owned(), found },
        nearest: None,
    }
}

fn unknown_value(pointer: &str, allowed: &[Value], value: &Value) -> Violation {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let allowed: Vec<String> = allowed.iter().filter(|allowed| !allowed.is_null()).map(text).collect();
    let nearest = nearest::nearest(&text(value), allowed.iter().map(String::as_str));
    Violation {
        pointer: pointer.to_owned(),
        nearest: nearest.map(str::to_owned),
        kind: ViolationKind::UnknownValue { allowed },
    }
}

fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", refs::escaped(name))
}

#[cfg(test)]
mod tests;
