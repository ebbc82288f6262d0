//! A source that changes under its connections.

use airway_sandbox::{Fault, FaultAction, SchemaChange};
use serde_json::{Value, json};

use crate::support::{Airbyte, full_refresh, id, incremental, text};

/// A connection to the shop whose source then moves to another version of it.
fn moved(airbyte: &Airbyte, version: &str, preference: &str) -> (String, String, Value) {
    let source = airbyte.source();
    let found = airbyte.ok("sources/discover_schema", json!({"sourceId": source}));
    let entry = |name: &str| {
        let streams = found["catalog"]["streams"].as_array().unwrap();
        let mut entry = streams.iter().find(|it| it["stream"]["name"] == name).unwrap().clone();
        entry["config"] = incremental(name)["config"].clone();
        entry
    };
    let connection = airbyte.connection_with(json!({
        "sourceId": source, "sourceCatalogId": found["catalogId"], "nonBreakingChangesPreference": preference,
        "syncCatalog": {"streams": [entry("customers"), entry("orders")]},
    }));
    airbyte.ok("sources/partial_update", json!({"sourceId": source, "connectionConfiguration": {"database": version}}));
    let read = airbyte.after(1).ok("sources/discover_schema", json!({"sourceId": source, "connectionId": connection}));
    (source, connection, read)
}

fn get(airbyte: &Airbyte, connection: &str) -> Value {
    airbyte.ok("connections/get", json!({"connectionId": connection}))
}

fn newest_event(airbyte: &Airbyte, connection: &str) -> Value {
    airbyte.ok("connections/events/list", json!({"connectionId": connection}))["events"][0].clone()
}

#[test]
fn a_harmless_change_is_told_and_changes_nothing() {
    let airbyte = Airbyte::new();
    let (_, connection, read) = moved(&airbyte, "ecommerce_v2", "ignore");
    let kinds: Vec<String> =
        read["catalogDiff"]["transforms"].as_array().unwrap().iter().map(|it| text(&it["transformType"])).collect();
    assert_eq!(kinds, ["remove_stream", "update_stream", "add_stream"]);
    assert_eq!((&read["breakingChange"], &read["connectionStatus"]), (&json!(false), &json!("active")));
    let after = get(&airbyte, &connection);
    assert_eq!((&after["status"], &after["breakingChange"]), (&json!("active"), &json!(false)));
}

#[test]
fn a_lost_cursor_breaks_and_disables_the_connection() {
    let airbyte = Airbyte::new();
    let (_, connection, read) = moved(&airbyte, "ecommerce_v3", "ignore");
    assert_eq!((&read["breakingChange"], &read["connectionStatus"]), (&json!(true), &json!("inactive")));
    let after = get(&airbyte, &connection);
    assert_eq!((&after["status"], &after["breakingChange"]), (&json!("inactive"), &json!(true)));
    let event = newest_event(&airbyte, &connection);
    assert_eq!((&event["eventType"], event.get("user")), (&json!("CONNECTION_DISABLED"), None));
    assert_eq!(event["summary"], json!({"disabledReason": "SCHEMA_CHANGES_ARE_BREAKING"}));
    let words = airbyte.ok("connections/status", json!({"connectionIds": [connection]}));
    assert_eq!(words[0]["connectionSyncStatus"], "failed");
    let repaired = airbyte.ok(
        "connections/update",
        json!({
            "connectionId": connection, "breakingChange": false, "status": "active",
        }),
    );
    assert_eq!((&repaired["status"], &repaired["breakingChange"]), (&json!("active"), &json!(false)));
}

#[test]
fn who_prefers_to_be_disabled_is_disabled_by_any_change() {
    let airbyte = Airbyte::new();
    let (_, connection, read) = moved(&airbyte, "ecommerce_v2", "disable");
    assert_eq!((&read["breakingChange"], &read["connectionStatus"]), (&json!(false), &json!("inactive")));
    assert_eq!(get(&airbyte, &connection)["status"], "inactive");
    let reason = json!({"disabledReason": "DISABLE_CONNECTION_IF_ANY_SCHEMA_CHANGES"});
    assert_eq!(newest_event(&airbyte, &connection)["summary"], reason);
}

