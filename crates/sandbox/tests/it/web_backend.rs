//! What the web interface asks for.

use serde_json::{Value, json};

use crate::support::{Airbyte, full_refresh, incremental, text};

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
