//! What was asked and answered, for tests and for the curious. Secrets are masked before anything is kept.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Mutex;

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

/// The last requests.
#[derive(Debug)]
pub(crate) struct Recorder {
    limit: usize,
    secret_names: BTreeSet<String>,
    journal: Option<Journal>,
    kept: Mutex<VecDeque<Recorded>>,
}

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

    pub(crate) fn keep(&self, mut request: Recorded, answer: &Response<Vec<u8>>) {
        self.mask(&mut request.body);
        if let Some(journal) = &self.journal {
            let mut answer = journal::body(answer);
            self.mask(&mut answer);
            journal.write(&request, &answer);
        }
        let mut kept = self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        while kept.len() >= self.limit.max(1) {
            kept.pop_front();
        }
        kept.push_back(request);
    }

    pub(crate) fn all(&self) -> Vec<Recorded> {
        self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner).iter().cloned().collect()
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

    fn request(path: &str, body: Value) -> Recorded {
        Recorded {
            method: "POST".to_owned(),
            path: path.to_owned(),
            operation: None,
            status: 200,
            faults: 0,
            body,
            at_ms: 0,
            micros: 0,
        }
    }

    #[test]
    fn secrets_are_masked_and_the_oldest_requests_are_forgotten() {
        let recorder = Recorder::new(2, BTreeSet::from(["secret_access_key".to_owned()]), None);
        for at in 0..3 {
            let body = json!({"connectionConfiguration": {"secret_access_key": "k", "at": at}, "myApiKey": "p"});
            recorder.keep(request(&format!("/{at}"), body), &Response::new(Vec::new()));
        }
        let kept = recorder.all();
        assert_eq!(kept.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["/1", "/2"]);
        assert_eq!(
            kept[1].body,
            json!({"connectionConfiguration": {"secret_access_key": MASK, "at": 2}, "myApiKey": MASK})
        );
    }
}
