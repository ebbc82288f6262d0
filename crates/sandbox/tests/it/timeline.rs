//! Events, history and stream statuses of a connection.

use serde_json::{Value, json};

use crate::support::{Airbyte, NOBODY, POSTGRES, START_MS, full_refresh, id, shop, text};

fn kinds(list: &Value) -> Vec<String> {
    list["events"].as_array().unwrap().iter().map(|it| text(&it["eventType"])).collect()
}

#[test]
fn events_tell_what_happened_newest_first() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let job = airbyte.sync(&connection);
    airbyte.after(120).ok("connections/update", json!({"connectionId": connection, "name": "x"}));
    airbyte.ok("connections/update", json!({"connectionId": connection, "status": "inactive"}));
    let list = airbyte.ok("connections/events/list", json!({"connectionId": connection}));
    assert_eq!(kinds(&list), ["CONNECTION_DISABLED", "CONNECTION_SETTINGS_UPDATE", "SYNC_SUCCEEDED", "SYNC_STARTED"]);
    let done = &list["events"][2];
    assert_eq!((&done["summary"]["jobId"], &done["summary"]["recordsLoaded"]), (&json!(job), &json!(64_840)));
    let read =
        airbyte.ok("connections/events/get", json!({"connectionId": connection, "connectionEventId": done["id"]}));
    assert_eq!((&read["id"], &read["details"]), (&done["id"], &done["summary"]));
    assert_eq!(
        kinds(&airbyte.ok("connections/events/list_for_job", json!({"id": job}))),
        ["SYNC_SUCCEEDED", "SYNC_STARTED"]
    );
    assert_eq!(
        airbyte.status("connections/events/get", json!({"connectionId": connection, "connectionEventId": NOBODY})),
        404
    );
}

/// The newest event of a connection: kind, whether somebody did it, and summary.
fn newest(airbyte: &Airbyte, connection: &str) -> (String, bool, Value) {
    let list = airbyte.ok("connections/events/list", json!({"connectionId": connection}));
    let event = &list["events"][0];
    let read =
        airbyte.ok("connections/events/get", json!({"connectionId": connection, "connectionEventId": event["id"]}));
    assert_eq!((&read["details"], read.get("user")), (&event["summary"], event.get("user")));
    (text(&event["eventType"]), event.get("user").is_some(), event["summary"].clone())
}

#[test]
fn an_update_is_told_with_what_was_and_what_is() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection_with(json!({"name": "x"}));
    let told = |body: Value| {
        airbyte.ok("connections/update_with_reason", body);
        newest(&airbyte, &connection)
    };
    let update = |update: Value| {
        let mut body = json!({"connectionId": connection});
        body.as_object_mut().unwrap().extend(update.as_object().unwrap().clone());
        body
    };
    assert_eq!(
        told(json!({"connectionUpdate": update(json!({"name": "y", "prefix": "p_"})), "updateReason": "why"})),
        (
            "CONNECTION_SETTINGS_UPDATE".to_owned(),
            true,
            json!({
                "patches": {"name": {"from": "x", "to": "y"}, "prefix": {"from": null, "to": "p_"}},
                "updateReason": "why",
            })
        )
    );
    let stopped = json!({"connectionUpdate": update(json!({"status": "inactive"})), "autoUpdate": true});
    assert_eq!(told(stopped), ("CONNECTION_DISABLED".to_owned(), false, json!({})));
    let only_orders = json!({"syncCatalog": {"streams": [full_refresh("orders")]}});
    let (kind, by_user, summary) = told(json!({"connectionUpdate": update(only_orders.clone())}));
    assert_eq!((kind.as_str(), by_user), ("SCHEMA_CONFIG_UPDATE", true));
    let changes = &summary["airbyteCatalogDiff"]["catalogConfigDiff"];
    assert_eq!(
        changes["streamsDisabled"],
        json!([{"streamName": "customers", "streamNamespace": "public", "status": "disabled"}])
    );
    assert_eq!(
        changes["syncModesChanged"],
        json!([{
            "streamName": "orders", "streamNamespace": "public",
            "prevSourceSyncMode": "incremental", "currentSourceSyncMode": "full_refresh",
            "prevDestinationSyncMode": "append", "currentDestinationSyncMode": "overwrite",
        }])
    );
    assert_eq!(changes.get("streamsEnabled"), None);
    let before = airbyte.ok("connections/events/list", json!({"connectionId": connection}));
    told(json!({"connectionUpdate": update(only_orders)}));
    assert_eq!(airbyte.ok("connections/events/list", json!({"connectionId": connection})), before);
}

