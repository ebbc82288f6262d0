//! How long calls may take: each kind, and all together.

use std::time::{Duration, Instant};

use airway_client::{Airbyte, Builder, ErrorKind, Retries, RetryBudget, Timeouts};
use airway_sandbox::{Fault, FaultAction, Sandbox};
use httpmock::Method::POST;
use httpmock::MockServer;
use serde_json::json;

use crate::support::operations;

fn quick() -> Retries {
    Retries::default().first_pause(Duration::from_millis(1))
}

/// Longer than any test waits.
const NEVER: FaultAction = FaultAction::DelayMs(3_000);

async fn silent(operation: &str) -> Sandbox {
    Sandbox::builder().fault(Fault::on(operation, NEVER).unwrap()).start().await.unwrap()
}

fn builder(sandbox: &Sandbox) -> Builder {
    Airbyte::builder().server(sandbox.url()).retries(quick())
}

#[tokio::test]
async fn each_kind_of_call_has_its_own_time() {
    let sandbox = silent("*").await;
    let short = Duration::from_millis(30);
    for (operation, input, attempts) in [
        ("health", json!({}), 4),
        ("connections/delete", json!({ "connectionId": "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6" }), 4),
        (
            "tags/create",
            json!({ "workspaceId": "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6", "name": "n", "color": "FBECB1" }),
            1,
        ),
        // Nobody wants to wait for those a second time.
        ("sources/check_connection", json!({ "sourceId": "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6" }), 1),
        ("sources/discover_schema", json!({ "sourceId": "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6" }), 1),
    ] {
        let mut timeouts = Timeouts::default();
        match operation {
            "health" => timeouts.read = short,
            "sources/check_connection" => timeouts.check = short,
            "sources/discover_schema" => timeouts.discover = short,
            _ => timeouts.write = short,
        }
        let error =
            builder(&sandbox).timeouts(timeouts).build().unwrap().call_raw(operation, &input).await.unwrap_err();
        assert_eq!((error.label(), error.attempts()), ("timeout", attempts), "{operation}");
    }
}

#[tokio::test]
async fn the_deadline_ends_what_is_under_way_and_sends_nothing_more() {
    let sandbox = silent("tags/create").await;
    let airbyte = builder(&sandbox).deadline(Instant::now() + Duration::from_millis(300)).build().unwrap();
    let tag = json!({ "workspaceId": "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6", "name": "shop", "color": "FBECB1" });
    let error = airbyte.call_raw("tags/create", &tag).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Deadline { is_sent: true }), "{error:?}");
    assert_eq!((error.label(), error.attempts(), error.is_unclear()), ("deadline", 1, true));

    let asked = operations(&sandbox).len();
    let error = airbyte.call_raw("health", &json!({})).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Deadline { is_sent: false }), "{error:?}");
    assert_eq!((error.attempts(), error.is_unclear()), (0, false));
    assert_eq!(operations(&sandbox).len(), asked);
}

#[tokio::test]
async fn no_pause_goes_beyond_the_deadline() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fault(Fault::on("health", FaultAction::TooMany { retry_after: Some(20) }).unwrap());
    let airbyte = builder(&sandbox).deadline(Instant::now() + Duration::from_secs(10)).build().unwrap();
    let error = airbyte.call_raw("health", &json!({})).await.unwrap_err();
    assert_eq!((error.status(), error.attempts()), (Some(429), 1));
}

#[tokio::test]
async fn a_server_that_asks_for_a_long_pause_is_not_asked_again() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fault(Fault::on("health", FaultAction::TooMany { retry_after: Some(61) }).unwrap());
    let error = builder(&sandbox).build().unwrap().call_raw("health", &json!({})).await.unwrap_err();
    assert_eq!((error.status(), error.attempts()), (Some(429), 1));
    let hint = "the server or a proxy is overloaded; it asks to be left alone for 61 s";
    assert_eq!(error.hint().as_deref(), Some(hint));
}

#[tokio::test]
async fn a_date_in_retry_after_is_understood() {
    let server = MockServer::start_async().await;
    let mock = |until: &'static str| {
        server.mock_async(move |when, then| {
            when.method(POST).path("/api/v1/jobs/get_light");
            then.status(503).header("date", "Sun, 06 Nov 1994 08:00:00 GMT").header("retry-after", until);
        })
    };
    let ask = || async {
        let airbyte = Airbyte::builder().server(server.base_url()).retries(quick()).build().unwrap();
        airbyte.call_raw("jobs/get_light", &json!({ "id": 7 })).await.unwrap_err().attempts()
    };
    let over = mock("Sun, 06 Nov 1994 07:59:59 GMT").await;
    assert_eq!(ask().await, 4);
    over.delete_async().await;
    mock("Sun, 06 Nov 1994 08:02:00 GMT").await;
    assert_eq!(ask().await, 1);
}

#[tokio::test]
async fn clients_that_share_a_budget_count_together() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fault(Fault::on("health", FaultAction::Status(503)).unwrap());
    let budget = RetryBudget::default();
    for expected in [4, 3, 1] {
        let airbyte = builder(&sandbox).retries(quick().in_all(5)).retry_budget(budget.clone()).build().unwrap();
        let error = airbyte.call_raw("health", &json!({})).await.unwrap_err();
        assert_eq!(error.attempts(), expected);
    }
    assert_eq!(budget.made(), 5);
}
