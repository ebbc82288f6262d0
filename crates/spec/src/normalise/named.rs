//! A name of its own for every schema that becomes a Rust type.

use serde_json::{Value, json};

use super::enums;
use crate::{
    names::{self, Taken},
    refs,
    walk::{self, Object},
};

/// Types that generated code names without a path, and that a schema of that
/// name would hide.
const NAMES_OF_RUST: [&str; 5] = ["Ok", "Err", "Some", "None", "String"];

/// Renames every named schema to the name of its Rust type, told apart where
/// two would be one.
pub(crate) fn rust_names(document: &mut Value) {
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else {
        return;
    };
    let mut taken = Taken::reserving(&NAMES_OF_RUST);
    let mut renamed = serde_json::Map::new();
    let mut new_target = std::collections::BTreeMap::new();
    for (name, schema) in std::mem::take(schemas) {
        let unique = taken.take_or_number(&names::pascal(&name), names::pascal);
        new_target.insert(refs::SCHEMAS.to_owned() + &name, refs::SCHEMAS.to_owned() + &unique);
        renamed.insert(unique, schema);
    }
    *schemas = renamed;
    walk::schemas_mut(document, &mut |schema| {
        if let Some(Value::String(target)) = schema.get_mut("$ref")
            && let Some(new) = new_target.get(target)
        {
            target.clone_from(new);
        }
    });
}

/// Moves objects and enums that stand within other schemas and in operations
/// among the named ones: left to itself, the generator makes their names up and
/// may choose one that is taken.
pub(crate) fn hoist(document: &mut Value) {
    let mut hoisted = Hoisted::default();
    for name in walk::components(document).into_iter().flat_map(Object::keys) {
        hoisted.taken.take(names::pascal(name));
    }
    for (name, schema) in walk::components_mut(document) {
        if let Some(schema) = schema.as_object_mut() {
            hoisted.within(schema, name);
        }
    }
    walk::operations_mut(document, |_, _, operation| {
        let id = super::operations::id(operation);
        for (member, word) in [("requestBody", "body"), ("responses", "response")] {
            let Some(part) = operation.get_mut(member) else {
                continue;
            };
            let body = if member == "responses" { &mut part["2XX"] } else { part };
            for schema in walk::content_schemas_mut(body) {
                hoisted.one(schema, &format!("{id}-{word}"));
            }
        }
    });
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        schemas.extend(hoisted.schemas);
    }
}

#[derive(Default)]
struct Hoisted {
    taken: Taken,
    schemas: Object,
}

impl Hoisted {
    fn within(&mut self, schema: &mut Object, name: &str) {
        for (word, inner) in walk::inner_mut(schema) {
            self.one(inner, &format!("{name}-{word}"));
        }
    }

    fn one(&mut self, schema: &mut Value, name: &str) {
        let Some(members) = schema.as_object_mut() else {
            return;
        };
        self.within(members, name);
        if members.contains_key("properties") || enums::is_enum(schema) {
            let name = self.taken.take_or_number(&names::pascal(name), names::pascal);
            let reference = json!({"$ref": refs::SCHEMAS.to_owned() + &name});
            let nullable = schema.get("nullable").cloned();
            self.schemas.insert(name, std::mem::replace(schema, reference));
            if let Some(nullable) = nullable {
                schema["nullable"] = nullable;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_types_are_unique_and_references_follow() {
        let mut document = json!({"paths": {}, "components": {"schemas": {
            "jobStatus": {}, "JobStatus": {}, "Ok": {}, "1st": {},
            "User": {"items": {"$ref": "#/components/schemas/jobStatus"}},
        }}});
        rust_names(&mut document);
        assert_eq!(
            document["components"]["schemas"],
            json!({
                "JobStatus": {}, "JobStatus2": {}, "Ok2": {}, "X1st": {},
                "User": {"items": {"$ref": "#/components/schemas/JobStatus2"}},
            })
        );
    }

    #[test]
    fn inner_objects_and_enums_get_names_that_are_free() {
        let mut document = json!({
            "paths": {"/a": {"post": {
                "operationId": "makeA",
                "requestBody": {"content": {"application/json": {"schema": {"properties": {"x": {"type": "string"}}}}}},
                "responses": {"2XX": {"content": {"application/json": {"schema": {"items": {"enum": ["a"]}}}}}},
            }}},
            "components": {"schemas": {
                "MakeABody": {},
                "Job": {"properties": {"config": {"properties": {"deep": {"properties": {"y": {}}}}, "nullable": true}}},
            }},
        });
        hoist(&mut document);
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        assert_eq!(
            document["components"]["schemas"],
            json!({
                "MakeABody": {},
                "MakeABody2": {"properties": {"x": {"type": "string"}}},
                "MakeAResponseItem": {"enum": ["a"]},
                "Job": {"properties": {"config": {"$ref": "#/components/schemas/JobConfig", "nullable": true}}},
                "JobConfig": {"properties": {"deep": reference("JobConfigDeep")}, "nullable": true},
                "JobConfigDeep": {"properties": {"y": {}}},
            })
        );
        let operation = &document["paths"]["/a"]["post"];
        assert_eq!(operation["requestBody"]["content"]["application/json"]["schema"], reference("MakeABody2"));
    }
}
