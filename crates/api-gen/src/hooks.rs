//! The one way out: every request, typed or raw, is completed and sent here.

use std::time::Instant;

use airway_spec::Operation;
use progenitor_client::{ClientHooks, OperationInfo, encode_path};
use reqwest::{
    Method, Request, Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, HeaderValue},
};
use serde_json::Value;
use tracing::{Instrument, Span, field::Empty};

use crate::{Client, Failure, Refusal, Session};

/// The generator adds it to each request; no server asks for it.
const API_VERSION: &str = "api-version";

impl ClientHooks<Session> for Client {
    async fn exec(&self, request: Request, _: &OperationInfo) -> reqwest::Result<Response> {
        let expects_json = request.headers().contains_key(ACCEPT);
        match self.send(request).await {
            Ok(response) if expects_json => Ok(with_a_body(response)),
            Ok(response) => Ok(response),
            Err(Failure::Refused(refusal)) => Ok(refusal.into_response()),
            Err(Failure::Transport(error)) => Err(error),
            Err(other) => Ok(Refusal::Malformed(other.to_string()).into_response()),
        }
    }
}

impl Client {
    /// Returns the address requests go to, without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.baseurl
    }

    /// Returns what all requests of this client carry.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.inner
    }

    /// Calls an operation by its description and returns the answer, whatever
    /// its status.
    ///
    /// # Errors
    ///
    /// Fails when the request was not sent, or when no answer came.
    pub async fn raw(
        &self,
        operation: &Operation,
        path_parameters: &[(&str, &str)],
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Response, Failure> {
        let refused = |refusal| Failure::Refused(refusal);
        let method = Method::from_bytes(operation.method.as_bytes())
            .map_err(|_| refused(Refusal::Method(operation.method.clone())))?;
        let path = filled_in(&operation.path, path_parameters).map_err(refused)?;
        let mut request =
            self.client.request(method, format!("{}{path}", self.baseurl)).header(ACCEPT, "application/json");
        if !query.is_empty() {
            request = request.query(query);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let request = request.build().map_err(|error| refused(Refusal::Malformed(error.to_string())))?;
        self.send(request).await
    }

    async fn send(&self, mut request: Request) -> Result<Response, Failure> {
        let operation = self.operation_of(&request);
        // Whoever calls may have a span around several attempts; the last status is its own.
        let caller = Span::current();
        let span = tracing::debug_span!(
            "request",
            operation,
            method = %request.method(),
            status = Empty,
            milliseconds = Empty,
        );
        request.headers_mut().remove(API_VERSION);
        for (name, value) in self.inner.headers() {
            request.headers_mut().insert(name, value.clone());
        }
        *request.timeout_mut() = self.inner.timeout(&operation);
        self.reveal(&mut request).map_err(Failure::Refused)?;
        let answer = self.authorized(request).instrument(span).await;
        if let Ok(response) = &answer {
            caller.record("status", response.status().as_u16());
        }
        answer
    }

    async fn authorized(&self, mut request: Request) -> Result<Response, Failure> {
        let Some(authorize) = self.inner.authorize() else {
            return self.execute(request).await;
        };
        let refused = |cause| Failure::Refused(Refusal::Authorization(cause));
        let Some(mut header) = authorize.header().await.map_err(refused)? else {
            return self.execute(request).await;
        };
        header.set_sensitive(true);
        let again = request.try_clone();
        put(&mut request, header.clone());
        let response = self.execute(request).await?;
        // A server that answers 401 has done nothing else.
        if response.status() == StatusCode::UNAUTHORIZED
            && let Some(mut again) = again
            && let Some(renewed) = authorize.renew(&header).await.map_err(refused)?
        {
            put(&mut again, renewed);
            return self.execute(again).await;
        }
        Ok(response)
    }

    async fn execute(&self, request: Request) -> Result<Response, Failure> {
        let start = Instant::now();
        let result = self.client.execute(request).await;
        let span = Span::current();
        span.record("milliseconds", start.elapsed().as_millis());
        match &result {
            Ok(response) => {
                span.record("status", response.status().as_u16());
                tracing::debug!("answered");
            }
            Err(error) => {
                let (is_timeout, is_connect) = (error.is_timeout(), error.is_connect());
                tracing::debug!(is_timeout, is_connect, "not answered");
            }
        }
        result.map_err(Failure::Transport)
    }

    /// Puts the secrets into the body, or refuses the request.
    fn reveal(&self, request: &mut Request) -> Result<(), Refusal> {
        let (Some(reveal), Some(body)) = (self.inner.reveal(), request.body()) else {
            return Ok(());
        };
        let bytes = body.as_bytes().ok_or(Refusal::Stream)?;
        if let Some(revealed) = reveal(bytes).map_err(Refusal::Reveal)? {
            *request.body_mut() = Some(revealed.into());
            // It would be the length of the body that was replaced.
            request.headers_mut().remove(CONTENT_LENGTH);
        }
        Ok(())
    }

    /// The path of a request below the base address, without the version.
    fn operation_of(&self, request: &Request) -> String {
        let base = self.baseurl.split_once("://").map_or("", |(_, rest)| rest);
        let base = base.find('/').map_or("", |slash| &base[slash..]);
        let path = request.url().path();
        let path = path.strip_prefix(base).unwrap_or(path);
        let path = path.trim_start_matches('/');
        path.strip_prefix("v1/").unwrap_or(path).to_owned()
    }
}

fn put(request: &mut Request, mut header: HeaderValue) {
    header.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, header);
}

fn filled_in(template: &str, parameters: &[(&str, &str)]) -> Result<String, Refusal> {
    let mut path = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let given = parameters.iter().find(|(given, _)| *given == name);
        let (_, value) = given.ok_or_else(|| Refusal::PathParameter(name.to_owned()))?;
        path.push_str(before);
        path.push_str(&encode_path(value));
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

/// A success without a body reads as an object without members where the
/// document says JSON: some servers answer 204 there.
fn with_a_body(response: Response) -> Response {
    let is_empty = response.status() == StatusCode::NO_CONTENT || response.content_length() == Some(0);
    if !(response.status().is_success() && is_empty) {
        return response;
    }
    let mut filled = http::Response::new("{}");
    *filled.status_mut() = response.status();
    *filled.headers_mut() = response.headers().clone();
    filled.headers_mut().remove(CONTENT_LENGTH);
    filled.into()
}
