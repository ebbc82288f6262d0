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
    assert!(wanted.with_alias("public.orders", "purchases").unwrap().copies_the_same_as(&wanted));
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

#[test]
fn two_selections_make_one_and_the_later_one_says_how() {
    let copied = catalog().select(["public.*"]).unwrap().incremental("updated_at").unwrap().append();
    let anew = catalog().select(["files", "public.orders"]).unwrap().full_refresh().unwrap().overwrite();
    let both = copied.and(&anew);
    assert_eq!(names(&both), ["public.customers", "public.orders", "files"]);
    let modes: Vec<String> = both.streams().iter().map(Stream::sync_mode).collect();
    assert_eq!(modes, ["incremental", "full_refresh", "full_refresh"]);
}

#[test]
fn cursor_and_key_are_set_apart_from_the_modes_and_kept_where_the_source_defines_them() {
    let set = catalog().select(["orders"]).unwrap().with_cursor("updated_at").unwrap();
    let cursors: Vec<&[String]> = set.streams().iter().map(Stream::cursor).collect();
    assert_eq!(cursors, [vec!["updated_at".to_owned()], vec![]]);
    let keyed = catalog().select(["public.*"]).unwrap().with_primary_key(&["name"]).unwrap();
    let keys: Vec<Vec<String>> = keyed.streams().iter().map(|stream| stream.primary_key().concat()).collect();
    assert_eq!(keys, [["name"], ["id"]]);
    refused(
        catalog().select(["public.customers"]).unwrap().with_primary_key(&["nme"]),
        "stream `public.customers` has no field `nme`",
        Some("did you mean `name`?"),
    );
}

#[test]
fn what_cursor_and_key_need_is_copied_whichever_was_said_first() {
    let customers = catalog().select(["customers"]).unwrap().only_fields(&["name"]).unwrap();
    let set = customers.incremental("updated_at").unwrap().dedup(&["id"]).unwrap();
    assert_eq!(set.streams()[0].selected_fields().unwrap(), ["name", "updated_at", "id"]);
    let bare = Catalog::from_json(&json!([{"stream": {"name": "a"}}])).unwrap();
    refused(bare.without_fields(&["x"]), "stream `a` does not say which fields it has, so none can be left out", None);
}

#[test]
fn a_mode_without_cursor_or_key_is_incomplete() {
    let stream = |config: Value| Catalog::from_json(&json!([{"stream": {"name": "a"}, "config": config}])).unwrap();
    refused(
        stream(json!({"syncMode": "incremental"})).streams()[0].check_complete(),
        "stream `a` needs a cursor: its source defines none",
        None,
    );
    refused(
        stream(json!({"destinationSyncMode": "append_dedup"})).streams()[0].check_complete(),
        "stream `a` needs a primary key: its source defines none",
        None,
    );
    assert_eq!(
        catalog().select(["audit.orders"]).unwrap().incremental("x").unwrap().streams()[0].check_complete(),
        Ok(())
    );
}

