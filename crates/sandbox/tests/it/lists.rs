//! Lists of sources and destinations: paged from 1.8 on.

use serde_json::{Value, json};

use crate::support::{Airbyte, FILE, POSTGRES, shop, text};

fn fill(airbyte: &Airbyte, count: usize) {
    for number in 0..count {
        // Upper and lower case mixed: the order is by lower-cased name.
        let name = if number % 2 == 0 { format!("Source {number:02}") } else { format!("source {number:02}") };
        airbyte.create("source", POSTGRES, &name, shop());
    }
}

fn names(list: &Value) -> Vec<String> {
    list["sources"].as_array().unwrap().iter().map(|it| text(&it["name"])).collect()
}

#[test]
fn a_list_without_further_words_is_the_first_twenty_by_name() {
    let airbyte = Airbyte::new();
    fill(&airbyte, 25);
    let workspace = airbyte.workspace();
    let first = airbyte.ok("sources/list", json!({"workspaceId": workspace}));
    assert_eq!(names(&first).len(), 20);
    assert_eq!((names(&first)[0].as_str(), names(&first)[19].as_str()), ("Source 00", "source 19"));
    assert_eq!((&first["page_size"], &first["num_connections"]), (&json!(20), &json!(25)));
    let cursor = first["sources"][19]["sourceId"].clone();
    let second = airbyte.ok("sources/list", json!({"workspaceId": workspace, "cursor": cursor}));
    assert_eq!(names(&second), ["Source 20", "source 21", "Source 22", "source 23", "Source 24"]);
    assert_eq!(second["num_connections"], 25);
}

#[test]
fn a_page_size_of_its_own_is_taken() {
    let airbyte = Airbyte::new();
    fill(&airbyte, 25);
    let list = airbyte.ok("sources/list", json!({"workspaceId": airbyte.workspace(), "pageSize": 100}));
    assert_eq!((names(&list).len(), &list["page_size"]), (25, &json!(100)));
}

#[test]
fn before_1_8_a_list_is_everything_in_the_order_of_creation() {
    for version in ["0.50", "1.5", "1.7"] {
        let airbyte = Airbyte::emulating(version);
        fill(&airbyte, 25);
        let list = airbyte.ok("sources/list", json!({"workspaceId": airbyte.workspace(), "pageSize": 3}));
        assert_eq!(names(&list).len(), 25, "{version}");
        assert_eq!((list.get("page_size"), list.get("num_connections")), (None, None), "{version}");
    }
}

#[test]
fn a_list_is_sorted_and_filtered_on_request() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    airbyte.create("source", FILE, "people", json!({
        "dataset_name": "people", "format": "csv", "url": "https://example.com/people.csv", "provider": {"storage": "HTTPS"},
    }));
    let list = |extra: Value| {
        let mut body = json!({"workspaceId": airbyte.workspace()});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        names(&airbyte.ok("sources/list", body))
    };
    assert_eq!(list(json!({})), ["people", "shop"]);
    assert_eq!(list(json!({"sortKey": "actorName_desc"})), ["shop", "people"]);
    assert_eq!(list(json!({"sortKey": "actorDefinitionName_desc"})), ["shop", "people"]);
    assert_eq!(list(json!({"filters": {"searchTerm": "POSTGRES"}})), ["shop"]);
    assert_eq!(list(json!({"filters": {"states": ["inactive"]}})), ["people"]);
    airbyte.ok("connections/update", json!({"connectionId": connection, "status": "inactive"}));
    assert_eq!(list(json!({"filters": {"states": ["active"]}})), Vec::<String>::new());
}

#[test]
fn items_say_how_they_are_used() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    airbyte.sync(&connection);
    airbyte.after(120);
    let item = airbyte.ok("sources/list", json!({"workspaceId": airbyte.workspace()}))["sources"][0].clone();
    assert_eq!((&item["status"], &item["numConnections"]), (&json!("active"), &json!(1)));
    assert_eq!(item["lastSync"], 1_760_774_400);
    assert_eq!(item["connectionJobStatuses"]["succeeded"], 1);
    assert_eq!(item["connectionJobStatuses"].get("queued"), None);
}

#[test]
fn offset_pages_need_a_size() {
    let airbyte = Airbyte::new();
    fill(&airbyte, 3);
    let page = |pagination: Value| {
        airbyte.post("sources/list_paginated", json!({"workspaceIds": [airbyte.workspace()], "pagination": pagination}))
    };
    assert_eq!(page(Value::Null).status, 500);
    assert_eq!(names(&page(json!({"pageSize": 2, "rowOffset": 2})).body), ["Source 02"]);
}

