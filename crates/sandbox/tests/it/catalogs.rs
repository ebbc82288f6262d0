//! Discover: what is found, what is selected, what is cached.

use serde_json::{Value, json};

use crate::support::{Airbyte, FILE, POSTGRES, full_refresh, shop};

fn names(read: &Value) -> Vec<String> {
    let streams = read["catalog"]["streams"].as_array().unwrap();
    streams
        .iter()
        .map(|it| {
            let name = it["stream"]["name"].as_str().unwrap();
            it["stream"]["namespace"].as_str().map_or_else(|| name.to_owned(), |space| format!("{space}.{name}"))
        })
        .collect()
}

fn discover(airbyte: &Airbyte, source: &str, fresh: bool) -> Value {
    airbyte.ok("sources/discover_schema", json!({"sourceId": source, "disable_cache": fresh}))
}

#[test]
fn several_streams_come_unselected_with_default_modes() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    let read = discover(&airbyte, &source, false);
    assert_eq!(
        names(&read),
        ["public.categories", "public.customers", "public.order_items", "public.orders", "public.products"]
    );
    let entry = &read["catalog"]["streams"][1];
    assert_eq!(entry["stream"]["supportedSyncModes"], json!(["full_refresh", "incremental"]));
    assert_eq!(entry["stream"]["sourceDefinedPrimaryKey"], json!([["id"]]));
    assert_eq!(entry["stream"]["sourceDefinedCursor"], false);
    assert_eq!(entry["stream"]["jsonSchema"]["properties"]["updated_at"]["format"], "date-time");
    assert_eq!(entry["config"]["selected"], false);
    assert_eq!(entry["config"]["suggested"], false);
    assert_eq!(
        (&entry["config"]["syncMode"], &entry["config"]["destinationSyncMode"]),
        (&json!("full_refresh"), &json!("overwrite"))
    );
    assert_eq!(entry["config"]["primaryKey"], json!([["id"]]));
}

#[test]
fn a_lone_stream_comes_selected() {
    let airbyte = Airbyte::new();
    let source = airbyte.create("source", FILE, "people", json!({
        "dataset_name": "people", "format": "csv", "url": "https://example.com/people.csv", "provider": {"storage": "HTTPS"},
    }));
    let read = discover(&airbyte, &source, false);
    assert_eq!(names(&read), ["people"]);
    let config = &read["catalog"]["streams"][0]["config"];
    assert_eq!((&config["selected"], &config["suggested"]), (&json!(true), &json!(true)));
}

#[test]
fn a_change_log_defines_cursor_and_key_and_is_deduplicated() {
    let airbyte = Airbyte::new();
    let mut configuration = shop();
    configuration["replication_method"] = json!({"method": "CDC", "replication_slot": "slot", "publication": "pub"});
    let source = airbyte.create("source", POSTGRES, "cdc", configuration);
    let read = discover(&airbyte, &source, false);
    let entry = &read["catalog"]["streams"][1];
    assert_eq!(entry["stream"]["sourceDefinedCursor"], true);
    assert_eq!(entry["stream"]["defaultCursorField"], json!(["_ab_cdc_lsn"]));
    assert_eq!(
        (&entry["config"]["syncMode"], &entry["config"]["destinationSyncMode"]),
        (&json!("incremental"), &json!("append_dedup"))
    );
}

#[test]
fn streams_depend_on_the_configuration_and_on_nothing_else() {
    let airbyte = Airbyte::new();
    let of = |database: &str, schemas: Value| {
        let mut configuration = shop();
        configuration["database"] = json!(database);
        configuration["schemas"] = schemas;
        names(&discover(&airbyte, &airbyte.create("source", POSTGRES, "s", configuration), false))
    };
    assert_eq!(of("crm", json!(["public"])), ["public.accounts", "public.contacts", "public.opportunities"]);
    assert_eq!(of("crm", json!(["sales"])), ["sales.accounts", "sales.contacts", "sales.opportunities"]);
    assert_eq!(of("billing", json!(["public"])), of("billing", json!(["public"])));
    assert_ne!(of("billing", json!(["public"])), of("support", json!(["public"])));
}

