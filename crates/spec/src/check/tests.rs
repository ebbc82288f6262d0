//! Claims about single schemas; each case is one body.

use serde_json::{Value, json};

use super::*;
use crate::Document;

fn lines(schema: &Value, body: &Value) -> Vec<String> {
    let document = json!({
        "openapi": "3.0.3",
        "paths": {"/v1/a": {"post": {
            "operationId": "a",
            "requestBody": {"required": true, "content": {"application/json": {"schema": schema}}},
        }}},
        "components": {"schemas": {
            "Status": {"type": "string", "enum": ["active", "inactive"]},
            "Tree": {"type": "object", "properties": {"name": {"type": "string"}, "child": {"$ref": "#/components/schemas/Tree"}}, "required": ["name"]},
            "Loop": {"allOf": [{"$ref": "#/components/schemas/Loop"}]},
            "Cat": {"type": "object", "properties": {"kind": {"type": "string", "enum": ["cat"]}, "lives": {"type": "integer"}}, "required": ["kind"]},
            "Dog": {"type": "object", "properties": {"kind": {"type": "string", "enum": ["dog"]}, "tricks": {"type": "array", "items": {"type": "string"}}}, "required": ["kind"]},
        }},
    });
    let index = OperationIndex::of(&Document::from_value(document, "a.yaml").unwrap());
    let violations = check_request(&index, index.get("a").unwrap(), body);
    let line = |violation: &Violation| match &violation.nearest {
        Some(nearest) => format!("{violation} → {nearest}"),
        None => violation.to_string(),
    };
    violations.iter().map(line).collect()
}

fn object(properties: &Value) -> Value {
    json!({"type": "object", "properties": properties})
}

#[test]
fn unknown_fields_are_named_with_the_nearest_that_is_not_in_use() {
    let schema = object(&json!({"sourceId": {"type": "string"}, "name": {"type": "string"}}));
    assert_eq!(
        lines(&schema, &json!({"source_id": "1", "nmae": "x", "zzz": 1})),
        ["field `/nmae` is unknown → name", "field `/source_id` is unknown → sourceId", "field `/zzz` is unknown",]
    );
    assert_eq!(lines(&schema, &json!({"name": "x", "names": "y"})), ["field `/names` is unknown"]);
}

#[test]
fn a_uuid_is_one() {
    let schema = object(
        &json!({"id": {"type": "string", "format": "uuid", "nullable": true}, "at": {"type": "string", "format": "date-time"}}),
    );
    for right in [json!("5AE6b09b-fdec-41af-aaf7-7d94cfc33ef6"), json!(null)] {
        assert_eq!(lines(&schema, &json!({"id": right, "at": "soon"})), [] as [String; 0]);
    }
    for wrong in ["", "default", "5ae6b09bfdec41afaaf77d94cfc33ef6", "5ae6b09b-fdec-41af-aaf7-7d94cfc33eg6"] {
        assert_eq!(lines(&schema, &json!({"id": wrong})), ["field `/id` must be a uuid"], "{wrong}");
    }
    assert_eq!(lines(&schema, &json!({"id": 1})), ["field `/id` must be `string` and is `integer`"]);
}

#[test]
fn types_are_exact() {
    let cases = [
        (json!({"type": "string"}), json!(1), "string` and is `integer"),
        (json!({"type": "integer"}), json!(1.5), "integer` and is `number"),
        (json!({"type": "number"}), json!("1"), "number` and is `string"),
        (json!({"type": "boolean"}), json!("true"), "boolean` and is `string"),
        (json!({"type": "array"}), json!({}), "array` and is `object"),
        (json!({"type": "object"}), json!([]), "object` and is `array"),
        (json!({"properties": {}}), json!(true), "object` and is `boolean"),
        (json!({"items": {}}), json!(1), "array` and is `integer"),
        (json!({"type": "string"}), json!(null), "string` and is `null"),
    ];
    for (schema, value, expected) in cases {
        let found = lines(&object(&json!({"a": schema})), &json!({"a": value}));
        assert_eq!(found, [format!("field `/a` must be `{expected}`")]);
    }
    assert_eq!(lines(&json!({"type": "number"}), &json!(1)), [""; 0]);
}

#[test]
fn null_goes_only_where_it_is_allowed() {
    for allowed in [
        json!({"type": "string", "nullable": true}),
        json!({"nullable": true, "allOf": [{"$ref": "#/components/schemas/Status"}]}),
        json!({"type": "string", "enum": ["a", null]}),
        json!({}),
    ] {
        assert_eq!(lines(&object(&json!({"a": allowed})), &json!({"a": null})), [""; 0], "{allowed}");
    }
    let status = json!({"$ref": "#/components/schemas/Status"});
    assert_eq!(lines(&object(&json!({"a": status})), &json!({"a": null})).len(), 1);
}

