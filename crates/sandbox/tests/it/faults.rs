//! What goes wrong on request.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use airway_sandbox::{Fault, FaultAction, Occasion, Sandbox, SchemaChange};
use serde_json::{Value, json};

use crate::support::{Airbyte, MASK, text};

fn plant(airbyte: &Airbyte, fault: Value) {
    airbyte.emulator.fault(Fault::from_value(&fault).unwrap());
}

#[test]
fn a_status_comes_instead_of_the_call() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    plant(&airbyte, json!({"operation": "connections/sync", "when": {"times": 2}, "do": {"status": 503}}));
    let sync = || airbyte.status("connections/sync", json!({"connectionId": connection}));
    assert_eq!([sync(), sync(), sync()], [503, 503, 200]);
    assert_eq!(airbyte.history(&connection), ["pending"]);
    let met: Vec<usize> = airbyte.emulator.requests().iter().rev().skip(1).take(3).map(|it| it.faults).collect();
    assert_eq!(met, [0, 1, 1]);
}

#[test]
fn answers_of_proxies_and_of_ones_own_can_be_given() {
    let airbyte = Airbyte::new();
    let once = |action: Value| {
        airbyte.emulator.clear_faults();
        plant(&airbyte, json!({"operation": "health", "do": action}));
        airbyte.send("GET", "health", "")
    };
    let page = once(json!({"html": 502}));
    assert_eq!((page.status, page.content_type.as_str()), (502, "text/html"));
    assert!(page.text.starts_with("<html>"));
    let own = once(json!({"answer": {"status": 418, "body": {"tea": true}}}));
    assert_eq!((own.status, own.body), (418, json!({"tea": true})));
    airbyte.emulator.clear_faults();
    assert_eq!(airbyte.send("GET", "health", "").status, 200);
}

#[test]
fn too_many_requests_come_with_and_without_a_time_to_wait() {
    let airbyte = Airbyte::new();
    plant(&airbyte, json!({"operation": "health", "when": {"nth": 1}, "do": {"too_many": {"retry_after": 7}}}));
    plant(&airbyte, json!({"operation": "health", "when": {"nth": 2}, "do": {"too_many": {}}}));
    let ask = || {
        let answer = airbyte.emulator.answer(&http::Request::get("/api/v1/health").body(Vec::new()).unwrap());
        (answer.status().as_u16(), answer.headers().get("retry-after").map(|it| it.to_str().unwrap().to_owned()))
    };
    assert_eq!([ask(), ask(), ask()], [(429, Some("7".to_owned())), (429, None), (200, None)]);
}

#[test]
fn an_answer_is_late_by_as_much_as_was_asked_for() {
    let airbyte = Airbyte::new();
    plant(&airbyte, json!({"operation": "health", "do": {"delay_ms": 30}}));
    let start = Instant::now();
    assert_eq!(airbyte.send("GET", "health", "").status, 200);
    assert!(start.elapsed() >= Duration::from_millis(30));
}

#[test]
fn a_connection_that_is_cut_after_the_call_leaves_what_it_did() {
    for (action, created) in [("drop_before", 0), ("drop_after", 1)] {
        let airbyte = Airbyte::new();
        plant(&airbyte, json!({"operation": "createTag", "do": action}));
        let body = json!({"workspaceId": airbyte.workspace(), "name": "a", "color": "000000"});
        let answer = airbyte.post("tags/create", body);
        assert_eq!((answer.status, answer.text.as_str()), (444, ""), "{action}");
        let tags = airbyte.ok("tags/list", json!({"workspaceId": airbyte.workspace()}));
        assert_eq!(tags.as_array().unwrap().len(), created, "{action}");
    }
}

#[test]
fn an_error_after_the_call_leaves_what_it_did_and_reads_as_the_generation_words_it() {
    for (version, words) in [("1.8", true), ("2.0", false)] {
        let airbyte = Airbyte::emulating(version);
        plant(&airbyte, json!({"operation": "sources/delete", "do": {"status_after": 502}}));
        let answer = airbyte.post("sources/delete", json!({"sourceId": airbyte.source()}));
        assert_eq!((answer.status, answer.body.get("message").is_some()), (502, words), "{}", answer.text);
        assert_eq!(answer.body.get("errorId").is_some(), !words);
        let list = airbyte.ok("sources/list", json!({"workspaceId": airbyte.workspace()}));
        assert_eq!(list["sources"], json!([]), "{version}");
    }
}

