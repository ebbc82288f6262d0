//! What a person is told about a configuration that does not fit.

use serde_json::json;

use super::*;

fn specification() -> Value {
    json!({
        "type": "object",
        "required": ["host", "password", "method"],
        "properties": {
            "host": {"type": "string", "minLength": 1},
            "port": {"type": "integer", "minimum": 0, "maximum": 65536},
            "password": {"type": "string", "airbyte_secret": true, "enum": ["right", "also-right"]},
            "schemas": {"type": "array", "items": {"type": "string"}},
            "mode": {"type": "string", "enum": ["prefer", "require", "verify-full"]},
            "method": {"oneOf": [
                {"type": "object", "required": ["method"], "properties": {"method": {"const": "Standard"}}},
                {"type": "object", "required": ["method", "slot"], "properties": {
                    "method": {"const": "CDC"}, "slot": {"type": "string"}, "lag": {"type": "integer"}}},
            ]},
        },
    })
}

#[track_caller]
fn check(configuration: &Value, expected: &[&str]) {
    let found: Vec<String> = Rules::of(&specification())
        .problems(&specification(), configuration, configuration)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(found, expected);
}

fn with(key: &str, value: Value) -> Value {
    let mut configuration = json!({"host": "db", "password": "right", "method": {"method": "Standard"}});
    configuration[key] = value;
    configuration
}

#[test]
fn a_fitting_configuration_has_no_problem() {
    check(&with("port", json!(5432)), &[]);
}

#[test]
fn a_missing_setting_names_the_misspelt_one() {
    check(
        &json!({"hots": "db", "password": "right", "method": {"method": "Standard"}}),
        &["`host` is missing, but there is `hots`"],
    );
}

#[test]
fn types_and_limits_are_named_with_their_place() {
    check(&with("port", json!("5432")), &["`port` must be integer, not string"]);
    check(&with("port", json!(70000)), &["`port` must be at most 65536"]);
    check(&with("schemas", json!(["public", 7])), &["`schemas[1]` must be string, not integer"]);
}

#[test]
fn a_wrong_choice_gets_the_nearest_one() {
    check(
        &with("mode", json!("requier")),
        &["`mode` is `requier`, which is not one of prefer, require, verify-full; did you mean `require`?"],
    );
}

#[test]
fn a_union_is_explained_in_the_branch_its_discriminator_names() {
    check(
        &with("method", json!({"method": "CDC", "lag": "x"})),
        &["`method.slot` is missing", "`method.lag` must be integer, not string"],
    );
}

#[test]
fn an_unknown_discriminator_lists_the_choices() {
    check(
        &with("method", json!({"method": "Standart"})),
        &["`method.method` is `Standart`, which is not one of Standard, CDC; did you mean `Standard`?"],
    );
    check(&with("method", json!({})), &["`method.method` is missing"]);
}

#[test]
fn a_secret_is_never_quoted() {
    check(&with("password", json!("hunter2")), &["`password` is not one of right, also-right"]);
}
