//! Workspaces and the instance.

use serde_json::{Value, json};

use crate::support::{Airbyte, NIL, NOBODY, id};

fn create(airbyte: &Airbyte, name: &str) -> Value {
    airbyte.ok("workspaces/create", json!({"name": name, "organizationId": NIL}))
}

#[test]
fn a_fresh_instance_holds_one_workspace_in_the_default_organization() {
    let airbyte = Airbyte::new();
    let list = airbyte.ok("workspaces/list_by_organization_id", json!({"organizationId": NIL}));
    assert_eq!(list["workspaces"].as_array().unwrap().len(), 1);
    let workspace = &list["workspaces"][0];
    assert_eq!((&workspace["name"], &workspace["slug"]), (&json!("Default Workspace"), &json!("default-workspace")));
    assert_eq!(workspace["organizationId"], NIL);
    assert_eq!(
        airbyte.ok("organizations/list_by_user_id", json!({"userId": NIL}))["organizations"][0]["organizationId"],
        NIL
    );
}

#[test]
fn the_instance_says_its_version_edition_and_how_to_sign_in() {
    let answer = Airbyte::emulating("1.8").send("GET", "instance_configuration", "").body;
    assert_eq!(answer["version"], "1.8.0");
    assert_eq!(answer["edition"], "community");
    assert_eq!(answer["auth"], json!({"mode": "none"}));
    assert_eq!(answer["defaultOrganizationId"], NIL);
    assert_eq!(answer.get("defaultWorkspaceId"), None);
}

#[test]
fn an_old_instance_does_not_say_its_version() {
    let answer = Airbyte::emulating("0.50").send("GET", "instance_configuration", "").body;
    assert_eq!(answer.get("version"), None);
    assert!(answer["webappUrl"].is_string());
}

#[test]
fn names_may_repeat_and_slugs_may_not() {
    let airbyte = Airbyte::new();
    let (first, second) = (create(&airbyte, "Data Team"), create(&airbyte, "Data Team"));
    assert_eq!(first["slug"], "data-team");
    let slug = second["slug"].as_str().unwrap();
    assert!(slug.starts_with("data-team-") && slug.len() == "data-team-".len() + 8, "{slug}");
    assert_eq!(airbyte.ok("workspaces/get_by_slug", json!({"slug": slug}))["workspaceId"], second["workspaceId"]);
}

#[test]
fn a_workspace_without_organization_is_422_except_on_old_servers() {
    assert_eq!(Airbyte::new().status("workspaces/create", json!({"name": "x"})), 422);
    assert_eq!(Airbyte::emulating("0.50").ok("workspaces/create", json!({"name": "x"}))["organizationId"], NIL);
}

#[test]
fn an_update_leaves_out_what_it_does_not_name() {
    let airbyte = Airbyte::new();
    let workspace = create(&airbyte, "a");
    let update = |changes: Value| {
        let mut body = changes;
        body["workspaceId"] = workspace["workspaceId"].clone();
        airbyte.ok("workspaces/update", body)
    };
    assert_eq!(update(json!({"email": "ada@example.com"}))["name"], "a");
    let after = update(json!({"email": "", "news": true, "name": "b"}));
    assert_eq!((&after["email"], &after["news"]), (&json!("ada@example.com"), &json!(true)));
    assert_eq!((&after["name"], &after["slug"]), (&json!("b"), &json!("b")));
}

#[test]
fn webhook_tokens_are_not_read_back() {
    let airbyte = Airbyte::new();
    let answer = airbyte.post(
        "workspaces/update",
        json!({
            "workspaceId": airbyte.workspace(),
            "webhookConfigs": [{"name": "dbt", "authToken": "t0p", "validationRegex": "x"}],
        }),
    );
    assert_eq!(answer.body["webhookConfigs"][0]["name"], "dbt");
    assert!(answer.body["webhookConfigs"][0]["id"].is_string());
    assert!(!answer.text.contains("t0p"));
}

#[test]
fn a_slack_notification_without_a_webhook_is_a_400_problem() {
    let airbyte = Airbyte::new();
    let answer = airbyte.post(
        "workspaces/update",
        json!({
            "workspaceId": airbyte.workspace(),
            "notificationSettings": {"sendOnFailure": {"notificationType": ["slack"]}},
        }),
    );
    assert_eq!((answer.status, &answer.body["type"]), (400, &json!("error:notification/config/missing-url")));
}

#[test]
fn deleting_a_workspace_deletes_what_is_in_it() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let read = airbyte.ok("connections/get", json!({"connectionId": connection}));
    let workspace = airbyte.workspace();
    assert_eq!(airbyte.status("workspaces/delete", json!({"workspaceId": workspace})), 204);
    assert_eq!(airbyte.status("workspaces/get", json!({"workspaceId": workspace})), 404);
    let buried = airbyte.ok("workspaces/get", json!({"workspaceId": workspace, "includeTombstone": true}));
    assert_eq!(buried["tombstone"], true);
    assert_eq!(airbyte.ok("connections/get", json!({"connectionId": connection}))["status"], "deprecated");
    let source = airbyte.ok("sources/get", json!({"sourceId": read["sourceId"]}));
    assert_eq!(source["connectionConfiguration"], json!({}));
    assert_eq!(airbyte.status("workspaces/delete", json!({"workspaceId": workspace})), 404);
}

