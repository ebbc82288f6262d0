//! Outcomes made into HTTP answers, with whatever faults do to them.

use http::{HeaderValue, Request, Response, StatusCode, header};
use serde_json::{Value, json};

use super::admission::Refused;
use super::{Admitted, Emulator};
use crate::api_error::ApiError;
use crate::auth::UNAUTHORIZED_PAGE;
use crate::call::{Outcome, Reply};
use crate::connectors::MASK;
use crate::faults::FaultAction;
use crate::recorder::Recorded;

/// What the socket does with an answer. Travels as an extension of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The connection is cut without an answer.
    Dropped,
    /// The answer breaks off in the middle.
    Truncated,
}

/// Stands for a connection that was cut, where there is none.
const NO_ANSWER: u16 = 444;

/// Returns the answer that takes the place of the call, where a fault asks for one.
pub(super) fn instead(faults: &[FaultAction]) -> Option<Response<Vec<u8>>> {
    faults.iter().find_map(|fault| match fault {
        FaultAction::Status(status) => {
            Some(json_response(*status, &json!({"message": format!("the sandbox was told to answer {status}")})))
        }
        FaultAction::Answer { status, body } => Some(json_response(*status, body)),
        FaultAction::Html(status) => {
            let page = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\n");
            Some(response(*status, "text/html", page.into_bytes()))
        }
        FaultAction::TooMany { retry_after } => {
            let mut answer = json_response(429, &json!({"message": "too many requests"}));
            if let Some(seconds) = retry_after {
                answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
            }
            Some(answer)
        }
        FaultAction::DropBefore => Some(dropped()),
        _ => None,
    })
}

impl Emulator {
    pub(super) fn refuse(&self, request: &Request<Vec<u8>>, refused: Refused) -> Response<Vec<u8>> {
        match refused {
            Refused::Error(error) => self.finish(request, None, Err(error)),
            Refused::NoRoute => self.keep(request, None, self.not_found()),
            Refused::Unauthorized => {
                let mut answer = response(401, "text/html", UNAUTHORIZED_PAGE.as_bytes().to_vec());
                let challenge = HeaderValue::from_static("Basic realm=\"Airbyte\"");
                answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
                self.keep(request, None, answer)
            }
        }
    }

    pub(super) fn finish(
        &self,
        request: &Request<Vec<u8>>,
        admitted: Option<&Admitted>,
        outcome: Outcome,
    ) -> Response<Vec<u8>> {
        let faults = admitted.map_or(&[][..], |admitted| &admitted.faults);
        let answer = match outcome {
            Ok(Reply::Json(value)) => json_response(200, &retouched(value, faults)),
            Ok(Reply::Text(text)) => response(200, "text/plain", text.into_bytes()),
            Ok(Reply::Nothing) => empty(204),
            Ok(Reply::Null) => self.not_found(),
            Ok(Reply::Done(status)) => empty(status),
            Err(error) => self.told(error),
        };
        self.keep(request, admitted, self.fated(answer, faults))
    }

    /// Returns the answer of a path that leads nowhere.
    fn not_found(&self) -> Response<Vec<u8>> {
        if self.0.world.friendly {
            json_response(404, &json!({"message": "Object not found."}))
        } else {
            // Labelled as JSON, which it is not: so do real servers.
            response(404, "application/json", b"Object not found.".to_vec())
        }
    }

    fn told(&self, error: ApiError) -> Response<Vec<u8>> {
        let world = &self.0.world;
        let error = if world.friendly { error.friendly() } else { error };
        let mut answer = json_response(error.status, &error.body(world.generation, &world.passing.next()));
        if let Some(method) = error.allowed_method() {
            let allowed = if method == "GET" { "GET, HEAD" } else { method };
            answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
        }
        answer
    }

    /// Answers a request whose body is too large to be read.
    pub(crate) fn too_large(&self) -> Response<Vec<u8>> {
        self.told(ApiError::too_large())
    }

    /// What becomes of the answer to a call that was carried out.
    fn fated(&self, mut answer: Response<Vec<u8>>, faults: &[FaultAction]) -> Response<Vec<u8>> {
        if faults.contains(&FaultAction::DropAfter) {
            return dropped();
        }
        let status = faults.iter().find_map(|fault| match fault {
            FaultAction::StatusAfter(status) => StatusCode::from_u16(*status).ok(),
            _ => None,
        });
        if let Some(status) = status {
            let message = format!("the sandbox was told to answer {status} after the call");
            answer = self.told(ApiError::unforeseen(message));
            *answer.status_mut() = status;
        }
        if faults.contains(&FaultAction::Truncate) {
            answer.extensions_mut().insert(Fate::Truncated);
        }
        answer
    }

    /// Remembers the exchange.
    pub(super) fn keep(
        &self,
        request: &Request<Vec<u8>>,
        admitted: Option<&Admitted>,
        answer: Response<Vec<u8>>,
    ) -> Response<Vec<u8>> {
        let recorded = Recorded {
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            operation: admitted.map(|admitted| admitted.operation.path.to_owned()),
            status: answer.status().as_u16(),
            faults: admitted.map_or(0, |admitted| admitted.faults.len()),
            body: Value::Null,
            at_ms: self.0.world.timeline.now(),
            micros: admitted.map_or(0, |it| u64::try_from(it.since.elapsed().as_micros()).unwrap_or(u64::MAX)),
        };
        self.0.recorder.keep(recorded, request.body(), &answer);
        answer
    }
}

/// Takes members out of an answer, or masks them.
fn retouched(mut value: Value, faults: &[FaultAction]) -> Value {
    for fault in faults {
        let (pointer, mask) = match fault {
            FaultAction::Hide(pointer) => (pointer, None),
            FaultAction::Mask(pointer) => (pointer, Some(MASK)),
            _ => continue,
        };
        let steps: Vec<String> =
            pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
        retouch(&mut value, &steps, mask);
    }
    value
}

/// Follows the steps, where `*` is every member or item, and masks or removes what is there.
fn retouch(value: &mut Value, steps: &[String], mask: Option<&str>) {
    let Some((step, rest)) = steps.split_first() else { return };
    let fits = |name: &str| step == "*" || step == name;
    if let (true, None, Value::Object(members)) = (rest.is_empty(), mask, &mut *value) {
        members.retain(|name, _| !fits(name));
        return;
    }
    let found: Vec<&mut Value> = match value {
        Value::Object(members) => members.iter_mut().filter(|(name, _)| fits(name)).map(|(_, it)| it).collect(),
        Value::Array(items) => {
            items.iter_mut().enumerate().filter(|(at, _)| fits(&at.to_string())).map(|(_, it)| it).collect()
        }
        _ => return,
    };
    for found in found {
        match mask {
            Some(mask) if rest.is_empty() => *found = json!(mask),
            _ => retouch(found, rest, mask),
        }
    }
}

fn dropped() -> Response<Vec<u8>> {
    let mut answer = empty(NO_ANSWER);
    answer.extensions_mut().insert(Fate::Dropped);
    answer
}

pub(super) fn json_response(status: u16, value: &Value) -> Response<Vec<u8>> {
    let mut answer = response(status, "application/json", serde_json::to_vec(value).unwrap_or_default());
    if status == 405 {
        answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
    }
    answer
}

pub(super) fn response(status: u16, content_type: &'static str, body: Vec<u8>) -> Response<Vec<u8>> {
    let mut answer = Response::new(body);
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer
}

fn empty(status: u16) -> Response<Vec<u8>> {
    let mut answer = Response::new(Vec::new());
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::NO_CONTENT);
    answer
}
