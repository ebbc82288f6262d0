//! The border to the generated bindings: their errors end here.

use std::error::Error as StdError;

use airway_api_gen::{self as api, Failure, ResponseValue};
use airway_spec::{Effect, mistyped};
use futures::future::BoxFuture;
use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Airbyte;
use super::retry_after::retry_after;
use super::server::INSTANCE_CONFIGURATION;
use crate::auth::NoToken;
use crate::error::{Error, ErrorKind, Refusal, Result};

/// What a generated call gives back.
pub(crate) type Answer<T> = Result<ResponseValue<T>, api::Error<()>>;

// Enough to recognise a login page by.
const EXCERPT: usize = 200;

impl Airbyte {
    /// Makes a request that changes nothing, again where that is promising, and returns the body of a good answer.
    pub(crate) fn call<'a, T: DeserializeOwned + Send + 'a, F: Future<Output = Answer<T>> + Send + 'a>(
        &'a self,
        operation: &'static str,
        request: impl Fn() -> F + Send + Sync + 'a,
    ) -> BoxFuture<'a, Result<T>> {
        let effect = api::operations().get(operation).map(|operation| operation.effect);
        debug_assert!(effect == Some(Effect::Read), "`{operation}` has to pass the gate");
        self.send(operation, request)
    }

    /// Makes a request, again where that is safe, and returns the body of a good answer.
    ///
    /// Boxed: generated futures are large, and finding out why a call failed can take another call.
    pub(super) fn send<'a, T: DeserializeOwned + Send + 'a, F: Future<Output = Answer<T>> + Send + 'a>(
        &'a self,
        operation: &'static str,
        request: impl Fn() -> F + Send + Sync + 'a,
    ) -> BoxFuture<'a, Result<T>> {
        Box::pin(async move { self.repeating(operation, self.attempting(operation, request), None).await })
    }

    /// The request, with what can be said of its failure.
    pub(super) fn attempting<'a, T: Send + 'a, F: Future<Output = Answer<T>> + Send + 'a>(
        &'a self,
        operation: &'static str,
        request: impl Fn() -> F + Send + Sync + 'a,
    ) -> impl Fn() -> BoxFuture<'a, Result<T>> + Send + Sync + 'a {
        move || {
            let answer = request();
            Box::pin(async move {
                match answer.await {
                    Ok(answer) => Ok(answer.into_inner()),
                    Err(error) => Err(self.failed(operation, error.into()).await),
                }
            })
        }
    }

    /// Says why a call has no result.
    pub(super) async fn failed(&self, operation: &'static str, failure: Failure) -> Error {
        let mut kind = self.explain(operation, failure).await;
        if let ErrorKind::Refused(refusal) = &kind
            && refusal.is_unknown_route()
            && operation != INSTANCE_CONFIGURATION
        {
            kind = self.lacking(operation).await;
        }
        Error::during(kind, operation)
    }

    /// A route that the server does not have: with what is known of the versions that do.
    async fn lacking(&self, operation: &'static str) -> ErrorKind {
        let version = self.server().await.ok().and_then(|server| server.version.clone());
        let known = api::operations().get(operation);
        ErrorKind::Unsupported {
            what: operation.to_owned(),
            since: known.and_then(|known| known.since.clone()),
            absent: known.and_then(|known| known.absent.clone()),
            until: known.and_then(|known| known.until.clone()),
            version,
        }
    }

    async fn explain(&self, operation: &str, failure: Failure) -> ErrorKind {
        match failure {
            Failure::Refused(refusal) => {
                if let Some(NoToken { giver, cause }) = refusal.cause().and_then(|cause| cause.downcast_ref()) {
                    return ErrorKind::NoToken { giver, cause: cause.clone() };
                }
                let reason = refusal.cause().map_or_else(|| refusal.to_string(), |cause| format!("{refusal}: {cause}"));
                ErrorKind::Unsendable { reason }
            }
            Failure::Transport(error) => self.lost(error),
            Failure::Payload { body, .. } => unreadable(operation, self.redacted(&body).as_bytes()),
            Failure::Status(response) => {
                let status = response.status().as_u16();
                let content_type = content_type(response.headers());
                let retry_after = retry_after(response.headers(), Timestamp::now());
                if let Some(location) = response.headers().get(LOCATION).filter(|_| response.status().is_redirection())
                {
                    return ErrorKind::Redirected { location: self.redacted(location.as_bytes()) };
                }
                match response.bytes().await.map(|body| self.redacted(&body)) {
                    Ok(body) if status < 400 => unintelligible(status, content_type, body.as_bytes(), None),
                    Ok(body) => ErrorKind::Refused(Refusal::read(status, body.as_bytes()).asking_for(retry_after)),
                    Err(error) => self.lost(error),
                }
            }
            failure => ErrorKind::Unsendable { reason: failure.to_string() },
        }
    }

    /// What a server said, without the secrets that it echoes.
    fn redacted(&self, body: &[u8]) -> String {
        self.vault().redact(&String::from_utf8_lossy(body)).into_owned()
    }

    fn lost(&self, error: reqwest::Error) -> ErrorKind {
        if error.is_timeout() {
            return ErrorKind::Timeout;
        }
        ErrorKind::Unreachable { server: self.address().to_string(), cause: innermost(error) }
    }
}

