//! Syncs, resets, refreshes, cancellations.

use serde_json::{Value, json};

use crate::support::{Airbyte, LOCAL_JSON, NOBODY, POSTGRES, full_refresh, id, incremental, shop, text};

fn status(airbyte: &Airbyte, job: i64) -> String {
    text(&airbyte.ok("jobs/get_light", json!({"id": job}))["job"]["status"])
}

#[test]
fn a_sync_waits_runs_with_rising_figures_and_succeeds() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let job = airbyte.sync(&connection);
    assert_eq!((job, status(&airbyte, job).as_str()), (1, "pending"));
    airbyte.after(5);
    let mut seen = Vec::new();
    for _ in 0..4 {
        let read = airbyte.job(job);
        seen.push((text(&read["job"]["status"]), read["job"]["aggregatedStats"]["recordsEmitted"].as_u64().unwrap()));
        airbyte.after(40);
    }
    let expected = [("running", 0), ("running", 22_498), ("running", 45_063), ("succeeded", 64_840)];
    assert_eq!(seen, expected.map(|(word, records)| (word.to_owned(), records)));
    let read = airbyte.job(job);
    assert_eq!(read["job"]["aggregatedStats"]["bytesCommitted"], 10_396_320);
    let streams = read["job"]["streamAggregatedStats"].as_array().unwrap();
    let records: Vec<_> =
        streams.iter().map(|it| (text(&it["streamName"]), it["recordsCommitted"].as_u64().unwrap())).collect();
    assert_eq!(records, [("customers".to_owned(), 12_500), ("orders".to_owned(), 52_340)]);
    assert_eq!((&read["job"]["createdAt"], &read["job"]["updatedAt"]), (&json!(1_760_774_400), &json!(1_760_774_520)));
}

#[test]
fn a_sync_while_one_is_under_way_is_409_and_makes_no_job() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    airbyte.sync(&connection);
    for _ in 0..2 {
        let answer = airbyte.post("connections/sync", json!({"connectionId": connection}));
        assert_eq!(answer.status, 409);
        assert!(answer.body["message"].is_string() && answer.body["errorId"].is_string());
        airbyte.after(60);
    }
    assert_eq!(airbyte.history(&connection), ["succeeded"]);
    assert_eq!(airbyte.sync(&connection), 2);
}

#[test]
fn inactive_and_deleted_connections_do_not_sync() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection_with(json!({"status": "inactive"}));
    let answer = airbyte.post("connections/sync", json!({"connectionId": connection}));
    assert_eq!((answer.status, answer.body.get("message")), (500, None));
    airbyte.status("connections/delete", json!({"connectionId": connection}));
    assert_eq!(airbyte.status("connections/sync", json!({"connectionId": connection})), 500);
    assert_eq!(airbyte.status("connections/sync", json!({"connectionId": NOBODY})), 404);
    assert_eq!(airbyte.history(&connection), Vec::<String>::new());
}

#[test]
fn an_incremental_stream_reads_everything_once_and_then_what_is_new() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection_with(json!({
        "syncCatalog": {"streams": [incremental("orders"), full_refresh("categories")]},
    }));
    let records = |job: i64| -> Vec<u64> {
        airbyte.job(job)["job"]["streamAggregatedStats"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["recordsCommitted"].as_u64().unwrap())
            .collect()
    };
    let runs: Vec<Vec<u64>> = (0..3)
        .map(|_| {
            let job = airbyte.sync(&connection);
            airbyte.after(120);
            records(job)
        })
        .collect();
    assert_eq!(runs[0], [52_340, 48]);
    assert_eq!((runs[1][1], runs[2][1]), (48, 48));
    assert!((500..3_000).contains(&runs[1][0]) && runs[1][0] != runs[2][0], "{runs:?}");
}

