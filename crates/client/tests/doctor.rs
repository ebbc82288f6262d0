//! What the doctor finds out about servers, and what it must not do meanwhile.

use std::io::Write;
use std::net::TcpListener;
use std::time::Duration;

use airway_client::{Airbyte, Doctor, Examination, Setting, Verdict};
use airway_sandbox::{Auth, Sandbox};
use httpmock::Method::{GET, POST};
use httpmock::MockServer;
use serde_json::json;

/// "name verdict: finding" of every probe, without addresses, which differ from run to run.
fn lines(examination: &Examination) -> Vec<String> {
    let line = |probe: &airway_client::Probe| {
        let verdict = match probe.verdict {
            Verdict::Passed => "ok",
            Verdict::Failed => "FAILED",
            Verdict::Skipped => "skipped",
        };
        format!("{} {verdict}: {}", probe.name, probe.finding)
    };
    examination.probes().iter().map(line).collect()
}

fn settings(examination: &Examination) -> Vec<Setting> {
    examination.settings().cloned().collect()
}

#[track_caller]
fn line_of<'a>(lines: &'a [String], name: &str) -> &'a str {
    lines.iter().find(|line| line.starts_with(name)).expect("there is a probe of this name")
}

const SKIPPED: [&str; 6] = [
    "version skipped: there is no API to ask",
    "auth mode skipped: there is no API to ask",
    "credentials skipped: there is no API to ask",
    "token endpoint skipped: there is no API to ask",
    "workspaces skipped: there is no API to ask",
    "permission skipped: there is no API to ask",
];

#[track_caller]
fn check_nothing_usable(examination: &Examination, first: &[String]) {
    let mut expected = first.to_vec();
    expected.extend(SKIPPED.map(str::to_owned));
    assert_eq!(lines(examination), expected);
    assert_eq!(settings(examination), []);
    assert!(!examination.is_usable());
}

async fn old_server() -> Sandbox {
    let auth = Auth::Basic { user: "airbyte".to_owned(), password: "correct horse".to_owned() };
    Sandbox::builder().emulate("0.50".parse().unwrap()).auth(auth).start().await.unwrap()
}

#[tokio::test]
async fn an_open_server_passes_every_probe() {
    let sandbox = Sandbox::start().await.unwrap();

    let examination = Doctor::default().server(sandbox.url()).examine().await;

    let mut lines = lines(&examination);
    let version = lines.remove(4);
    assert!(version.starts_with("version ok: 2.0.0, community edition: a release known here; it has 2"), "{version}");
    assert_eq!(
        lines,
        [
            format!("address ok: means {}", sandbox.url()),
            "connection ok: answers over plain HTTP".to_owned(),
            "api ok: Airbyte's Config API".to_owned(),
            "server ok: the address to use".to_owned(),
            "auth mode ok: `none`: everybody may do everything".to_owned(),
            "credentials ok: none are needed".to_owned(),
            "token endpoint skipped: no token is needed".to_owned(),
            "workspaces ok: 1 is visible: `Default Workspace`".to_owned(),
            "permission ok: it may be read and changed".to_owned(),
        ]
    );
    assert_eq!(settings(&examination), [Setting::Server(sandbox.url())]);
    assert!(examination.is_usable());
}

#[tokio::test]
async fn every_form_of_an_address_leads_to_the_same_setting() {
    let sandbox = Sandbox::start().await.unwrap();
    for path in ["", "/", "/api", "/api/v1/", "/api/public/v1", "/workspaces/7d0e/connections"] {
        let examination = Doctor::default().server(format!("{}{path}", sandbox.address())).examine().await;
        assert_eq!(settings(&examination), [Setting::Server(sandbox.url())], "{path}");
        let says_so = lines(&examination)[0].ends_with("; the public API beside it is not spoken here");
        assert_eq!(says_so, path == "/api/public/v1", "{path}");
    }
}

