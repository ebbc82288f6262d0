//! Serving the page at `/`.

use std::sync::Arc;

use http::{Method, Request, Response};
use serde_json::{Value, json};

use super::Emulator;
use super::admission::Refused;
use super::answering::{json_response, response};
use crate::auth::Admission;
use crate::call::Reply;
use crate::page;

impl Emulator {
    /// Tells whether a request is for the page and not for the API.
    pub(super) fn is_for_page(request: &Request<Vec<u8>>) -> bool {
        request.method() == Method::GET && matches!(request.uri().path(), "/" | page::OVERVIEW)
    }

    /// Answers the page, or what it shows. Nothing of it is remembered as a request.
    pub(super) async fn page(&self, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        match self.admission(request, None) {
            Admission::Granted => {}
            Admission::Proxy => return self.refuse(request, Refused::Unauthorized),
            Admission::NoToken | Admission::Forbidden => {
                return json_response(401, &json!({"message": "Unauthorized"}));
            }
        }
        if request.uri().path() == "/" {
            return response(200, "text/html; charset=utf-8", page::PAGE.as_bytes().to_vec());
        }
        match self.0.engine.submit(page::overview, Arc::new(Value::Null), Arc::new([])).await {
            Ok(Ok(Reply::Json(mut overview))) => {
                overview["requests"] = json!(page::requests(&self.requests()));
                json_response(200, &overview)
            }
            _ => json_response(500, &json!({"message": "the sandbox is shutting down"})),
        }
    }
}