#[test]
fn what_happens_by_itself_has_no_user_and_says_why() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection_with(json!({"schedule": {"units": 24, "timeUnit": "hours"}}));
    let list = airbyte.after(200).ok("connections/events/list", json!({"connectionId": connection}));
    assert_eq!(kinds(&list), ["SYNC_SUCCEEDED"]);
    assert!(!newest(&airbyte, &connection).1);
    let manual = airbyte.connection();
    airbyte.sync(&manual);
    let read = |seconds: u64| {
        airbyte.after(seconds);
        let (kind, by_user, _) = newest(&airbyte, &manual);
        (kind, by_user)
    };
    assert_eq!(read(10), ("SYNC_STARTED".to_owned(), true));
    assert_eq!(read(120), ("SYNC_SUCCEEDED".to_owned(), false));
}

#[test]
fn events_are_filtered_and_paged() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    for _ in 0..12 {
        airbyte.sync(&connection);
        airbyte.after(120);
    }
    let list = |extra: Value| {
        let mut body = json!({"connectionId": connection});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        kinds(&airbyte.ok("connections/events/list", body))
    };
    assert_eq!(list(json!({})).len(), 20);
    assert_eq!(list(json!({"pagination": {"pageSize": 20, "rowOffset": 20}})).len(), 4);
    assert_eq!(list(json!({"eventTypes": ["SYNC_STARTED"]})).len(), 12);
    assert_eq!(list(json!({"createdAtEnd": "2025-10-18T08:02:30Z"})).len(), 3);
    let minimal = airbyte.ok(
        "connections/events/list_minimal",
        json!({
            "workspaceId": airbyte.workspace(), "eventTypes": ["SYNC_SUCCEEDED"],
            "createdAtStart": "2025-10-18T00:00:00Z", "createdAtEnd": "2025-10-19T00:00:00Z",
        }),
    );
    assert_eq!(minimal["events"].as_array().unwrap().len(), 12);
    for extra in [json!({"createdAtStart": "yesterday"}), json!({"createdAtEnd": "2025-10-18"})] {
        let mut body = json!({"connectionId": connection, "workspaceId": airbyte.workspace()});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        assert_eq!(airbyte.status("connections/events/list", body.clone()), 400, "{extra}");
        assert_eq!(airbyte.status("connections/events/list_minimal", body), 400, "{extra}");
    }
    assert_eq!(id(&minimal["events"][0], "connectionId"), connection);
}

#[test]
fn cancelled_resets_and_failures_have_their_own_events() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let job = airbyte.sync(&connection);
    airbyte.after(10).ok("jobs/cancel", json!({"id": job}));
    airbyte.ok("connections/clear", json!({"connectionId": connection}));
    let list = airbyte.after(20).ok("connections/events/list", json!({"connectionId": connection}));
    assert_eq!(kinds(&list), ["CLEAR_SUCCEEDED", "CLEAR_STARTED", "SYNC_CANCELLED", "SYNC_STARTED"]);
    let mut wrong = shop();
    wrong["password"] = json!("wrong");
    let source = airbyte.create("source", POSTGRES, "s", wrong);
    let failing = airbyte.connection_with(json!({"sourceId": source}));
    airbyte.sync(&failing);
    let list = airbyte.after(60).ok("connections/events/list", json!({"connectionId": failing}));
    assert_eq!(kinds(&list), ["SYNC_FAILED", "SYNC_STARTED"]);
}

