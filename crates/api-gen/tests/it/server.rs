//! A server that answers what it is told to and keeps what it was asked.

use std::sync::{Arc, Mutex};

use airway_api_gen::{Client, Session};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A server on a free port of this machine.
pub(crate) struct Server {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts it; each request gets the next of `answers`, the last one for ever.
    /// An answer is `never`, or a status line without the version, a blank line, and a body.
    pub(crate) async fn answering(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/api", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let mut answers: Vec<String> = answers.iter().map(|&answer| answer.to_owned()).collect();
        let mut unanswered = Vec::new();
        let kept = Arc::clone(&requests);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read(&mut stream).await;
                kept.lock().unwrap().push(request);
                let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
                if answer == "never" {
                    unanswered.push(stream);
                    continue;
                }
                let (head, body) = answer.split_once("\n\n").unwrap_or((&answer, ""));
                let length = body.len();
                let text = format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
                // Whoever asked may be gone.
                let _ = stream.write_all(text.as_bytes()).await;
            }
        });
        Self { address, requests }
    }

    /// Returns a client of this server.
    pub(crate) fn client(&self, session: Session) -> Client {
        Client::new_with_client(&self.address, reqwest::Client::new(), session)
    }

    /// Returns what it was asked, heads in lower case.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn read(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let read = stream.read(&mut chunk).await.unwrap();
        if read == 0 {
            return String::new();
        }
        bytes.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return format!("{head}\n\n{body}");
            }
        }
    }
}
