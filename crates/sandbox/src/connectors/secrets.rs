//! Masking what a specification marks `airbyte_secret`, and taking masks back.

use std::collections::BTreeSet;

use jsonschema::Draft;
use serde_json::Value;

/// What a reader sees in place of a secret.
pub(crate) const MASK: &str = "**********";

/// Returns `value` with everything masked that `schema` marks, in nested objects, arrays and alternatives alike.
pub(crate) fn mask(schema: &Value, value: &Value) -> Value {
    let mut masked = value.clone();
    mask_in_place(schema, &mut masked);
    masked
}

fn mask_in_place(schema: &Value, value: &mut Value) {
    if is_secret(schema) {
        *value = Value::String(MASK.to_owned());
        return;
    }
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if let Some(property) = schema["properties"].get(name) {
                    mask_in_place(property, member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mask_in_place(&schema["items"], item)),
        _ => return,
    }
    // Every alternative is looked at, fitting or not: showing too little is the safe mistake.
    for branch in alternatives(schema) {
        mask_in_place(branch, value);
    }
}

/// Returns `incoming` with each masked secret replaced by the one in `stored`, where the shapes agree.
pub(crate) fn restore(schema: &Value, incoming: &Value, stored: &Value) -> Value {
    let mut restored = incoming.clone();
    restore_in_place(schema, &mut restored, stored);
    restored
}

fn restore_in_place(schema: &Value, incoming: &mut Value, stored: &Value) {
    if is_secret(schema) {
        if incoming.as_str() == Some(MASK) && !stored.is_null() {
            *incoming = stored.clone();
        }
        return;
    }
    if let Value::Object(members) = incoming {
        for (name, member) in members {
            if let (Some(property), Some(kept)) = (schema["properties"].get(name), stored.get(name)) {
                restore_in_place(property, member, kept);
            }
        }
    }
    // An alternative that what comes in does not fit gives nothing back.
    for branch in alternatives(schema) {
        let fits = jsonschema::options()
            .with_draft(Draft::Draft7)
            .build(branch)
            .is_ok_and(|validator| validator.is_valid(incoming));
        if fits {
            restore_in_place(branch, incoming, stored);
        }
    }
}

fn is_secret(schema: &Value) -> bool {
    schema["airbyte_secret"] == true
}

fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
    ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|key| schema[key].as_array()).flatten()
}

/// Returns the names of all properties that `schema` marks as secret.
pub(crate) fn secret_names(schema: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect(schema, &mut names);
    names
}

fn collect(schema: &Value, names: &mut BTreeSet<String>) {
    if let Some(properties) = schema["properties"].as_object() {
        for (name, property) in properties {
            if is_secret(property) {
                names.insert(name.clone());
            }
            collect(property, names);
        }
    }
    if !schema["items"].is_null() {
        collect(&schema["items"], names);
    }
    alternatives(schema).for_each(|branch| collect(branch, names));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> Value {
        json!({"properties": {
            "user": {"type": "string"},
            "password": {"type": "string", "airbyte_secret": true},
            "tunnel": {"oneOf": [
                {"required": ["method"], "properties": {"method": {"const": "none"}}},
                {"required": ["method", "key"], "properties": {
                    "method": {"const": "key"}, "key": {"type": "string", "airbyte_secret": true}}},
            ]},
            "headers": {"type": "array", "items": {"properties": {"value": {"airbyte_secret": true}}}},
        }})
    }

    #[test]
    fn secrets_are_masked_in_nested_objects_alternatives_and_arrays() {
        let given = json!({
            "user": "ada", "password": "p", "tunnel": {"method": "key", "key": "k"},
            "headers": [{"name": "a", "value": "v"}], "unknown": "stays",
        });
        assert_eq!(
            mask(&schema(), &given),
            json!({
                "user": "ada", "password": MASK, "tunnel": {"method": "key", "key": MASK},
                "headers": [{"name": "a", "value": MASK}], "unknown": "stays",
            })
        );
    }

    #[test]
    fn a_mask_brings_the_stored_secret_back_and_anything_else_replaces_it() {
        let stored = json!({"password": "old", "tunnel": {"method": "key", "key": "k"}});
        let restored = |incoming: Value| restore(&schema(), &incoming, &stored);
        assert_eq!(restored(json!({"password": MASK})), json!({"password": "old"}));
        assert_eq!(restored(json!({"password": "new"})), json!({"password": "new"}));
        assert_eq!(restored(json!({"user": MASK})), json!({"user": MASK}));
        assert_eq!(
            restored(json!({"tunnel": {"method": "key", "key": MASK}})),
            json!({"tunnel": {"method": "key", "key": "k"}})
        );
    }

    #[test]
    fn an_alternative_that_does_not_fit_keeps_its_mask() {
        let stored = json!({"tunnel": {"method": "key", "key": "k"}});
        let incoming = json!({"tunnel": {"method": "other", "key": MASK}});
        assert_eq!(restore(&schema(), &incoming, &stored), incoming);
    }

    #[test]
    fn secret_names_are_found_everywhere() {
        assert_eq!(secret_names(&schema()).into_iter().collect::<Vec<_>>(), ["key", "password", "value"]);
    }
}
