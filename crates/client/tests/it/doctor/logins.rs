//! Logins, roles and workspaces.

use airway_client::{Airbyte, Doctor, Setting};
use airway_sandbox::Sandbox;
use httpmock::Method::{GET, POST};
use httpmock::MockServer;
use serde_json::json;

use super::{line_of, lines, old_server, settings};
use crate::support::start;

#[tokio::test]
async fn the_proxy_of_an_old_server_wants_a_user_and_a_password() {
    let sandbox = old_server().await;

    let examination = Doctor::default().server(sandbox.url()).examine().await;

    assert_eq!(
        lines(&examination)[2..],
        [
            "api ok: 401: a proxy asks for a user and a password first",
            "server ok: the address to use",
            "version skipped: 401: it wants to know who is there",
            "auth mode skipped: 401: it wants to know who is there",
            "credentials FAILED: it wants some",
            "token endpoint skipped: a proxy asks for a login before it",
            "workspaces skipped: 401: it wants to know who is there",
            "permission skipped: no workspace is known",
            "changes skipped: no workspace is known",
        ]
    );
    assert_eq!(settings(&examination), [Setting::Server(sandbox.url()), Setting::Password]);
    assert!(!examination.is_usable());
}

#[tokio::test]
async fn the_right_password_opens_an_old_server_and_a_wrong_one_does_not() {
    let sandbox = old_server().await;

    let right = Doctor::default().server(sandbox.url()).login(|client| client.basic("airbyte", "correct horse"));
    let right = right.examine().await;
    assert_eq!(line_of(&lines(&right), "credentials"), "credentials ok: accepted");
    assert_eq!(line_of(&lines(&right), "auth mode"), "auth mode ok: the server does not tell");
    assert_eq!(
        line_of(&lines(&right), "version"),
        "version ok: the server does not tell; older ones and the Cloud do not"
    );
    assert!(right.is_usable());

    let wrong = Doctor::default().server(sandbox.url()).login(|client| client.basic("airbyte", "battery staple"));
    let wrong = wrong.examine().await;
    assert_eq!(line_of(&lines(&wrong), "credentials"), "credentials FAILED: refused: they are wrong, or have run out");
    assert_eq!(settings(&wrong), [Setting::Server(sandbox.url()), Setting::Password]);
    assert!(!wrong.is_usable());

    for examination in [right, wrong] {
        let shown = format!("{examination:?} {}", serde_json::to_string(&examination).unwrap());
        for secret in ["correct horse", "battery staple", "YWlyYnl0ZT"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

#[tokio::test]
async fn a_password_in_the_address_is_used_and_never_shown() {
    let sandbox = old_server().await;
    let address = format!("http://airbyte:correct%20horse@{}", sandbox.address());

    let examination = Doctor::default().server(address).examine().await;

    assert!(examination.is_usable());
    assert!(!format!("{examination:?}").contains("horse"), "{examination:?}");
    assert_eq!(settings(&examination), [Setting::Server(sandbox.url())]);
}

#[tokio::test]
async fn a_password_is_not_sent_unencrypted_where_https_was_asked_for() {
    let sandbox = old_server().await;
    let address = format!("https://{}", sandbox.address());

    let login = |client: airway_client::Builder| client.basic("airbyte", "correct horse");
    let examination = Doctor::default().server(address).login(login).examine().await;

    let found = lines(&examination);
    assert_eq!(
        found[1..5],
        [
            "connection ok: something listens there",
            "tls FAILED: it listens, but does not speak HTTPS: use `http://`",
            "connection ok: answers over plain HTTP",
            "api ok: 401: a proxy asks for a user and a password first",
        ]
    );
    assert_eq!(
        line_of(&found, "credentials"),
        "credentials FAILED: not sent, because they would travel unencrypted where HTTPS was asked for; name the address with \
         `http://` if you trust the network"
    );
    let answers: Vec<u16> = sandbox.requests().iter().map(|request| request.status).collect();
    assert!(!answers.is_empty() && answers.iter().all(|status| *status == 401), "{answers:?}");
    assert!(!examination.is_usable());
}

/// A server with tokens; `workspace` is the status of reading the workspace.
async fn guarded(token: u16, workspaces: u16, workspace: u16, source: u16) -> MockServer {
    let server = MockServer::start_async().await;
    let rows = [
        (GET, "health", 200, json!({ "available": true })),
        (
            GET,
            "instance_configuration",
            200,
            json!({ "version": "1.8.2", "edition": "enterprise", "auth": { "mode": "oidc" }, "defaultOrganizationId": "0" }),
        ),
        (POST, "applications/token", token, json!({ "errorId": "1" })),
        (
            POST,
            "workspaces/list_by_organization_id",
            workspaces,
            json!({ "workspaces": [{ "workspaceId": "7d0e0000-0000-4000-8000-000000000001", "name": "Sales", "slug": "sales" }], "message": "echo of hunter2" }),
        ),
        (
            POST,
            "workspaces/get",
            workspace,
            json!({ "workspaceId": "7d0e0000-0000-4000-8000-000000000001", "name": "Sales" }),
        ),
        (POST, "sources/create", source, json!({ "errorId": "2" })),
    ];
    for (method, path, status, body) in rows {
        server
            .mock_async(|when, then| {
                when.method(method).path(format!("/api/v1/{path}"));
                then.status(status).json_body(body);
            })
            .await;
    }
    // Releases from 1.7 on have no other way of listing them.
    server
        .mock_async(|when, then| {
            when.method(POST).path_matches("^/api/v1/workspaces/list(_all_paginated)?$");
            then.status(404).header("content-type", "application/json").body("Object not found.");
        })
        .await;
    server
}

async fn with_token(server: &MockServer) -> Vec<String> {
    let doctor = Doctor::default().server(server.base_url()).login(|client| client.bearer("hunter2"));
    let examination = doctor.examine().await;
    assert!(!format!("{examination:?}").contains("hunter2"), "{examination:?}");
    let mut lines = lines(&examination);
    lines.push(format!("usable: {}", examination.is_usable()));
    lines.drain(6..).collect()
}

#[tokio::test]
async fn a_role_that_may_read_is_told_from_one_that_may_not() {
    let token = "token endpoint ok: it is there: 401 to an empty client id and secret";
    assert_eq!(
        with_token(&guarded(401, 200, 200, 404).await).await,
        [
            "credentials ok: accepted",
            token,
            "workspaces ok: 1 is visible: `Sales`",
            "permission ok: it may be read",
            "changes ok: 404: the workspace may be changed",
            "usable: true",
        ]
    );
    assert_eq!(
        with_token(&guarded(401, 200, 200, 403).await).await[3..],
        ["permission ok: it may be read", "changes FAILED: 403: these credentials may set nothing up", "usable: true",]
    );
    assert_eq!(
        with_token(&guarded(401, 200, 200, 500).await).await[4..],
        ["changes skipped: cannot be told: the server answered 500", "usable: true"]
    );
    assert_eq!(
        with_token(&guarded(401, 200, 403, 404).await).await,
        [
            "credentials ok: accepted",
            token,
            "workspaces ok: 1 is visible: `Sales`",
            "permission FAILED: 403: these credentials lack a role for it",
            "changes skipped: the workspace cannot be read",
            "usable: false",
        ]
    );
    assert_eq!(
        with_token(&guarded(401, 403, 200, 404).await).await,
        [
            "credentials ok: accepted",
            token,
            "workspaces FAILED: 403: these credentials lack a role for it",
            "permission skipped: no workspace is known",
            "changes skipped: no workspace is known",
            "usable: false",
        ]
    );
}

#[tokio::test]
async fn a_token_that_has_run_out_is_refused_and_so_is_a_server_without_tokens() {
    let server = guarded(404, 401, 200, 401).await;
    assert_eq!(
        with_token(&server).await,
        [
            "credentials FAILED: refused: they are wrong, or have run out",
            "token endpoint FAILED: 404: this server gives no tokens, so one of another kind is needed",
            "workspaces skipped: 401: it wants to know who is there",
            "permission skipped: no workspace is known",
            "changes skipped: no workspace is known",
            "usable: false",
        ]
    );
    let examination = Doctor::default().server(server.base_url()).examine().await;
    assert_eq!(line_of(&lines(&examination), "credentials"), "credentials FAILED: it wants some");
    let address = format!("{}/api/v1", server.base_url());
    assert_eq!(settings(&examination), [Setting::Server(address), Setting::Token]);
}

#[tokio::test]
async fn one_of_several_workspaces_must_be_named_and_exist() {
    let sandbox = start(Sandbox::builder()).await;
    let airbyte = Airbyte::builder().server(sandbox.url()).build().unwrap();
    let organization = "00000000-0000-0000-0000-000000000000";
    airbyte.call_raw("workspaces/create", &json!({ "name": "Sales", "organizationId": organization })).await.unwrap();
    let server = Setting::Server(sandbox.url());
    let doctor = || Doctor::default().server(sandbox.url());
    let both = "2 are visible: `Default Workspace`, `Sales`";

    let examination = doctor().examine().await;
    assert_eq!(line_of(&lines(&examination), "workspaces"), format!("workspaces ok: {both}; scripts must say which"));
    assert_eq!(settings(&examination), [server.clone(), Setting::Workspace("Default Workspace".to_owned())]);
    assert!(examination.is_usable());

    let examination = doctor().workspace("Sales").examine().await;
    assert_eq!(line_of(&lines(&examination), "workspaces"), format!("workspaces ok: {both}"));
    assert_eq!(settings(&examination), std::slice::from_ref(&server));
    assert!(examination.is_usable());

    let examination = doctor().workspace("Slaes").examine().await;
    assert_eq!(line_of(&lines(&examination), "workspaces"), format!("workspaces FAILED: it is not there; {both}"));
    assert_eq!(settings(&examination), [server, Setting::Workspace("Sales".to_owned())]);
    assert!(!examination.is_usable());
}
