//! Single requests without a login, and as much of their answers as is worth reading.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, LOCATION, WWW_AUTHENTICATE};
use reqwest::{Client, Response};
use serde_json::Value;

use super::lost::Lost;
use crate::error::SettingsError;
use crate::transport::{Route, Transport};

/// No answer that is looked for is longer; what stands in its place may be endless.
const LONGEST_BODY: usize = 64 * 1024;

/// An HTTP client that follows nothing and waits for little.
pub(super) struct Probing {
    http: Client,
    pub(super) timeout: Duration,
}

/// An answer over HTTP, whoever gave it.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) status: u16,
    /// A page for people.
    pub(super) is_page: bool,
    pub(super) json: Option<Value>,
    /// The scheme that `WWW-Authenticate` names, in lower case.
    pub(super) challenge: Option<String>,
    /// Where a redirect leads, without its query.
    pub(super) location: Option<String>,
}

impl Probing {
    pub(super) fn new(timeout: Duration, transport: &Transport, route: Route) -> Result<Self, SettingsError> {
        Ok(Self { http: transport.client(timeout, route)?, timeout })
    }

    pub(super) async fn get(&self, url: String) -> Result<Seen, Lost> {
        Seen::read(self.http.get(url).timeout(self.timeout).send().await?).await
    }

    pub(super) async fn post(&self, url: String, body: &Value) -> Result<Seen, Lost> {
        Seen::read(self.http.post(url).timeout(self.timeout).json(body).send().await?).await
    }
}

impl Seen {
    async fn read(mut response: Response) -> Result<Self, Lost> {
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let challenge = header(WWW_AUTHENTICATE).and_then(|value| value.split_whitespace().next());
        let mut seen = Self {
            status: response.status().as_u16(),
            is_page: header(CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html")),
            challenge: challenge.map(str::to_lowercase),
            // Queries of login pages hold one-time values.
            location: header(LOCATION).map(|to| to.split(['?', '#']).next().unwrap_or_default().to_owned()),
            json: None,
        };
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST_BODY {
                return Ok(seen);
            }
        }
        seen.is_page |= body.trim_ascii_start().starts_with(b"<");
        seen.json = serde_json::from_slice(&body).ok();
        Ok(seen)
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Says whether it is JSON that has any of these members.
    pub(super) fn has_any(&self, members: &[&str]) -> bool {
        self.is_success()
            && members.iter().any(|member| self.json.as_ref().is_some_and(|json| json.get(member).is_some()))
    }
}
