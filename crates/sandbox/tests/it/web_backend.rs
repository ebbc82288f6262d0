//! What the web interface asks for.

use serde_json::{Value, json};

use crate::support::{Airbyte, POSTGRES, POSTGRES_DESTINATION, full_refresh, incremental, shop, text, warehouse};

#[test]
fn a_connection_comes_with_its_ends_and_with_the_streams_it_does_not_select() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let source = airbyte.ok("connections/get", json!({"connectionId": connection}))["sourceId"].clone();
    airbyte.ok("sources/discover_schema", json!({"sourceId": source}));
    let read = airbyte.ok("web_backend/connections/get", json!({"connectionId": connection}));
    assert_eq!((&read["source"]["name"], &read["destination"]["name"]), (&json!("shop"), &json!("warehouse")));
    assert_eq!(read["sourceActorDefinitionVersion"]["dockerRepository"], "airbyte/source-postgres");
    let streams: Vec<(String, bool)> = read["syncCatalog"]["streams"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (text(&it["stream"]["name"]), it["config"]["selected"].as_bool().unwrap()))
        .collect();
    let expected =
        [("categories", false), ("customers", true), ("order_items", false), ("orders", true), ("products", false)];
    assert_eq!(streams, expected.map(|(name, selected)| (name.to_owned(), selected)));
    assert_eq!((&read["isSyncing"], &read["schemaChange"]), (&json!(false), &json!("no_change")));
    assert_eq!(read["createdAt"], 1_760_774_400);
    assert_eq!(read.get("created_at"), None);
}

#[test]
fn a_changed_source_shows_as_a_non_breaking_change() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    let found = airbyte.ok("sources/discover_schema", json!({"sourceId": source}));
    let connection = airbyte.connection_with(json!({"sourceId": source, "sourceCatalogId": found["catalogId"]}));
    let change =
        || text(&airbyte.ok("web_backend/connections/get", json!({"connectionId": connection}))["schemaChange"]);
    assert_eq!(change(), "no_change");
    airbyte
        .ok("sources/partial_update", json!({"sourceId": source, "connectionConfiguration": {"schemas": ["other"]}}));
    airbyte.after(1).ok("sources/discover_schema", json!({"sourceId": source}));
    assert_eq!(change(), "non_breaking");
    airbyte.ok("connections/update", json!({"connectionId": connection, "breakingChange": true}));
    assert_eq!(change(), "breaking");
}

#[test]
fn the_list_is_light_and_shows_the_last_sync() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection_with(json!({"name": "a"}));
    airbyte.connection_with(json!({"name": "b", "status": "inactive"}));
    airbyte.sync(&connection);
    let list = |extra: Value| {
        let mut body = json!({"workspaceId": airbyte.workspace()});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        airbyte.ok("web_backend/connections/list", body)
    };
    let all = list(json!({}));
    assert_eq!((&all["page_size"], &all["num_connections"]), (&json!(20), &json!(2)));
    let item = &all["connections"][0];
    assert_eq!(
        (&item["name"], &item["isSyncing"], &item["latestSyncJobStatus"]),
        (&json!("a"), &json!(true), &json!("pending"))
    );
    assert_eq!(item.get("syncCatalog"), None);
    let names = |extra: Value| -> Vec<String> {
        list(extra)["connections"].as_array().unwrap().iter().map(|it| text(&it["name"])).collect()
    };
    airbyte.after(10);
    assert_eq!(names(json!({"filters": {"statuses": ["running"]}})), ["a"]);
    assert_eq!(names(json!({"filters": {"states": ["inactive"]}})), ["b"]);
    assert_eq!(names(json!({"sortKey": "connectionName_desc"})), ["b", "a"]);
    assert_eq!(names(json!({"cursor": item["connectionId"]})), ["b"]);
    assert_eq!(
        airbyte.status(
            "web_backend/connections/list",
            json!({
                "workspaceId": airbyte.workspace(), "cursor": "00000000-0000-4000-8000-00000000dead",
            })
        ),
        404
    );
}

#[test]
fn statuses_are_those_of_the_latest_sync() {
    let airbyte = Airbyte::new();
    let cancelled = airbyte.connection_with(json!({"name": "cancelled"}));
    let job = airbyte.sync(&cancelled);
    airbyte.ok("jobs/cancel", json!({"id": job}));
    airbyte.ok("connections/clear", json!({"connectionId": cancelled}));
    airbyte.connection_with(json!({"name": "new"}));
    let paused = airbyte.connection_with(json!({"name": "paused"}));
    airbyte.sync(&paused);
    airbyte.after(120).ok("connections/update", json!({"connectionId": paused, "status": "inactive"}));
    let starting = airbyte.connection_with(json!({"name": "starting"}));
    airbyte.sync(&starting);
    let names = |statuses: Value| -> Vec<String> {
        let body = json!({"workspaceId": airbyte.workspace(), "filters": {"statuses": statuses}});
        let list = airbyte.ok("web_backend/connections/list", body);
        list["connections"].as_array().unwrap().iter().map(|it| text(&it["name"])).collect()
    };
    assert_eq!(names(json!(["failed"])), ["cancelled"]);
    assert_eq!(names(json!(["healthy"])), ["new", "starting"]);
    assert_eq!(names(json!(["paused"])), ["paused"]);
    assert_eq!(names(json!(["failed", "paused"])), ["cancelled", "paused"]);
    assert_eq!(names(json!(["running"])), [""; 0]);
    let counts = airbyte.ok("web_backend/connections/status_counts", json!({"workspaceId": airbyte.workspace()}));
    assert_eq!(counts, json!({"running": 0, "queued": 0, "healthy": 0, "failed": 1, "paused": 1, "notSynced": 1}));
}

