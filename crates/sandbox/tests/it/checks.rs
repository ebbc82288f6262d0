//! Checks: three outcomes, all of them 200.

use serde_json::{Value, json};

use crate::support::{Airbyte, MASK, POSTGRES, S3, START_MS, shop};

const FAKER: &str = "dfd88b22-b603-4c3d-aad7-3701784586b1";

fn with(host: &str, password: &str) -> Value {
    let mut configuration = shop();
    configuration["host"] = json!(host);
    configuration["password"] = json!(password);
    configuration
}

#[test]
fn a_check_that_passes_says_so_and_shows_its_job() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    let read = airbyte.ok("sources/check_connection", json!({"sourceId": source}));
    assert_eq!(read["status"], "succeeded");
    let job = &read["jobInfo"];
    assert_eq!((&job["succeeded"], &job["configType"]), (&json!(true), &json!("check_connection_source")));
    assert_eq!(job["configId"], format!("Optional[{POSTGRES}]"));
    assert_eq!(job["createdAt"], START_MS);
    assert!(job["logs"]["logLines"].is_array());
}

#[test]
fn a_check_that_fails_has_the_connector_s_words_and_a_job_that_succeeded() {
    let airbyte = Airbyte::new();
    for (host, password, message) in [
        ("unreachable.invalid", "x", "cannot reach `unreachable.invalid` on port 5432: the name does not resolve"),
        ("postgres", "wrong", "the server refused the password of user `postgres`"),
    ] {
        let source = airbyte.create("source", POSTGRES, "s", with(host, password));
        let read = airbyte.ok("sources/check_connection", json!({"sourceId": source}));
        assert_eq!((&read["status"], &read["message"]), (&json!("failed"), &json!(message)));
        assert_eq!(read["jobInfo"]["succeeded"], true);
    }
}

#[test]
fn a_check_that_crashes_has_neither_status_nor_message() {
    let airbyte = Airbyte::new();
    let source = airbyte.create("source", POSTGRES, "s", with("crash", "x"));
    let read = airbyte.ok("sources/check_connection", json!({"sourceId": source}));
    assert_eq!(read.as_object().unwrap().keys().collect::<Vec<_>>(), ["jobInfo"]);
    assert_eq!(read["jobInfo"]["succeeded"], false);
    assert_eq!(read["jobInfo"]["failureReason"]["failureType"], "system_error");
    assert_eq!(read["jobInfo"]["failureReason"]["failureOrigin"], "source");
}

#[test]
fn an_unsaved_configuration_is_checked_and_not_stored() {
    let airbyte = Airbyte::new();
    let check = |configuration: Value| {
        airbyte.ok("scheduler/destinations/check_connection", json!({
            "destinationDefinitionId": S3, "workspaceId": airbyte.workspace(), "connectionConfiguration": configuration,
        }))
    };
    let lake = |bucket: &str| {
        json!({
            "s3_bucket_name": bucket, "s3_bucket_path": "p", "s3_bucket_region": "us-east-1", "format": {"format_type": "CSV"},
        })
    };
    assert_eq!(check(lake("datalake"))["status"], "succeeded");
    assert_eq!(check(lake("missing"))["message"], "bucket `missing` does not exist");
    assert_eq!(check(json!({}))["status"], "failed");
    assert_eq!(airbyte.ok("destinations/list", json!({"workspaceId": airbyte.workspace()}))["destinations"], json!([]));
}

#[test]
fn a_check_for_an_update_keeps_masked_secrets_and_saves_nothing() {
    let airbyte = Airbyte::new();
    let source = airbyte.create("source", POSTGRES, "s", with("postgres", "wrong"));
    let check = |configuration: Value| {
        airbyte.post(
            "sources/check_connection_for_update",
            json!({
                "sourceId": source, "name": "s", "connectionConfiguration": configuration,
            }),
        )
    };
    assert_eq!(check(with("postgres", MASK)).body["status"], "failed");
    assert_eq!(check(with("postgres", "right")).body["status"], "succeeded");
    assert_eq!(check(json!({"host": "x"})).status, 422);
    assert_eq!(airbyte.ok("sources/check_connection", json!({"sourceId": source}))["status"], "failed");
}

#[test]
fn a_deleted_source_neither_connects_nor_offers_anything() {
    let airbyte = Airbyte::new();
    for source in [airbyte.source(), airbyte.create("source", FAKER, "fake", json!({}))] {
        let actor = json!({"sourceId": source});
        airbyte.ok("sources/discover_schema", actor.clone());
        assert_eq!(airbyte.status("sources/delete", actor.clone()), 204);
        assert_eq!(airbyte.ok("sources/check_connection", actor.clone())["status"], "failed");
        for fresh in [true, false] {
            let read = airbyte.ok("sources/discover_schema", json!({"sourceId": source, "disable_cache": fresh}));
            assert_eq!((read.get("catalog"), &read["jobInfo"]["succeeded"]), (None, &json!(false)));
        }
    }
}
