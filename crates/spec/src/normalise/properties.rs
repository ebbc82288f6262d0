//! Members of objects: which must be there, and what they are called.

use serde_json::{Value, json};

use crate::{
    names::{self, Taken},
    refs,
    walk::{self, Object},
};

/// Drops names from `required` that are no property. The generator invents a
/// second field for each, which does not compile where a property differs from
/// it in spelling only, and can never be filled where none does.
pub(crate) fn no_phantom_required(document: &mut Value) {
    retain_required(document, |_, property| property.is_some());
}

/// Makes a property optional that must be there but may be null: the generated
/// field would refuse to read an object that leaves it out.
pub(crate) fn nullable_is_optional(document: &mut Value) {
    let source = document.clone();
    let is_nullable = |schema: &Value| schema.get("nullable") == Some(&Value::Bool(true));
    retain_required(document, |_, property| {
        !property
            .is_some_and(|property| is_nullable(property) || refs::follow(&source, property).is_some_and(is_nullable))
    });
}

fn retain_required(document: &mut Value, keep: impl Fn(&str, Option<&Value>) -> bool) {
    walk::schemas_mut(document, &mut |schema| {
        let Some(Value::Array(mut required)) = schema.remove("required") else {
            return;
        };
        let properties = schema.get("properties").and_then(Value::as_object);
        required.retain(|name| {
            let name = name.as_str().unwrap_or_default();
            keep(name, properties.and_then(|properties| properties.get(name)))
        });
        if !required.is_empty() {
            schema.insert("required".to_owned(), Value::Array(required));
        }
    });
}

/// Takes a property out whose field would have the name of another one, and
/// lets the object have members beyond its properties: the value is kept there.
pub(crate) fn no_colliding_names(document: &mut Value) {
    walk::schemas_mut(document, &mut |schema| {
        let Some(Value::Object(properties)) = schema.get_mut("properties") else {
            return;
        };
        let before = properties.len();
        let mut taken = Taken::reserving(&["extra"]);
        properties.retain(|name, _| taken.take(names::snake(name)));
        if properties.len() == before {
            return;
        }
        let kept: Vec<String> = properties.keys().cloned().collect();
        schema.insert("additionalProperties".to_owned(), json!({}));
        if let Some(Value::Array(required)) = schema.get_mut("required") {
            required.retain(|name| kept.iter().any(|kept| name == kept));
        }
    });
}

/// Lets optional lists and maps be null, so that absent, null and empty stay
/// three things; servers send each of them.
pub(crate) fn optional_collections_nullable(document: &mut Value) {
    walk::schemas_mut(document, &mut |schema| {
        let required = schema.get("required").cloned().unwrap_or_default();
        let is_required = |name: &str| {
            let names = required.as_array().into_iter().flatten();
            names.into_iter().any(|required| required == name)
        };
        let Some(Value::Object(properties)) = schema.get_mut("properties") else {
            return;
        };
        for (name, property) in properties {
            let kind = property.get("type").and_then(Value::as_str);
            if matches!(kind, Some("array" | "object"))
                && !is_required(name)
                && let Some(property) = property.as_object_mut()
            {
                make_nullable(property);
            }
        }
    });
}

fn make_nullable(schema: &mut Object) {
    schema.insert("nullable".to_owned(), Value::Bool(true));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(pass: fn(&mut Value), schema: &Value) -> Value {
        let mut document = json!({"paths": {}, "components": {"schemas": {
            "A": schema,
            "Nullable": {"type": "string", "nullable": true},
        }}});
        pass(&mut document);
        document["components"]["schemas"]["A"].take()
    }

    #[test]
    fn required_names_are_properties() {
        let schema = json!({"properties": {"jsonSchema": {}, "name": {}}, "required": ["json_schema", "name"]});
        assert_eq!(after(no_phantom_required, &schema)["required"], json!(["name"]));
        let schema = json!({"required": ["a"]});
        assert_eq!(after(no_phantom_required, &schema), json!({}));
    }

    #[test]
    fn what_may_be_null_need_not_be_there() {
        let schema = json!({
            "properties": {"a": {"nullable": true}, "b": {"nullable": false}, "c": {"$ref": "#/components/schemas/Nullable"}},
            "required": ["a", "b", "c"],
        });
        assert_eq!(after(nullable_is_optional, &schema)["required"], json!(["b"]));
    }

    #[test]
    fn of_two_properties_with_one_field_name_the_second_goes_to_the_rest() {
        let schema = json!({
            "properties": {"createdAt": {}, "created_at": {}, "extra": {}, "other": {}},
            "required": ["created_at", "other"],
        });
        assert_eq!(
            after(no_colliding_names, &schema),
            json!({
                "properties": {"createdAt": {}, "other": {}},
                "required": ["other"],
                "additionalProperties": {},
            })
        );
        let schema = json!({"properties": {"a": {}}});
        assert_eq!(after(no_colliding_names, &schema), schema);
    }

    #[test]
    fn optional_lists_and_maps_may_be_null() {
        let schema = json!({
            "properties": {"list": {"type": "array"}, "map": {"type": "object"}, "text": {"type": "string"}, "must": {"type": "array"}},
            "required": ["must"],
        });
        assert_eq!(
            after(optional_collections_nullable, &schema)["properties"],
            json!({
                "list": {"type": "array", "nullable": true},
                "map": {"type": "object", "nullable": true},
                "text": {"type": "string"},
                "must": {"type": "array"},
            })
        );
    }
}
