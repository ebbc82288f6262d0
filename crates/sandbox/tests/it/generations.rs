//! What differs between generations.

use airway_sandbox::{Fault, FaultAction, Generation, Occasion};
use serde_json::{Value, json};

use crate::support::{Airbyte, NIL, incremental};

#[test]
fn workspaces_are_listed_without_an_organization_up_to_1_6() {
    for (version, status) in
        [("0.50", 200), ("1.0", 200), ("1.5", 200), ("1.6", 200), ("1.7", 404), ("1.8", 404), ("2.0", 404)]
    {
        assert_eq!(Airbyte::emulating(version).status("workspaces/list", json!({})), status, "{version}");
    }
    let answer = Airbyte::emulating("1.7").post("workspaces/list", json!({}));
    assert_eq!((answer.status, answer.text.as_str()), (404, "Object not found."));
}

#[test]
fn reads_carry_only_the_fields_of_their_generation() {
    let fields = |version: &str| {
        let airbyte = Airbyte::emulating(version);
        let connection = airbyte.connection();
        let read = airbyte.ok("connections/get", json!({"connectionId": connection}));
        ["geography", "created_at", "tags"].map(|field| read.get(field).is_some())
    };
    assert_eq!(fields("0.50"), [true, false, false]);
    assert_eq!(fields("1.5"), [true, true, false]);
    assert_eq!(fields("1.7"), [false, true, false]);
    assert_eq!(fields("2.0"), [false, true, true]);
}

#[test]
fn operations_appear_with_their_generation() {
    for (path, version, expected) in [
        ("connections/refresh", "0.50", 404),
        ("connections/clear", "0.50", 404),
        ("tags/list", "1.8", 404),
        ("jobs/get_light", "0.50", 500),
    ] {
        assert_eq!(Airbyte::emulating(version).status(path, json!({})), expected, "{path} at {version}");
    }
}

#[test]
fn what_only_older_servers_have_is_501_there_and_404_since() {
    for (path, versions) in [
        ("web_backend/geographies/list", ["1.5", "1.7"]),
        ("jobs/get_normalization_status", ["0.50", "1.0"]),
        ("users/list_by_workspace_id", ["1.8", "2.0"]),
    ] {
        let status = versions.map(|version| Airbyte::emulating(version).status(path, json!({})));
        assert_eq!(status, [501, 404], "{path}");
    }
}

#[test]
fn a_job_is_queued_on_the_latest_servers_only() {
    for (version, expected) in [("2.0", ["pending", "running"]), ("latest", ["pending", "queued"])] {
        let airbyte = Airbyte::emulating(version);
        let connection = airbyte.connection();
        let job = airbyte.sync(&connection);
        let words = [0, 7].map(|seconds| {
            let read = airbyte.after(seconds).ok("jobs/get_light", json!({"id": job}));
            read["job"]["status"].as_str().unwrap().to_owned()
        });
        assert_eq!(words, expected, "{version}");
    }
}

#[test]
fn the_oldest_servers_list_jobs_of_one_connection_only() {
    let all = json!({"configTypes": ["sync"]});
    assert_eq!(Airbyte::emulating("0.50").status("jobs/list", all.clone()), 500);
    assert_eq!(Airbyte::emulating("1.0").status("jobs/list", all), 200);
}

#[test]
fn the_whole_pipeline_works_in_every_generation() {
    for generation in Generation::KNOWN {
        let airbyte = Airbyte::with(|builder| builder.emulate(generation));
        let list = airbyte.ok("workspaces/list_by_organization_id", json!({"organizationId": NIL}));
        assert_eq!(list["workspaces"].as_array().unwrap().len(), 1, "{generation}");
        let connection = airbyte.connection_with(json!({"schedule": {"units": 6, "timeUnit": "hours"}}));
        let job = airbyte.sync(&connection);
        airbyte.after(125);
        let read = airbyte.ok("jobs/get", json!({"id": job}));
        assert_eq!(read["job"]["status"], "succeeded", "{generation}");
        assert_eq!(read["attempts"][0]["attempt"]["recordsSynced"], 64_840, "{generation}");
        let light = airbyte.job(job);
        assert_eq!(light["job"].get("aggregatedStats").is_some(), generation.to_string() != "0.50", "{generation}");
    }
}

