//! Whether a stored configuration is the wanted one.

use serde_json::Value;

use crate::secret::SERVER_MASK;

/// Returns the paths at which the stored configuration is not what is wanted, in the wanted one's order.
///
/// No difference are: the order of members, absent against `null`, absent against the specification's default, and a secret
/// that the server shows only as its mask.
pub(super) fn differences(specification: &Value, wanted: &Value, stored: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(specification, wanted, stored, "", &mut found);
    found
}

fn compare(schema: &Value, wanted: &Value, stored: &Value, path: &str, found: &mut Vec<String>) {
    let same = match (wanted, stored) {
        (Value::Object(wanted), Value::Object(stored)) => {
            let keys = wanted.keys().chain(stored.keys().filter(|key| !wanted.contains_key(*key)));
            for key in keys {
                let schema = member(schema, key, stored);
                let or_default = |value: Option<&Value>| match value {
                    Some(value) if !value.is_null() => value.clone(),
                    _ => schema.get("default").cloned().unwrap_or_default(),
                };
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                compare(schema, &or_default(wanted.get(key)), &or_default(stored.get(key)), &path, found);
            }
            return;
        }
        (Value::Array(wanted), Value::Array(stored)) if wanted.len() == stored.len() => {
            let schema = schema.get("items").unwrap_or(&Value::Null);
            for (index, (wanted, stored)) in wanted.iter().zip(stored).enumerate() {
                compare(schema, wanted, stored, &format!("{path}[{index}]"), found);
            }
            return;
        }
        // What is behind the mask is unknown, which is no difference.
        (wanted, Value::String(stored)) if stored == SERVER_MASK => !wanted.is_null(),
        (Value::Number(wanted), Value::Number(stored)) => wanted.as_f64() == stored.as_f64(),
        (wanted, stored) => wanted == stored,
    };
    if !same {
        found.push(if path.is_empty() { "configuration".to_owned() } else { path.to_owned() });
    }
}

/// The schema of a member: from the object's own properties, or from the variant that the stored object is of.
fn member<'s>(schema: &'s Value, key: &str, stored: &serde_json::Map<String, Value>) -> &'s Value {
    let own = |schema: &'s Value| schema.get("properties").and_then(|properties| properties.get(key));
    let variants = ["oneOf", "anyOf"].into_iter().filter_map(|keyword| schema.get(keyword)?.as_array()).flatten();
    own(schema).or_else(|| variants.filter(|variant| is_variant(variant, stored)).find_map(own)).unwrap_or(&Value::Null)
}

fn is_variant(variant: &Value, object: &serde_json::Map<String, Value>) -> bool {
    let properties = variant.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten().all(|(key, schema)| {
        let Some(value) = object.get(key) else { return true };
        let constant = schema.get("const").is_none_or(|wanted| wanted == value);
        let listed = schema.get("enum").and_then(Value::as_array).is_none_or(|choices| choices.contains(value));
        constant && listed
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn specification() -> Value {
        json!({"properties": {
            "host": {"type": "string"},
            "port": {"type": "integer", "default": 5432},
            "password": {"type": "string", "airbyte_secret": true},
            "method": {"oneOf": [
                {"properties": {"kind": {"const": "A"}, "lag": {"default": 1}}},
                {"properties": {"kind": {"const": "B"}, "lag": {"default": 2}}},
            ]},
        }})
    }

    #[track_caller]
    fn check(wanted: &Value, stored: &Value, expected: &[&str]) {
        assert_eq!(differences(&specification(), wanted, stored), expected);
    }

    #[test]
    fn order_null_and_defaults_are_no_difference() {
        check(&json!({"port": 5432, "host": "db", "note": null}), &json!({"host": "db"}), &[]);
        check(&json!({"host": "db"}), &json!({"host": "db", "port": 5432.0}), &[]);
    }

    #[test]
    fn the_default_is_that_of_the_stored_variant() {
        check(&json!({"method": {"kind": "B"}}), &json!({"method": {"kind": "B", "lag": 2}}), &[]);
        check(&json!({"method": {"kind": "B"}}), &json!({"method": {"kind": "B", "lag": 1}}), &["method.lag"]);
    }

    #[test]
    fn a_masked_secret_is_no_difference_but_a_dropped_one_is() {
        check(&json!({"password": "new"}), &json!({"password": "**********"}), &[]);
        check(&json!({}), &json!({"password": "**********"}), &["password"]);
    }

    #[test]
    fn every_differing_place_is_named() {
        check(
            &json!({"host": "a", "tags": ["x", "y"], "method": {"kind": "A"}}),
            &json!({"host": "b", "tags": ["x", "z"], "method": {"kind": "B"}, "extra": 1}),
            &["host", "method.kind", "tags[1]", "extra"],
        );
    }
}
