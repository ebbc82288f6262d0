//! A schema as a tree of members, each named schema spelled out where it occurs first.

use std::collections::BTreeSet;
use std::fmt::Write;

use airway_client::operations;
use serde_json::{Map, Value};

/// Whether a schema is sent or received: only what is sent has members that must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    In,
    Out,
}

/// Returns the name or kind of a schema, and below it its members.
pub(super) fn tree(schema: &Value, direction: Direction) -> String {
    let mut tree = Tree { out: String::new(), spelled_out: BTreeSet::new(), direction };
    let shape = shape(schema);
    tree.out.push_str(&shape.text);
    tree.below(&shape, 1, &description(schema));
    tree.out
}

struct Tree {
    out: String,
    spelled_out: BTreeSet<String>,
    direction: Direction,
}

/// What a value is, in a few words, and the schema whose members stand below it.
struct Shape<'a> {
    text: String,
    inner: Option<Inner<'a>>,
}

struct Inner<'a> {
    name: Option<&'a str>,
    schema: &'a Value,
}

struct Member<'a> {
    name: &'a str,
    schema: &'a Value,
    is_required: bool,
}

impl Tree {
    /// Ends the line of a value and writes what is in it.
    fn below(&mut self, shape: &Shape<'_>, depth: usize, comment: &str) {
        let inner = shape.inner.as_ref();
        let is_known = inner.and_then(|inner| inner.name).is_some_and(|name| !self.spelled_out.insert(name.to_owned()));
        if is_known {
            self.out.push_str(" (see above)");
        }
        if !comment.is_empty() {
            self.out.push_str("  # ");
            self.out.push_str(comment);
        }
        self.out.push('\n');
        let Some(inner) = inner.filter(|_| !is_known) else { return };
        let mut members = Vec::new();
        collect(inner.schema, &mut members);
        // Stable: the document's order within each half.
        members.sort_by_key(|member| !member.is_required);
        for member in members {
            self.member(&member, depth);
        }
        for alternative in alternatives(inner.schema) {
            let shape = self::shape(alternative);
            self.out.push_str(&"  ".repeat(depth));
            self.out.push_str("or: ");
            self.out.push_str(&shape.text);
            self.below(&shape, depth + 1, &description(alternative));
        }
    }

    fn member(&mut self, member: &Member<'_>, depth: usize) {
        let shape = shape(member.schema);
        let extension = |name: &str| member.schema.get(name).and_then(Value::as_str);
        let mut line = format!("{}{}: {}", "  ".repeat(depth), member.name, shape.text);
        if member.is_required && self.direction == Direction::In {
            line.push_str(", required");
        }
        if let Some(since) = extension("x-airbyte-since") {
            let _ = write!(line, ", from {since} on");
        }
        if let Some(until) = extension("x-airbyte-until") {
            let _ = write!(line, ", up to {until}");
        }
        if let Some(default) = member.schema.get("default") {
            let _ = write!(line, ", {default} unless told");
        }
        if member.schema.get("x-airway-secret") == Some(&Value::Bool(true)) {
            line.push_str(", secret");
        }
        self.out.push_str(&line);
        self.below(&shape, depth + 1, &description(member.schema));
    }
}

fn shape(schema: &Value) -> Shape<'_> {
    let (name, resolved) = operations().resolve(schema);
    let mut shape = bare(name, resolved);
    if resolved.get("nullable") == Some(&Value::Bool(true)) {
        shape.text.push_str(" or null");
    }
    shape
}