/// Makes an object of the API of the members given, which are its required ones at least; all others are absent.
pub(crate) fn partial<T: DeserializeOwned>(members: Value) -> T {
    serde_json::from_value(members).expect("the members are the object's own, and complete")
}

pub(super) fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_owned()
}

/// An answer that came as a success and is not the operation's: JSON of another shape, or no JSON at all.
///
/// The place is found with the API's description and not by reading once more, which would be code for every type there is.
fn unreadable(operation: &str, body: &[u8]) -> ErrorKind {
    if body.trim_ascii_start().starts_with(b"<") {
        return unintelligible(200, "text/html".to_owned(), body, None);
    }
    let answer = api::operations().get(operation).and_then(|operation| operation.response.as_ref());
    let path = answer.zip(serde_json::from_slice(body).ok()).and_then(|(answer, value)| place(&answer.schema, &value));
    unintelligible(200, "text".to_owned(), body, path)
}

/// Where a value is not of its schema's type, such as `jobs[0].job.id`.
pub(super) fn place(schema: &Value, value: &Value) -> Option<String> {
    let pointer = mistyped(api::operations(), schema, value)?;
    let steps = pointer.split('/').skip(1).map(|step| match step.parse::<usize>() {
        Ok(index) => format!("[{index}]"),
        Err(_) => format!(".{}", step.replace("~1", "/").replace("~0", "~")),
    });
    let path: String = steps.collect();
    Some(match path.trim_start_matches('.') {
        "" => ".".to_owned(),
        path => path.to_owned(),
    })
}

/// Makes an object of the API of a part of an answer; `schema` is the name of its type.
pub(crate) fn parsed<T: DeserializeOwned>(operation: &'static str, schema: &str, value: &Value) -> Result<T> {
    // Read from what stays, which is needed to say where it cannot be read.
    T::deserialize(value).map_err(|error| {
        let found = api::operations().schema(schema).and_then(|schema| place(schema, value));
        Error::incomplete(operation, &found.unwrap_or_else(|| error.to_string()))
    })
}

fn unintelligible(status: u16, content_type: String, body: &[u8], path: Option<String>) -> ErrorKind {
    let excerpt = String::from_utf8_lossy(body).chars().take(EXCERPT).collect();
    ErrorKind::Unintelligible { status, content_type, excerpt, path }
}

/// The cause that says what happened, such as "connection refused"; those around it repeat the address.
fn innermost(error: reqwest::Error) -> Box<dyn StdError + Send + Sync> {
    let mut deepest: Option<&dyn StdError> = None;
    while let Some(source) = deepest.map_or_else(|| error.source(), StdError::source) {
        deepest = Some(source);
    }
    match deepest.map(ToString::to_string) {
        Some(text) => text.into(),
        None => Box::new(error),
    }
}
