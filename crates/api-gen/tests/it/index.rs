//! The index that the bindings carry.

use airway_api_gen::operations;
use airway_spec::{Effect, check_request};
use serde_json::json;

#[test]
fn operations_are_found_and_described() {
    let create = operations().get("sources/create").unwrap();
    assert_eq!((create.id.as_str(), create.effect), ("createSource", Effect::Create));
    assert_eq!(operations().get("createSource"), Some(create));
    assert_eq!(operations().nearest("source/crate"), Some("sources/create"));
}

#[test]
fn a_wrong_request_is_known_before_it_is_sent() {
    let create = operations().get("sources/create").unwrap();
    let body = json!({
        "workspaceID": "w", "sourceDefinitionId": "d", "name": 3,
        "connectionConfiguration": {"anything": {"goes": true}},
    });
    let violations = check_request(operations(), create, &body);
    let lines: Vec<_> = violations.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "field `/name` must be `string` and is `integer`",
            "field `/sourceDefinitionId` must be a uuid",
            "field `/workspaceID` is unknown",
            "field `/workspaceId` is missing",
        ]
    );
    assert_eq!(violations[2].nearest.as_deref(), Some("workspaceId"));
}