fn names(connection: &Value) -> Vec<String> {
    connection["syncCatalog"]["streams"].as_array().unwrap().iter().map(|it| text(&it["stream"]["name"])).collect()
}

#[test]
fn changes_are_taken_over_as_far_as_the_preference_goes() {
    for (preference, expected) in [
        ("ignore", vec!["customers", "orders"]),
        ("propagate_columns", vec!["customers", "orders"]),
        ("propagate_fully", vec!["customers", "orders", "returns"]),
    ] {
        let airbyte = Airbyte::new();
        let (_, connection, read) = moved(&airbyte, "ecommerce_v2", preference);
        let applied = airbyte.ok(
            "connections/apply_schema_changes",
            json!({
                "connectionId": connection, "workspaceId": airbyte.workspace(), "catalog": read["catalog"],
                "catalogId": read["catalogId"],
            }),
        );
        let after = get(&airbyte, &connection);
        assert_eq!(names(&after), expected, "{preference}");
        let fields = &after["syncCatalog"]["streams"][0]["stream"]["jsonSchema"]["properties"];
        let took = preference != "ignore";
        assert_eq!((fields.get("loyalty_tier").is_some(), applied.get("propagatedDiff").is_some()), (took, took));
        assert_eq!(id(&after, "sourceCatalogId") == text(&read["catalogId"]), took);
        let event = newest_event(&airbyte, &connection);
        if took {
            let summary = json!({
                "catalogDiff": applied["propagatedDiff"], "updateReason": "SCHEMA_CHANGE_AUTO_PROPAGATE",
            });
            assert_eq!((&event["eventType"], &event["summary"]), (&json!("SCHEMA_UPDATE"), &summary));
        }
        assert_eq!(event.get("user"), None);
    }
}

#[test]
fn two_stored_catalogs_are_compared() {
    let airbyte = Airbyte::new();
    let (_, connection, read) = moved(&airbyte, "ecommerce_v3", "ignore");
    let before = get(&airbyte, &connection)["sourceCatalogId"].clone();
    let ask = |current: &Value, new: &Value| {
        airbyte.ok(
            "catalogs/diff",
            json!({
                "current_catalog_id": current, "new_catalog_id": new, "connection_id": connection,
            }),
        )["schema_change"]
            .clone()
    };
    assert_eq!(ask(&before, &read["catalogId"]), "breaking");
    assert_eq!(ask(&before, &before), "no_change");
    assert_eq!(airbyte.status("catalogs/diff", json!({"current_catalog_id": before})), 404);
}

#[test]
fn a_catalog_that_comes_back_is_the_one_that_it_was() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    let discover = || {
        let body = json!({"sourceId": source, "disable_cache": true});
        airbyte.ok("sources/discover_schema", body)["catalogId"].clone()
    };
    let first = discover();
    let connection = airbyte.connection_with(json!({"sourceId": source, "sourceCatalogId": first}));
    let change = || {
        let read = airbyte.ok("web_backend/connections/get", json!({"connectionId": connection}));
        let list = airbyte.ok("web_backend/connections/list", json!({"workspaceId": airbyte.workspace()}));
        assert_eq!(read["schemaChange"], list["connections"][0]["schemaChange"]);
        text(&read["schemaChange"])
    };
    let fault = FaultAction::SchemaChange(SchemaChange::RemoveStream("products".to_owned()));
    airbyte.emulator.fault(Fault::on("sources/discover_schema", fault).unwrap());
    let second = discover();
    assert_ne!(second, first);
    assert_eq!((change(), discover()), ("non_breaking".to_owned(), second.clone()));
    airbyte.emulator.clear_faults();
    assert_eq!((discover(), change()), (first.clone(), "no_change".to_owned()));
    let configured = |database: &str| {
        let body = json!({"sourceId": source, "connectionConfiguration": {"database": database}});
        airbyte.ok("sources/partial_update", body);
        let read = airbyte.ok("sources/discover_schema", json!({"sourceId": source}));
        (read["catalogId"].clone(), read["jobInfo"]["createdAt"] == 0)
    };
    let (third, cached) = configured("ecommerce_v2");
    assert_eq!((third == first || third == second, cached), (false, false));
    // Each configuration keeps what was found with it.
    assert_eq!(configured("ecommerce"), (first, true));
    assert_eq!((configured("ecommerce_v2"), change()), ((third, true), "non_breaking".to_owned()));
}

