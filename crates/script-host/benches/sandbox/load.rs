//! Load on a server: `wrk` where it is installed, else a loop that keeps as many connections busy.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 64;
const SECONDS: u64 = 4;

/// One request that is sent over and over.
pub(crate) struct Shot {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) body: String,
}

impl Shot {
    pub(crate) fn get(name: &'static str, path: &str) -> Self {
        Self { name, method: "GET", path: path.to_owned(), body: String::new() }
    }

    pub(crate) fn post(name: &'static str, path: &str, body: &serde_json::Value) -> Self {
        Self { name, method: "POST", path: path.to_owned(), body: body.to_string() }
    }
}

/// Answers everything with the same bytes, without looking at it, and returns its address.
pub(crate) fn serve_stub(body: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let mut answer =
        format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len())
            .into_bytes();
    answer.extend(body);
    let answer = Arc::new(answer);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    std::thread::spawn(move || {
        runtime.block_on(async move {
            listener.set_nonblocking(true).unwrap();
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            while let Ok((mut stream, _)) = listener.accept().await {
                let answer = Arc::clone(&answer);
                tokio::spawn(async move {
                    use tokio::io::{AsyncReadExt, AsyncWriteExt};
                    let _ = stream.set_nodelay(true);
                    let mut buffer = [0; 16 * 1024];
                    // The load sends one small request at a time, which comes in one piece.
                    while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                        if stream.write_all(&answer).await.is_err() {
                            break;
                        }
                    }
                });
            }
        });
    });
    address
}

/// Returns how many answers a second the server gives.
pub(crate) fn per_second(address: &str, shot: &Shot) -> f64 {
    with_wrk(address, shot).unwrap_or_else(|| with_threads(address, shot))
}

fn with_wrk(address: &str, shot: &Shot) -> Option<f64> {
    let folder = tempfile::tempdir().ok()?;
    let script = folder.path().join("request.lua");
    let body = shot.body.replace('\\', "\\\\").replace('\'', "\\'");
    let lines = format!(
        "wrk.method = '{}'\nwrk.body = '{body}'\nwrk.headers['content-type'] = 'application/json'\n",
        shot.method
    );
    std::fs::write(&script, lines).ok()?;
    let connections = CONNECTIONS.to_string();
    let output = Command::new("wrk")
        .args(["-t", "2", "-c", &connections, "-d", &format!("{SECONDS}s"), "-s"])
        .arg(&script)
        .arg(format!("http://{address}{}", shot.path))
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!said.contains("Non-2xx"), "{}: {said}", shot.name);
    said.lines().find_map(|line| line.strip_prefix("Requests/sec:"))?.trim().parse().ok()
}

fn with_threads(address: &str, shot: &Shot) -> f64 {
    let (answers, start) = (AtomicU64::new(0), Instant::now());
    let request = format!(
        "{} {} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{}",
        shot.method,
        shot.path,
        shot.body.len(),
        shot.body
    );
    std::thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                let mut stream = TcpStream::connect(address).unwrap();
                let _ = stream.set_nodelay(true);
                while start.elapsed() < Duration::from_secs(SECONDS) {
                    stream.write_all(request.as_bytes()).unwrap();
                    read_answer(&mut stream);
                    answers.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    #[expect(clippy::cast_precision_loss, reason = "a count")]
    let answers = answers.into_inner() as f64;
    answers / start.elapsed().as_secs_f64()
}

/// Reads one answer with a `content-length`.
fn read_answer(stream: &mut TcpStream) {
    let (mut answer, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
    loop {
        let read = stream.read(&mut buffer).unwrap();
        assert!(read > 0, "the server hung up");
        answer.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&answer);
        let Some((head, _)) = text.split_once("\r\n\r\n") else { continue };
        let size =
            head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned));
        let size: usize = size.unwrap_or_default().trim().parse().unwrap_or(0);
        if answer.len() >= head.len() + 4 + size {
            return;
        }
    }
}
