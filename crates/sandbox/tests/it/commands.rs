//! Checks, discovers and specifications that are asked for later.

use serde_json::{Value, json};

use crate::support::{Airbyte, POSTGRES, shop};

#[test]
fn a_command_is_started_watched_and_read() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    assert_eq!(airbyte.ok("commands/run/check", json!({"id": "c-1", "actor_id": source})), json!({"id": "c-1"}));
    let status = || airbyte.ok("commands/status", json!({"id": "c-1"}))["status"].clone();
    assert_eq!(status(), "pending");
    assert_eq!(airbyte.status("commands/output/check", json!({"id": "c-1"})), 500);
    airbyte.after(2);
    assert_eq!(status(), "running");
    airbyte.after(4);
    assert_eq!(status(), "completed");
    let output = airbyte.ok("commands/output/check", json!({"id": "c-1", "with_logs": true}));
    assert_eq!((&output["id"], &output["status"]), (&json!("c-1"), &json!("succeeded")));
    assert_eq!(output["logs"]["logLines"], json!(["check ended: succeeded"]));
}

#[test]
fn a_check_of_an_unsaved_configuration_tells_what_is_wrong() {
    let airbyte = Airbyte::new();
    let run =
        |id: &str, host: &str| -> Value {
            let mut configuration = shop();
            configuration["host"] = json!(host);
            airbyte.ok("commands/run/check", json!({
            "id": id, "actor_definition_id": POSTGRES, "workspace_id": airbyte.workspace(), "config": configuration,
        }));
            airbyte.after(10).ok("commands/output/check", json!({"id": id}))
        };
    let failed = run("a", "x.invalid");
    assert_eq!((&failed["status"], failed["message"].is_string()), (&json!("failed"), true));
    let crashed = run("b", "crash");
    assert_eq!((crashed.get("message"), &crashed["failureReason"]["failureType"]), (None, &json!("system_error")));
    assert_eq!(airbyte.status("commands/run/check", json!({"id": "c", "config": {}})), 500);
}

#[test]
fn discover_and_specification_have_outputs_of_their_own() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    airbyte.ok("commands/run/discover", json!({"id": "d", "actor_id": source}));
    airbyte.ok("commands/run/spec", json!({
        "id": "s", "workspace_id": airbyte.workspace(), "docker_image": "airbyte/source-postgres", "docker_image_tag": "3.7.0",
    }));
    airbyte.after(10);
    let discover = airbyte.ok("commands/output/discover", json!({"id": "d"}));
    assert_eq!(discover["catalog"]["streams"].as_array().unwrap().len(), 5);
    let specification = airbyte.ok("commands/output/spec", json!({"id": "s"}));
    assert_eq!(specification["spec"]["properties"]["password"]["airbyte_secret"], true);
    assert_eq!(airbyte.status("commands/output/check", json!({"id": "s"})), 500);
}

#[test]
fn a_cancelled_command_stays_cancelled() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    airbyte.ok("commands/run/check", json!({"id": "c", "actor_id": source}));
    airbyte.ok("commands/cancel", json!({"id": "c"}));
    airbyte.after(60);
    assert_eq!(airbyte.ok("commands/status", json!({"id": "c"}))["status"], "cancelled");
}