#[test]
fn history_counts_succeeded_and_failed_syncs_oldest_first() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    for _ in 0..3 {
        airbyte.sync(&connection);
        airbyte.after(120);
    }
    let cancelled = airbyte.sync(&connection);
    airbyte.ok("jobs/cancel", json!({"id": cancelled}));
    airbyte.ok("connections/clear", json!({"connectionId": connection}));
    airbyte.after(20);
    let ids = |path: &str, jobs: usize| -> Vec<i64> {
        let list = airbyte.ok(path, json!({"connectionId": connection, "numberOfJobs": jobs}));
        list.as_array().unwrap().iter().map(|it| it["jobId"].as_i64().unwrap()).collect()
    };
    assert_eq!(ids("connections/history/data", 10), [1, 2, 3]);
    assert_eq!(airbyte.status("connections/history/data", json!({"connectionId": connection})), 500);
    assert_eq!(ids("connections/history/uptime", 2), [2, 3]);
    let uptime = airbyte.ok("connections/history/uptime", json!({"connectionId": connection, "numberOfJobs": 1}));
    assert_eq!(uptime[0]["streamStatuses"].as_array().unwrap().len(), 2);
}

#[test]
fn stream_history_adds_up_days_in_the_given_zone() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    // 23:30 in Auckland, and again half an hour past midnight there.
    airbyte.after(9_000).sync(&connection);
    airbyte.after(3_600).sync(&connection);
    airbyte.after(120);
    let days = |zone: &str| {
        let list = airbyte.ok("connections/stream_history", json!({"connectionId": connection, "timezone": zone}));
        let stamps: std::collections::BTreeSet<i64> =
            list.as_array().unwrap().iter().map(|it| it["timestamp"].as_i64().unwrap()).collect();
        (list.as_array().unwrap().len(), stamps.len())
    };
    assert_eq!((days("UTC"), days("Pacific/Auckland")), ((2, 1), (4, 2)));
}

#[test]
fn the_last_job_of_each_stream_is_found() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    airbyte.sync(&connection);
    airbyte.after(120).ok(
        "connections/clear/stream",
        json!({
            "connectionId": connection, "streams": [{"streamName": "orders", "streamNamespace": "public"}],
        }),
    );
    airbyte.after(20);
    let list = airbyte.ok("connections/last_job_per_stream", json!({"connectionId": connection}));
    let found: Vec<(String, String)> =
        list.as_array().unwrap().iter().map(|it| (text(&it["streamName"]), text(&it["configType"]))).collect();
    assert_eq!(
        found,
        [("orders", "reset_connection"), ("customers", "sync")].map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
}

#[test]
fn stream_statuses_follow_the_attempts() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let list = |extra: Value| {
        let mut body = json!({"workspaceId": airbyte.workspace(), "pagination": {"pageSize": 10, "rowOffset": 0}});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        airbyte.ok("stream_statuses/list", body)["streamStatuses"].clone()
    };
    let job = airbyte.sync(&connection);
    airbyte.after(10);
    assert_eq!(list(json!({}))[0]["runState"], "RUNNING");
    airbyte.ok("jobs/cancel", json!({"id": job}));
    let status = list(json!({"streamName": "orders"}));
    assert_eq!(status.as_array().unwrap().len(), 1);
    assert_eq!((&status[0]["runState"], &status[0]["incompleteRunCause"]), (&json!("INCOMPLETE"), &json!("CANCELED")));
    assert_eq!(status[0]["transitionedAt"], START_MS + 10_000);
    airbyte.sync(&connection);
    airbyte.after(120);
    let latest = airbyte.ok("stream_statuses/latest_per_run_state", json!({"connectionId": connection}));
    assert_eq!(latest["streamStatuses"].as_array().unwrap().len(), 4);
    for pagination in [json!(null), json!({"pageSize": 0, "rowOffset": 0}), json!({"pageSize": 10, "rowOffset": 5})] {
        let body = json!({"workspaceId": airbyte.workspace(), "pagination": pagination});
        assert_eq!(airbyte.status("stream_statuses/list", body), 400);
    }
}