#[test]
fn from_1_8_on_deleting_a_workspace_forgets_what_is_not_on_the_first_page() {
    for (version, alive) in [("1.7", 0), ("1.8", 2)] {
        let airbyte = Airbyte::emulating(version);
        let ids: Vec<String> = (0..22).map(|_| airbyte.source()).collect();
        airbyte.status("workspaces/delete", json!({"workspaceId": airbyte.workspace()}));
        let left = ids
            .iter()
            .filter(|id| airbyte.ok("sources/get", json!({"sourceId": id}))["connectionConfiguration"] != json!({}));
        assert_eq!(left.count(), alive, "{version}");
    }
}

#[test]
fn the_workspace_of_a_connection_is_found() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let found = airbyte.ok("workspaces/get_by_connection_id", json!({"connectionId": connection}));
    assert_eq!(id(&found, "workspaceId"), airbyte.workspace());
    assert_eq!(airbyte.status("workspaces/get_by_connection_id", json!({"connectionId": NOBODY})), 404);
}

#[test]
fn workspaces_are_listed_by_name_and_filtered_by_part_of_it() {
    let airbyte = Airbyte::new();
    for name in ["zeta", "Alpha", "alphabet"] {
        create(&airbyte, name);
    }
    let names = |extra: Value| {
        let mut body = json!({"organizationId": NIL});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let list = airbyte.ok("workspaces/list_by_organization_id", body);
        list["workspaces"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(json!({})), ["Alpha", "Default Workspace", "alphabet", "zeta"]);
    assert_eq!(names(json!({"nameContains": "ALPHA"})), ["Alpha", "alphabet"]);
    assert_eq!(names(json!({"pagination": {"pageSize": 2, "rowOffset": 1}})), ["Default Workspace", "alphabet"]);
    assert_eq!(names(json!({"organizationId": NOBODY})), Vec::<String>::new());
}

#[test]
fn an_organization_that_nobody_knows_takes_no_workspace() {
    let airbyte = Airbyte::new();
    let refused = airbyte.post("workspaces/create", json!({"name": "x", "organizationId": NOBODY}));
    assert_eq!((refused.status, &refused.body["title"]), (403, &json!("forbidden")));
    for (version, status) in [("2.0", 409), ("1.8", 500)] {
        let airbyte = Airbyte::emulating(version);
        let body = json!({"workspaceId": airbyte.workspace(), "organizationId": NOBODY});
        assert_eq!(airbyte.status("workspaces/update_organization", body), status, "{version}");
    }
}

#[test]
fn pages_of_workspaces_connections_and_sources_are_searched_by_name() {
    let airbyte = Airbyte::new();
    let workspace = airbyte.workspace();
    airbyte.connection_with(json!({"name": "Nightly"}));
    let list = |path: &str, key: &str, name: &str| {
        let body = json!({"workspaceIds": [workspace], "nameContains": name, "pagination": {"pageSize": 5}});
        airbyte.ok(path, body)[key].as_array().unwrap().len()
    };
    for (path, key, name) in [
        ("workspaces/list_paginated", "workspaces", "default"),
        ("connections/list_paginated", "connections", "night"),
        ("sources/list_paginated", "sources", "SHO"),
    ] {
        assert_eq!((list(path, key, name), list(path, key, "zzz")), (1, 0), "{path}");
    }
    let source = airbyte.source();
    airbyte.post("sources/delete", json!({"sourceId": source}));
    let body = json!({"workspaceIds": [workspace], "includeDeleted": true, "pagination": {"pageSize": 5}});
    assert_eq!(airbyte.ok("sources/list_paginated", body)["sources"].as_array().unwrap().len(), 2);
}

#[test]
fn where_things_run_is_kept_as_the_generation_calls_it() {
    let old = Airbyte::emulating("1.5");
    let body = json!({"name": "x", "organizationId": NIL, "defaultGeography": "eu"});
    assert_eq!(old.ok("workspaces/create", body)["defaultGeography"], "eu");
    let connection = old.connection_with(json!({"geography": "us"}));
    let read = old.ok("connections/update", json!({"connectionId": connection, "name": "n"}));
    assert_eq!(read["geography"], "us");
    let new = Airbyte::new();
    let body = json!({"name": "x", "organizationId": NIL, "dataplaneGroupId": NOBODY});
    assert_eq!(new.ok("workspaces/create", body)["dataplaneGroupId"], NOBODY);
}
