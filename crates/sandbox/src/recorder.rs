//! What was asked and answered, for tests and for the curious. Secrets are masked before anything is kept.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::Response;
use serde_json::Value;

use crate::connectors::MASK;
use crate::journal::{self, Journal};

/// One request that a sandbox answered.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Recorded {
    /// `GET` or `POST`.
    pub method: String,
    /// The path as it was sent, such as `/api/v1/sources/create`.
    pub path: String,
    /// The path below `/api/v1/` of the operation that answered, such as `sources/create`.
    pub operation: Option<String>,
    /// The status of the answer; 444 where a fault cut the connection.
    pub status: u16,
    /// How many planted faults the request met.
    pub faults: usize,
    /// The body that was sent, with secrets masked; null where it was empty or not JSON.
    pub body: Value,
    /// When it was answered, in sandbox time, milliseconds since 1970.
    pub at_ms: i64,
    /// How long it took, in microseconds of the machine.
    pub micros: u64,
}

/// The last requests. Bodies are kept as they were sent and read when somebody asks, which is seldom.
#[derive(Debug)]
pub(crate) struct Recorder {
    limit: usize,
    secret_names: BTreeSet<String>,
    journal: Option<Journal>,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    requests: VecDeque<(Recorded, Box<[u8]>)>,
    /// The size of all bodies.
    bytes: usize,
}

/// Bodies of catalogs are large; beyond so many bytes the oldest requests are forgotten too.
const LARGEST: usize = 16 * 1024 * 1024;

/// Names that are secret wherever they stand.
const ALWAYS_SECRET: [&str; 6] =
    ["client_secret", "clientSecret", "authToken", "access_token", "refresh_token", "password"];

/// What gives a secret of a connector away that came along later.
const TELLTALES: [&str; 7] = ["secret", "password", "token", "private_key", "api_key", "apikey", "credential"];

impl Recorder {
    /// Keeps the last `limit` requests; members with one of `secret_names` are masked.
    pub(crate) fn new(limit: usize, mut secret_names: BTreeSet<String>, journal: Option<Journal>) -> Self {
        secret_names.extend(ALWAYS_SECRET.map(str::to_owned));
        Self { limit, secret_names, journal, kept: Mutex::default() }
    }

    /// Remembers a request, whose `body` is filled in from what was sent.
    pub(crate) fn keep(&self, request: Recorded, sent: &[u8], answer: &Response<Vec<u8>>) {
        if let Some(journal) = &self.journal {
            let mut answer = journal::body(answer);
            self.mask(&mut answer);
            journal.write(&self.filled(&request, sent), &answer);
        }
        let mut kept = self.kept();
        while kept.requests.len() >= self.limit.max(1) || kept.bytes + sent.len() > LARGEST {
            let Some((_, forgotten)) = kept.requests.pop_front() else { break };
            kept.bytes -= forgotten.len();
        }
        kept.bytes += sent.len();
        kept.requests.push_back((request, sent.into()));
    }

    pub(crate) fn all(&self) -> Vec<Recorded> {
        self.kept().requests.iter().map(|(request, sent)| self.filled(request, sent)).collect()
    }

    /// The request with its body, secrets masked.
    fn filled(&self, request: &Recorded, sent: &[u8]) -> Recorded {
        let mut body = serde_json::from_slice(sent).unwrap_or_default();
        self.mask(&mut body);
        Recorded { body, ..request.clone() }
    }

    /// Returns the last requests, newest first, without their bodies, and how many are remembered.
    pub(crate) fn newest(&self, count: usize) -> (Vec<Recorded>, usize) {
        let kept = self.kept();
        (kept.requests.iter().rev().take(count).map(|(request, _)| request.clone()).collect(), kept.requests.len())
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_secret(&self, name: &str) -> bool {
        self.secret_names.contains(name) || {
            let lower = name.to_ascii_lowercase();
            TELLTALES.iter().any(|part| lower.contains(part))
        }
    }

    fn mask(&self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    if self.is_secret(name) && member.is_string() {
                        *member = Value::String(MASK.to_owned());
                    } else {
                        self.mask(member);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.mask(item)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(path: &str) -> Recorded {
        Recorded {
            method: "POST".to_owned(),
            path: path.to_owned(),
            operation: None,
            status: 200,
            faults: 0,
            body: Value::Null,
            at_ms: 0,
            micros: 0,
        }
    }

    #[test]
    fn secrets_are_masked_and_the_oldest_requests_are_forgotten() {
        let recorder = Recorder::new(2, BTreeSet::from(["secret_access_key".to_owned()]), None);
        for at in 0..3 {
            let body = json!({"connectionConfiguration": {"secret_access_key": "k", "at": at}, "myApiKey": "p"});
            recorder.keep(request(&format!("/{at}")), body.to_string().as_bytes(), &Response::new(Vec::new()));
        }
        let kept = recorder.all();
        assert_eq!(kept.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["/1", "/2"]);
        assert_eq!(
            kept[1].body,
            json!({"connectionConfiguration": {"secret_access_key": MASK, "at": 2}, "myApiKey": MASK})
        );
    }

    #[test]
    fn large_bodies_push_the_oldest_out() {
        let recorder = Recorder::new(1_000, BTreeSet::new(), None);
        let body = vec![b' '; LARGEST / 4];
        (0..6).for_each(|at| recorder.keep(request(&format!("/{at}")), &body, &Response::new(Vec::new())));
        let (newest, remembered) = recorder.newest(2);
        assert_eq!(remembered, 4);
        assert_eq!(newest.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["/5", "/4"]);
    }
}