#[test]
fn pages_go_on_in_both_directions_and_count_what_is_left() {
    let airbyte = Airbyte::new();
    fill(&airbyte, 6);
    let workspace = airbyte.workspace();
    let page = |sort: &str, cursor: &Value| {
        let mut body = json!({"workspaceId": workspace, "pageSize": 2, "sortKey": sort});
        if cursor.is_string() {
            body["cursor"] = cursor.clone();
        }
        airbyte.ok("sources/list", body)
    };
    let last = |list: &Value| list["sources"].as_array().unwrap().last().unwrap()["sourceId"].clone();
    for (sort, expected) in [
        ("actorName_asc", [["Source 00", "source 01"], ["Source 02", "source 03"], ["Source 04", "source 05"]]),
        ("actorName_desc", [["source 05", "Source 04"], ["source 03", "Source 02"], ["source 01", "Source 00"]]),
    ] {
        let mut cursor = Value::Null;
        for names_expected in expected {
            let found = page(sort, &cursor);
            assert_eq!(
                (names(&found), &found["num_connections"]),
                (names_expected.map(str::to_owned).to_vec(), &json!(6))
            );
            cursor = last(&found);
        }
        assert_eq!(names(&page(sort, &cursor)), [""; 0]);
    }
    // A deleted one still marks its place.
    let first = page("actorName_asc", &Value::Null);
    airbyte.post("sources/delete", json!({"sourceId": last(&first)}));
    let second = page("actorName_asc", &last(&first));
    assert_eq!((names(&second), &second["num_connections"]), (vec!["Source 02".into(), "source 03".into()], &json!(5)));
}

#[test]
fn connections_are_counted_as_they_come_and_go() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let list = |more: Value| {
        let mut body = json!({"workspaceId": airbyte.workspace(), "pageSize": 1});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        airbyte.post("web_backend/connections/list", body)
    };
    assert_eq!(list(json!({})).body["num_connections"], 1);
    airbyte.post("connections/delete", json!({"connectionId": connection}));
    airbyte.post("connections/delete", json!({"connectionId": connection}));
    assert_eq!(
        (&list(json!({})).body["num_connections"], &list(json!({})).body["connections"]),
        (&json!(0), &json!([]))
    );
    assert_eq!(list(json!({"cursor": connection})).status, 404);
}

#[test]
fn a_deleted_source_marks_its_place_in_sorted_and_filtered_lists_too() {
    let airbyte = Airbyte::new();
    fill(&airbyte, 4);
    let workspace = airbyte.workspace();
    let list = |extra: Value| {
        let mut body = json!({"workspaceId": workspace, "pageSize": 2});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        airbyte.ok("sources/list", body)
    };
    let filtered = json!({"searchTerm": "source"});
    let first = list(json!({"filters": filtered}));
    let cursor = first["sources"][1]["sourceId"].clone();
    airbyte.post("sources/delete", json!({"sourceId": cursor}));
    let second = list(json!({"filters": filtered, "cursor": cursor}));
    assert_eq!(names(&second), ["Source 02", "source 03"]);
    for extra in [json!({"filters": filtered}), json!({})] {
        let mut extra = extra;
        extra["cursor"] = json!(crate::support::NOBODY);
        let nowhere = list(extra);
        assert_eq!((names(&nowhere).len(), &nowhere["num_connections"]), (0, &json!(3)));
    }
}

#[test]
fn no_list_has_a_page_of_a_negative_size_or_place() {
    for (airbyte, expected) in [
        (Airbyte::new(), 409),
        (Airbyte::emulating("1.5"), 500),
        (Airbyte::with(airway_sandbox::SandboxBuilder::friendly), 400),
    ] {
        let connection = airbyte.connection();
        let workspace = airbyte.workspace();
        let is_keyset = airbyte.emulator.generation() >= "1.8".parse().unwrap();
        for path in ["sources/list", "destinations/list", "web_backend/connections/list"] {
            let size = |size: i64| airbyte.post(path, json!({"workspaceId": workspace, "pageSize": size}));
            assert_eq!(size(-1).status, if is_keyset { expected } else { 200 }, "{path}");
            assert_eq!(size(0).status, 200, "{path}");
        }
        for (path, body) in [
            ("sources/list_paginated", json!({"workspaceIds": [workspace]})),
            ("workspaces/list_paginated", json!({"workspaceIds": [workspace]})),
            ("connections/list_paginated", json!({"workspaceIds": [workspace]})),
            ("jobs/list", json!({"configTypes": ["sync"], "configId": connection})),
            ("jobs/list_for_workspaces", json!({"configTypes": ["sync"], "workspaceIds": [workspace]})),
            ("connections/events/list", json!({"connectionId": connection})),
        ] {
            for pagination in [json!({"pageSize": -1, "rowOffset": 0}), json!({"pageSize": 5, "rowOffset": -5})] {
                let mut body = body.clone();
                body["pagination"] = pagination;
                assert_eq!(airbyte.status(path, body.clone()), expected, "{path} {body}");
            }
        }
    }
}