#[tokio::test]
async fn a_bare_host_is_found_on_one_of_the_usual_ports() {
    let sandbox = Sandbox::start().await.unwrap();
    let ports = [closed_port(), sandbox.address().port()];

    let examination = Doctor::default().server("127.0.0.1").ports(ports).examine().await;

    assert_eq!(settings(&examination), [Setting::Server(sandbox.url())]);
    let closed = format!("http://127.0.0.1:{}", ports[0]);
    let probe = examination.probes().iter().find(|probe| probe.tried == closed).unwrap();
    assert_eq!((probe.name, probe.verdict), ("connection", Verdict::Failed));
    assert_eq!(probe.finding, "nothing listens there");
    assert!(examination.is_usable());
}

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
    assert_eq!(
        line_of(&lines(&right), "auth mode"),
        "auth mode ok: `none` by the server itself; a proxy in front of it asks"
    );
    assert_eq!(
        line_of(&lines(&right), "version"),
        "version ok: the server does not tell; older ones and the Cloud do not"
    );
    assert!(right.is_usable());

    let wrong = Doctor::default().server(sandbox.url()).login(|client| client.basic("airbyte", "battery staple"));
    let wrong = wrong.examine().await;
    assert_eq!(
        line_of(&lines(&wrong), "credentials"),
        "credentials FAILED: refused: they are wrong, or have run out"
    );
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

#[tokio::test]
async fn https_to_a_plain_port_leads_to_the_plain_address() {
    let sandbox = Sandbox::start().await.unwrap();

    let examination = Doctor::default().server(format!("https://{}/api/v1", sandbox.address())).examine().await;

    assert_eq!(
        line_of(&lines(&examination), "tls"),
        "tls FAILED: it listens, but does not speak HTTPS: use `http://`"
    );
    assert_eq!(settings(&examination), [Setting::Server(sandbox.url())]);
    assert!(examination.is_usable());
}

#[tokio::test]
async fn a_wrong_path_leads_to_the_right_one() {
    let sandbox = Sandbox::start().await.unwrap();

    let examination = Doctor::default().server(format!("http://{}/airbyte", sandbox.address())).examine().await;

    assert_eq!(
        lines(&examination)[2],
        "api FAILED: 404 and nothing that Airbyte's Config API would say"
    );
    assert_eq!(settings(&examination), [Setting::Server(sandbox.url())]);
    assert!(examination.is_usable());
}

#[tokio::test]
async fn a_web_page_is_not_taken_for_the_api() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|_, then| {
            then.status(200).header("content-type", "text/html; charset=utf-8").body("<!doctype html><title>Airbyte</title>");
        })
        .await;

    let examination = Doctor::default().server(server.base_url()).examine().await;

    check_nothing_usable(
        &examination,
        &[
            format!("address ok: means {}/api/v1", server.base_url()),
            "connection ok: answers over plain HTTP".to_owned(),
            "api FAILED: 200 with a web page: not the API, or not its path".to_owned(),
            "connection ok: something listens there".to_owned(),
            "tls FAILED: it listens, but does not speak HTTPS: use `http://`".to_owned(),
        ],
    );
}

#[tokio::test]
async fn a_redirect_is_shown_without_its_query_and_not_followed() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.path("/api/v1/health");
            then.status(302).header("location", "/login?state=one-time-value");
        })
        .await;
    let login = server
        .mock_async(|when, then| {
            when.path("/login");
            then.status(200);
        })
        .await;

    let examination = Doctor::default().server(server.base_url()).examine().await;

    assert_eq!(lines(&examination)[2], "api FAILED: 302 to `/login`: a login page or another address");
    assert_eq!(login.calls_async().await, 0);
    assert!(!examination.is_usable());
}

#[tokio::test]
async fn the_public_api_alone_is_told_apart() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.method(GET).path("/api/public/v1/health");
            then.status(200).header("content-type", "text/plain").body("fine");
        })
        .await;

    let examination = Doctor::default().server(server.base_url()).examine().await;

    assert_eq!(
        lines(&examination)[2],
        "api FAILED: only the public API answers here (`/api/public/v1`), which is not spoken here"
    );
    assert!(!examination.is_usable());
}

#[tokio::test]
async fn a_closed_port_is_said_to_be_closed() {
    let address = format!("127.0.0.1:{}", closed_port());

    let examination = Doctor::default().server(&address).examine().await;

    check_nothing_usable(
        &examination,
        &[
            format!("address ok: means http://{address}/api/v1"),
            "connection FAILED: nothing listens there".to_owned(),
            "connection FAILED: nothing listens there".to_owned(),
        ],
    );
}

#[tokio::test]
async fn a_port_that_says_nothing_does_not_hold_up_for_longer_than_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();

    let doctor = Doctor::default().server(address.to_string()).timeout(Duration::from_millis(50));
    let examination = doctor.examine().await;

    check_nothing_usable(
        &examination,
        &[
            format!("address ok: means http://{address}/api/v1"),
            "connection FAILED: no answer in time: a firewall, or nothing behind the address".to_owned(),
            "connection FAILED: no answer in time: a firewall, or nothing behind the address".to_owned(),
        ],
    );
}