#[test]
fn members_of_an_answer_are_hidden_and_masked() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    plant(&airbyte, json!({"operation": "sources/get", "do": {"hide": "/connectionConfiguration/port"}}));
    plant(&airbyte, json!({"operation": "sources/get", "do": {"mask": "/connectionConfiguration/host"}}));
    let answer = airbyte.ok("sources/get", json!({"sourceId": source}));
    assert_eq!(answer["connectionConfiguration"].get("port"), None);
    assert_eq!(answer["connectionConfiguration"]["host"], MASK);
}

#[test]
fn members_of_every_item_are_hidden() {
    let airbyte = Airbyte::new();
    plant(&airbyte, json!({"operation": "source_definitions/list", "do": {"hide": "/sourceDefinitions/*/name"}}));
    plant(
        &airbyte,
        json!({"operation": "source_definitions/list", "do": {"mask": "/sourceDefinitions/*/dockerImageTag"}}),
    );
    let list = airbyte.post_spoilt("source_definitions/list", &json!({})).body;
    for definition in list["sourceDefinitions"].as_array().unwrap() {
        assert_eq!((definition.get("name"), &definition["dockerImageTag"]), (None, &json!(MASK)));
    }
}

#[test]
fn what_a_command_runs_meets_faults_too() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    plant(&airbyte, json!({"operation": "commands/run/check", "do": {"check_fails": "no route"}}));
    airbyte.ok("commands/run/check", json!({"id": "00000000-0000-4000-8000-000000000001", "actor_id": source}));
    airbyte.after(600);
    let output = airbyte.ok("commands/output/check", json!({"id": "00000000-0000-4000-8000-000000000001"}));
    assert_eq!((&output["status"], &output["message"]), (&json!("failed"), &json!("no route")));
}

#[test]
fn of_a_job_that_fails_partly_the_other_streams_come_through() {
    let airbyte = Airbyte::new();
    let fails = json!({"job_fails": {"message": "lock timeout", "at_percent": 50, "streams": ["orders"]}});
    plant(&airbyte, json!({"operation": "connections/sync", "do": fails}));
    let connection = airbyte.connection();
    let job = airbyte.sync(&connection);
    airbyte.after(200);
    let read = airbyte.job(job);
    assert_eq!(read["job"]["status"], "failed");
    let committed: Vec<(String, u64)> = read["job"]["streamAggregatedStats"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (text(&it["streamName"]), it["recordsCommitted"].as_u64().unwrap()))
        .collect();
    assert_eq!(committed, [("customers".to_owned(), 12_500), ("orders".to_owned(), 26_170)]);
    let summary = &read["attempts"][0]["attempt"]["failureSummary"];
    assert_eq!(
        (&summary["partialSuccess"], &summary["failures"][0]["externalMessage"]),
        (&json!(true), &json!("lock timeout"))
    );
    let list = json!({"workspaceId": airbyte.workspace(), "pagination": {"pageSize": 10, "rowOffset": 0}});
    let statuses = airbyte.ok("stream_statuses/list", list)["streamStatuses"].clone();
    let states: Vec<&Value> = statuses.as_array().unwrap().iter().map(|it| &it["runState"]).collect();
    assert_eq!(states, ["COMPLETE", "INCOMPLETE"]);
}

#[test]
fn a_discover_is_slow() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    plant(&airbyte, json!({"operation": "sources/discover_schema", "do": {"delay_ms": 30}}));
    let start = Instant::now();
    let read = airbyte.ok("sources/discover_schema", json!({"sourceId": source}));
    assert!(start.elapsed() >= Duration::from_millis(30));
    assert_eq!(read["catalog"]["streams"].as_array().unwrap().len(), 5);
}

#[test]
fn every_change_of_a_schema_is_seen_by_the_second_discover_and_not_by_the_first() {
    for (change, transforms) in [
        (json!({"add_stream": "returns"}), "add_stream"),
        (json!({"remove_stream": "products"}), "remove_stream"),
        (json!({"add_column": "orders.note"}), "update_stream"),
        (json!({"remove_column": "orders.status"}), "update_stream"),
    ] {
        let airbyte = Airbyte::new();
        let source = airbyte.source();
        let discover =
            json!({"operation": "sources/discover_schema", "when": {"after": 1}, "do": {"schema_change": change}});
        plant(&airbyte, discover);
        let ask = || airbyte.ok("sources/discover_schema", json!({"sourceId": source, "disable_cache": true}));
        let (first, second) = (ask(), ask());
        let diff = airbyte.ok(
            "catalogs/diff",
            json!({"current_catalog_id": first["catalogId"], "new_catalog_id": second["catalogId"]}),
        );
        let found: Vec<String> = diff["catalog_diff"]["transforms"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| text(&it["transformType"]))
            .collect();
        assert_eq!(found, [transforms], "{diff}");
    }
}

