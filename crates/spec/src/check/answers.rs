//! Where an answer is not what the document says.

use serde_json::Value;

use super::{below, is_of_kind, kind_of};
use crate::{OperationIndex, walk::Object};

/// Returns the JSON pointer of the first value that is of another type than
/// the schema says.
///
/// As lenient as the bindings are: members may be missing, unknown or null, and
/// what has several forms is not looked into.
///
/// ```
/// use airway_spec::{Document, OperationIndex, mistyped};
/// use serde_json::json;
///
/// let text = "openapi: 3.0.3\npaths:\n  /v1/a: {post: {operationId: a}}\n";
/// let index = OperationIndex::of(&Document::parse(text, "a.yaml")?);
/// let schema = json!({"type": "object", "properties": {"ids": {"type": "array", "items": {"type": "string"}}}});
/// assert_eq!(mistyped(&index, &schema, &json!({"ids": ["a", 2], "more": 1})).as_deref(), Some("/ids/1"));
/// assert_eq!(mistyped(&index, &schema, &json!({"ids": null})), None);
/// # Ok::<(), airway_spec::SpecError>(())
/// ```
#[must_use]
pub fn mistyped(index: &OperationIndex, schema: &Value, value: &Value) -> Option<String> {
    find(index, schema, value, "")
}

fn find(index: &OperationIndex, schema: &Value, value: &Value, pointer: &str) -> Option<String> {
    let schema = index.resolve(schema).1.as_object()?;
    if value.is_null() || schema.contains_key("oneOf") || schema.contains_key("anyOf") {
        return None;
    }
    let mut parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    if let Some(found) = parts.find_map(|part| find(index, part, value, pointer)) {
        return Some(found);
    }
    if kind_of(schema).is_some_and(|kind| !is_of_kind(value, kind)) {
        return Some(pointer.to_owned());
    }
    let members = value.as_object().into_iter().flatten();
    let members = members.filter_map(|(name, member)| Some((member_of(schema, name)?, member, below(pointer, name))));
    let items = value.as_array().into_iter().flatten().enumerate();
    let items = items.filter_map(|(at, item)| Some((schema.get("items")?, item, format!("{pointer}/{at}"))));
    members.chain(items).find_map(|(schema, value, pointer)| find(index, schema, value, &pointer))
}

fn member_of<'a>(schema: &'a Object, name: &str) -> Option<&'a Value> {
    let own = schema.get("properties").and_then(|properties| properties.get(name));
    own.or_else(|| schema.get("additionalProperties").filter(|extra| extra.is_object()))
}
