//! Choosing streams and setting them up.

use serde_json::json;

use super::*;

/// `public.customers` and `public.orders` with a cursor to choose, `audit.orders` with one of its own, `files` without any.
fn catalog() -> Catalog {
    let stream = |namespace: Option<&str>, name: &str, more: Value| {
        let mut stream = json!({
            "name": name, "namespace": namespace,
            "supportedSyncModes": ["full_refresh", "incremental"],
            "jsonSchema": {"properties": {"id": {}, "name": {}, "updated_at": {}, "address": {}}},
        });
        stream.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"stream": stream, "config": {"selected": false, "syncMode": "full_refresh"}})
    };
    Catalog::from_json(&json!([
        stream(Some("public"), "customers", json!({})),
        stream(Some("public"), "orders", json!({"sourceDefinedPrimaryKey": [["id"]]})),
        stream(Some("audit"), "orders", json!({"sourceDefinedCursor": true, "defaultCursorField": ["_lsn"]})),
        stream(None, "files", json!({"supportedSyncModes": ["full_refresh"]})),
    ]))
    .unwrap()
}

fn names(catalog: &Catalog) -> Vec<String> {
    catalog.streams().iter().map(Stream::full_name).collect()
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, CatalogError>, message: &str, hint: Option<&str>) {
    let error = result.unwrap_err();
    assert_eq!((error.to_string().as_str(), error.hint().as_deref()), (message, hint));
}

#[test]
fn names_bare_names_and_globs_select() {
    let select = |pattern| names(&catalog().select([pattern]).unwrap());
    assert_eq!(select("public.orders"), ["public.orders"]);
    assert_eq!(select("orders"), ["public.orders", "audit.orders"]);
    assert_eq!(select("public.*"), ["public.customers", "public.orders"]);
    assert_eq!(select("*"), ["public.customers", "public.orders", "audit.orders", "files"]);
    assert_eq!(names(&catalog().reject(["audit.*", "files"]).unwrap()), ["public.customers", "public.orders"]);
}

#[test]
fn what_selects_nothing_is_refused_with_the_nearest() {
    refused(
        catalog().select(["public.costumers"]),
        "no stream fits `public.costumers`",
        Some("did you mean `public.customers`?"),
    );
    refused(
        catalog().select(["public.x*y"]),
        "no stream fits `public.x*y`",
        Some("the streams are `public.customers`, `public.orders`, `audit.orders` and `files`"),
    );
    refused(catalog().select(["a[b"]), "`a[b` is not a pattern: unclosed character class; missing ']'", None);
    refused(
        catalog().stream("orders").cloned(),
        "several streams are called `orders`: `public.orders` and `audit.orders`",
        Some("write the namespace before the name"),
    );
}

#[test]
fn a_cursor_must_be_a_field_unless_the_source_defines_it() {
    let two = catalog().select(["orders"]).unwrap().incremental("updated_at").unwrap();
    let cursors: Vec<&[String]> = two.streams().iter().map(Stream::cursor).collect();
    assert_eq!(cursors, [["updated_at".to_owned()], ["_lsn".to_owned()]]);
    refused(
        catalog().select(["public.*"]).unwrap().incremental("updatedat"),
        "stream `public.customers` has no field `updatedat`",
        Some("did you mean `updated_at`?"),
    );
    refused(
        catalog().select(["files"]).unwrap().incremental("updated_at"),
        "stream `files` cannot be read in mode `incremental`, only in `full_refresh`",
        None,
    );
    refused(
        catalog().select(["public.customers"]).unwrap().incremental_by_default_cursor(),
        "stream `public.customers` needs a cursor: its source defines none",
        Some("its fields are `address`, `id`, `name` and `updated_at`"),
    );
}

#[test]
fn deduplication_takes_the_sources_key_or_the_given_one() {
    let orders = catalog().select(["public.orders"]).unwrap().dedup(&[]).unwrap();
    assert_eq!(orders.streams()[0].primary_key(), [["id".to_owned()]]);
    assert_eq!(orders.streams()[0].destination_sync_mode(), "append_dedup");
    refused(
        catalog().select(["public.customers"]).unwrap().dedup(&[]),
        "stream `public.customers` needs a primary key: its source defines none",
        Some("its fields are `address`, `id`, `name` and `updated_at`"),
    );
}

#[test]
fn chosen_fields_keep_what_cursor_and_key_need() {
    let customers = catalog().select(["customers"]).unwrap().incremental("updated_at").unwrap();
    let sent = json!(customers.only_fields(&["name"]).unwrap().to_api());
    assert_eq!(
        sent.pointer("/streams/0/config/selectedFields"),
        Some(&json!([{"fieldPath": ["name"]}, {"fieldPath": ["updated_at"]}])),
    );
    refused(
        customers.without_fields(&["updated_at"]),
        "stream `public.customers` needs field `updated_at` as its cursor",
        None,
    );
}

#[test]
fn every_stream_is_sent_as_selected_and_otherwise_as_it_came() {
    let sent = json!(catalog().select(["files"]).unwrap().overwrite().to_api());
    assert_eq!(
        sent["streams"][0]["config"],
        json!({"selected": true, "syncMode": "full_refresh", "destinationSyncMode": "overwrite"}),
    );
    assert_eq!(sent["streams"][0]["stream"]["supportedSyncModes"], json!(["full_refresh"]));
}

#[test]
fn order_and_settings_without_effect_are_no_difference() {
    let wanted = catalog().select(["public.*"]).unwrap().incremental("updated_at").unwrap().append();
    let mut streams: Vec<Value> = json!(wanted.to_api())["streams"].as_array().unwrap().clone();
    streams.reverse();
    streams[0]["config"]["primaryKey"] = json!([["id"]]);
    streams[0]["config"]["aliasName"] = json!("orders");
    let stored = Catalog::from_json(&json!(streams)).unwrap();
    assert!(wanted.copies_the_same_as(&stored));
    assert!(!wanted.copies_the_same_as(&wanted.overwrite()));
    assert!(!wanted.copies_the_same_as(&wanted.incremental("name").unwrap()));
}

#[test]
fn hand_written_streams_are_read_strictly() {
    let read = |config: Value| Catalog::from_json(&json!([{"stream": {"name": "a"}, "config": config}]));
    assert_eq!(read(json!({"syncMode": "incremental", "cursorField": ["x"]})).unwrap().streams()[0].cursor(), ["x"]);
    refused(
        read(json!({"syncmode": "incremental"})),
        "`streams[0].config` is not in the form of a catalog: `syncmode` is not a setting of a stream; did you mean `syncMode`?",
        None,
    );
    refused(
        Catalog::from_json(&json!([{"config": {}}])),
        "`streams[0].stream.name` is not in the form of a catalog: is missing",
        None,
    );
}
