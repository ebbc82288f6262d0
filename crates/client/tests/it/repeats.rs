//! What is sent again after a failure, and what never is.

use std::time::Duration;

use airway_client::{Airbyte, Retries};
use airway_sandbox::{Fault, FaultAction, Sandbox};
use httpmock::Method::POST;
use httpmock::{Mock, MockServer};
use serde_json::json;

use crate::support;

fn airbyte(server: &MockServer) -> Airbyte {
    let quick = Retries::default().first_pause(Duration::from_millis(1));
    Airbyte::builder().server(server.base_url()).retries(quick).build().unwrap()
}

/// A server whose operation always answers this.
async fn answering<'s>(server: &'s MockServer, operation: &str, status: u16) -> Mock<'s> {
    server
        .mock_async(|when, then| {
            when.method(POST).path(format!("/api/v1/{operation}"));
            then.status(status).header("retry-after", "0");
        })
        .await
}

#[tokio::test]
async fn a_read_is_repeated_while_the_server_is_overloaded() {
    for status in [408, 429, 502, 503, 504] {
        let server = MockServer::start_async().await;
        let mock = answering(&server, "jobs/get_without_logs", status).await;
        let error = airbyte(&server).job(7).await.unwrap_err();
        assert_eq!((error.status(), error.attempts(), mock.calls()), (Some(status), 4, 4));
    }
}

#[tokio::test]
async fn a_connection_that_broke_is_made_again_for_reads_and_writes_that_may_come_twice() {
    let sandbox = Sandbox::start().await.unwrap();
    let workspace = support::airbyte(&sandbox).workspace(None).await.unwrap();
    let made = workspace.create_source("Shop", "Postgres", &support::shop(&json!("postgres"))).await.unwrap();
    for (operation, attempts) in [("sources/get", 3), ("sources/delete", 3), ("sources/create", 1)] {
        for action in [FaultAction::DropBefore, FaultAction::DropAfter, FaultAction::Truncate] {
            // The answer to a delete has nothing that could break off.
            if (operation, &action) == ("sources/delete", &FaultAction::Truncate) {
                continue;
            }
            sandbox.clear_faults();
            sandbox.fault(Fault::on(operation, action.clone()).unwrap());
            let retries = Retries::default().first_pause(Duration::from_millis(1)).per_request(2);
            let airbyte = Airbyte::builder().server(sandbox.url()).retries(retries).build().unwrap();
            airbyte.workspaces().await.unwrap();
            let input = match operation {
                "sources/create" => json!({
                    "workspaceId": workspace.id(), "sourceDefinitionId": made.definition_id(), "name": "Other",
                    "connectionConfiguration": {},
                }),
                _ => json!({"sourceId": made.id()}),
            };
            let error = airbyte.call_raw(operation, &input).await.unwrap_err();
            assert_eq!(error.attempts(), attempts, "{operation}, {action:?}: {error:?}");
        }
    }
}

#[tokio::test]
async fn what_will_not_change_is_not_repeated() {
    for status in [400, 401, 403, 404, 409, 422, 423, 501] {
        let server = MockServer::start_async().await;
        let mock = answering(&server, "connections/delete", status).await;
        let error = airbyte(&server)
            .call_raw("connections/delete", &json!({"connectionId": "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6"}))
            .await
            .unwrap_err();
        assert_eq!((error.attempts(), mock.calls()), (1, 1), "{status}");
    }
}

#[tokio::test]
async fn a_bare_500_is_asked_about_once_more_where_that_is_safe() {
    let server = MockServer::start_async().await;
    let read = answering(&server, "jobs/get_without_logs", 500).await;
    let delete = answering(&server, "connections/delete", 500).await;
    let create = answering(&server, "tags/create", 500).await;
    let worded = server
        .mock_async(|when, then| {
            when.method(POST).path("/api/v1/sources/delete");
            then.status(500).json_body(json!({"message": "there is no such source"}));
        })
        .await;
    let airbyte = airbyte(&server);
    assert_eq!(airbyte.job(7).await.unwrap_err().attempts(), 2);
    airbyte
        .call_raw("connections/delete", &json!({"connectionId": "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6"}))
        .await
        .unwrap_err();
    airbyte.call_raw("sources/delete", &json!({"sourceId": "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6"})).await.unwrap_err();
    let tag = json!({"workspaceId": "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6", "name": "shop", "color": "FBECB1"});
    airbyte.call_raw("tags/create", &tag).await.unwrap_err();
    assert_eq!((read.calls(), delete.calls(), worded.calls(), create.calls()), (2, 2, 1, 1));
}

#[tokio::test]
async fn a_write_that_may_come_twice_is_repeated_and_a_create_is_not() {
    let server = MockServer::start_async().await;
    let delete = answering(&server, "connections/delete", 503).await;
    let create = answering(&server, "tags/create", 503).await;
    let sync = answering(&server, "connections/sync", 504).await;
    let airbyte = airbyte(&server);
    airbyte
        .call_raw("connections/delete", &json!({"connectionId": "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6"}))
        .await
        .unwrap_err();
    airbyte
        .call_raw("connections/sync", &json!({"connectionId": "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6"}))
        .await
        .unwrap_err();
    let tag = json!({"workspaceId": "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6", "name": "shop", "color": "FBECB1"});
    airbyte.call_raw("tags/create", &tag).await.unwrap_err();
    assert_eq!((delete.calls(), sync.calls(), create.calls()), (4, 1, 1));
}

#[tokio::test]
async fn a_create_that_was_turned_away_unseen_is_sent_again() {
    let server = MockServer::start_async().await;
    let create = answering(&server, "tags/create", 429).await;
    let tag = json!({"workspaceId": "5ae6b09b-fdec-41af-aaf7-7d94cfc33ef6", "name": "shop", "color": "FBECB1"});
    airbyte(&server).call_raw("tags/create", &tag).await.unwrap_err();
    assert_eq!(create.calls(), 4);
}

#[tokio::test]
async fn a_broken_server_is_not_hammered() {
    let server = MockServer::start_async().await;
    let mock = answering(&server, "jobs/get_without_logs", 503).await;
    let mut retries = Retries::default().first_pause(Duration::from_millis(1));
    retries.in_all = 5;
    let airbyte = Airbyte::builder().server(server.base_url()).retries(retries).build().unwrap();
    for _ in 0..10 {
        airbyte.job(7).await.unwrap_err();
    }
    assert_eq!(mock.calls(), 15);
}

#[tokio::test]
async fn a_server_that_never_answered_is_told_at_once() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let airbyte = Airbyte::builder().server(format!("127.0.0.1:{port}")).build().unwrap();
    let error = airbyte.job(7).await.unwrap_err();
    assert_eq!((error.label(), error.attempts()), ("unreachable", 1));
}
