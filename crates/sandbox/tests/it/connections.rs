//! Creating, changing and deleting connections.

use serde_json::{Value, json};

use crate::support::{Airbyte, NIL, NOBODY, POSTGRES_DESTINATION, full_refresh, id, incremental, warehouse};

fn get(airbyte: &Airbyte, connection: &str) -> Value {
    airbyte.ok("connections/get", json!({"connectionId": connection}))
}

fn create(airbyte: &Airbyte, extra: Value) -> u16 {
    let mut body = json!({"sourceId": airbyte.source(), "destinationId": airbyte.destination(), "status": "active"});
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    airbyte.status("connections/create", body)
}

#[test]
fn the_least_a_connection_needs_is_its_ends_and_a_status() {
    let airbyte = Airbyte::new();
    let body = json!({"sourceId": airbyte.source(), "destinationId": airbyte.destination(), "status": "inactive"});
    let read = airbyte.ok("connections/create", body);
    assert_eq!(read["name"], "shop <> warehouse");
    assert_eq!(read["scheduleType"], "manual");
    assert_eq!((read.get("schedule"), read.get("scheduleData")), (None, None));
    assert_eq!(read["namespaceDefinition"], "source");
    assert_eq!(read["syncCatalog"], json!({"streams": []}));
    assert_eq!((&read["breakingChange"], &read["nonBreakingChangesPreference"]), (&json!(false), &json!("ignore")));
    assert_eq!((&read["operationIds"], &read["tags"]), (&json!([]), &json!([])));
    assert_eq!(read["created_at"], 1_760_774_400);
    assert_eq!(read.get("workspaceId"), None);
}

#[test]
fn streams_without_a_schema_are_stored_and_read_as_selected() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let streams = get(&airbyte, &connection)["syncCatalog"]["streams"].clone();
    assert_eq!(streams.as_array().unwrap().len(), 2);
    assert_eq!(streams[0]["stream"]["name"], "customers");
    assert_eq!(streams[0]["stream"].get("jsonSchema"), None);
    assert_eq!(streams[0]["config"]["cursorField"], json!(["updated_at"]));
    assert_eq!((&streams[0]["config"]["selected"], &streams[0]["config"]["suggested"]), (&json!(true), &json!(false)));
}

#[test]
fn a_catalog_posted_back_as_it_was_discovered_makes_an_empty_connection() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    let found = airbyte.ok("sources/discover_schema", json!({"sourceId": source}));
    let read = airbyte.ok("connections/create", json!({
        "sourceId": source, "destinationId": airbyte.destination(), "status": "active", "syncCatalog": found["catalog"],
        "sourceCatalogId": found["catalogId"],
    }));
    assert_eq!(read["syncCatalog"], json!({"streams": []}));
    assert_eq!(read["sourceCatalogId"], found["catalogId"]);
}

#[test]
fn a_stream_that_does_not_say_whether_it_is_selected_is_500() {
    let airbyte = Airbyte::new();
    let mut entry = incremental("customers");
    entry["config"].as_object_mut().unwrap().remove("selected");
    assert_eq!(create(&airbyte, json!({"syncCatalog": {"streams": [entry]}})), 500);
    let twice = json!({"streams": [full_refresh("orders"), full_refresh("orders")]});
    assert_eq!(create(&airbyte, json!({"syncCatalog": twice})), 500);
    assert_eq!(airbyte.ok("connections/list", json!({"workspaceId": airbyte.workspace()}))["connections"], json!([]));
}

#[test]
fn ends_that_are_unknown_or_in_different_workspaces_are_refused() {
    let airbyte = Airbyte::new();
    assert_eq!(create(&airbyte, json!({"sourceId": NOBODY})), 404);
    assert_eq!(create(&airbyte, json!({"status": null})), 500);
    let other = id(&airbyte.ok("workspaces/create", json!({"name": "other", "organizationId": NIL})), "workspaceId");
    let elsewhere = airbyte.ok(
        "destinations/create",
        json!({
            "workspaceId": other, "destinationDefinitionId": POSTGRES_DESTINATION, "name": "w",
            "connectionConfiguration": warehouse(),
        }),
    );
    assert_eq!(create(&airbyte, json!({"destinationId": elsewhere["destinationId"]})), 500);
}

