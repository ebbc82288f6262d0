//! An error status of the server, with what its body says.
//!
//! Bodies differ by server version and by what failed: `{message, exceptionClassName, …}` up to 1.8, `{message, errorId}`
//! or a bare `{errorId}` from 2.0, problem documents (`{status, type, title, detail, data}`) since 1.0, plain text for an
//! unknown route, HTML from proxies.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

// Long enough for every message a person reads; a 422 of old servers carries the connector's whole schema behind it.
const LONGEST_MESSAGE: usize = 600;

/// A refusal: status and what the server said.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    status: u16,
    message: Option<String>,
    error_id: Option<String>,
    problem: Option<String>,
    retry_after: Option<Duration>,
}

impl Refusal {
    /// Reads the body of an error answer of any server generation.
    pub(crate) fn read(status: u16, body: &[u8]) -> Self {
        let mut refusal = Self { status, message: None, error_id: None, problem: None, retry_after: None };
        match serde_json::from_slice::<Value>(body) {
            Ok(Value::Object(members)) => {
                let text =
                    |name: &str| members.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
                let validation = members.get("validationErrors").and_then(Value::as_array).and_then(|errors| {
                    let parts: Vec<String> = errors.iter().filter_map(validation_error).collect();
                    (!parts.is_empty()).then(|| parts.join("; "))
                });
                let framework = members
                    .get("_embedded")
                    .and_then(|embedded| embedded.pointer("/errors/0/message").and_then(Value::as_str));
                let data = members.get("data").and_then(|data| data.get("message")).and_then(Value::as_str);
                refusal.message = framework
                    .or_else(|| text("message"))
                    .or(data)
                    .or_else(|| text("detail"))
                    .or_else(|| text("title"))
                    .map(shorten);
                if let Some(validation) = validation {
                    refusal.message = Some(match refusal.message {
                        Some(message) => format!("{message}: {validation}"),
                        None => validation,
                    });
                }
                refusal.error_id = text("errorId").map(str::to_owned);
                refusal.problem = text("type").map(str::to_owned);
            }
            Ok(Value::String(text)) => refusal.message = Some(shorten(&text)),
            _ => refusal.message = plain_text(body),
        }
        refusal
    }

    pub(crate) fn asking_for(mut self, pause: Option<Duration>) -> Self {
        self.retry_after = pause;
        self
    }

    /// Returns how long the server asks to be left alone.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Returns the HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the server's message, if it sent one.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Returns the id under which the server logged the error (2.0 and later).
    #[must_use]
    pub fn error_id(&self) -> Option<&str> {
        self.error_id.as_deref()
    }

    /// Returns the problem type, such as `error:connection/locked` (1.0 and later).
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// Whether the server has no such operation. A missing resource is answered with JSON, a missing route with a bare text,
    /// or by a proxy with a page.
    pub(crate) fn is_unknown_route(&self) -> bool {
        let says_nothing = self.message.as_deref().is_none_or(|message| message == "Object not found.");
        self.status == 404 && self.error_id.is_none() && says_nothing
    }

    pub(super) fn hint(&self) -> Option<String> {
        match self.status {
            401 => Some("the server wants credentials, or other ones".into()),
            403 => Some("these credentials lack a role for it".into()),
            408 | 429 | 502..=504 => Some(match self.retry_after.map(|pause| pause.as_secs()) {
                Some(seconds) if seconds > 0 => {
                    format!("the server or a proxy is overloaded; it asks to be left alone for {seconds} s")
                }
                _ => "the server or a proxy is overloaded; try again later".to_owned(),
            }),
            // Without a message the id is all there is: it leads to the reason in the server's log.
            _ if self.message.is_none() => {
                self.error_id.as_ref().map(|id| format!("the server's log tells more: search it for {id}"))
            }
            _ => None,
        }
    }
}

fn validation_error(error: &Value) -> Option<String> {
    let message = error.get("message")?.as_str()?;
    Some(match error.get("propertyPath").and_then(Value::as_str) {
        Some(path) => format!("`{path}` {message}"),
        None => message.to_owned(),
    })
}

/// Pages of proxies say less than their status; only short plain text is worth showing.
fn plain_text(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?.trim();
    (!text.is_empty() && text.len() <= 200 && !text.starts_with('<')).then(|| text.to_owned())
}

fn shorten(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(LONGEST_MESSAGE) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status;
        match (&self.message, &self.error_id) {
            (Some(message), _) => write!(f, "the server answered {status}: {message}"),
            (None, Some(id)) => write!(f, "the server answered {status} without a message (error id {id})"),
            (None, None) => write!(f, "the server answered {status} without a message"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, body: &str, text: &str, hint: Option<&str>) {
        let refusal = Refusal::read(status, body.as_bytes());
        assert_eq!((refusal.to_string().as_str(), refusal.hint().as_deref()), (text, hint));
    }

    #[test]
    fn a_bare_error_id_is_shown_and_explained() {
        check(
            404,
            r#"{"errorId":"3f1c"}"#,
            "the server answered 404 without a message (error id 3f1c)",
            Some("the server's log tells more: search it for 3f1c"),
        );
    }

    #[test]
    fn messages_of_every_generation_are_found() {
        check(409, r#"{"message":"a sync runs","errorId":"1"}"#, "the server answered 409: a sync runs", None);
        check(
            400,
            r#"{"message":"Bad Request","_embedded":{"errors":[{"message":"cannot read `id`"}]}}"#,
            "the server answered 400: cannot read `id`",
            None,
        );
        check(
            409,
            r#"{"status":409,"type":"error:connection/locked","title":"locked","detail":"","data":{"message":"it is locked"}}"#,
            "the server answered 409: it is locked",
            None,
        );
        check(
            400,
            r#"{"message":"invalid","validationErrors":[{"propertyPath":"name","message":"is missing"}]}"#,
            "the server answered 400: invalid: `name` is missing",
            None,
        );
        check(404, "Object not found.", "the server answered 404: Object not found.", None);
    }

    #[test]
    fn pages_and_empty_bodies_are_not_shown() {
        check(500, "<html><body>no</body></html>", "the server answered 500 without a message", None);
        check(
            503,
            "",
            "the server answered 503 without a message",
            Some("the server or a proxy is overloaded; try again later"),
        );
    }

    #[test]
    fn a_message_with_a_whole_schema_behind_it_is_cut() {
        let refusal = Refusal::read(422, format!(r#"{{"message":"{}"}}"#, "x".repeat(5000)).as_bytes());
        assert_eq!(refusal.message().unwrap().chars().count(), LONGEST_MESSAGE + 1);
    }
}