#[test]
fn enum_values_may_differ_in_case_only() {
    let schema = object(&json!({"status": {"$ref": "#/components/schemas/Status"}}));
    assert_eq!(lines(&schema, &json!({"status": "ACTIVE"})), [""; 0]);
    assert_eq!(
        lines(&schema, &json!({"status": "actve"})),
        ["field `/status` must be one of `active`, `inactive` → active"]
    );
}

#[test]
fn a_word_that_lost_its_quotes_in_yaml_is_still_a_value() {
    let schema = object(&json!({"a": {"type": "string", "enum": [true, 3, "x"]}}));
    for word in ["true", "3", "X"] {
        assert_eq!(lines(&schema, &json!({"a": word})), [""; 0], "{word}");
    }
    assert_eq!(lines(&schema, &json!({"a": "false"})), ["field `/a` must be one of `true`, `3`, `x`"]);
}

#[test]
fn required_fields_are_asked_for_at_every_level() {
    let tree = json!({"$ref": "#/components/schemas/Tree"});
    assert_eq!(
        lines(&tree, &json!({"name": "a", "child": {"child": {"nme": "c"}}})),
        [
            "field `/child/child/nme` is unknown → name",
            "field `/child/child/name` is missing",
            "field `/child/name` is missing",
        ]
    );
}

#[test]
fn lists_and_maps_are_looked_into() {
    let status = json!({"$ref": "#/components/schemas/Status"});
    let schema = object(&json!({
        "list": {"type": "array", "items": status},
        "map": {"type": "object", "additionalProperties": status},
    }));
    assert_eq!(
        lines(&schema, &json!({"list": ["active", "x"], "map": {"a/b": "y"}})),
        [
            "field `/list/1` must be one of `active`, `inactive`",
            "field `/map/a~1b` must be one of `active`, `inactive`",
        ]
    );
}

#[test]
fn free_form_parts_take_anything() {
    for free in [json!({}), json!({"type": "object"}), json!({"type": "object", "additionalProperties": true})] {
        let schema = object(&json!({"config": free}));
        assert_eq!(lines(&schema, &json!({"config": {"a": {"b": [1]}}})), [""; 0], "{free}");
    }
    let open = json!({"properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}});
    assert_eq!(lines(&open, &json!({"a": "x", "b": "y"})), ["field `/b` must be `integer` and is `string`"]);
}

#[test]
fn all_of_is_one_object() {
    let schema =
        json!({"allOf": [{"$ref": "#/components/schemas/Tree"}, object(&json!({"more": {"type": "string"}}))]});
    assert_eq!(lines(&schema, &json!({"name": "a", "more": "b"})), [""; 0]);
    assert_eq!(lines(&schema, &json!({"mor": "b"})), ["field `/mor` is unknown → more", "field `/name` is missing"]);
}

#[test]
fn of_a_union_the_best_branch_speaks() {
    let pets = json!([{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]);
    let one_of = json!({"oneOf": pets});
    assert_eq!(lines(&one_of, &json!({"kind": "dog", "tricks": ["sit"]})), [""; 0]);
    assert_eq!(lines(&one_of, &json!({"kind": "dog", "trick": ["sit"]})), ["field `/trick` is unknown → tricks"]);
    let any_of = json!({"anyOf": [object(&json!({"a": {}})), object(&json!({"b": {}}))]});
    assert_eq!(lines(&any_of, &json!({"a": 1, "b": 2})), [""; 0]);
    assert_eq!(lines(&any_of, &json!({"c": 1})), ["field `/c` is unknown"]);
}

#[test]
fn a_schema_that_circles_ends() {
    assert_eq!(lines(&json!({"$ref": "#/components/schemas/Loop"}), &json!({"a": 1})), [""; 0]);
}

#[test]
fn a_body_that_must_be_there_is_asked_for_and_one_that_is_not_taken_is_refused() {
    assert_eq!(lines(&json!({"type": "object"}), &Value::Null), ["the body must be `object` and is `null`"]);
    let document = json!({"openapi": "3.0.3", "paths": {"/v1/a": {"post": {"operationId": "a"}}}});
    let index = OperationIndex::of(&Document::from_value(document, "a.yaml").unwrap());
    let operation = index.get("a").unwrap();
    assert_eq!(check_request(&index, operation, &json!({})), []);
    let refused = check_request(&index, operation, &json!({"x": 1}));
    assert_eq!(refused[0].to_string(), "field `/x` is unknown");
    let refused = check_request(&index, operation, &json!([1]));
    assert_eq!(refused[0].to_string(), "the body must be `no body` and is `array`");
}