#[test]
fn the_older_schedule_is_accepted_alone_and_not_beside_the_newer_one() {
    let airbyte = Airbyte::new();
    let schedule = json!({"units": 6, "timeUnit": "hours"});
    let connection = airbyte.connection_with(json!({"schedule": schedule}));
    let read = get(&airbyte, &connection);
    assert_eq!(read["scheduleType"], "basic");
    assert_eq!(read["scheduleData"], json!({"basicSchedule": schedule}));
    assert_eq!(read["schedule"], schedule);
    assert_eq!(create(&airbyte, json!({"schedule": schedule, "scheduleType": "manual"})), 422);
}

#[test]
fn an_update_changes_what_it_names_and_nothing_else() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection_with(json!({"prefix": "raw_"}));
    let before = get(&airbyte, &connection);
    let after = airbyte.ok("connections/update", json!({"connectionId": connection, "name": "renamed"}));
    let mut expected = before.clone();
    expected["name"] = json!("renamed");
    assert_eq!(after, expected);
    assert_eq!(after, get(&airbyte, &connection));
    let after = airbyte.ok("connections/update", json!({"connectionId": connection, "prefix": ""}));
    assert_eq!(after["prefix"], "");
}

#[test]
fn a_catalog_in_an_update_replaces_the_whole_one() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let read = airbyte.ok(
        "connections/update",
        json!({
            "connectionId": connection, "syncCatalog": {"streams": [full_refresh("products")]},
        }),
    );
    assert_eq!(read["syncCatalog"]["streams"].as_array().unwrap().len(), 1);
    assert_eq!(read["syncCatalog"]["streams"][0]["stream"]["name"], "products");
}

#[test]
fn posting_a_fetched_connection_back_fails_where_it_has_a_basic_schedule() {
    let airbyte = Airbyte::new();
    let basic = airbyte.connection_with(json!({"schedule": {"units": 6, "timeUnit": "hours"}}));
    let mut fetched = get(&airbyte, &basic);
    fetched["schedule"]["units"] = json!(12);
    assert_eq!(airbyte.status("connections/update", fetched), 500);
    let manual = airbyte.connection();
    assert_eq!(airbyte.status("connections/update", get(&airbyte, &manual)), 200);
}

#[test]
fn schedule_type_and_data_travel_together() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let update = |extra: Value| {
        let mut body = extra;
        body["connectionId"] = json!(connection);
        airbyte.post("connections/update", body)
    };
    let basic = json!({"basicSchedule": {"units": 12, "timeUnit": "hours"}});
    assert_eq!(update(json!({"scheduleData": basic})).status, 500);
    assert_eq!(update(json!({"scheduleType": "basic"})).status, 500);
    assert_eq!(update(json!({"scheduleType": "manual", "scheduleData": basic})).status, 500);
    let after = update(json!({"scheduleType": "basic", "scheduleData": basic})).body;
    assert_eq!(after["schedule"], json!({"units": 12, "timeUnit": "hours"}));
    let manual = update(json!({"scheduleType": "manual"})).body;
    assert_eq!((&manual["scheduleType"], manual.get("schedule")), (&json!("manual"), None));
}