#[test]
fn a_source_that_cannot_connect_fails_the_sync_at_once() {
    let airbyte = Airbyte::new();
    let mut configuration = shop();
    configuration["password"] = json!("wrong");
    let source = airbyte.create("source", POSTGRES, "s", configuration);
    let connection = airbyte.connection_with(json!({"sourceId": source}));
    let job = airbyte.sync(&connection);
    airbyte.after(60);
    let read = airbyte.job(job);
    assert_eq!(read["job"]["status"], "failed");
    assert_eq!(read["attempts"].as_array().unwrap().len(), 1);
    let failure = &read["attempts"][0]["attempt"]["failureSummary"]["failures"][0];
    assert_eq!((&failure["failureOrigin"], &failure["failureType"]), (&json!("source"), &json!("config_error")));
    assert_eq!(failure["externalMessage"], "the server refused the password of user `postgres`");
    assert_eq!(read["job"]["aggregatedStats"]["recordsCommitted"], 0);
}

#[test]
fn a_source_that_crashes_is_tried_five_times_with_growing_waits() {
    let airbyte = Airbyte::new();
    let mut configuration = shop();
    configuration["host"] = json!("crash");
    let source = airbyte.create("source", POSTGRES, "s", configuration);
    let connection = airbyte.connection_with(json!({"sourceId": source}));
    let job = airbyte.sync(&connection);
    airbyte.after(5 + 10 + 5);
    assert_eq!(status(&airbyte, job), "incomplete");
    assert_eq!(airbyte.status("connections/sync", json!({"connectionId": connection})), 409);
    airbyte.after(5 + 1);
    assert_eq!(status(&airbyte, job), "running");
    airbyte.after(1_000);
    let read = airbyte.job(job);
    assert_eq!((&read["job"]["status"], read["attempts"].as_array().unwrap().len()), (&json!("failed"), 5));
    let starts: Vec<i64> = read["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["attempt"]["createdAt"].as_i64().unwrap() - 1_760_774_400)
        .collect();
    assert_eq!(starts, [5, 25, 65, 165, 445]);
}

#[test]
fn a_cancellation_ends_whatever_runs_on_the_connection() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let first = airbyte.sync(&connection);
    airbyte.after(60);
    let answer = airbyte.ok("jobs/cancel", json!({"id": first}));
    assert_eq!(answer["job"]["status"], "cancelled");
    let attempt = &answer["attempts"][0]["attempt"];
    assert_eq!(attempt["status"], "failed");
    assert_eq!(attempt["failureSummary"]["failures"][0]["failureType"], "manual_cancellation");
    assert_eq!(attempt["failureSummary"]["partialSuccess"], true);
    // Cancelling a finished job cancels the one that runs now.
    let second = airbyte.sync(&connection);
    assert_eq!(airbyte.ok("jobs/cancel", json!({"id": first}))["job"]["id"], first);
    assert_eq!(status(&airbyte, second), "cancelled");
    // With nothing to cancel the job is returned as it is.
    assert_eq!(airbyte.ok("jobs/cancel", json!({"id": second}))["job"]["status"], "cancelled");
    assert_eq!(airbyte.after(600).history(&connection), ["cancelled", "cancelled"]);
}

#[test]
fn cancelling_an_unknown_job_or_one_of_a_deleted_connection_is_500() {
    let airbyte = Airbyte::new();
    assert_eq!(airbyte.status("jobs/cancel", json!({"id": 99})), 500);
    let connection = airbyte.connection();
    let job = airbyte.sync(&connection);
    airbyte.status("connections/delete", json!({"connectionId": connection}));
    assert_eq!(status(&airbyte, job), "cancelled");
    assert_eq!(airbyte.status("jobs/cancel", json!({"id": job})), 500);
}

