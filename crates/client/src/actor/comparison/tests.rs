//! What counts as a difference, and what is sent because of it.

use serde_json::json;

use super::*;

fn specification() -> Value {
    json!({"properties": {
        "host": {"type": "string"},
        "port": {"type": "integer", "default": 5432},
        "password": {"type": "string", "airbyte_secret": true},
        "schemas": {"type": "array", "items": {"type": "string"}, "default": ["public"]},
        "keys": {"type": "array", "items": {"properties": {
            "id": {"type": "string"}, "secret": {"type": "string", "airbyte_secret": true}}}},
        "options": {"properties": {"size": {"type": "integer", "default": 5}, "key": {"airbyte_secret": true}}},
        "method": {"oneOf": [
            {"properties": {"kind": {"const": "A"}, "lag": {"default": 1}, "token": {"airbyte_secret": true}}},
            {"properties": {"kind": {"const": "B"}, "lag": {"default": 2}}},
        ]},
    }})
}

fn compared(wanted: &Value, stored: &Value, state: SecretState) -> Comparison {
    Comparison::of(&specification(), wanted, wanted, stored, &|_| state)
}

#[track_caller]
fn check(wanted: &Value, stored: &Value, expected: &[&str]) {
    let found = compared(wanted, stored, SecretState::Unknown).differences;
    assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
}

#[track_caller]
fn check_merge(wanted: &Value, stored: &Value, state: SecretState, members: Option<&Value>) {
    assert_eq!(compared(wanted, stored, state).members.as_ref(), members);
}

#[test]
fn order_null_empty_and_defaults_are_no_difference() {
    check(&json!({"port": 5432, "host": "db", "note": null}), &json!({"host": "db"}), &[]);
    check(&json!({"host": "db"}), &json!({"host": "db", "port": 5432.0, "schemas": ["public"]}), &[]);
    check(&json!({"host": "", "keys": [], "method": {}}), &json!({}), &[]);
    check(&json!({}), &json!({"host": "", "keys": [], "method": {"lag": null}}), &[]);
}

#[test]
fn an_object_of_defaults_is_no_difference_whichever_side_has_it() {
    check(&json!({}), &json!({"options": {"size": 5}}), &[]);
    check(&json!({"options": {"size": 5}}), &json!({}), &[]);
    check(&json!({}), &json!({"options": {"size": 6}}), &["options: replaced"]);
    check(&json!({}), &json!({"options": {"size": 5, "key": "**********"}}), &["options: replaced"]);
    check(&json!({}), &json!({"plain": {"size": 5}}), &["plain: {\"size\":5} → nothing"]);
}

#[test]
fn integers_are_compared_digit_by_digit() {
    check(&json!({"port": 9_007_199_254_740_993_u64}), &json!({"port": 9_007_199_254_740_993_u64}), &[]);
    check(
        &json!({"port": 9_007_199_254_740_993_u64}),
        &json!({"port": 9_007_199_254_740_992_u64}),
        &["port: 9007199254740992 → 9007199254740993"],
    );
}

#[test]
fn masks_are_told_where_nothing_is_stored() {
    let unbacked = |wanted: Value, stored: Value| compared(&wanted, &stored, SecretState::Unknown).unbacked;
    let masked = json!({"password": "**********", "method": {"kind": "A", "token": "**********"}});
    assert_eq!(unbacked(masked.clone(), masked.clone()), [] as [&str; 0]);
    assert_eq!(unbacked(masked.clone(), json!({"method": {"kind": "B"}})), ["method.token", "password"]);
    assert_eq!(unbacked(masked, json!({"method": "A"})), ["method.token", "password"]);
}

#[test]
fn the_default_is_that_of_the_stored_variant() {
    check(&json!({"method": {"kind": "B"}}), &json!({"method": {"kind": "B", "lag": 2}}), &[]);
    check(&json!({"method": {"kind": "B"}}), &json!({"method": {"kind": "B", "lag": 1}}), &["method.lag: 1 → 2"]);
}

#[test]
fn a_masked_secret_is_no_difference_but_a_dropped_one_is() {
    check(&json!({"password": "new"}), &json!({"password": "**********"}), &[]);
    check(&json!({"password": "**********"}), &json!({"password": "**********"}), &[]);
    check(&json!({}), &json!({"password": "**********"}), &["password: replaced"]);
    check(&json!({"password": "new"}), &json!({}), &["password: replaced"]);
}

#[test]
fn a_rotated_secret_is_a_difference_that_does_not_show_it() {
    let found = compared(
        &json!({"method": {"kind": "A", "token": "new"}}),
        &json!({"method": {"kind": "A", "token": "**********"}}),
        SecretState::Rotated,
    );
    assert_eq!(found.differences[0].to_string(), "method.token: rotated");
    assert!(!format!("{:?}", found.differences).contains("new"));
}

#[test]
fn every_differing_place_is_named() {
    check(
        &json!({"host": "a", "tags": ["x", "y"], "method": {"kind": "A"}}),
        &json!({"host": "b", "tags": ["x", "z"], "method": {"kind": "B"}, "extra": 1}),
        &["host: \"b\" → \"a\"", "method.kind: \"B\" → \"A\"", "tags[1]: \"z\" → \"y\"", "extra: 1 → nothing"],
    );
}

#[test]
fn only_what_differs_is_merged_and_secrets_that_are_not_known_to_be_there() {
    let stored = json!({"host": "old", "port": 1, "password": "**********", "method": {"kind": "A", "lag": 7}});
    let wanted = json!({"host": "new", "port": 1, "password": "p", "method": {"kind": "A", "lag": 8}});
    let differing = json!({"host": "new", "method": {"lag": 8}});
    check_merge(&wanted, &stored, SecretState::Unchanged, Some(&differing));
    let mut with_secret = differing;
    with_secret["password"] = json!("p");
    check_merge(&wanted, &stored, SecretState::Unknown, Some(&with_secret));
}

#[test]
fn what_has_to_go_and_what_changes_its_variant_cannot_be_merged() {
    let state = SecretState::Unchanged;
    check_merge(&json!({"host": "new"}), &json!({"host": "old", "extra": 1}), state, None);
    check_merge(&json!({"method": {"kind": "B"}}), &json!({"method": {"kind": "A", "lag": 7}}), state, None);
    check_merge(&json!({}), &json!({"password": "**********"}), state, None);
}

#[test]
fn a_list_with_a_secret_is_merged_as_a_whole_or_left_alone() {
    let stored = json!({"keys": [{"id": "a", "secret": "**********"}]});
    let wanted = |id: &str| json!({"keys": [{"id": id, "secret": "s"}]});
    check(&wanted("a"), &stored, &[]);
    check(&wanted("b"), &stored, &["keys[0].id: \"a\" → \"b\""]);
    check_merge(&wanted("b"), &stored, SecretState::Unchanged, Some(&wanted("b")));
    check_merge(&wanted("a"), &stored, SecretState::Unchanged, None);
}

#[test]
fn secrets_are_found_nested_in_lists_and_in_the_variant_that_is_there() {
    let configuration = json!({
        "host": "db", "password": "p", "keys": [{"id": "a", "secret": "s"}], "method": {"kind": "A", "token": "t"},
    });
    let found = secrets(&specification(), &configuration);
    let found: Vec<(String, Value)> = found.into_iter().map(|(path, value)| (path, value.clone())).collect();
    let expected = [("keys[0].secret", "s"), ("method.token", "t"), ("password", "p")];
    assert_eq!(found, expected.map(|(path, value)| (path.to_owned(), Value::from(value))));
}
