//! Getting in: tokens, proxies, certificates, and how long all that may take.

mod certificates;
mod client_credentials;
mod commands;
mod deadline;
mod proxies;
mod redirects;
mod spans;
mod threads;

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

/// Listens on a free port, answers every request with this JSON, and keeps what it was asked.
async fn answering(json: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let request = answer(stream, json).await;
            kept.lock().unwrap().push(request);
        }
    });
    (address, asked)
}

/// Reads the head of one request, with a body that comes along, and answers it.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, json: &str) -> String {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    while !request.windows(4).any(|four| four == b"\r\n\r\n") {
        let read = stream.read(&mut chunk).await.unwrap_or_default();
        if read == 0 {
            break;
        }
        request.extend_from_slice(&chunk[..read]);
    }
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ";
    let _ = stream.write_all(format!("{head}{}\r\n\r\n{json}", json.len()).as_bytes()).await;
    let _ = stream.shutdown().await;
    String::from_utf8_lossy(&request).into_owned()
}