#[test]
fn a_reset_cancels_what_runs_and_forgets_the_state() {
    for path in ["connections/reset", "connections/clear"] {
        let airbyte = Airbyte::new();
        let connection = airbyte.connection();
        airbyte.sync(&connection);
        airbyte.after(120).sync(&connection);
        let state = || text(&airbyte.ok("state/get", json!({"connectionId": connection}))["stateType"]);
        assert_eq!(state(), "stream");
        let job = airbyte.ok(path, json!({"connectionId": connection}))["job"].clone();
        assert_eq!((&job["configType"], &job["status"]), (&json!("reset_connection"), &json!("pending")));
        assert_eq!(job["resetConfig"]["streamsToReset"].as_array().unwrap().len(), 2);
        airbyte.after(20);
        assert_eq!(airbyte.history(&connection), ["succeeded", "cancelled", "succeeded"]);
        assert_eq!(state(), "not_set");
    }
}

#[test]
fn a_reset_of_one_stream_keeps_the_state_of_the_others_and_works_while_inactive() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    airbyte.sync(&connection);
    airbyte.after(120).ok("connections/update", json!({"connectionId": connection, "status": "inactive"}));
    airbyte.ok(
        "connections/clear/stream",
        json!({
            "connectionId": connection, "streams": [{"streamName": "orders", "streamNamespace": "public"}],
        }),
    );
    let state = airbyte.after(20).ok("state/get", json!({"connectionId": connection}));
    let left: Vec<_> =
        state["streamState"].as_array().unwrap().iter().map(|it| text(&it["streamDescriptor"]["name"])).collect();
    assert_eq!(left, ["customers"]);
}

#[test]
fn a_refresh_reads_everything_again() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    airbyte.sync(&connection);
    airbyte.after(120);
    let answer = airbyte.ok("connections/refresh", json!({"connectionId": connection, "refreshMode": "merge"}));
    assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["job"]);
    assert_eq!(answer["job"]["configType"], "refresh");
    airbyte.after(120);
    assert_eq!(
        airbyte.job(answer["job"]["id"].as_i64().unwrap())["job"]["aggregatedStats"]["recordsCommitted"],
        64_840
    );
}

#[test]
fn a_refresh_while_a_sync_runs_is_empty_and_carried_out_by_the_next_run() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    airbyte.sync(&connection);
    let answer = airbyte.ok("connections/refresh", json!({"connectionId": connection, "refreshMode": "Truncate"}));
    assert_eq!(answer, json!({}));
    airbyte.after(120);
    let types = |airbyte: &Airbyte| -> Vec<Value> {
        let job = airbyte.sync(&connection);
        let read = airbyte.job(job);
        airbyte.after(120);
        vec![read["job"]["configType"].clone()]
    };
    assert_eq!(types(&airbyte), ["refresh"]);
    assert_eq!(types(&airbyte), ["sync"]);
}

/// How many records each stream of the next job reads, and which streams it was told to refresh.
fn refreshed(airbyte: &Airbyte, connection: &str) -> (Vec<u64>, Value, Vec<bool>) {
    let job = airbyte.sync(connection);
    airbyte.after(120);
    let read = airbyte.job(job)["job"].clone();
    assert_eq!(read["configType"], "refresh");
    let streams = read["streamAggregatedStats"].as_array().unwrap();
    let records = streams.iter().map(|it| it["recordsCommitted"].as_u64().unwrap()).collect();
    let backfilled = streams.iter().map(|it| it["wasBackfilled"].as_bool().unwrap()).collect();
    (records, read["refreshConfig"]["streamsToRefresh"].clone(), backfilled)
}

#[test]
fn a_refresh_of_all_streams_that_had_to_wait_reads_them_from_their_beginning() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    airbyte.sync(&connection);
    let ask = |body: Value| {
        let mut body = body;
        body["connectionId"] = json!(connection);
        body["refreshMode"] = json!("Merge");
        assert_eq!(airbyte.ok("connections/refresh", body), json!({}));
    };
    ask(json!({}));
    // All is more than one.
    ask(json!({"streams": [{"streamName": "orders", "streamNamespace": "public"}]}));
    airbyte.after(120);
    let all = json!([{"name": "customers", "namespace": "public"}, {"name": "orders", "namespace": "public"}]);
    assert_eq!(refreshed(&airbyte, &connection), (vec![12_500, 52_340], all, vec![true, true]));
}

