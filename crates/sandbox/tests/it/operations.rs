//! Steps that follow a sync.

use serde_json::{Value, json};

use crate::support::{Airbyte, NOBODY, id};

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