#[test]
fn a_value_that_a_generation_does_not_know_is_a_400() {
    let stream = |mode: &str| {
        let mut stream = incremental("orders");
        stream["config"]["destinationSyncMode"] = json!(mode);
        json!({"streams": [stream]})
    };
    for (version, mode, status) in [
        ("0.50", "overwrite_dedup", 400),
        ("1.0", "overwrite_dedup", 200),
        ("1.8", "soft_delete", 400),
        ("2.0", "soft_delete", 200),
    ] {
        let airbyte = Airbyte::emulating(version);
        let connection = airbyte.connection();
        let update = json!({"connectionId": connection, "syncCatalog": stream(mode)});
        assert_eq!(airbyte.status("connections/update", update), status, "{version} {mode}");
        let jobs = |kind: &str| airbyte.status("jobs/list", json!({"configTypes": [kind], "configId": connection}));
        assert_eq!(jobs("refresh"), if version == "0.50" { 400 } else { 200 }, "{version}");
    }
}

#[test]
fn normalisation_is_an_operation_of_the_oldest_servers_only() {
    for (version, status) in [("0.50", 200), ("1.0", 400), ("2.0", 400)] {
        let airbyte = Airbyte::emulating(version);
        let body = json!({"workspaceId": airbyte.workspace(), "name": "n",
            "operatorConfiguration": {"operatorType": "normalization", "normalization": {"option": "basic"}}});
        assert_eq!(airbyte.status("operations/create", body), status, "{version}");
    }
}

#[test]
fn cancelling_a_job_that_is_over_is_on_the_timeline_of_newer_servers() {
    for (version, cancelled) in [("1.8", false), ("2.0", true)] {
        let airbyte = Airbyte::emulating(version);
        let connection = airbyte.connection();
        let job = airbyte.sync(&connection);
        airbyte.after(300).ok("jobs/cancel", json!({"id": job}));
        let events = airbyte.ok("connections/events/list", json!({"connectionId": connection}));
        assert_eq!(events["events"][0]["eventType"] == "SYNC_CANCELLED", cancelled, "{version}");
        assert_eq!(airbyte.job(job)["job"]["status"], "succeeded");
    }
}

#[test]
fn members_that_a_generation_does_not_have_are_passed_over_whatever_they_hold() {
    for (version, status) in [("0.50", 200), ("1.7", 200), ("1.8", 400), ("2.0", 400)] {
        let airbyte = Airbyte::emulating(version);
        let workspace = airbyte.workspace();
        for path in ["sources/list", "destinations/list", "web_backend/connections/list"] {
            for (member, value) in
                [("filters", json!(7)), ("sortKey", json!("by luck")), ("pageSize", json!("x")), ("cursor", json!([]))]
            {
                let body = json!({"workspaceId": workspace, member: value});
                assert_eq!(airbyte.status(path, body), status, "{path} {member} at {version}");
            }
        }
    }
}

#[test]
fn a_filter_finds_everything_before_there_were_filters() {
    for (version, found) in [("0.50", 1), ("1.7", 1), ("1.8", 0)] {
        let airbyte = Airbyte::emulating(version);
        airbyte.connection();
        let body = json!({"workspaceId": airbyte.workspace(), "filters": {"searchTerm": "nothing"}, "pageSize": 1});
        let list = airbyte.ok("web_backend/connections/list", body);
        assert_eq!(list["connections"].as_array().unwrap().len(), found, "{version}");
    }
}

#[test]
fn newer_members_of_a_connection_are_passed_over_in_updates_with_a_reason_too() {
    for (version, status) in [("1.0", 200), ("2.0", 400)] {
        let airbyte = Airbyte::emulating(version);
        let connection = airbyte.connection();
        let update = json!({"connectionId": connection, "onDemandEnabled": "maybe"});
        assert_eq!(airbyte.status("connections/update", update.clone()), status, "{version}");
        let body = json!({"connectionUpdate": update});
        assert_eq!(airbyte.status("connections/update_with_reason", body), status, "{version}");
    }
}

#[test]
fn an_update_renames_a_workspace_on_newer_servers_only() {
    for (version, name) in [("0.50", "Default Workspace"), ("1.8", "Default Workspace"), ("2.0", "new")] {
        let airbyte = Airbyte::emulating(version);
        let update = json!({"workspaceId": airbyte.workspace(), "name": "new"});
        assert_eq!(airbyte.ok("workspaces/update", update)["name"], name, "{version}");
    }
}