#[test]
fn checks_fail_with_given_words_and_crash() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    plant(
        &airbyte,
        json!({"operation": "sources/check_connection", "when": {"nth": 1}, "do": {"check_fails": "no route"}}),
    );
    plant(&airbyte, json!({"operation": "sources/check_connection", "when": {"nth": 2}, "do": "check_crashes"}));
    let check = || airbyte.ok("sources/check_connection", json!({"sourceId": source}));
    let failed = check();
    assert_eq!((&failed["status"], &failed["message"]), (&json!("failed"), &json!("no route")));
    assert_eq!((check().get("status"), &check()["status"]), (None, &json!("succeeded")));
}

#[test]
fn a_job_fails_wholly_after_some_attempts_or_never_starts() {
    let airbyte = Airbyte::new();
    let outcome = |action: Value, seconds: u64| {
        airbyte.emulator.clear_faults();
        plant(&airbyte, json!({"operation": "connections/sync", "do": action}));
        let connection = airbyte.connection();
        let job = airbyte.sync(&connection);
        let read = airbyte.after(seconds).job(job);
        let attempts = read["attempts"].as_array().unwrap().len();
        (text(&read["job"]["status"]), attempts, read["job"]["aggregatedStats"]["recordsCommitted"].as_u64().unwrap())
    };
    let fails = |extra: Value| {
        let mut action = json!({"message": "disk full", "at_percent": 50});
        action.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!({"job_fails": action})
    };
    assert_eq!(outcome(fails(json!({})), 200), ("failed".to_owned(), 1, 32_420));
    assert_eq!(outcome(fails(json!({"attempts": 1})), 65), ("incomplete".to_owned(), 1, 32_420));
    assert_eq!(outcome(fails(json!({"attempts": 1})), 600), ("succeeded".to_owned(), 2, 64_840));
    assert_eq!(outcome(json!("job_stuck"), 100_000), ("pending".to_owned(), 0, 0));
}

#[test]
fn jobs_that_schedules_start_fail_on_request_too() {
    let airbyte = Airbyte::new();
    plant(&airbyte, json!({"operation": "schedule", "when": {"nth": 2}, "do": {"job_fails": {"message": "x"}}}));
    let connection = airbyte.connection_with(json!({"schedule": {"units": 1, "timeUnit": "hours"}}));
    airbyte.after(3 * 3_600);
    assert_eq!(airbyte.history(&connection), ["succeeded", "failed", "succeeded"]);
}

#[test]
fn a_stuck_job_can_be_cancelled() {
    let airbyte = Airbyte::new();
    plant(&airbyte, json!({"operation": "connections/sync", "when": {"times": 1}, "do": "job_stuck"}));
    let connection = airbyte.connection();
    let job = airbyte.sync(&connection);
    assert_eq!(airbyte.after(9_999).ok("jobs/cancel", json!({"id": job}))["job"]["status"], "cancelled");
    airbyte.sync(&connection);
    airbyte.after(120);
    assert_eq!(airbyte.history(&connection), ["cancelled", "succeeded"]);
}

#[test]
fn a_source_changes_between_two_discovers() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    let known = airbyte.ok("sources/discover_schema", json!({"sourceId": source}))["catalogId"].clone();
    let connection = airbyte.connection_with(json!({"sourceId": source, "sourceCatalogId": known}));
    let change = FaultAction::SchemaChange(SchemaChange::RemoveColumn("orders.updated_at".to_owned()));
    airbyte.emulator.fault(Fault::on("sources/discover_schema", change).unwrap().when(Occasion::Nth(1)));
    let read = airbyte.ok("sources/discover_schema", json!({"sourceId": source, "connectionId": connection}));
    assert_eq!(read["breakingChange"], true);
    assert_ne!(read["catalogId"], known);
}

