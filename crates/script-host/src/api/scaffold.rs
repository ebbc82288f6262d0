//! A configuration to begin with, written from a connector's specification.

use std::fmt::Write;

use serde_json::{Map, Value};

/// Returns a map literal: what is required first, the rest in comments.
pub(super) fn scaffold(schema: &Value) -> String {
    let mut out = String::from("#{\n");
    members(&mut out, schema, 1);
    out.push('}');
    out
}

fn members(out: &mut String, schema: &Value, depth: usize) {
    let properties = schema["properties"].as_object();
    let is_required = |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|it| it == name));
    let mut sorted: Vec<(&String, &Value)> = properties.into_iter().flatten().collect();
    sorted.sort_by_key(|(name, property)| (!is_required(name), property["order"].as_i64().unwrap_or(i64::MAX), *name));
    for (name, property) in sorted {
        let required = is_required(name);
        let inner = one_of(property);
        let mut text = String::new();
        if inner["properties"].is_object() {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{}: #{{", key(name));
            members(&mut text, inner, 1);
            text.push_str("},\n");
        } else {
            let about = property["title"].as_str().filter(|title| *title != name);
            let about = about.map_or_else(String::new, |title| format!("  // {title}"));
            let _ = writeln!(text, "{}: {},{about}", key(name), value(name, property));
        }
        let lead = format!("{}{}", "    ".repeat(depth), if required { "" } else { "// " });
        text.lines().for_each(|line| {
            let _ = writeln!(out, "{lead}{line}");
        });
    }
}

/// Returns the first of several forms that a property can have.
fn one_of(property: &Value) -> &Value {
    property["oneOf"].as_array().and_then(|forms| forms.first()).unwrap_or(property)
}

fn value(name: &str, property: &Value) -> String {
    if property["airbyte_secret"] == Value::Bool(true) {
        return format!("secret(\"{}\")", name.to_uppercase().replace('-', "_"));
    }
    let given = [&property["const"], &property["default"], &property["examples"][0], &property["enum"][0]];
    if let Some(given) = given.into_iter().find(|given| !given.is_null()) {
        return literal(given);
    }
    match property["type"].as_str() {
        Some("integer" | "number") => "0".to_owned(),
        Some("boolean") => "false".to_owned(),
        Some("array") => "[]".to_owned(),
        Some("object") => "#{}".to_owned(),
        _ => "\"\"".to_owned(),
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::Null => "()".to_owned(),
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => object(members),
        plain => plain.to_string(),
    }
}

fn object(members: &Map<String, Value>) -> String {
    let members: Vec<String> =
        members.iter().map(|(name, value)| format!("{}: {}", key(name), literal(value))).collect();
    if members.is_empty() { "#{}".to_owned() } else { format!("#{{ {} }}", members.join(", ")) }
}

/// Names that are none in a script stand in quotes.
fn key(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain && !matches!(name, "in" | "for" | "if" | "import" | "export" | "const" | "private" | "fn" | "let") {
        name.to_owned()
    } else {
        Value::from(name).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_required_comes_first_and_the_rest_in_comments() {
        let schema = json!({
            "required": ["host", "password", "method"],
            "properties": {
                "password": {"type": "string", "airbyte_secret": true, "order": 1},
                "host": {"type": "string", "title": "Host name", "order": 0},
                "port": {"type": "integer", "default": 5432},
                "in": {"type": "array"},
                "method": {"order": 2, "oneOf": [
                    {"required": ["kind"], "properties": {"kind": {"const": "Standard"}, "lag": {"type": "integer"}}},
                    {"properties": {"kind": {"const": "CDC"}}},
                ]},
            },
        });
        let expected = "#{\n    host: \"\",  // Host name\n    password: secret(\"PASSWORD\"),\n    method: #{\n        \
            kind: \"Standard\",\n        // lag: 0,\n    },\n    // \"in\": [],\n    // port: 5432,\n}";
        assert_eq!(scaffold(&schema), expected);
    }

    #[test]
    fn a_connector_without_a_specification_has_an_empty_one() {
        assert_eq!(scaffold(&json!({})), "#{\n}");
    }
}