#[test]
fn an_operation_with_a_parameter_in_its_path_is_found() {
    let status = |version: &str, path: &str| Airbyte::emulating(version).send("GET", path, "").status;
    assert_eq!(status("2.0", "user_invitations/by_code/abc"), 501);
    assert_eq!(status("0.50", "user_invitations/by_code/abc"), 404);
    assert_eq!(status("2.0", &format!("organization_payment_config/{NIL}")), 501);
    for path in ["user_invitations/by_code", "user_invitations/by_code/abc/d", "user_invitations/by_luck/abc"] {
        assert_eq!(status("2.0", path), 404, "{path}");
    }
}

#[test]
fn the_status_of_a_connection_has_the_members_of_its_generation() {
    for (version, expected) in [
        ("0.50", vec!["connectionId", "failureType", "isLastCompletedJobReset", "isRunning", "lastSyncJobStatus"]),
        (
            "1.0",
            vec![
                "connectionId",
                "failureReason",
                "isLastCompletedJobReset",
                "isRunning",
                "lastSyncAttemptNumber",
                "lastSyncJobId",
                "lastSyncJobStatus",
            ],
        ),
    ] {
        let airbyte = Airbyte::with(|builder| {
            let fails =
                FaultAction::JobFails { message: "no".to_owned(), at_percent: 0, attempts: None, streams: vec![] };
            let first = Fault::on("connections/sync", fails).unwrap().when(Occasion::Times(1));
            builder.emulate(version.parse().unwrap()).fault(first)
        });
        let connection = airbyte.connection();
        let job = airbyte.sync(&connection);
        let read = || airbyte.ok("connections/status", json!({"connectionIds": [connection]}))[0].clone();
        assert_eq!((&read()["isRunning"], read().get("lastSyncJobStatus")), (&json!(true), None), "{version}");
        airbyte.after(24 * 3_600);
        assert_eq!(airbyte.job(job)["job"]["status"], "failed");
        // One that was cancelled does not count.
        let cancelled = airbyte.sync(&connection);
        airbyte.ok("jobs/cancel", json!({"id": cancelled}));
        let members: Vec<String> = read().as_object().unwrap().keys().cloned().collect();
        assert_eq!(members, expected, "{version}");
        assert_eq!((&read()["lastSyncJobStatus"], &read()["isRunning"]), (&json!("failed"), &json!(false)));
    }
}

#[test]
fn every_generation_describes_itself() {
    let described = |version: &str| {
        let answer = Airbyte::emulating(version).send("GET", "openapi", "");
        assert_eq!((answer.status, answer.content_type.as_str()), (200, "text/plain"));
        serde_saphyr::from_str::<Value>(&answer.text).unwrap()
    };
    for (version, server) in [("0.50", "0.50.35"), ("1.5", "1.5.0"), ("2.0", "2.0.0"), ("latest", "2.1.0")] {
        let document = described(version);
        assert_eq!((&document["openapi"], &document["info"]["version"]), (&json!("3.0.3"), &json!(server)));
        let has = |path: &str| !document["paths"][path].is_null();
        let old = version != "2.0" && version != "latest";
        assert_eq!((has("/v1/tags/list"), has("/v1/workspaces/list")), (!old, old), "{version}");
        let schemas = &document["components"]["schemas"];
        let member = |schema: &str, name: &str| !schemas[schema]["properties"][name].is_null();
        assert_eq!(member("ConnectionRead", "tags"), !old, "{version}");
        assert_eq!(member("ConnectionRead", "geography"), old, "{version}");
        assert_eq!(member("ConnectionStatusRead", "failureType"), version == "0.50", "{version}");
        assert_eq!(member("JobSyncResultRead", "jobId"), version != "0.50", "{version}");
        assert_eq!(schemas["Tag"].is_null(), old, "{version}: schemas nobody refers to are left out");
        let required = &schemas["ConnectionStatusRead"]["required"];
        assert_eq!(required.as_array().unwrap().contains(&json!("connectionSyncStatus")), !old, "{version}");
        let queued = schemas["JobStatus"]["enum"].as_array().unwrap().contains(&json!("queued"));
        assert_eq!(queued, version == "latest", "{version}");
        assert!(!document.to_string().contains("x-airbyte-"), "{version}: the marks are gone");
    }
}