#[test]
fn a_workspace_counts_its_connections_by_condition() {
    let airbyte = Airbyte::new();
    let healthy = airbyte.connection();
    airbyte.sync(&healthy);
    airbyte.after(120).connection_with(json!({"status": "inactive"}));
    let running = airbyte.connection();
    airbyte.sync(&running);
    airbyte.after(10).connection();
    let counts = airbyte.ok("web_backend/connections/status_counts", json!({"workspaceId": airbyte.workspace()}));
    assert_eq!(counts, json!({"running": 1, "queued": 0, "healthy": 1, "failed": 0, "paused": 1, "notSynced": 1}));
    let state = airbyte.ok("web_backend/workspace/state", json!({"workspaceId": airbyte.workspace()}));
    assert_eq!(state, json!({"hasConnections": true, "hasSources": true, "hasDestinations": true}));
    assert_eq!(airbyte.ok("web_backend/state/get_type", json!({"connectionId": healthy})), "stream");
}

#[test]
fn a_cron_expression_is_described_in_words_and_by_its_next_ticks() {
    let airbyte = Airbyte::new();
    let read = airbyte.ok("web_backend/describe_cron_expression", json!({"cronExpression": "0 0 6 ? * MON"}));
    assert_eq!(read["description"], "at 06:00 on Monday");
    assert_eq!(read["nextExecutions"], json!([1_760_940_000, 1_761_544_800, 1_762_149_600]));
    assert_eq!(airbyte.status("web_backend/describe_cron_expression", json!({"cronExpression": "often"})), 400);
}

/// A connection that has synced twice, an hour apart, and once was cancelled.
fn with_history(version: &str) -> (Airbyte, String) {
    let airbyte = Airbyte::emulating(version);
    let connection = airbyte.connection();
    for _ in 0..2 {
        airbyte.sync(&connection);
        airbyte.after(3_600);
    }
    let job = airbyte.sync(&connection);
    airbyte.ok("jobs/cancel", json!({"id": job}));
    (airbyte, connection)
}

#[test]
fn at_0_50_the_history_tells_of_days_and_not_of_jobs() {
    let (airbyte, connection) = with_history("0.50");
    let ask = |path: &str| airbyte.ok(path, json!({"connectionId": connection, "timezone": "Europe/Paris"}));
    let data = ask("connections/history/data");
    let days = data.as_array().unwrap();
    // Midnight in Paris, of the day that stands still at ten o'clock there.
    let today = START_MS / 1_000 - 10 * 3_600;
    assert_eq!((days.len(), &days[29]["timestamp"]), (30, &json!(today)));
    let synced = airbyte.job(1)["attempts"][0]["attempt"]["bytesSynced"].as_u64().unwrap()
        + airbyte.job(2)["attempts"][0]["attempt"]["bytesSynced"].as_u64().unwrap();
    assert_eq!((&days[29]["bytes"], &days[28]["bytes"]), (&json!(synced), &json!(0)));
    assert_eq!(
        ask("connections/history/uptime"),
        json!([
            {"timestamp": today, "status": "cancelled", "stream": "customers"},
            {"timestamp": today, "status": "cancelled", "stream": "orders"},
        ])
    );
    for timezone in [json!(null), json!("Mars/Olympus")] {
        let body = json!({"connectionId": connection, "timezone": timezone});
        assert_eq!(airbyte.status("connections/history/data", body.clone()), 500);
        assert_eq!(airbyte.status("connections/history/uptime", body), 500);
    }
}

#[test]
fn at_0_50_nothing_answers_how_far_a_sync_is() {
    for (version, expected) in [("0.50", 404), ("1.0", 200)] {
        let (airbyte, connection) = with_history(version);
        let answer = airbyte.post("connections/sync_progress", json!({"connectionId": connection}));
        assert_eq!(answer.status, expected, "{version}");
        assert_eq!(answer.text == "Object not found.", version == "0.50");
    }
}
