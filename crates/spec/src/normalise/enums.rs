//! Enums: values the generator can tell apart, and room for unknown ones.

use serde_json::{Value, json};

use super::RUNTIME_CRATE;
use crate::{
    names::{self, Taken},
    refs, walk,
};

/// Leaves enums of text only, each value with a name of its own in Rust.
///
/// The generator panics when two values differ in spelling only. The later one
/// goes: reading keeps it all the same, as a value without a name. Enums of
/// numbers or booleans become plain numbers and booleans.
pub(crate) fn tidy(document: &mut Value) {
    walk::schemas_mut(document, &mut |schema| {
        let Some(Value::Array(values)) = schema.remove("enum") else {
            return;
        };
        let declared = schema.get("type").and_then(Value::as_str);
        if declared.is_some_and(|kind| kind != "string") {
            return;
        }
        let is_text = declared.is_some() || values.iter().all(|v| v.is_string() || v.is_null());
        if !is_text {
            return;
        }
        if values.iter().any(Value::is_null) {
            schema.insert("nullable".to_owned(), Value::Bool(true));
        }
        let mut taken = Taken::default();
        let texts: Vec<Value> = values
            .iter()
            .filter_map(text)
            .filter(|value| taken.take(names::pascal(value)))
            .map(Value::String)
            .collect();
        schema.insert("type".to_owned(), "string".into());
        if !texts.is_empty() {
            schema.insert("enum".to_owned(), Value::Array(texts));
        }
    });
}

/// What a value is in an enum of text: `no` and `1` need quotes in YAML, and
/// documents forget them.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// True for a schema that becomes a Rust enum.
pub(crate) fn is_enum(schema: &Value) -> bool {
    schema.get("enum").is_some_and(Value::is_array)
}

/// Replaces each use of a named enum by `Open<…>` of it, which keeps values that
/// the document does not know: newer servers have some, and a read must not fail
/// on them. The generator has no option for that, but takes a ready-made type by
/// `x-rust-type`.
pub(crate) fn open(document: &mut Value) {
    let is_enum_target: std::collections::BTreeSet<String> = walk::components(document)
        .into_iter()
        .flatten()
        .filter(|(_, schema)| is_enum(schema))
        .map(|(name, _)| refs::SCHEMAS.to_owned() + name)
        .collect();
    walk::schemas_mut(document, &mut |schema| {
        let target = schema.get("$ref").and_then(Value::as_str);
        let Some(target) = target.filter(|target| is_enum_target.contains(*target)) else {
            return;
        };
        let rust_type = json!({
            "crate": RUNTIME_CRATE,
            "version": "*",
            "path": format!("{RUNTIME_CRATE}::Open"),
            "parameters": [{"$ref": target}],
        });
        schema.clear();
        schema.insert("type".to_owned(), "string".into());
        schema.insert("x-rust-type".to_owned(), rust_type);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(pass: fn(&mut Value), schemas: &Value) -> Value {
        let mut document = json!({"paths": {}, "components": {"schemas": schemas}});
        pass(&mut document);
        document["components"]["schemas"].take()
    }

    #[test]
    fn values_that_would_be_one_variant_lose_the_later() {
        let cases = [
            (
                json!({"type": "string", "enum": ["foo", "FOO", "a-b", "a_b", "=", ">", "foo"]}),
                json!({"type": "string", "enum": ["foo", "a-b", "="]}),
            ),
            (json!({"enum": ["a", null]}), json!({"type": "string", "enum": ["a"], "nullable": true})),
            (json!({"type": "string", "enum": [true, 1, "x"]}), json!({"type": "string", "enum": ["true", "1", "x"]})),
            (json!({"type": "integer", "enum": [1, 2]}), json!({"type": "integer"})),
            (json!({"type": "string", "enum": []}), json!({"type": "string"})),
            (json!({"enum": [1, "a"]}), json!({})),
        ];
        for (given, expected) in cases {
            assert_eq!(after(tidy, &json!({"A": given}))["A"], expected, "{given}");
        }
    }

    #[test]
    fn uses_of_an_enum_are_open_and_the_enum_itself_stays() {
        let status = json!({"type": "string", "enum": ["running"]});
        let used = json!({"$ref": "#/components/schemas/Status"});
        let other = json!({"$ref": "#/components/schemas/Job"});
        let result = after(open, &json!({"Status": status, "Job": {"properties": {"status": used, "parent": other}}}));
        assert_eq!(result["Status"], status);
        assert_eq!(result["Job"]["properties"]["parent"], other);
        assert_eq!(
            result["Job"]["properties"]["status"],
            json!({"type": "string", "x-rust-type": {
                "crate": "airway_api_gen",
                "version": "*",
                "path": "airway_api_gen::Open",
                "parameters": [used],
            }})
        );
    }
}