#[test]
fn a_stale_catalog_is_given_although_a_fresh_one_was_asked_for() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    let discover = || airbyte.ok("sources/discover_schema", json!({"sourceId": source, "disable_cache": true}));
    discover();
    assert_ne!(discover()["jobInfo"]["createdAt"], 0);
    plant(&airbyte, json!({"operation": "sources/discover_schema", "do": "stale_catalog"}));
    assert_eq!(discover()["jobInfo"]["createdAt"], 0);
    airbyte.emulator.clear_faults();
    plant(&airbyte, json!({"operation": "sources/discover_schema", "do": {"discover_fails": "timed out"}}));
    assert_eq!(discover()["jobInfo"]["failureReason"]["externalMessage"], "timed out");
}

#[test]
fn a_stale_catalog_stays_whatever_changes() {
    let stale = json!({"operation": "sources/discover_schema", "do": "stale_catalog"});
    let change =
        json!({"operation": "sources/discover_schema", "do": {"schema_change": {"remove_stream": "products"}}});
    for faults in [[&stale, &change], [&change, &stale]] {
        let airbyte = Airbyte::new();
        let source = airbyte.source();
        let discover = || airbyte.ok("sources/discover_schema", json!({"sourceId": source, "disable_cache": true}));
        for fault in faults {
            plant(&airbyte, fault.clone());
        }
        let first = discover();
        // Nothing was stored, so that the source was looked at, as it had become.
        assert_eq!(
            (first["catalog"]["streams"].as_array().unwrap().len(), &first["jobInfo"]["succeeded"]),
            (4, &json!(true))
        );
        airbyte.emulator.clear_faults();
        let stored = discover();
        assert_eq!(stored["catalog"]["streams"].as_array().unwrap().len(), 5);
        for fault in faults {
            plant(&airbyte, fault.clone());
        }
        let read = discover();
        assert_eq!((&read["catalogId"], &read["catalog"]), (&stored["catalogId"], &stored["catalog"]));
        assert_eq!(read["jobInfo"]["configId"], "NoConfiguration");
        airbyte.ok(
            "sources/partial_update",
            json!({"sourceId": source, "connectionConfiguration": {"database": "ecommerce_v2"}}),
        );
        assert_eq!(discover()["catalogId"], stored["catalogId"]);
    }
}

#[test]
fn a_job_that_fails_midway_ends_midway() {
    let airbyte = Airbyte::new();
    let fails = json!({"job_fails": {"message": "disk full", "at_percent": 40}});
    plant(&airbyte, json!({"operation": "connections/sync", "do": fails}));
    let connection = airbyte.connection();
    let job = airbyte.sync(&connection);
    airbyte.after(50);
    assert_eq!(airbyte.job(job)["job"]["status"], "running");
    let read = airbyte.after(1).job(job);
    assert_eq!(read["job"]["status"], "failed");
    let attempt = &read["attempts"][0]["attempt"];
    let seconds = attempt["endedAt"].as_i64().unwrap() - attempt["createdAt"].as_i64().unwrap();
    assert_eq!((seconds, &read["job"]["aggregatedStats"]["recordsCommitted"]), (46, &json!(25_936)));
}

/// What comes back over a socket before it closes.
async fn over_socket(fault: Value) -> String {
    let fault = Fault::from_value(&fault).unwrap();
    let sandbox = Sandbox::builder().fault(fault).start().await.unwrap();
    let address = sandbox.address();
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET /api/v1/health HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        // A cut connection may end in an error as well.
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    })
    .await
    .unwrap();
    sandbox.shutdown().await;
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_gives_no_byte_and_a_truncated_answer_half_its_body() {
    for action in ["drop_before", "drop_after"] {
        assert_eq!(over_socket(json!({"operation": "health", "do": action})).await, "", "{action}");
    }
    let answer = over_socket(json!({"operation": "health", "do": "truncate"})).await;
    assert!(answer.contains("content-length: 18"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n{\"availab"), "{answer}");
}

#[test]
fn a_discover_that_is_to_fail_does_so_where_a_catalog_is_stored() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    let discover = || airbyte.ok("sources/discover_schema", json!({"sourceId": source}));
    assert!(discover()["catalog"].is_object());
    plant(
        &airbyte,
        json!({"operation": "sources/discover_schema", "when": {"times": 1}, "do": {"discover_fails": "timed out"}}),
    );
    let failed = discover();
    assert_eq!(failed.get("catalog"), None);
    assert_eq!(failed["jobInfo"]["failureReason"]["externalMessage"], "timed out");
    assert!(discover()["catalog"].is_object());
}
