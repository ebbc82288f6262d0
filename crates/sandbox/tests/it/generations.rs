//! What differs between generations.

use airway_sandbox::Generation;
use serde_json::json;

use crate::support::{Airbyte, NIL};

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
