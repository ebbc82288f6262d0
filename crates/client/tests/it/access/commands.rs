//! Tokens that a command prints.
#![cfg(unix)]

use std::error::Error as _;
use std::fs;
use std::path::Path;

use airway_client::{Airbyte, Error};
use futures::future::join_all;
use httpmock::Method::POST;
use httpmock::MockServer;
use serde_json::json;

/// A server that takes one token and refuses all others.
async fn taking<'s>(server: &'s MockServer, expected: &str) -> (httpmock::Mock<'s>, httpmock::Mock<'s>) {
    let header = format!("Bearer {expected}");
    let taken = server
        .mock_async(|when, then| {
            when.method(POST).path("/api/v1/jobs/get_light").header("authorization", header);
            then.status(200).json_body(json!({ "job": { "id": 7 } }));
        })
        .await;
    let refused = server
        .mock_async(|when, then| {
            when.method(POST).path("/api/v1/jobs/get_light");
            then.status(401);
        })
        .await;
    (taken, refused)
}

fn airbyte(server: &MockServer, command: impl Into<String>) -> Airbyte {
    Airbyte::builder().server(server.base_url()).token_command(command).build().unwrap()
}

async fn ask(airbyte: &Airbyte) -> Result<(), Error> {
    airbyte.call_raw("jobs/get_light", &json!({ "id": 7 })).await.map(drop)
}

/// A command that prints the next word of `tokens` each time, the last one for ever, and notes each run in `runs`.
fn printing(folder: &Path, tokens: &str) -> String {
    fs::write(folder.join("tokens"), tokens.replace(' ', "\n") + "\n").unwrap();
    let folder = folder.display();
    format!(
        "cd {folder}; echo run >> runs; head -n 1 tokens; if [ $(wc -l < tokens) -gt 1 ]; then sed -i 1d tokens; fi"
    )
}

fn runs(folder: &Path) -> usize {
    fs::read_to_string(folder.join("runs")).unwrap_or_default().lines().count()
}

#[tokio::test]
async fn a_command_is_run_once_for_all_calls_and_once_more_when_its_token_is_refused() {
    let server = MockServer::start_async().await;
    let (taken, refused) = taking(&server, "fresh-token").await;
    let folder = tempfile::tempdir().unwrap();
    let airbyte = airbyte(&server, printing(folder.path(), "stale-token fresh-token"));
    let all = join_all((0..20).map(|_| ask(&airbyte))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!((runs(folder.path()), taken.calls(), refused.calls()), (2, 20, 20));
    ask(&airbyte).await.unwrap();
    assert_eq!(runs(folder.path()), 2);
}

#[tokio::test]
async fn a_token_that_stays_refused_is_renewed_once_per_call() {
    let server = MockServer::start_async().await;
    let (_, refused) = taking(&server, "another").await;
    let folder = tempfile::tempdir().unwrap();
    let error = ask(&airbyte(&server, printing(folder.path(), "wrong-token"))).await.unwrap_err();
    assert_eq!((error.status(), runs(folder.path()), refused.calls()), (Some(401), 2, 2));
}

#[tokio::test]
async fn a_command_that_fails_is_told_in_its_own_words_and_nothing_is_sent() {
    let server = MockServer::start_async().await;
    let (_, refused) = taking(&server, "another").await;
    let command = "echo half-a-token; echo 'log in first: half-a-token' >&2; exit 3";
    let error = ask(&airbyte(&server, command)).await.unwrap_err();
    assert_eq!((error.to_string().as_str(), error.label()), ("no token was had from the token command", "auth"));
    assert_eq!(error.source().unwrap().to_string(), "it ended with code 3:\n  log in first: ***");
    assert!(!format!("{error:?}").contains("half-a-token"), "{error:?}");
    assert_eq!(refused.calls(), 0);
}

#[tokio::test]
async fn a_command_that_prints_no_token_is_told_without_what_it_printed() {
    let server = MockServer::start_async().await;
    for (command, says) in [
        ("true", "it printed nothing to use: the token is empty"),
        (
            "printf 'a-secret\\nmore'",
            "it printed nothing to use: the token holds a line break at character 9, which no header can hold",
        ),
    ] {
        let error = ask(&airbyte(&server, command)).await.unwrap_err();
        assert_eq!(error.source().unwrap().to_string(), says);
        assert!(!format!("{error:?}").contains("a-secret"), "{error:?}");
    }
}
