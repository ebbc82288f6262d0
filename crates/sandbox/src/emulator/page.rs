//! What the sandbox serves beside the API: the page at `/`, and below `/sandbox/` what it shows and how to make things
//! go wrong or time pass from any language.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, Method, Request, Response, header};
use serde_json::{Value, json};

use super::Emulator;
use super::admission::Refused;
use super::answering::{json_response, response};
use crate::auth::{Admission, Auth, Role};
use crate::call::Reply;
use crate::faults::Fault;
use crate::{page, routes};

/// Everything below is the sandbox's own.
const BELOW: &str = "/sandbox/";

impl Emulator {
    /// Tells whether a request is for the sandbox itself and not for the API.
    pub(super) fn is_for_sandbox(request: &Request<Vec<u8>>) -> bool {
        let path = request.uri().path();
        (request.method() == Method::GET && path == "/") || path.starts_with(BELOW)
    }

    /// Answers such a request. Nothing of it is remembered.
    pub(super) async fn own(&self, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        let is_page = request.uri().path() == "/";
        match self.admission(request, None) {
            Admission::Granted => {}
            Admission::Proxy => return self.refuse(request, Refused::Unauthorized),
            // The page holds nothing of anybody's, and asks for what a token costs; a browser that consents has none.
            Admission::NoToken if is_page || request.uri().path() == routes::CONSENT => {}
            Admission::NoToken | Admission::Forbidden => {
                return json_response(401, &json!({"message": "Unauthorized"}));
            }
        }
        if is_page {
            let mut answer = response(200, "text/html; charset=utf-8", page::PAGE.as_bytes().to_vec());
            let policy = HeaderValue::from_static(page::CONTENT_POLICY);
            answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            return private(answer);
        }
        if request.method() != Method::GET
            && let Err(refused) = self.may_change(request)
        {
            return refused;
        }
        let answer = match (request.method().as_str(), request.uri().path()) {
            ("GET", page::OVERVIEW) => self.overview().await,
            ("GET", routes::CONSENT) => self.consent(request).await,
            ("GET", "/sandbox/faults") => json_response(200, &json!({"faults": self.faults()})),
            ("POST", "/sandbox/faults") => self.plant(request),
            ("DELETE", "/sandbox/faults") => {
                self.clear_faults();
                json_response(200, &json!({"faults": []}))
            }
            ("POST", "/sandbox/advance") => self.skip(request),
            (_, path) => refusal(404, &format!("the sandbox has no `{} {path}`", request.method()), None),
        };
        private(answer)
    }

    async fn overview(&self) -> Response<Vec<u8>> {
        match self.0.engine.submit(page::overview, Arc::new(Value::Null), Arc::new([])).await {
            Ok(Ok(Reply::Json(mut overview))) => {
                overview["requests"] = json!(page::requests(&self.0.recorder));
                overview["faults"] = json!(self.faults());
                json_response(200, &overview)
            }
            _ => refusal(500, "the sandbox is shutting down", None),
        }
    }

    /// Consents, or refuses with `deny` among the parameters, and leads back to who asked for it.
    async fn consent(&self, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        let parameters: Vec<&str> = request.uri().query().unwrap_or_default().split('&').collect();
        let state = parameters.iter().find_map(|it| it.strip_prefix("state=")).unwrap_or_default();
        let body = json!({"state": state, "deny": parameters.contains(&"deny")});
        let location = match self.0.engine.submit(routes::decide, Arc::new(body), Arc::new([])).await {
            Ok(Ok(Reply::Json(decided))) => {
                HeaderValue::from_str(decided["location"].as_str().unwrap_or_default()).ok()
            }
            _ => None,
        };
        let Some(location) = location else { return refusal(404, "nobody asked for this consent", None) };
        let mut answer = response(302, "text/plain", Vec::new());
        answer.headers_mut().insert(header::LOCATION, location);
        answer
    }

    fn plant(&self, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        match Fault::list(&String::from_utf8_lossy(request.body())) {
            Ok(faults) => {
                for fault in faults {
                    self.fault(fault);
                }
                json_response(200, &json!({"faults": self.faults()}))
            }
            Err(error) => refusal(400, &error.to_string(), error.hint()),
        }
    }

    fn skip(&self, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        match body["seconds"].as_u64() {
            Some(seconds) => {
                self.advance(Duration::from_secs(seconds));
                json_response(200, &json!({"nowMs": self.now_ms()}))
            }
            None => refusal(400, "the body must be a map with a number of `seconds`", None),
        }
    }

    /// Browsers send JSON and deletions to other sites only after asking, and nobody answers that here.
    fn may_change(&self, request: &Request<Vec<u8>>) -> Result<(), Response<Vec<u8>>> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if request.method() == Method::POST && !kind.starts_with("application/json") {
            return Err(refusal(415, "the body must be sent as `content-type: application/json`", None));
        }
        match &self.0.world.auth {
            Auth::Simple { role, .. } if *role != Role::Admin => {
                Err(refusal(403, "only an admin changes the sandbox", None))
            }
            _ => Ok(()),
        }
    }
}

fn refusal(status: u16, message: &str, hint: Option<&str>) -> Response<Vec<u8>> {
    let mut body = json!({"message": message});
    if let Some(hint) = hint {
        body["hint"] = json!(hint);
    }
    json_response(status, &body)
}

fn private(mut answer: Response<Vec<u8>>) -> Response<Vec<u8>> {
    let headers = answer.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
