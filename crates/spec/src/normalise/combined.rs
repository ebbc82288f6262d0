//! Schemas made of other schemas: `allOf`, `oneOf`, `anyOf`.

use serde_json::{Map, Value, json};

use crate::{
    refs,
    walk::{self, Object},
};

/// Deeper than any document nests `allOf`, and an end for those that circle.
const DEPTH: u8 = 32;

/// Members that say something about a schema without narrowing it.
const ANNOTATIONS: [&str; 3] = ["description", "nullable", "deprecated"];

/// Says every combination in one plain schema.
///
/// - `allOf` of objects becomes one object: the generator merges too, but turns
///   branches that differ into a type without values.
/// - `oneOf` and `anyOf` become any JSON: the generator's untagged enums drop
///   the members that only a later branch has, so that reading a value and
///   writing it back loses data.
/// - a combination of one branch is that branch.
pub(crate) fn simplify(document: &mut Value) {
    let source = document.clone();
    walk::schemas_mut(document, &mut |schema| {
        for _ in 0..DEPTH {
            if schema.contains_key("oneOf") || schema.contains_key("anyOf") {
                one_of(schema);
            } else if schema.contains_key("allOf") {
                all_of(&source, schema);
            } else {
                break;
            }
        }
        schema.remove("not");
        schema.retain(|member, _| !matches!(member.as_str(), "oneOf" | "anyOf" | "allOf"));
    });
    no_circles(document);
}

fn one_of(schema: &mut Object) {
    let is_alone = ["oneOf", "anyOf", "allOf", "properties", "items"]
        .iter()
        .filter(|member| schema.contains_key(**member))
        .count()
        == 1;
    let branches = schema.remove("oneOf").or_else(|| schema.remove("anyOf"));
    let branches = branches.as_ref().and_then(Value::as_array);
    match branches.map(Vec::as_slice) {
        Some([Value::Object(only)]) if is_alone => become_branch(schema, only),
        _ => any_json(schema),
    }
}

fn all_of(source: &Value, schema: &mut Object) {
    let Some(Value::Array(branches)) = schema.remove("allOf") else {
        return;
    };
    let narrowing: Vec<&Object> = branches
        .iter()
        .filter_map(Value::as_object)
        .filter(|branch| !branch.keys().all(|key| ANNOTATIONS.contains(&key.as_str())))
        .collect();
    let own_properties = schema.contains_key("properties") || schema.contains_key("items");
    if let ([only], false) = (&narrowing[..], own_properties) {
        become_branch(schema, only);
        return;
    }
    let mut merged = Merged::default();
    let own = Value::Object(schema.clone());
    let all_objects =
        merged.add(source, &own, DEPTH) && branches.iter().all(|branch| merged.add(source, branch, DEPTH));
    if !all_objects {
        any_json(schema);
        return;
    }
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), Value::Object(merged.properties));
    schema.insert("required".to_owned(), Value::Array(merged.required));
    if merged.open {
        schema.insert("additionalProperties".to_owned(), json!({}));
    }
}

fn become_branch(schema: &mut Object, branch: &Object) {
    schema.retain(|member, _| ANNOTATIONS.contains(&member.as_str()));
    for (member, value) in branch {
        schema.entry(member).or_insert_with(|| value.clone());
    }
}

fn any_json(schema: &mut Object) {
    schema.retain(|member, _| ANNOTATIONS.contains(&member.as_str()));
}

/// The object that several object schemas are together.
#[derive(Default)]
struct Merged {
    properties: Object,
    required: Vec<Value>,
    open: bool,
}