#[test]
fn an_update_refreshes_the_streams_that_changed_unless_told_not_to() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    airbyte.sync(&connection);
    airbyte.after(120);
    let update = |streams: Value, skip: bool| {
        airbyte.ok(
            "web_backend/connections/update",
            json!({
                "connectionId": connection, "syncCatalog": {"streams": streams}, "skipReset": skip,
            }),
        );
        airbyte.after(1).history(&connection).len()
    };
    let dedup = |name: &str| {
        let mut entry = incremental(name);
        entry["config"]["destinationSyncMode"] = json!("append_dedup");
        entry["config"]["primaryKey"] = json!([["id"]]);
        entry
    };
    assert_eq!(update(json!([dedup("customers"), incremental("orders")]), true), 1);
    assert_eq!(update(json!([full_refresh("customers"), incremental("orders")]), false), 2);
    let last = airbyte.ok("jobs/get_last_replication_job", json!({"connectionId": connection}));
    assert_eq!(last["job"]["configType"], "refresh");
}

#[test]
fn an_update_refreshes_what_changed_on_a_connection_that_has_never_run_too() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let update = |streams: Value| {
        let body = json!({"connectionId": connection, "syncCatalog": {"streams": streams}});
        airbyte.ok("web_backend/connections/update", body);
        airbyte.history(&connection).len()
    };
    assert_eq!(update(json!([incremental("customers"), incremental("orders")])), 0);
    assert_eq!(update(json!([full_refresh("customers"), incremental("orders")])), 1);
    let last = airbyte.ok("jobs/get_last_replication_job", json!({"connectionId": connection}));
    let refreshed = &last["job"]["refreshConfig"]["streamsToRefresh"];
    assert_eq!(*refreshed, json!([{"name": "customers", "namespace": "public"}]));
}

#[test]
fn the_list_is_sorted_by_its_ends_and_by_the_last_sync_and_paged_in_that_order() {
    let airbyte = Airbyte::new();
    let connection = |name: &str, source: &str, destination: &str, on_demand: bool| {
        let source = airbyte.create("source", POSTGRES, source, shop());
        let destination = airbyte.create("destination", POSTGRES_DESTINATION, destination, warehouse());
        let body = json!({
            "name": name, "sourceId": source, "destinationId": destination, "status": "active",
            "onDemandEnabled": on_demand,
        });
        text(&airbyte.ok("connections/create", body)["connectionId"])
    };
    let first = connection("one", "c", "Y", false);
    let second = connection("two", "A", "z", true);
    connection("three", "b", "x", false);
    airbyte.sync(&second);
    airbyte.after(600).sync(&first);
    let names = |extra: Value| -> Vec<String> {
        let mut body = json!({"workspaceId": airbyte.workspace()});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let list = airbyte.ok("web_backend/connections/list", body);
        list["connections"].as_array().unwrap().iter().map(|it| text(&it["name"])).collect()
    };
    for (key, expected) in [
        ("sourceName_asc", ["two", "three", "one"]),
        ("destinationName_asc", ["three", "one", "two"]),
        ("lastSync_asc", ["three", "two", "one"]),
    ] {
        assert_eq!(names(json!({"sortKey": key})), expected, "{key}");
        let mut backwards = expected;
        backwards.reverse();
        let descending = key.replace("_asc", "_desc");
        assert_eq!(names(json!({"sortKey": descending})), backwards, "{descending}");
    }
    assert_eq!(names(json!({"sortKey": "sourceName_asc", "cursor": second, "pageSize": 1})), ["three"]);
    assert_eq!(names(json!({"sortKey": "lastSync_desc", "cursor": first, "pageSize": 1})), ["two"]);
    assert_eq!(names(json!({"filters": {"onDemandEnabled": true}})), ["two"]);
    // A cursor that the filters leave out still marks its place.
    assert_eq!(names(json!({"filters": {"onDemandEnabled": false}, "cursor": second})), [""; 0]);
    assert_eq!(names(json!({"filters": {"onDemandEnabled": false}, "cursor": first})), ["three"]);
}

#[test]
fn what_the_source_decides_about_a_stream_goes_before_what_was_sent() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    let found = airbyte.ok("sources/discover_schema", json!({"sourceId": source}));
    let mut sent = incremental("orders");
    sent["config"]["primaryKey"] = json!([["customer_id"]]);
    let connection = airbyte.connection_with(json!({
        "sourceId": source, "sourceCatalogId": found["catalogId"], "syncCatalog": {"streams": [sent]},
    }));
    let key = |path: &str| {
        let read = airbyte.ok(path, json!({"connectionId": connection}));
        let streams = read["syncCatalog"]["streams"].as_array().unwrap();
        streams.iter().find(|it| it["stream"]["name"] == "orders").unwrap()["config"]["primaryKey"].clone()
    };
    assert_eq!(key("connections/get"), json!([["customer_id"]]));
    assert_eq!(key("web_backend/connections/get"), json!([["id"]]));
}
