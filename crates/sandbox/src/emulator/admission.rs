//! Who and what is let in: path, credentials, method, body.

use std::sync::Arc;
use std::time::Instant;

use http::{Method, Request, header};
use serde_json::Value;

use super::{Admitted, Emulator, strict};
use crate::api_error::ApiError;
use crate::auth::Admission;
use crate::operations::{BodyRule, Operation};
use crate::routes;

/// Everything below this path is the Config API.
const BASE: &str = "/api/v1/";

/// Why a request does not reach a handler.
pub(super) enum Refused {
    NoRoute,
    Unauthorized,
    Error(ApiError),
}

impl Emulator {
    /// Decides by the credentials of a request.
    pub(super) fn admission(&self, request: &Request<Vec<u8>>, operation: Option<&Operation>) -> Admission {
        let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let world = &self.0.world;
        world.auth.admission(header, operation, world.timeline.by_the_clock())
    }

    pub(super) fn admit(&self, request: &Request<Vec<u8>>) -> Result<Admitted, Refused> {
        let Some(path) = request.uri().path().strip_prefix(BASE).map(|path| path.trim_end_matches('/')) else {
            // The proxy with the password stands before everything, whatever is behind it.
            return Err(match self.admission(request, None) {
                Admission::Proxy => Refused::Unauthorized,
                _ => Refused::NoRoute,
            });
        };
        let world = &self.0.world;
        let operation = routes::operation(path).filter(|operation| operation.span.contains(world.generation));
        match self.admission(request, operation) {
            Admission::Granted => {}
            Admission::Proxy => return Err(Refused::Unauthorized),
            Admission::NoToken => return Err(Refused::Error(ApiError::unauthorized())),
            Admission::Forbidden => return Err(Refused::Error(ApiError::forbidden())),
        }
        let operation = operation.filter(|it| world.auth.has_applications() || !it.path.starts_with("applications/"));
        let operation = operation.ok_or(Refused::NoRoute)?;
        if request.method().as_str() != operation.method && !is_head_of(request.method(), operation) {
            return Err(Refused::Error(ApiError::method_not_allowed(request.method().as_str(), operation.method)));
        }
        if let Some(kind) = no_json(request) {
            return Err(Refused::Error(ApiError::unsupported_media_type(kind)));
        }
        let route = routes::route(operation).ok_or_else(|| {
            Refused::Error(if operation.class == "cloud" {
                ApiError::not_in_open_source(operation.id)
            } else {
                ApiError::not_emulated(operation.id, operation.path)
            })
        })?;
        let mut body = decode(operation.body, request.body()).map_err(Refused::Error)?;
        if world.strict {
            strict::check(operation, &body).map_err(Refused::Error)?;
        }
        world.generation.shape_request(operation.path, &mut body);
        if !world.auth.reaches(operation, &body) {
            return Err(Refused::Error(ApiError::forbidden()));
        }
        let faults = world.faults.meet(operation.path, operation.id).into();
        Ok(Admitted { operation, route, body: Arc::new(body), faults, since: Instant::now() })
    }
}

fn is_head_of(method: &Method, operation: &Operation) -> bool {
    method == Method::HEAD && operation.method == "GET"
}

/// Returns the content type that is no JSON; a request that names none is taken to be JSON.
fn no_json(request: &Request<Vec<u8>>) -> Option<&str> {
    let kind = request.headers().get(header::CONTENT_TYPE).filter(|_| request.method() == Method::POST)?;
    let kind = kind.to_str().unwrap_or("?");
    let essence = kind.split(';').next().unwrap_or_default().trim();
    (!essence.is_empty() && !essence.eq_ignore_ascii_case("application/json")).then_some(kind)
}

fn decode(rule: BodyRule, bytes: &[u8]) -> Result<Value, ApiError> {
    let blank = bytes.iter().all(u8::is_ascii_whitespace);
    match rule {
        BodyRule::Ignored => Ok(serde_json::from_slice(bytes).unwrap_or_default()),
        BodyRule::Optional if blank => Ok(Value::Null),
        BodyRule::Required if blank => Err(ApiError::undecodable("the body is missing")),
        BodyRule::Required | BodyRule::Optional => match serde_json::from_slice(bytes) {
            Ok(body @ Value::Object(_)) => Ok(body),
            Ok(_) => Err(ApiError::undecodable("the body is no JSON object")),
            Err(error) => Err(ApiError::undecodable(format!("the body is no JSON: {error}"))),
        },
    }
}