#[test]
fn destinations_have_no_catalog() {
    let airbyte = Airbyte::new();
    let destination = airbyte.destination();
    let answer = airbyte.post("destinations/discover_schema", json!({"destinationId": destination}));
    assert_eq!((answer.status, &answer.body["type"]), (400, &json!("error:destination/discover-not-supported")));
    let connection = airbyte.connection();
    assert_eq!(airbyte.status("destinations/get_catalog_for_connection", json!({"connectionId": connection})), 404);
}

#[test]
fn an_update_behind_the_interface_finds_out_by_itself_that_nothing_breaks_any_more() {
    let airbyte = Airbyte::new();
    let (_, connection, read) = moved(&airbyte, "ecommerce_v3", "ignore");
    assert_eq!(get(&airbyte, &connection)["breakingChange"], true);
    let update = |streams: Value| {
        let body = json!({
            "connectionId": connection, "syncCatalog": {"streams": streams}, "sourceCatalogId": read["catalogId"],
            "skipReset": true, "status": "active",
        });
        let answer = airbyte.ok("web_backend/connections/update", body);
        (text(&answer["schemaChange"]), get(&airbyte, &connection)["breakingChange"].clone())
    };
    let configured = get(&airbyte, &connection)["syncCatalog"]["streams"].clone();
    assert_eq!(update(configured), ("breaking".to_owned(), json!(true)));
    let offered = |name: &str| {
        let streams = read["catalog"]["streams"].as_array().unwrap();
        let mut entry = streams.iter().find(|it| it["stream"]["name"] == name).unwrap().clone();
        entry["config"] = full_refresh(name)["config"].clone();
        entry
    };
    let now_fitting = json!([offered("customers"), offered("orders")]);
    assert_eq!(update(now_fitting), ("no_change".to_owned(), json!(false)));
}

#[test]
fn asking_for_a_refreshed_catalog_looks_at_the_source_anew_with_all_that_follows() {
    let airbyte = Airbyte::new();
    let (source, connection, _) = moved(&airbyte, "ecommerce", "ignore");
    airbyte.ok(
        "sources/partial_update",
        json!({"sourceId": source, "connectionConfiguration": {"database": "ecommerce_v3"}}),
    );
    let ask = |refreshed: bool| {
        let body = json!({"connectionId": connection, "withRefreshedCatalog": refreshed});
        airbyte.after(1).ok("web_backend/connections/get", body)
    };
    let before = ask(false);
    assert_eq!((&before["schemaChange"], before.get("catalogDiff")), (&json!("no_change"), None));
    let after = ask(true);
    assert_eq!((&after["schemaChange"], &after["status"]), (&json!("breaking"), &json!("inactive")));
    assert!(!after["catalogDiff"]["transforms"].as_array().unwrap().is_empty());
    assert_ne!(after["catalogId"], before["catalogId"]);
    let newest = airbyte.ok("sources/discover_schema", json!({"sourceId": source}));
    assert_eq!(newest["catalogId"], after["catalogId"]);
    // Where the connector fails, the stored catalog is shown and nothing is said.
    airbyte
        .ok("sources/partial_update", json!({"sourceId": source, "connectionConfiguration": {"host": "db.invalid"}}));
    let silent = ask(true);
    assert_eq!((&silent["catalogId"], silent.get("catalogDiff")), (&before["catalogId"], None));
}
