//! The socket: what a client on the network sees.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use airway_sandbox::Sandbox;

/// Sends raw bytes and returns everything that comes back.
fn exchange(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn get(address: SocketAddr, path: &str) -> String {
    exchange(address, &format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_on_loopback_with_and_without_a_trailing_slash() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = sandbox.address();
    assert!(address.ip().is_loopback());
    assert_eq!(sandbox.url(), format!("http://{address}/api/v1"));
    for path in ["/api/v1/health", "/api/v1/health/"] {
        let answer = blocking(move || get(address, path)).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.ends_with("{\"available\":true}"), "{answer}");
    }
    assert_eq!(sandbox.requests().len(), 2);
    sandbox.shutdown().await;
    assert!(TcpStream::connect(address).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_that_listens_everywhere_is_told_by_its_loopback_address() {
    let sandbox = Sandbox::builder().host([0, 0, 0, 0].into()).start().await.unwrap();
    assert_eq!(sandbox.url(), format!("http://127.0.0.1:{}/api/v1", sandbox.address().port()));
    let address = SocketAddr::from(([127, 0, 0, 1], sandbox.address().port()));
    assert!(blocking(move || get(address, "/api/v1/health")).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_instance_names_the_address_it_is_reached_at() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = sandbox.address();
    let answer = blocking(move || get(address, "/api/v1/instance_configuration")).await;
    assert!(answer.contains(&format!("\"airbyteUrl\":\"http://{address}\"")), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_an_error_and_leaves_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("airway.db");
    let first = Sandbox::start().await.unwrap();
    let second = Sandbox::builder().port(first.address().port()).database(&path).start().await;
    let error = second.unwrap_err();
    assert_eq!(error.to_string(), format!("sandbox cannot listen on `{}`", first.address()));
    assert!(!path.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_beyond_ten_megabytes_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = sandbox.address();
    let answer = blocking(move || {
        let body = "x".repeat(10 * 1024 * 1024 + 1);
        let mut stream = TcpStream::connect(address).unwrap();
        let head = format!(
            "POST /api/v1/sources/list HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        // The server may hang up before it has read everything.
        let _ = stream.write_all(body.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap().to_ascii_lowercase()
    })
    .await;
    assert!(answer.starts_with("http/1.1 413") && answer.contains("content-type: application/json\r\n"), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["_embedded"]["errors"][0]["message"], "the request is too large");
}
