//! Where real servers are broken, and how a friendly sandbox mends it.

use serde_json::{Value, json};

use crate::support::{Airbyte, MASK, NIL, NOBODY, POSTGRES, shop, text};

fn friendly() -> Airbyte {
    Airbyte::with(airway_sandbox::SandboxBuilder::friendly)
}

#[test]
fn a_search_with_a_filter_finds_nothing_unless_the_sandbox_is_friendly() {
    for (airbyte, found) in [(Airbyte::new(), 0), (friendly(), 1), (Airbyte::emulating("1.8"), 1)] {
        airbyte.source();
        let list = airbyte.ok("sources/search", json!({"name": "shop"}));
        assert_eq!(list["sources"].as_array().unwrap().len(), found);
    }
    for (airbyte, found) in [(Airbyte::new(), 0), (friendly(), 1), (Airbyte::emulating("1.8"), 0)] {
        airbyte.connection_with(json!({"name": "c"}));
        let list = airbyte.ok("connections/search", json!({"name": "c"}));
        assert_eq!(list["connections"].as_array().unwrap().len(), found);
    }
}

#[test]
fn a_search_without_a_body_finds_everything() {
    let airbyte = Airbyte::new();
    airbyte.connection();
    for (path, key) in [("sources/search", "sources"), ("connections/search", "connections")] {
        assert_eq!(airbyte.send("POST", path, "").body[key].as_array().unwrap().len(), 1, "{path}");
    }
}

#[test]
fn a_friendly_sandbox_says_what_is_wrong_in_place_of_a_bare_500() {
    let airbyte = friendly();
    let connection = airbyte.connection_with(json!({"status": "inactive"}));
    let said = |path: &str, body| {
        let answer = airbyte.post(path, body);
        (answer.status, text(&answer.body["message"]))
    };
    assert_eq!(said("jobs/get", json!({"id": 9})), (404, "there is no job 9".to_owned()));
    assert_eq!(said("jobs/list", json!({})), (400, "`configTypes` is missing or empty".to_owned()));
    let sync = said("connections/sync", json!({"connectionId": connection}));
    assert_eq!(sync, (400, format!("connection `{connection}` is inactive")));
    let missing = said("sources/get", json!({"sourceId": NOBODY}));
    assert_eq!(missing, (404, format!("no source has the id `{NOBODY}`")));
}

#[test]
fn a_friendly_sandbox_deletes_all_of_a_workspace() {
    for (airbyte, left) in [(Airbyte::new(), 2), (friendly(), 0)] {
        let workspace = airbyte.workspace();
        for number in 0..22 {
            airbyte.create("source", POSTGRES, &format!("s{number}"), shop());
        }
        assert_eq!(airbyte.status("workspaces/delete", json!({"workspaceId": workspace})), 204);
        let page = json!({"workspaceIds": [workspace], "pagination": {"pageSize": 50}});
        assert_eq!(airbyte.ok("sources/list_paginated", page)["sources"].as_array().unwrap().len(), left);
    }
}

#[test]
fn a_friendly_sandbox_cancels_the_job_that_is_named_and_no_other() {
    for (airbyte, status) in [(Airbyte::new(), "cancelled"), (friendly(), "running")] {
        let connection = airbyte.connection();
        let first = airbyte.sync(&connection);
        airbyte.after(600);
        let second = airbyte.sync(&connection);
        airbyte.after(30).ok("jobs/cancel", json!({"id": first}));
        assert_eq!(airbyte.job(second)["job"]["status"], status);
    }
}

#[test]
fn a_friendly_sandbox_takes_a_mask_for_the_stored_secret_in_a_partial_update_too() {
    for (airbyte, kept) in [(Airbyte::new(), false), (friendly(), true)] {
        let source = airbyte.source();
        // A discovered catalog is good for one configuration, secrets included.
        let cached = || airbyte.ok("sources/discover_schema", json!({"sourceId": source}))["jobInfo"]["createdAt"] == 0;
        assert!(!cached());
        let masked = json!({"sourceId": source, "connectionConfiguration": {"password": MASK}});
        airbyte.ok("sources/partial_update", masked);
        assert_eq!(cached(), kept);
    }
}

#[test]
fn a_friendly_sandbox_pages_counts_and_sorts_jobs_as_it_is_asked() {
    for (airbyte, page, counted, first) in [(Airbyte::new(), [4, 2], 2, 4), (friendly(), [2, 1], 3, 1)] {
        let (slow, quick) = (airbyte.connection(), airbyte.connection());
        airbyte.sync(&slow);
        airbyte.sync(&quick);
        airbyte.after(1).ok("connections/reset", json!({"connectionId": quick}));
        airbyte.after(60).sync(&quick);
        airbyte.after(1).ok("connections/reset", json!({"connectionId": quick}));
        // The syncs are 1, 2 and 4, of which the first one has ended last.
        airbyte.after(60);
        let list = |path: &str, extra: Value| {
            let mut body = json!({"configTypes": ["sync"], "workspaceIds": [airbyte.workspace()]});
            body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            let list = airbyte.ok(path, body);
            let ids = list["jobs"].as_array().unwrap().iter().map(|it| it["job"]["id"].as_i64().unwrap());
            (ids.collect::<Vec<i64>>(), list["totalJobCount"].clone())
        };
        assert_eq!(list("jobs/list", json!({"pagination": {"pageSize": 2, "rowOffset": 1}})).0, page);
        assert_eq!(list("jobs/list_for_workspaces", json!({"pagination": {"pageSize": 2}})).1, counted);
        assert_eq!(list("jobs/list", json!({"orderByField": "updatedAt"})).0[0], first);
    }
}

#[test]
fn a_friendly_sandbox_answers_in_json_everywhere() {
    let answer = friendly().post("sources/nothing", json!({}));
    assert_eq!((answer.status, answer.text.as_str()), (404, r#"{"message":"Object not found."}"#));
}

#[test]
fn a_friendly_sandbox_does_not_create_a_workspace_that_exists() {
    for (airbyte, status) in [(Airbyte::new(), 409), (Airbyte::emulating("1.5"), 500), (friendly(), 200)] {
        let workspace =
            airbyte.ok("workspaces/create", json!({"name": "w", "organizationId": NIL}))["workspaceId"].clone();
        let body = json!({"id": workspace, "name": "w", "organizationId": NIL});
        assert_eq!(airbyte.status("workspaces/create_if_not_exist", body), status);
    }
}

#[test]
fn a_friendly_sandbox_shows_the_job_of_a_discover_for_a_connection() {
    for (airbyte, shown) in [(Airbyte::new(), false), (friendly(), true)] {
        let connection = airbyte.connection();
        let source = airbyte.ok("connections/get", json!({"connectionId": connection}))["sourceId"].clone();
        let body = json!({"sourceId": source, "connectionId": connection});
        let read = airbyte.ok("sources/discover_schema", body);
        assert_eq!(read["jobInfo"]["succeeded"] == true, shown);
        assert!(read["catalogDiff"].is_object());
    }
}
