//! Steps that follow a sync.

use serde_json::{Value, json};

use crate::support::{Airbyte, NIL, NOBODY, id};

fn webhook() -> Value {
    json!({"operatorType": "webhook", "webhook": {"webhookType": "dbtCloud", "dbtCloud": {"accountId": 1, "jobId": 2}}})
}

fn create(airbyte: &Airbyte, name: &str) -> Value {
    airbyte.ok(
        "operations/create",
        json!({
            "workspaceId": airbyte.workspace(), "name": name, "operatorConfiguration": webhook(),
        }),
    )
}

#[test]
fn operations_are_listed_by_connection() {
    let airbyte = Airbyte::new();
    let operation = create(&airbyte, "dbt");
    let connection = airbyte.connection_with(json!({"operationIds": [operation["operationId"]]}));
    let list = || airbyte.ok("operations/list", json!({"connectionId": connection}))["operations"].clone();
    assert_eq!(list(), json!([operation]));
    let read = airbyte.ok(
        "operations/update",
        json!({
            "operationId": operation["operationId"], "name": "renamed", "operatorConfiguration": webhook(),
        }),
    );
    assert_eq!(list(), json!([read]));
    assert_eq!(airbyte.status("operations/delete", json!({"operationId": operation["operationId"]})), 204);
    assert_eq!(list(), json!([]));
    let after = airbyte.ok("connections/get", json!({"connectionId": connection}));
    assert_eq!(after["operationIds"], json!([]));
    assert_eq!(airbyte.status("operations/get", json!({"operationId": NOBODY})), 404);
}

#[test]
fn a_check_says_whether_the_webhook_is_described() {
    let airbyte = Airbyte::new();
    assert_eq!(airbyte.ok("operations/check", webhook()), json!({"status": "succeeded"}));
    assert_eq!(airbyte.ok("operations/check", json!({"operatorType": "webhook"}))["status"], "failed");
}

#[test]
fn the_web_interface_creates_changes_and_deletes_operations_with_the_connection() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let update = |operations: Value| {
        airbyte.ok("web_backend/connections/update", json!({"connectionId": connection, "operations": operations}))
    };
    let body = json!({"workspaceId": airbyte.workspace(), "name": "a", "operatorConfiguration": webhook()});
    let first = update(json!([body]))["operations"][0].clone();
    assert_eq!(first["name"], "a");
    let mut changed = first.clone();
    changed["name"] = json!("b");
    let read = update(json!([changed, body]));
    assert_eq!(read["operations"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&read["operations"][0]["name"], &read["operations"][0]["operationId"]),
        (&json!("b"), &first["operationId"])
    );
    update(json!([]));
    assert_eq!(airbyte.status("operations/get", json!({"operationId": id(&first, "operationId")})), 404);
}

#[test]
fn a_call_that_fails_half_way_leaves_nothing_behind() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection_with(json!({"name": "before"}));
    let unknown = json!({"operationId": NOBODY, "name": "x", "operatorConfiguration": webhook()});
    let body = json!({"connectionId": connection, "name": "after", "operations": [unknown]});
    assert_eq!(airbyte.status("web_backend/connections/update", body), 404);
    assert_eq!(airbyte.ok("connections/get", json!({"connectionId": connection}))["name"], "before");
}

#[test]
fn deleting_a_connection_deletes_the_operations_that_no_other_has() {
    let airbyte = Airbyte::new();
    let create = || {
        let body = json!({"workspaceId": airbyte.workspace(), "name": "dbt", "operatorConfiguration": {
            "operatorType": "webhook", "webhook": {"webhookConfigId": NIL}}});
        id(&airbyte.ok("operations/create", body), "operationId")
    };
    let (own, shared) = (create(), create());
    let connection = airbyte.connection_with(json!({"operationIds": [own, shared]}));
    airbyte.connection_with(json!({"operationIds": [shared]}));
    assert_eq!(airbyte.status("connections/delete", json!({"connectionId": connection})), 204);
    assert_eq!(airbyte.status("operations/get", json!({"operationId": own})), 404);
    assert_eq!(airbyte.status("operations/get", json!({"operationId": shared})), 200);
}

#[test]
fn a_connection_cannot_have_the_operation_of_another_workspace() {
    let airbyte = Airbyte::new();
    let other = id(&airbyte.ok("workspaces/create", json!({"name": "o", "organizationId": NIL})), "workspaceId");
    let body = json!({"workspaceId": other, "name": "dbt", "operatorConfiguration": {"operatorType": "webhook"}});
    let operation = id(&airbyte.ok("operations/create", body), "operationId");
    let (source, destination) = (airbyte.source(), airbyte.destination());
    let create = |operation: &str| {
        airbyte.status(
            "connections/create",
            json!({"sourceId": source, "destinationId": destination,
            "status": "active", "operationIds": [operation]}),
        )
    };
    assert_eq!((create(&operation), create(NIL)), (500, 404));
    let connection = airbyte.connection();
    let update = |operation: &str| {
        airbyte.status("connections/update", json!({"connectionId": connection, "operationIds": [operation]}))
    };
    assert_eq!((update(&operation), update(NOBODY)), (500, 404));
    let read = airbyte.ok("connections/get", json!({"connectionId": connection}));
    assert_eq!(read["operationIds"], json!([]));
}

#[test]
fn an_operation_without_a_name_is_refused_by_the_database() {
    for (version, expected) in [("2.0", 409), ("1.5", 500)] {
        let airbyte = Airbyte::emulating(version);
        let body = json!({"workspaceId": airbyte.workspace(), "name": null, "operatorConfiguration": webhook()});
        assert_eq!(airbyte.status("operations/create", body), expected, "{version}");
        let body = json!({"workspaceId": airbyte.workspace(), "name": "dbt", "operatorConfiguration": null});
        assert_eq!(airbyte.status("operations/create", body), 500, "{version}");
    }
}