fn bare<'a>(name: Option<&'a str>, schema: &'a Value) -> Shape<'a> {
    let plain = |text: String| Shape { text, inner: None };
    let object = |text: &str| Shape { text: name.unwrap_or(text).to_owned(), inner: Some(Inner { name, schema }) };
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return plain(choices(values, schema.get("x-airbyte-enum-since")));
    }
    match parts(schema, "allOf") {
        // One schema with remarks of its own.
        [only] if !schema.get("properties").is_some_and(Value::is_object) => return shape(only),
        [] => {}
        _ => return object("object"),
    }
    if !alternatives(schema).is_empty() {
        return object("one of these");
    }
    let has_members = schema.get("properties").and_then(Value::as_object).is_some_and(|members| !members.is_empty());
    match schema.get("type").and_then(Value::as_str) {
        _ if has_members => object("object"),
        Some("array") => {
            let items = schema.get("items").map_or(plain("any value".to_owned()), shape);
            Shape { text: format!("list of {}", items.text), inner: items.inner }
        }
        Some("object") => match schema.get("additionalProperties").filter(|extra| extra.is_object()) {
            Some(extra) => {
                let values = shape(extra);
                Shape { text: format!("map of {}", values.text), inner: values.inner }
            }
            None => plain("any object".to_owned()),
        },
        Some(kind) => plain(match schema.get("format").and_then(Value::as_str) {
            Some(format) => format!("{kind} ({format})"),
            None => kind.to_owned(),
        }),
        None => plain("any value".to_owned()),
    }
}

fn choices(values: &[Value], since: Option<&Value>) -> String {
    let texts: Vec<String> = values
        .iter()
        .map(|value| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            match since.and_then(|since| since.get(&text)).and_then(Value::as_str) {
                Some(since) => format!("{text} (from {since} on)"),
                None => text,
            }
        })
        .collect();
    texts.join(" | ")
}

/// All members of a schema and of those it is put together from.
fn collect<'a>(schema: &'a Value, members: &mut Vec<Member<'a>>) {
    for part in parts(schema, "allOf") {
        collect(operations().resolve(part).1, members);
    }
    let required = parts(schema, "required");
    for (name, member) in schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::iter) {
        let is_required = required.iter().any(|required| required == name);
        members.push(Member { name, schema: member, is_required });
    }
}

fn alternatives(schema: &Value) -> &[Value] {
    match parts(schema, "oneOf") {
        [] => parts(schema, "anyOf"),
        alternatives => alternatives,
    }
}

fn parts<'a>(schema: &'a Value, name: &str) -> &'a [Value] {
    schema.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// On one line, whatever its form in the document.
fn description(schema: &Value) -> String {
    let own = schema.get("description");
    let text = own.or_else(|| operations().resolve(schema).1.get("description")).and_then(Value::as_str);
    text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_that_must_be_sent_come_first_and_are_marked() {
        let schema = json!({
            "type": "object", "required": ["name"],
            "properties": {
                "kind": {"type": "string", "enum": ["a", "b"], "x-airbyte-enum-since": {"b": "2.0"}},
                "list": {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "integer", "format": "int64"}}}},
                "map": {"type": "object", "additionalProperties": {"type": "number"}, "nullable": true},
                "name": {"type": "string", "description": "Of the\n  thing.", "x-airbyte-since": "1.8", "default": "x"},
                "some": {},
            },
        });
        let expected = "object\n  name: string, required, from 1.8 on, \"x\" unless told  # Of the thing.\n  \
                        kind: a | b (from 2.0 on)\n  list: list of object\n    x: integer (int64)\n  \
                        map: map of number or null\n  some: any value\n";
        assert_eq!(tree(&schema, Direction::In), expected);
        assert!(!tree(&schema, Direction::Out).contains("required"));
    }

    #[test]
    fn schemas_are_put_together_and_told_apart() {
        let one = json!({"properties": {"a": {"type": "string"}}});
        let other = json!({"properties": {"b": {"type": "string"}}});
        assert_eq!(tree(&json!({"allOf": [one, other]}), Direction::In), "object\n  a: string\n  b: string\n");
        assert_eq!(
            tree(&json!({"oneOf": [one, {"type": "string"}]}), Direction::In),
            "one of these\n  or: object\n    a: string\n  or: string\n"
        );
    }

    #[test]
    fn every_operation_has_a_tree_that_ends() {
        for operation in operations() {
            for body in operation.request.iter().chain(&operation.response) {
                let text = tree(&body.schema, Direction::In);
                assert!(text.lines().count() < 2_000, "{}", operation.name());
            }
        }
    }
}