#[tokio::test]
async fn a_port_of_something_else_is_not_http() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // Both are whatever the other side makes of it.
            let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n");
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        }
    });

    let doctor = Doctor::default().server(address.to_string()).timeout(Duration::from_secs(2));
    let examination = doctor.examine().await;

    assert_eq!(
        lines(&examination)[1],
        "connection FAILED: it listens, but what it answers is not HTTP: it may speak HTTPS"
    );
    assert!(!examination.is_usable());
}

#[tokio::test]
async fn a_text_that_is_no_address_is_refused_without_its_password() {
    let examination = Doctor::default().server("http://me:secret@local host").examine().await;

    check_nothing_usable(
        &examination,
        &["address FAILED: `http://…@local host` is not a server address: invalid international domain name".to_owned()],
    );
}

/// A server with tokens; `workspace` is the status of reading the workspace.
async fn guarded(token: u16, workspaces: u16, workspace: u16) -> MockServer {
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
            json!({ "workspaces": [{ "workspaceId": "7d0e", "name": "Sales", "slug": "sales" }], "message": "echo of hunter2" }),
        ),
        (POST, "workspaces/get", workspace, json!({ "workspaceId": "7d0e", "name": "Sales" })),
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
        with_token(&guarded(401, 200, 200).await).await,
        [
            "credentials ok: accepted",
            token,
            "workspaces ok: 1 is visible: `Sales`",
            "permission ok: it may be read; whether it may be changed shows only when that is tried",
            "usable: true",
        ]
    );
    assert_eq!(
        with_token(&guarded(401, 200, 403).await).await,
        [
            "credentials ok: accepted",
            token,
            "workspaces ok: 1 is visible: `Sales`",
            "permission FAILED: 403: these credentials lack a role for it",
            "usable: false",
        ]
    );
    assert_eq!(
        with_token(&guarded(401, 403, 200).await).await,
        [
            "credentials ok: accepted",
            token,
            "workspaces FAILED: 403: these credentials lack a role for it",
            "permission skipped: no workspace is known",
            "usable: false",
        ]
    );
}

#[tokio::test]
async fn a_token_that_has_run_out_is_refused_and_so_is_a_server_without_tokens() {
    let server = guarded(404, 401, 200).await;
    assert_eq!(
        with_token(&server).await,
        [
            "credentials FAILED: refused: they are wrong, or have run out",
            "token endpoint FAILED: 404: this server gives no tokens, so one of another kind is needed",
            "workspaces skipped: 401: it wants to know who is there",
            "permission skipped: no workspace is known",
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
    let sandbox = Sandbox::start().await.unwrap();
    let airbyte = Airbyte::builder().server(sandbox.url()).build().unwrap();
    let organization = "00000000-0000-0000-0000-000000000000";
    airbyte
        .call_raw("workspaces/create", &json!({ "name": "Sales", "organizationId": organization }))
        .await
        .unwrap();
    let server = Setting::Server(sandbox.url());
    let doctor = || Doctor::default().server(sandbox.url());
    let both = "2 are visible: `Default Workspace`, `Sales`";

    let examination = doctor().examine().await;
    assert_eq!(
        line_of(&lines(&examination), "workspaces"),
        format!("workspaces ok: {both}; scripts must say which")
    );
    assert_eq!(settings(&examination), [server.clone(), Setting::Workspace("Default Workspace".to_owned())]);
    assert!(examination.is_usable());

    let examination = doctor().workspace("Sales").examine().await;
    assert_eq!(line_of(&lines(&examination), "workspaces"), format!("workspaces ok: {both}"));
    assert_eq!(settings(&examination), [server.clone()]);
    assert!(examination.is_usable());

    let examination = doctor().workspace("Slaes").examine().await;
    assert_eq!(line_of(&lines(&examination), "workspaces"), format!("workspaces FAILED: it is not there; {both}"));
    assert_eq!(settings(&examination), [server, Setting::Workspace("Sales".to_owned())]);
    assert!(!examination.is_usable());
}

#[tokio::test]
async fn nothing_is_changed_on_the_server() {
    let sandbox = Sandbox::start().await.unwrap();

    Doctor::default().server(sandbox.url()).examine().await;

    let mut paths: Vec<String> = sandbox.requests().into_iter().map(|request| request.path).collect();
    paths.sort();
    assert_eq!(
        paths,
        [
            "/api/v1/health",
            "/api/v1/instance_configuration",
            "/api/v1/workspaces/get",
            "/api/v1/workspaces/list_by_organization_id",
        ]
    );
}

/// A port that nobody listens on: it was just given back.
fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
