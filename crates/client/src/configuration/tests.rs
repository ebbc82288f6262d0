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
                    "method": {"const": "CDC"}, "slot": {"type": "string"}, "lag": {"type": "integer"},
                    "plugin": {"enum": ["pgoutput"]}}},
            ]},
            "format": {"oneOf": [
                {"required": ["type"], "properties": {
                    "type": {"const": "CSV"}, "flattening": {"enum": ["none", "root"]}}},
                {"required": ["type"], "properties": {
                    "type": {"enum": ["Parquet"]}, "codec": {"type": "string", "enum": ["snappy", "gzip"]}}},
                {"required": ["type"], "properties": {"type": {"const": "Avro"}, "codec": {"type": "object", "oneOf": [
                    {"type": "object", "required": ["codec"], "properties": {
                        "codec": {"const": "Deflate"}, "level": {"maximum": 9}}},
                    {"type": "object", "required": ["codec"], "properties": {"codec": {"const": "none"}}},
                ]}}},
            ]},
            "start": {"oneOf": [{"const": "first"}, {"const": "last"}]},
            "labels": {"type": "object", "properties": {"team": {}}, "additionalProperties": {"type": "string"}},
            "headers": {"type": "array", "items": {"properties": {"name": {}, "value": {}}}},
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
fn of_a_union_only_the_branch_that_is_meant_is_spoken_of() {
    check(
        &with("method", json!({"method": "CDC", "slot": "s", "plugin": "bad"})),
        &["`method.plugin` is `bad`, which is not one of pgoutput"],
    );
    check(
        &with("format", json!({"type": "CSV", "flattening": "bad"})),
        &["`format.flattening` is `bad`, which is not one of none, root"],
    );
    check(
        &with("format", json!({"type": "Parquet", "codec": "snapy"})),
        &["`format.codec` is `snapy`, which is not one of snappy, gzip; did you mean `snappy`?"],
    );
    check(
        &with("format", json!({"type": "Parqet", "codec": "snappy"})),
        &["`format.type` is `Parqet`, which is not one of CSV, Parquet, Avro; did you mean `Parquet`?"],
    );
    check(
        &with("format", json!({"type": "Avro", "codec": {"codec": "Deflate", "level": 99}})),
        &["`format.codec.level` must be at most 9"],
    );
    check(&with("format", json!({"type": "Avro", "codec": "snappy"})), &["`format.codec` must be object, not string"]);
    check(
        &with("start", json!("frist")),
        &["`start` is `frist`, which is not one of first, last; did you mean `first`?"],
    );
}

#[test]
fn a_misspelt_setting_is_refused_wherever_it_stands() {
    let unknown =
        |path: &str, nearest: &str| format!("`{path}` is not a setting of this connector; did you mean `{nearest}`?");
    check(&with("shemas", json!(["public"])), &[&unknown("shemas", "schemas")]);
    check(&with("headers", json!([{"name": "a", "valeu": "b"}])), &[&unknown("headers[0].valeu", "value")]);
    check(
        &with("method", json!({"method": "CDC", "slot": "s", "plugn": "pgoutput"})),
        &[&unknown("method.plugn", "plugin")],
    );
    // It was said already of what is missing.
    check(
        &with("method", json!({"method": "CDC", "slto": "s"})),
        &["`method.slot` is missing, but there is `method.slto`"],
    );
}

#[test]
fn what_resembles_no_absent_setting_passes() {
    check(&with("comment", json!("x")), &[]);
    check(&with("hosts", json!("x")), &[]);
    check(&with("method", json!({"method": "Standard", "plugn": "x"})), &[]);
    check(&with("labels", json!({"tema": "x"})), &[]);
}

#[test]
fn a_secret_is_never_quoted() {
    check(&with("password", json!("hunter2")), &["`password` is not one of right, also-right"]);
}