#[test]
fn refreshes_that_had_to_wait_add_up_and_leave_other_streams_alone() {
    let airbyte = Airbyte::new();
    let streams = json!({"streams": [incremental("customers"), incremental("orders"), incremental("products")]});
    let connection = airbyte.connection_with(json!({"syncCatalog": streams}));
    airbyte.sync(&connection);
    for name in ["orders", "products", "orders"] {
        let streams = json!([{"streamName": name, "streamNamespace": "public"}]);
        let body = json!({"connectionId": connection, "refreshMode": "Merge", "streams": streams});
        assert_eq!(airbyte.ok("connections/refresh", body), json!({}));
    }
    airbyte.after(120);
    let (records, streams, backfilled) = refreshed(&airbyte, &connection);
    assert_eq!(
        streams,
        json!([{"name": "orders", "namespace": "public"}, {"name": "products", "namespace": "public"}])
    );
    assert_eq!(backfilled, [false, true, true]);
    assert!(records[0] < 1_000 && records[1] == 52_340, "{records:?}");
}

#[test]
fn a_refresh_without_a_mode_is_a_500_and_starts_nothing() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    assert_eq!(airbyte.status("connections/refresh", json!({"connectionId": connection})), 500);
    assert_eq!(airbyte.history(&connection), Vec::<String>::new());
}

#[test]
fn nothing_is_started_on_a_deleted_connection() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    airbyte.post("connections/delete", json!({"connectionId": connection}));
    assert_eq!(airbyte.status("connections/reset", json!({"connectionId": connection})), 409);
    assert_eq!(airbyte.status("connections/clear", json!({"connectionId": connection})), 409);
    let refreshed = airbyte.ok("connections/refresh", json!({"connectionId": connection, "refreshMode": "Merge"}));
    assert_eq!((refreshed, airbyte.history(&connection).len()), (json!({}), 0));
}

#[test]
fn a_destination_without_refreshes_answers_an_empty_object() {
    let airbyte = Airbyte::new();
    let folder = airbyte.create("destination", LOCAL_JSON, "folder", json!({"destination_path": "/data"}));
    let connection = airbyte.connection_with(json!({"destinationId": folder}));
    assert_eq!(
        airbyte.ok("connections/refresh", json!({"connectionId": connection, "refreshMode": "Merge"})),
        json!({})
    );
    assert_eq!(airbyte.history(&connection), Vec::<String>::new());
}

#[test]
fn progress_shows_streams_while_something_runs_and_none_otherwise() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let progress = || airbyte.ok("connections/sync_progress", json!({"connectionId": connection}));
    assert_eq!(progress()["streams"], json!([]));
    airbyte.sync(&connection);
    airbyte.after(65);
    let read = progress();
    assert_eq!((&read["jobId"], read["streams"].as_array().unwrap().len()), (&json!(1), 2));
    assert!(read["recordsEmitted"].as_u64().unwrap() > read["recordsCommitted"].as_u64().unwrap());
}

#[test]
fn the_status_of_a_connection_follows_its_jobs() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let word = || {
        let list = airbyte.ok("connections/status", json!({"connectionIds": [connection]}));
        assert_eq!(id(&list[0], "connectionId"), connection);
        text(&list[0]["connectionSyncStatus"])
    };
    assert_eq!(word(), "pending");
    let job = airbyte.sync(&connection);
    assert_eq!(word(), "pending");
    airbyte.after(10);
    assert_eq!(word(), "running");
    airbyte.after(120);
    assert_eq!(word(), "synced");
    airbyte.sync(&connection);
    airbyte.ok("jobs/cancel", json!({"id": job}));
    assert_eq!(word(), "incomplete");
    airbyte.ok("connections/update", json!({"connectionId": connection, "status": "inactive"}));
    assert_eq!(word(), "paused");
}