#[test]
fn a_catalog_is_cached_until_the_cache_is_disabled_or_the_configuration_changes() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    let first = discover(&airbyte, &source, false);
    assert_eq!(first["jobInfo"]["createdAt"], 1_760_774_400_000_i64);
    let cached = airbyte.after(60).ok("sources/discover_schema", json!({"sourceId": source}));
    assert_eq!(cached["catalogId"], first["catalogId"]);
    let job = &cached["jobInfo"];
    assert_eq!(
        (&job["createdAt"], &job["endedAt"], &job["configId"]),
        (&json!(0), &json!(0), &json!("NoConfiguration"))
    );
    assert_eq!((&job["succeeded"], &job["logs"]["logLines"]), (&json!(true), &json!([])));
    let fresh = discover(&airbyte, &source, true);
    assert_eq!(fresh["jobInfo"]["createdAt"], 1_760_774_460_000_i64);
    assert_eq!(fresh["catalogId"], first["catalogId"]);
    let mut other = shop();
    other["database"] = json!("crm");
    airbyte.ok("sources/update", json!({"sourceId": source, "name": "s", "connectionConfiguration": other}));
    let changed = discover(&airbyte, &source, false);
    assert_ne!(changed["catalogId"], first["catalogId"]);
    assert_eq!(names(&changed)[0], "public.accounts");
}

#[test]
fn a_discover_that_fails_is_200_without_a_catalog() {
    let airbyte = Airbyte::new();
    let mut configuration = shop();
    configuration["host"] = json!("gone.invalid");
    let source = airbyte.create("source", POSTGRES, "s", configuration);
    let read = discover(&airbyte, &source, false);
    assert_eq!(read.as_object().unwrap().keys().collect::<Vec<_>>(), ["jobInfo"]);
    assert_eq!(read["jobInfo"]["succeeded"], false);
    assert_eq!(read["jobInfo"]["failureReason"]["failureType"], "config_error");
}

#[test]
fn with_a_connection_the_answer_has_a_diff_in_place_of_the_job() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    let known = discover(&airbyte, &source, false)["catalogId"].clone();
    let connection = airbyte.connection_with(json!({"sourceId": source, "sourceCatalogId": known}));
    let read = airbyte.ok(
        "sources/discover_schema",
        json!({
            "sourceId": source, "connectionId": connection, "disable_cache": true,
        }),
    );
    assert_eq!(read.get("jobInfo"), None);
    assert_eq!((&read["catalogDiff"], &read["breakingChange"]), (&json!({"transforms": []}), &json!(false)));
    assert_eq!(read["connectionStatus"], "active");
}

#[test]
fn an_unsaved_source_is_discovered_without_leaving_a_catalog() {
    let airbyte = Airbyte::new();
    let read = airbyte.ok(
        "scheduler/sources/discover_schema",
        json!({
            "sourceDefinitionId": POSTGRES, "workspaceId": airbyte.workspace(), "connectionConfiguration": shop(),
        }),
    );
    assert_eq!(names(&read).len(), 5);
    assert_eq!(read.get("catalogId"), None);
}

#[test]
fn the_most_recent_catalog_is_empty_before_the_first_discover() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    let ask = || airbyte.ok("sources/most_recent_source_actor_catalog", json!({"sourceId": source}));
    assert_eq!(ask(), json!({}));
    discover(&airbyte, &source, false);
    assert_eq!(ask()["updatedAt"], 1_760_774_400);
    assert_eq!(names(&ask()).len(), 5);
}

#[test]
fn files_are_not_copied_where_connectors_cannot() {
    let mut stream = full_refresh("orders");
    stream["config"]["includeFiles"] = json!(true);
    for (version, status) in [("2.0", 400), ("1.8", 200)] {
        let airbyte = Airbyte::emulating(version);
        let body = json!({
            "sourceId": airbyte.source(), "destinationId": airbyte.destination(), "status": "active",
            "syncCatalog": {"streams": [stream]},
        });
        let answer = airbyte.post("connections/create", body);
        assert_eq!(answer.status, status, "{version}");
        if status == 400 {
            assert_eq!(answer.body["type"], "error:connection-validation/file-transfer/connection-unsupported");
            assert_eq!(answer.body["data"]["streams"], json!(["orders"]));
        }
    }
}
