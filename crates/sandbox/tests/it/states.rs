//! How far a connection has read.

use serde_json::{Value, json};

use crate::support::{Airbyte, NOBODY, full_refresh, incremental, text};

#[test]
fn a_sync_leaves_the_state_of_its_incremental_streams() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection_with(json!({
        "syncCatalog": {"streams": [incremental("orders"), full_refresh("products")]},
    }));
    let get = || airbyte.ok("state/get", json!({"connectionId": connection}));
    assert_eq!(get(), json!({"connectionId": connection, "stateType": "not_set"}));
    airbyte.sync(&connection);
    airbyte.after(120);
    let state = get();
    assert_eq!(state["stateType"], "stream");
    assert_eq!(state["streamState"].as_array().unwrap().len(), 1);
    let entry = &state["streamState"][0];
    assert_eq!(entry["streamDescriptor"], json!({"name": "orders", "namespace": "public"}));
    assert_eq!(entry["streamState"]["cursor_field"], json!(["updated_at"]));
    assert_eq!(airbyte.status("state/get", json!({"connectionId": NOBODY})), 404);
}

#[test]
fn the_safe_write_is_423_while_a_sync_runs_and_the_plain_one_is_not() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let body = json!({
        "connectionId": connection,
        "connectionState": {"connectionId": connection, "stateType": "stream", "streamState": [
            {"streamDescriptor": {"name": "orders", "namespace": "public"}, "streamState": {"cursor": "2025-01-01"}},
        ]},
    });
    let written = airbyte.ok("state/create_or_update_safe", body.clone());
    assert_eq!(written["streamState"][0]["streamState"], json!({"cursor": "2025-01-01"}));
    airbyte.sync(&connection);
    let answer = airbyte.post("state/create_or_update_safe", body.clone());
    assert_eq!(answer.status, 423);
    assert!(answer.body["message"].is_string());
    assert_eq!(airbyte.status("state/create_or_update", body), 200);
}

#[test]
fn a_restored_state_is_what_the_next_sync_goes_on_from() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection_with(json!({"syncCatalog": {"streams": [incremental("orders")]}}));
    airbyte.ok("state/create_or_update_safe", json!({
        "connectionId": connection,
        "connectionState": {"connectionId": connection, "stateType": "stream", "streamState": [
            {"streamDescriptor": {"name": "orders", "namespace": "public"}, "streamState": {"cursor": "2025-01-01"}},
        ]},
    }));
    let job = airbyte.sync(&connection);
    airbyte.after(120);
    let records = airbyte.job(job)["job"]["aggregatedStats"]["recordsCommitted"].as_u64().unwrap();
    assert!((1..5_000).contains(&records), "{records}");
}

#[test]
fn changing_the_sync_mode_drops_the_state_of_that_stream() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    airbyte.sync(&connection);
    airbyte.after(120).ok(
        "connections/update",
        json!({
            "connectionId": connection, "syncCatalog": {"streams": [full_refresh("customers"), incremental("orders")]},
        }),
    );
    let state = airbyte.ok("state/get", json!({"connectionId": connection}));
    let left: Vec<String> =
        state["streamState"].as_array().unwrap().iter().map(|it| text(&it["streamDescriptor"]["name"])).collect();
    assert_eq!(left, ["orders"]);
}

#[test]
fn a_state_of_another_type_than_the_stored_one_is_refused() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    airbyte.sync(&connection);
    airbyte.after(120);
    let put = |state: Value| {
        airbyte.status("state/create_or_update_safe", json!({"connectionId": connection, "connectionState": state}))
    };
    assert_eq!(put(json!({"stateType": "global", "globalState": {"streamStates": []}})), 500);
    assert_eq!(put(json!({"stateType": "stream", "streamState": []})), 200);
}

#[test]
fn a_sync_leaves_a_global_state_global_and_a_reset_of_everything_leaves_none() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let orders = json!({"name": "orders", "namespace": "public"});
    airbyte.ok(
        "state/create_or_update_safe",
        json!({
            "connectionId": connection,
            "connectionState": {"connectionId": connection, "stateType": "global", "globalState": {
                "shared_state": {"lsn": 7},
                "streamStates": [{"streamDescriptor": orders, "streamState": {"cursor": "2025-01-01"}}],
            }},
        }),
    );
    airbyte.sync(&connection);
    let read = || airbyte.ok("state/get", json!({"connectionId": connection}));
    let state = airbyte.after(120).ok("state/get", json!({"connectionId": connection}));
    assert_eq!((&state["stateType"], state.get("streamState")), (&json!("global"), None));
    assert_eq!(state["globalState"]["shared_state"], json!({"lsn": 7}));
    let streams = state["globalState"]["streamStates"].as_array().unwrap();
    let names: Vec<&Value> = streams.iter().map(|it| &it["streamDescriptor"]["name"]).collect();
    assert_eq!(names, ["customers", "orders"]);
    assert_eq!(streams[1]["streamState"]["cursor_field"], json!(["updated_at"]));
    let some = json!({"connectionId": connection, "streams": [{"streamName": "orders", "streamNamespace": "public"}]});
    airbyte.ok("connections/reset/stream", some);
    airbyte.after(120);
    let state = read();
    assert_eq!(state["globalState"]["shared_state"], json!({"lsn": 7}));
    assert_eq!(state["globalState"]["streamStates"].as_array().unwrap().len(), 1);
    airbyte.ok("connections/reset", json!({"connectionId": connection}));
    airbyte.after(120);
    assert_eq!(read()["stateType"], "not_set");
}
