//! Addresses, ports, schemes and paths.

use std::io::Write;
use std::net::TcpListener;
use std::time::Duration;

use airway_client::{Doctor, Setting, Verdict};
use airway_sandbox::Sandbox;
use httpmock::Method::GET;
use httpmock::MockServer;

use super::{check_nothing_usable, closed_port, line_of, lines, settings};
use crate::support::start;

#[tokio::test]
async fn an_open_server_passes_every_probe() {
    let sandbox = start(Sandbox::builder()).await;

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
            "permission ok: it may be read".to_owned(),
            "changes ok: everything may be changed".to_owned(),
        ]
    );
    assert_eq!(settings(&examination), [Setting::Server(sandbox.url())]);
    assert!(examination.is_usable());
}

#[tokio::test]
async fn every_form_of_an_address_leads_to_the_same_setting() {
    let sandbox = start(Sandbox::builder()).await;
    for path in ["", "/", "/api", "/api/v1/", "/api/public/v1", "/workspaces/7d0e/connections"] {
        let examination = Doctor::default().server(format!("{}{path}", sandbox.address())).examine().await;
        assert_eq!(settings(&examination), [Setting::Server(sandbox.url())], "{path}");
        let says_so = lines(&examination)[0].ends_with("; the public API beside it is not spoken here");
        assert_eq!(says_so, path == "/api/public/v1", "{path}");
    }
}

#[tokio::test]
async fn a_bare_host_is_found_on_one_of_the_usual_ports() {
    let sandbox = start(Sandbox::builder()).await;
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
async fn https_to_a_plain_port_leads_to_the_plain_address() {
    let sandbox = start(Sandbox::builder()).await;

    let examination = Doctor::default().server(format!("https://{}/api/v1", sandbox.address())).examine().await;

    assert_eq!(line_of(&lines(&examination), "tls"), "tls FAILED: it listens, but does not speak HTTPS: use `http://`");
    assert_eq!(settings(&examination), [Setting::Server(sandbox.url())]);
    assert!(examination.is_usable());
}

#[tokio::test]
async fn a_wrong_path_leads_to_the_right_one() {
    let sandbox = start(Sandbox::builder()).await;

    let examination = Doctor::default().server(format!("http://{}/airbyte", sandbox.address())).examine().await;

    assert_eq!(lines(&examination)[2], "api FAILED: 404 and nothing that Airbyte's Config API would say");
    assert_eq!(settings(&examination), [Setting::Server(sandbox.url())]);
    assert!(examination.is_usable());
}

#[tokio::test]
async fn a_web_page_is_not_taken_for_the_api() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|_, then| {
            then.status(200)
                .header("content-type", "text/html; charset=utf-8")
                .body("<!doctype html><title>Airbyte</title>");
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
        &["address FAILED: `http://…@local host` is not a server address: invalid international domain name"
            .to_owned()],
    );
}

#[tokio::test]
async fn nothing_is_changed_on_the_server() {
    let sandbox = start(Sandbox::builder()).await;

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