impl Merged {
    /// Adds a schema; false if it is no object.
    fn add(&mut self, source: &Value, schema: &Value, depth: u8) -> bool {
        let Some(Value::Object(schema)) = refs::follow(source, schema) else {
            return false;
        };
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        let other = ["oneOf", "anyOf", "items", "enum"];
        if other.iter().any(|member| schema.contains_key(*member))
            || schema.get("type").is_some_and(|kind| kind != "object")
        {
            return false;
        }
        for (name, property) in schema.get("properties").and_then(Value::as_object).unwrap_or(&Map::new()) {
            match self.properties.get(name) {
                Some(earlier) if earlier != property => {
                    self.properties.insert(name.clone(), json!({}));
                }
                _ => {
                    self.properties.insert(name.clone(), property.clone());
                }
            }
        }
        let required = schema.get("required").and_then(Value::as_array);
        self.required.extend(required.into_iter().flatten().cloned());
        self.open |= match schema.get("additionalProperties") {
            Some(extra) => *extra != Value::Bool(false),
            None => schema.contains_key("type") && !schema.contains_key("properties"),
        };
        let branches = schema.get("allOf").and_then(Value::as_array);
        branches.into_iter().flatten().all(|branch| self.add(source, branch, depth))
    }
}

/// Makes any JSON of a name that stands for itself in the end: two schemas that
/// are each `allOf` the other come to that.
fn no_circles(document: &mut Value) {
    let source = document.clone();
    for (_, schema) in walk::components_mut(document) {
        if refs::follow(&source, schema).is_none() {
            *schema = json!({});
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(schemas: &Value) -> Value {
        let mut document = json!({"paths": {}, "components": {"schemas": schemas}});
        simplify(&mut document);
        document["components"]["schemas"].take()
    }

    #[test]
    fn all_of_objects_is_one_object() {
        let schemas = json!({
            "Base": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
            "A": {
                "description": "a",
                "properties": {"own": {}},
                "allOf": [
                    {"$ref": "#/components/schemas/Base"},
                    {"properties": {"name": {"type": "string"}}},
                    {"allOf": [{"properties": {"deep": {}}, "additionalProperties": true}]},
                ],
            },
        });
        assert_eq!(
            after(&schemas)["A"],
            json!({
                "description": "a", "type": "object", "required": ["id"], "additionalProperties": {},
                "properties": {"own": {}, "id": {"type": "string"}, "name": {"type": "string"}, "deep": {}},
            })
        );
    }

    #[test]
    fn a_property_that_branches_see_differently_is_any_json() {
        let schemas = json!({"A": {"allOf": [
            {"properties": {"x": {"type": "string"}}},
            {"properties": {"x": {"type": "integer"}}},
        ]}});
        assert_eq!(after(&schemas)["A"]["properties"], json!({"x": {}}));
    }

    #[test]
    fn one_branch_with_words_around_it_is_that_branch() {
        let schemas = json!({
            "E": {"enum": ["a"]},
            "A": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/E"}, {"description": "d"}]},
            "B": {"oneOf": [{"allOf": [{"type": "string"}]}]},
        });
        let result = after(&schemas);
        assert_eq!(result["A"], json!({"nullable": true, "$ref": "#/components/schemas/E"}));
        assert_eq!(result["B"], json!({"type": "string"}));
    }

    #[test]
    fn unions_and_contradictions_are_any_json() {
        let any = [
            json!({"oneOf": [{"type": "string"}, {"type": "integer"}], "description": "d"}),
            json!({"anyOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}], "description": "d"}),
            json!({"oneOf": [{"type": "string"}], "properties": {"a": {}}, "description": "d"}),
            json!({"allOf": [{"type": "string"}, {"type": "integer"}], "description": "d"}),
            json!({"allOf": [{"properties": {"a": {}}}, {"oneOf": [{}, {}]}], "description": "d"}),
        ];
        for schema in any {
            assert_eq!(after(&json!({"A": schema}))["A"], json!({"description": "d"}), "{schema}");
        }
    }

    #[test]
    fn a_combination_that_circles_ends() {
        let schemas = json!({
            "A": {"allOf": [{"$ref": "#/components/schemas/B"}]},
            "B": {"allOf": [{"$ref": "#/components/schemas/A"}]},
            "C": {"allOf": [{"$ref": "#/components/schemas/C"}, {"properties": {"x": {}}}]},
        });
        let result = after(&schemas);
        assert_eq!((&result["A"], &result["C"]), (&json!({}), &json!({})));
    }
}