#[test]
fn a_catalog_is_read_and_written_with_its_schemas_as_they_came() {
    let text = r#"{"streams":[{"config":{"destinationSyncMode":"append","selected":true,"syncMode":"full_refresh"},"stream":{"jsonSchema":{ "properties": {"b":1.50, "a":{}} },"name":"x"}}]}"#;
    let catalog: Catalog = serde_json::from_str(text).unwrap();
    assert_eq!(catalog.streams()[0].fields(), ["a", "b"]);
    let written: Value = serde_json::from_str(&serde_json::to_string(&catalog).unwrap()).unwrap();
    assert_eq!(written, serde_json::from_str::<Value>(text).unwrap());
    assert!(serde_json::to_string(&catalog).unwrap().contains(r#"{ "properties": {"b":1.50, "a":{}} }"#));
}

/// `orders` read by `updated_at` and deduplicated by `id`, with these fields and this source-defined key.
fn orders(fields: &Value, key: &Value) -> Catalog {
    let stream = json!({
        "stream": {"name": "orders", "jsonSchema": {"properties": fields}, "sourceDefinedPrimaryKey": key},
        "config": {
            "syncMode": "incremental", "cursorField": ["updated_at"],
            "destinationSyncMode": "append_dedup", "primaryKey": [["id"]],
        },
    });
    Catalog::from_json(&json!([stream])).unwrap()
}

#[test]
fn changes_of_a_schema_are_told_by_stream_and_field() {
    let before = orders(
        &json!({"id": {}, "updated_at": {}, "a": {"type": "string"}, "o": {"properties": {"x": {}}}}),
        &json!([["id"]]),
    );
    let after = orders(
        &json!({"id": {}, "updated_at": {}, "a": {"type": "number"}, "o": {"properties": {"y": {}}}}),
        &json!([["id"]]),
    );
    let diff = before.diff(&after);
    assert_eq!(diff.to_string(), "~ orders: + o.y, - o.x, ~ a");
    assert_eq!(diff.change(), SchemaChange::NonBreaking);
    assert_eq!(before.diff(&before), CatalogDiff::default());
    assert_eq!(before.diff(&before).change(), SchemaChange::None);
    let other = Catalog::from_json(&json!([{"stream": {"name": "files"}}])).unwrap();
    assert_eq!(before.diff(&other).to_string(), "+ files\n- orders");
    assert_eq!(before.diff(&other).change(), SchemaChange::NonBreaking);
}

#[test]
fn only_a_cursor_or_key_that_is_used_breaks() {
    let fields = json!({"id": {}, "updated_at": {}, "a": {}});
    let before = orders(&fields, &json!([]));
    let lost = |catalog: &Catalog, field: &str| {
        let mut left = fields.clone();
        left.as_object_mut().unwrap().remove(field);
        catalog.diff(&orders(&left, &json!([]))).change()
    };
    assert_eq!(lost(&before, "updated_at"), SchemaChange::Breaking);
    assert_eq!(lost(&before, "id"), SchemaChange::Breaking);
    assert_eq!(lost(&before, "a"), SchemaChange::NonBreaking);
    let plain = before.full_refresh().unwrap().overwrite();
    assert_eq!(lost(&plain, "updated_at"), SchemaChange::NonBreaking);
    assert_eq!(lost(&plain, "id"), SchemaChange::NonBreaking);

    let rekeyed = orders(&fields, &json!([["a"]]));
    assert_eq!(
        before.diff(&rekeyed).to_string(),
        "~ orders: another primary key (breaking: the source defines another primary key)"
    );
    assert_eq!(plain.diff(&rekeyed).change(), SchemaChange::NonBreaking);
}

#[test]
fn fields_that_are_left_out_anyway_are_no_news() {
    let before = orders(&json!({"id": {}, "updated_at": {}}), &json!([])).only_fields(&["id"]).unwrap();
    let after = orders(&json!({"id": {}, "updated_at": {}, "a": {}}), &json!([]));
    assert_eq!(before.diff(&after).change(), SchemaChange::None);
}

#[test]
fn what_is_only_set_elsewhere_is_kept_and_what_is_gone_is_not_selected() {
    let stream = |fields: serde_json::Value, config: serde_json::Value| {
        let stream = json!({"name": "orders", "jsonSchema": {"properties": fields}});
        Catalog::from_json(&json!([{"stream": stream, "config": config}])).unwrap()
    };
    let fields = json!({"id": {}, "total": {}});
    let set_elsewhere = json!({
        "mappers": [{"type": "hashing"}], "hashedFields": [{"fieldPath": ["id"]}],
        "includeFiles": true, "destinationObjectName": "Order",
    });
    let stored = stream(fields.clone(), set_elsewhere.clone());
    let wanted = stream(fields.clone(), json!({"syncMode": "full_refresh", "mappers": [], "includeFiles": false}));
    let kept = serde_json::to_value(wanted.keeping_from(&stored)).unwrap();
    for (setting, value) in set_elsewhere.as_object().unwrap() {
        assert_eq!(kept["streams"][0]["config"][setting], *value, "{setting}");
    }
    let chosen = stream(fields, json!({})).only_fields(&["id", "total"]).unwrap();
    let renewed = chosen.taken_over_from(&stream(json!({"id": {}}), json!({})));
    assert_eq!(renewed.streams()[0].selected_fields(), Some(vec!["id".to_owned()]));
}
