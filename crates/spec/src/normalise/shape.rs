//! Schemas in the shape the other passes count on.

use serde_json::{Map, Value, json};

use crate::walk::{self, Object};

/// Drops members of schemas that are not of the kind OpenAPI gives them, and
/// everything beside a `$ref`, which has no meaning there.
///
/// Documents in the field have them; the generator's parser stops at the first.
pub(crate) fn well_formed(document: &mut Value) {
    let Some(root) = document.as_object_mut() else {
        return;
    };
    let components = root.entry("components").or_insert_with(|| Value::Object(Map::new()));
    if !components.is_object() {
        *components = Value::Object(Map::new());
    }
    let schemas = &mut components["schemas"];
    if !schemas.is_object() {
        *schemas = Value::Object(Map::new());
    }
    for (_, schema) in walk::components_mut(document) {
        any_unless_object(schema);
    }
    walk::operations_mut(document, |_, _, operation| {
        for schema in walk::operation_schemas_mut(operation) {
            any_unless_object(schema);
        }
    });
    walk::schemas_mut(document, &mut tidy);
}

fn any_unless_object(schema: &mut Value) {
    if !schema.is_object() {
        *schema = json!({});
    }
}

fn tidy(schema: &mut Object) {
    if let Some(target) = schema.get("$ref").filter(|target| target.is_string()).cloned() {
        schema.clear();
        schema.insert("$ref".to_owned(), target);
        return;
    }
    schema.retain(|member, value| match member.as_str() {
        "$ref" => false,
        "allOf" | "anyOf" | "oneOf" => value.as_array().is_some_and(|list| !list.is_empty()),
        "required" | "enum" => value.is_array(),
        "properties" => value.is_object(),
        "additionalProperties" => value.is_object() || value.is_boolean(),
        "type" => value.is_string() || value.is_array(),
        "format" | "description" => value.is_string(),
        "nullable" | "deprecated" => value.is_boolean(),
        _ => true,
    });
    for (member, value) in schema.iter_mut() {
        match (member.as_str(), value) {
            ("required", Value::Array(names)) => names.retain(Value::is_string),
            ("properties", Value::Object(properties)) => {
                properties.values_mut().for_each(any_unless_object);
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(branches)) => {
                branches.iter_mut().for_each(any_unless_object);
            }
            ("items" | "not", value) => any_unless_object(value),
            _ => {}
        }
    }
}

/// Says the type where it is only implied, and takes a list of types, which
/// OpenAPI 3.0 does not have, for what it means.
pub(crate) fn implied_types(document: &mut Value) {
    walk::schemas_mut(document, &mut |schema| {
        let listed = match schema.get("type") {
            Some(Value::Array(types)) => Some(types.clone()),
            _ => None,
        };
        if let Some(types) = listed {
            let (null, others): (Vec<_>, Vec<_>) = types.into_iter().partition(|t| t == "null");
            if !null.is_empty() {
                schema.insert("nullable".to_owned(), Value::Bool(true));
            }
            match <[Value; 1]>::try_from(others) {
                Ok([one]) => schema.insert("type".to_owned(), one),
                Err(_) => schema.remove("type"),
            };
        }
        let known = ["string", "integer", "number", "boolean", "array", "object"];
        if schema.get("type").is_some_and(|given| !known.iter().any(|name| given == name)) {
            schema.remove("type");
        }
        if !schema.contains_key("type") {
            let implied = if schema.contains_key("properties") {
                "object"
            } else if schema.contains_key("items") {
                "array"
            } else {
                return;
            };
            schema.insert("type".to_owned(), implied.into());
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
    fn members_of_the_wrong_kind_go_and_the_others_stay() {
        let schema = json!({
            "type": 3, "required": ["a", 1], "enum": "x", "nullable": "yes",
            "properties": {"a": true, "b": {"items": null}, "$ref": {"$ref": 1}},
            "allOf": [], "oneOf": [null],
        });
        assert_eq!(
            after(well_formed, &schema),
            json!({"required": ["a"], "properties": {"a": {}, "b": {"items": {}}, "$ref": {}}, "oneOf": [{}]})
        );
    }

    #[test]
    fn a_reference_stands_alone() {
        let schema = json!({"$ref": "#/components/schemas/B", "description": "d"});
        assert_eq!(after(well_formed, &schema), json!({"$ref": "#/components/schemas/B"}));
    }

    #[test]
    fn a_document_without_schemas_gets_room_for_them() {
        for mut document in [json!({"paths": {}}), json!({"components": null}), json!({"components": {"schemas": 1}})] {
            well_formed(&mut document);
            assert_eq!(document["components"]["schemas"], json!({}));
        }
    }

    #[test]
    fn implied_and_listed_types_are_said() {
        let cases = [
            (json!({"properties": {}}), json!({"properties": {}, "type": "object"})),
            (json!({"items": {}}), json!({"items": {}, "type": "array"})),
            (json!({"type": ["string", "null"]}), json!({"type": "string", "nullable": true})),
            (json!({"type": ["string", "integer"]}), json!({})),
            (json!({"type": "null"}), json!({})),
            (json!({"type": "file"}), json!({})),
            (json!({}), json!({})),
        ];
        for (schema, expected) in cases {
            assert_eq!(after(implied_types, &schema), expected, "{schema}");
        }
    }
}
