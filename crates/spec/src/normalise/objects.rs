//! Objects that are closed, and objects that are anything.

use serde_json::{Value, json};

use crate::walk;

/// Opens closed objects, and lets the further members of an object with
/// properties be of any type.
///
/// A generated struct of a closed object refuses a member that a newer server
/// adds, and one with typed further members refuses those of other types.
pub(crate) fn open(document: &mut Value) {
    walk::schemas_mut(document, &mut |schema| {
        let has_properties = schema.contains_key("properties");
        match schema.get("additionalProperties") {
            Some(Value::Bool(false)) => {
                schema.remove("additionalProperties");
            }
            Some(_) if has_properties => {
                schema.insert("additionalProperties".to_owned(), json!({}));
            }
            _ => {}
        }
    });
}

/// Makes any JSON of an object of which nothing is said: servers send text and
/// lists in such places too, and a map would refuse those.
pub(crate) fn free_form_to_any_json(document: &mut Value) {
    walk::schemas_mut(document, &mut |schema| {
        let is_empty = |value: &Value| value.as_object().is_some_and(serde_json::Map::is_empty);
        let says_nothing = schema.get("properties").is_none_or(is_empty)
            && schema.get("additionalProperties").is_none_or(|extra| extra.is_boolean() || is_empty(extra));
        if schema.get("type").is_some_and(|kind| kind == "object") && says_nothing {
            for member in ["type", "properties", "additionalProperties", "required"] {
                schema.remove(member);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(pass: fn(&mut Value), schema: &Value) -> Value {
        let mut document = json!({"paths": {}, "components": {"schemas": {"A": schema}}});
        pass(&mut document);
        document["components"]["schemas"]["A"].take()
    }

    #[test]
    fn closed_objects_open() {
        let cases = [
            (json!({"additionalProperties": false}), json!({})),
            (
                json!({"properties": {}, "additionalProperties": {"type": "string"}}),
                json!({"properties": {}, "additionalProperties": {}}),
            ),
            (json!({"additionalProperties": {"type": "string"}}), json!({"additionalProperties": {"type": "string"}})),
        ];
        for (given, expected) in cases {
            assert_eq!(after(open, &given), expected, "{given}");
        }
    }

    #[test]
    fn an_object_of_which_nothing_is_said_is_any_json() {
        for nothing in [
            json!({"type": "object"}),
            json!({"type": "object", "properties": {}}),
            json!({"type": "object", "additionalProperties": true}),
            json!({"type": "object", "additionalProperties": {}}),
        ] {
            assert_eq!(after(free_form_to_any_json, &nothing), json!({}), "{nothing}");
        }
        for something in [
            json!({"type": "object", "properties": {"a": {}}}),
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
        ] {
            assert_eq!(after(free_form_to_any_json, &something), something);
        }
    }
}