#[test]
fn cron_schedules_are_checked_part_by_part() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let update = |airbyte: &Airbyte, connection: &str, cron: Value| {
        airbyte.post(
            "connections/update",
            json!({
                "connectionId": connection, "scheduleType": "cron", "scheduleData": {"cron": cron},
            }),
        )
    };
    let good = json!({"cronExpression": "0 0 6 ? * MON-FRI", "cronTimeZone": "Europe/Paris"});
    let read = update(&airbyte, &connection, good.clone()).body;
    assert_eq!((&read["scheduleData"]["cron"], read.get("schedule")), (&good, None));
    for (cron, problem) in [
        (json!({"cronExpression": "0 0 6 * * ?"}), "error:cron-validation/missing-component"),
        (json!({"cronExpression": "6 o'clock", "cronTimeZone": "UTC"}), "error:cron-validation/invalid-expression"),
        (json!({"cronExpression": "0/5 * * * * ?", "cronTimeZone": "UTC"}), "error:cron-validation/invalid-expression"),
        (
            json!({"cronExpression": "0 0 6 * * ?", "cronTimeZone": "Nowhere/Town"}),
            "error:cron-validation/invalid-timezone",
        ),
        (
            json!({"cronExpression": "0 0 6 * * ?", "cronTimeZone": "ETC/UTC"}),
            "error:cron-validation/unsupported-timezone",
        ),
    ] {
        let answer = update(&airbyte, &connection, cron);
        assert_eq!((answer.status, answer.body["type"].as_str()), (400, Some(problem)));
    }
    let old = Airbyte::emulating("0.50");
    let connection = old.connection();
    assert_eq!(update(&old, &connection, json!({"cronExpression": "x", "cronTimeZone": "UTC"})).status, 422);
}

#[test]
fn a_deleted_connection_is_deprecated_hidden_and_deleted_again_without_complaint() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    for _ in 0..2 {
        assert_eq!(airbyte.status("connections/delete", json!({"connectionId": connection})), 204);
    }
    assert_eq!(get(&airbyte, &connection)["status"], "deprecated");
    let workspace = airbyte.workspace();
    let count =
        |path: &str| airbyte.ok(path, json!({"workspaceId": workspace}))["connections"].as_array().unwrap().len();
    assert_eq!((count("connections/list"), count("connections/list_all")), (0, 1));
    assert_eq!(airbyte.status("connections/delete", json!({"connectionId": NOBODY})), 404);
    // Updating it is not refused.
    assert_eq!(airbyte.status("connections/update", json!({"connectionId": connection, "name": "x"})), 200);
}

#[test]
fn a_locked_connection_cannot_be_changed() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    airbyte.ok("connections/update", json!({"connectionId": connection, "status": "locked"}));
    let answer = airbyte.post("connections/update", json!({"connectionId": connection, "name": "x"}));
    assert_eq!((answer.status, &answer.body["type"]), (409, &json!("error:connection/locked")));
}

#[test]
fn lists_hold_whole_catalogs_and_paged_ones_say_the_workspace() {
    let airbyte = Airbyte::new();
    let workspace = airbyte.workspace();
    for _ in 0..3 {
        airbyte.connection();
    }
    let list = airbyte.ok("connections/list", json!({"workspaceId": workspace}));
    assert_eq!(list["connections"].as_array().unwrap().len(), 3);
    assert_eq!(list["connections"][0]["syncCatalog"]["streams"].as_array().unwrap().len(), 2);
    let page = airbyte.ok(
        "connections/list_paginated",
        json!({
            "workspaceIds": [workspace], "pagination": {"pageSize": 2, "rowOffset": 2},
        }),
    );
    assert_eq!(page["connections"].as_array().unwrap().len(), 1);
    assert_eq!(page["connections"][0]["workspaceId"], json!(workspace));
}

#[test]
fn the_catalog_that_a_connection_was_made_from_must_be_stored() {
    for (airbyte, expected) in [
        (Airbyte::new(), 409),
        (Airbyte::emulating("1.5"), 500),
        (Airbyte::with(airway_sandbox::SandboxBuilder::friendly), 404),
    ] {
        let (source, destination) = (airbyte.source(), airbyte.destination());
        let ends = |catalog: &Value| json!({"sourceId": source, "destinationId": destination, "status": "active", "sourceCatalogId": catalog});
        assert_eq!(airbyte.status("connections/create", ends(&json!(NOBODY))), expected);
        let catalog = airbyte.ok("sources/discover_schema", json!({"sourceId": source}))["catalogId"].clone();
        let connection = airbyte.ok("connections/create", ends(&catalog))["connectionId"].clone();
        let update = json!({"connectionId": connection, "sourceCatalogId": NOBODY, "name": "other"});
        assert_eq!(airbyte.status("connections/update", update), expected);
        let read = airbyte.ok("connections/get", json!({"connectionId": connection}));
        assert_eq!(read["sourceCatalogId"], catalog);
        assert_ne!(read["name"], "other");
    }
}
