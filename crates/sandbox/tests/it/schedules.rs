//! Schedules fire on the sandbox's clock.

use airway_sandbox::{Clock, Sandbox, Speed};
use serde_json::{Value, json};

use crate::support::{Airbyte, POSTGRES, START_MS, shop};

fn every(hours: i64) -> Value {
    json!({"schedule": {"units": hours, "timeUnit": "hours"}})
}

const HOUR: u64 = 3_600;

#[test]
fn an_active_basic_schedule_runs_soon_after_its_creation_and_then_at_its_interval() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection_with(every(6));
    airbyte.after(4);
    assert_eq!(airbyte.history(&connection), Vec::<String>::new());
    airbyte.after(2);
    assert_eq!(airbyte.history(&connection), ["pending"]);
    airbyte.after(6 * HOUR - 10);
    assert_eq!(airbyte.history(&connection), ["succeeded"]);
    airbyte.after(10);
    assert_eq!(airbyte.history(&connection).len(), 2);
    airbyte.after(24 * HOUR);
    assert_eq!(airbyte.history(&connection).len(), 6);
}

#[test]
fn a_manual_sync_right_after_the_creation_takes_the_place_of_the_first_run() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection_with(every(6));
    airbyte.sync(&connection);
    airbyte.after(5 * HOUR);
    assert_eq!(airbyte.history(&connection), ["succeeded"]);
    airbyte.after(HOUR + 1);
    assert_eq!(airbyte.history(&connection).len(), 2);
}

#[test]
fn at_2_0_a_manual_sync_in_between_does_not_move_the_schedule() {
    for (version, expected) in [("2.0", 3), ("1.8", 2)] {
        let airbyte = Airbyte::emulating(version);
        let connection = airbyte.connection_with(every(6));
        airbyte.after(3 * HOUR).sync(&connection);
        airbyte.after(3 * HOUR + 60);
        assert_eq!(airbyte.history(&connection).len(), expected, "{version}");
    }
}

#[test]
fn an_inactive_connection_waits_until_it_is_enabled() {
    let airbyte = Airbyte::new();
    let mut extra = every(6);
    extra["status"] = json!("inactive");
    let connection = airbyte.connection_with(extra);
    airbyte.after(48 * HOUR);
    assert_eq!(airbyte.history(&connection), Vec::<String>::new());
    airbyte.ok("connections/update", json!({"connectionId": connection, "status": "active"}));
    airbyte.after(10);
    assert_eq!(airbyte.history(&connection).len(), 1);
}

#[test]
fn a_schedule_that_falls_due_while_a_job_runs_fires_after_it() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection_with(json!({"schedule": {"units": 1, "timeUnit": "minutes"}}));
    airbyte.after(5 + 120 + 1);
    assert_eq!(airbyte.history(&connection), ["succeeded", "pending"]);
}

#[test]
fn cron_waits_for_its_next_tick_and_manual_for_ever() {
    let airbyte = Airbyte::new();
    // The clock starts on a Saturday at 08:00 UTC.
    let cron = airbyte.connection_with(json!({
        "scheduleType": "cron",
        "scheduleData": {"cron": {"cronExpression": "0 0 6 ? * MON-FRI", "cronTimeZone": "UTC"}},
    }));
    let manual = airbyte.connection();
    airbyte.after(45 * HOUR);
    assert_eq!(airbyte.history(&cron), Vec::<String>::new());
    airbyte.after(2 * HOUR);
    assert_eq!(airbyte.history(&cron), ["succeeded"]);
    airbyte.after(24 * HOUR);
    assert_eq!(airbyte.history(&cron).len(), 2);
    assert_eq!(airbyte.history(&manual), Vec::<String>::new());
}

#[test]
fn a_deleted_connection_never_runs_again() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection_with(every(1));
    airbyte.after(10).status("connections/delete", json!({"connectionId": connection}));
    airbyte.after(48 * HOUR);
    assert_eq!(airbyte.history(&connection), ["cancelled"]);
}

#[test]
fn a_faster_sandbox_leaves_clients_the_same_time_before_the_first_run() {
    let clock = Clock::manual(START_MS);
    let emulator = Sandbox::builder().clock(clock.clone()).speed(60.0).open().unwrap();
    let airbyte = Airbyte { emulator, clock };
    let connection = airbyte.connection_with(every(6));
    airbyte.after(4);
    assert_eq!(airbyte.history(&connection), Vec::<String>::new());
    let job = airbyte.sync(&connection);
    airbyte.after(1);
    assert_eq!(airbyte.job(job)["job"]["status"], "running");
    airbyte.after(1);
    assert_eq!(airbyte.job(job)["job"]["status"], "succeeded");
}

#[test]
fn instant_jobs_are_over_when_they_are_next_looked_at() {
    let clock = Clock::manual(START_MS);
    let emulator = Sandbox::builder().clock(clock.clone()).speed(Speed::Instant).open().unwrap();
    let airbyte = Airbyte { emulator, clock };
    let connection = airbyte.connection();
    for expected in 1..=3 {
        let job = airbyte.sync(&connection);
        assert_eq!(job, expected);
        assert_eq!(airbyte.job(job)["job"]["status"], "succeeded");
    }
}

#[test]
fn a_connection_that_fails_thirty_times_for_a_week_is_disabled() {
    let airbyte = Airbyte::new();
    let mut wrong = shop();
    wrong["password"] = json!("wrong");
    let source = airbyte.create("source", POSTGRES, "s", wrong);
    let connection =
        airbyte.connection_with(json!({"sourceId": source, "schedule": {"units": 1, "timeUnit": "hours"}}));
    let status = || airbyte.ok("connections/get", json!({"connectionId": connection}))["status"].clone();
    airbyte.after(7 * 24 * HOUR - HOUR);
    assert_eq!(status(), "active");
    airbyte.after(2 * HOUR);
    assert_eq!(status(), "inactive");
    let events = airbyte.ok("connections/events/list", json!({"connectionId": connection}));
    let disabled = &events["events"][0];
    assert_eq!((&disabled["eventType"], disabled.get("user")), (&json!("CONNECTION_DISABLED"), None));
    assert_eq!(disabled["summary"], json!({"disabledReason": "TOO_MANY_FAILED_JOBS_WITH_NO_RECENT_SUCCESS"}));
    let jobs = airbyte.history(&connection).len();
    assert_eq!(airbyte.after(24 * HOUR).history(&connection).len(), jobs);
}

#[test]
fn a_cron_schedule_that_never_comes_is_taken_and_never_fires() {
    let airbyte = Airbyte::new();
    let cron = |expression: &str, zone: &str| json!({"scheduleType": "cron", "scheduleData": {"cron": {"cronExpression": expression, "cronTimeZone": zone}}});
    let connection = airbyte.connection_with(cron("0 0 0 31 2 ?", "UTC"));
    airbyte.after(3 * 366 * 24 * 3_600);
    assert_eq!(airbyte.history(&connection), [""; 0]);
    for (expression, zone) in [("0 0/75 * * * ?", "UTC"), ("0 0 6 * * ?", "europe/paris"), ("0 0 6 * * ?", "utc")] {
        let mut update = cron(expression, zone);
        update["connectionId"] = json!(connection);
        assert_eq!(airbyte.status("connections/update", update), 400, "{expression} {zone}");
    }
}
