//! What goes wrong in a handler, and how the emulated generation says so.

use serde_json::{Value, json};

use crate::generation::{Feature, Generation};

/// A refusal on its way to the client.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    kind: Kind,
    message: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    /// A stored thing is missing.
    IdNotFound,
    /// An exception with words for the client.
    Known(&'static str),
    /// An exception nobody foresaw.
    Unforeseen,
    /// The same, for want of something that is stored.
    CarelesslyMissing,
    /// The framework could not make sense of the request.
    Framework,
    /// The same, for its method.
    Method { allowed: &'static str },
    /// A problem document.
    Problem { name: &'static str, data: Value },
}

impl ApiError {
    /// 404: there is no `noun` with this id.
    pub(crate) fn id_not_found(noun: &str, id: &str) -> Self {
        Self::new(404, Kind::IdNotFound, format!("no {noun} has the id `{id}`"))
    }

    /// 422: the request is understood and refused.
    pub(crate) fn unprocessable(message: impl Into<String>) -> Self {
        Self::new(422, Kind::Known("BadObjectSchemaKnownException"), message)
    }

    /// 409: the request is at odds with what is going on.
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(409, Kind::Known("ValueConflictKnownException"), message)
    }

    /// 400 in the server's own words.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, Kind::Known("BadRequestException"), message)
    }

    /// 423: the state cannot be written while a sync runs.
    pub(crate) fn sync_is_running(message: impl Into<String>) -> Self {
        Self::new(423, Kind::Known("SyncIsRunningException"), message)
    }

    /// 500: what the real server answers where it throws without a thought for the client.
    pub(crate) fn unforeseen(message: impl Into<String>) -> Self {
        Self::new(500, Kind::Unforeseen, message)
    }

    /// 500 for something that is missing, where the server looks it up without care.
    pub(crate) fn carelessly_missing(message: impl Into<String>) -> Self {
        Self::new(500, Kind::CarelesslyMissing, message)
    }

    /// The database refuses the write: 409 since 2.0, and before a 500 as anything that nobody foresaw.
    pub(crate) fn constraint(generation: Generation, message: impl Into<String>) -> Self {
        if generation.has(Feature::ConstraintsConflict) { Self::conflict(message) } else { Self::unforeseen(message) }
    }

    /// Returns the error as a server would word it that does not lose its messages.
    pub(crate) fn friendly(self) -> Self {
        let status = match self.kind {
            Kind::CarelesslyMissing => 404,
            Kind::Unforeseen => 400,
            _ => self.status,
        };
        match self.kind {
            Kind::IdNotFound | Kind::Unforeseen | Kind::CarelesslyMissing => {
                Self { status, kind: Kind::Known("KnownException"), message: self.message }
            }
            _ => self,
        }
    }

    /// 400: the body does not decode.
    pub(crate) fn undecodable(message: impl Into<String>) -> Self {
        Self::new(400, Kind::Framework, message)
    }

    /// 401: there is no valid token.
    pub(crate) fn unauthorized() -> Self {
        Self::new(401, Kind::Framework, "Unauthorized")
    }

    /// 403: the token's role does not reach.
    pub(crate) fn forbidden() -> Self {
        Self::new(403, Kind::Framework, "Forbidden")
    }

    /// 405: the path exists, the method does not.
    pub(crate) fn method_not_allowed(method: &str, allowed: &'static str) -> Self {
        let message = format!("method {method} is not allowed here, only {allowed}");
        Self::new(405, Kind::Method { allowed }, message)
    }

    /// 415: the body is of a kind that the operation does not take.
    pub(crate) fn unsupported_media_type(kind: &str) -> Self {
        let message = format!("content type `{kind}` is not allowed here, only `application/json`");
        Self::new(415, Kind::Framework, message)
    }

    /// Returns the method that is allowed, where another one was used.
    pub(crate) fn allowed_method(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Method { allowed } => Some(allowed),
            _ => None,
        }
    }

    /// 413: the body is larger than any may be.
    pub(crate) fn too_large() -> Self {
        Self::new(413, Kind::Framework, "the request is too large")
    }

    /// 501: the operation exists on a real server and not in the sandbox.
    pub(crate) fn not_emulated(operation: &str, path: &str) -> Self {
        let message = format!("the sandbox does not emulate `{operation}` ({path})");
        Self::problem(501, "error:sandbox/not-emulated", message, json!({"operation": operation, "path": path}))
    }

    /// 501: the operation exists, and an open-source server does not implement it either.
    pub(crate) fn not_in_open_source(operation: &str) -> Self {
        let message = format!("`{operation}` is not part of the open-source server");
        Self::problem(501, "error:implementation/not-implemented-in-oss", message, Value::Null)
    }

    /// A problem document of the given status and type.
    pub(crate) fn problem(status: u16, name: &'static str, message: impl Into<String>, data: Value) -> Self {
        Self::new(status, Kind::Problem { name, data }, message)
    }

    fn new(status: u16, kind: Kind, message: impl Into<String>) -> Self {
        Self { status, kind, message: message.into() }
    }

    /// Returns the body as the generation words it.
    pub(crate) fn body(&self, generation: Generation, error_id: &str) -> Value {
        match &self.kind {
            Kind::Problem { name, data } => {
                let mut body = json!({
                    "status": self.status, "type": name, "title": problem_title(name), "detail": self.message,
                });
                if !data.is_null() {
                    body["data"] = data.clone();
                }
                body
            }
            Kind::Framework | Kind::Method { .. } => framework_body(self.status, &self.message),
            Kind::IdNotFound | Kind::Unforeseen | Kind::CarelesslyMissing if generation.has(Feature::ErrorIdOnly) => {
                json!({"errorId": error_id})
            }
            Kind::IdNotFound => {
                let prefix = if generation.has(Feature::NotFoundPrefix) { "internal server error: " } else { "" };
                stacked(&format!("{prefix}{}", self.message), &own("IdNotFoundKnownException"))
            }
            Kind::Unforeseen | Kind::CarelesslyMissing => {
                stacked(&format!("internal server error: {}", self.message), "java.lang.IllegalStateException")
            }
            Kind::Known(class) if generation.has(Feature::ErrorStacks) => stacked(&self.message, &own(class)),
            Kind::Known(_) => json!({"message": self.message, "errorId": error_id}),
        }
    }
}

impl From<rusqlite::Error> for ApiError {
    fn from(error: rusqlite::Error) -> Self {
        Self::unforeseen(format!("the sandbox's database failed: {error}"))
    }
}

impl From<serde_json::Error> for ApiError {
    fn from(error: serde_json::Error) -> Self {
        Self::unforeseen(format!("the sandbox's database holds a document it cannot read: {error}"))
    }
}

fn framework_body(status: u16, message: &str) -> Value {
    let reason = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    json!({"message": reason, "_links": {}, "_embedded": {"errors": [{"message": message}]}})
}

/// Returns the full name of one of the server's own exceptions.
fn own(class: &str) -> String {
    format!("io.airbyte.commons.server.errors.{class}")
}

fn stacked(message: &str, class: &str) -> Value {
    json!({
        "message": message,
        "exceptionClassName": class,
        "exceptionStack": [format!("{class}: {message}"), "\tat airway.sandbox"],
    })
}

fn problem_title(name: &str) -> String {
    let name = name.rsplit_once('#').map_or(name, |(_, name)| name);
    name.trim_start_matches("error:").replace('/', ": ").replace('-', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(version: &str, error: &ApiError) -> Value {
        error.body(version.parse().unwrap(), "e-1")
    }

    #[test]
    fn since_2_0_a_missing_thing_is_an_error_id_and_before_it_is_a_message_with_a_stack() {
        let error = ApiError::id_not_found("source", "s-1");
        assert_eq!(at("2.0", &error), json!({"errorId": "e-1"}));
        let old = at("1.5", &error);
        assert_eq!(old["message"], "internal server error: no source has the id `s-1`");
        assert_eq!(old["exceptionClassName"], "io.airbyte.commons.server.errors.IdNotFoundKnownException");
        assert!(old["exceptionStack"].is_array());
        assert_eq!(old.get("errorId"), None);
        assert_eq!(at("0.50", &error)["message"], "no source has the id `s-1`");
    }

    #[test]
    fn what_nobody_foresaw_is_an_exception_of_the_language() {
        let old = at("0.50", &ApiError::unforeseen("x"));
        assert_eq!(old["message"], "internal server error: x");
        assert_eq!(old["exceptionClassName"], "java.lang.IllegalStateException");
        assert_eq!(old["exceptionStack"][0], "java.lang.IllegalStateException: internal server error: x");
    }

    #[test]
    fn known_exceptions_keep_their_message_in_every_generation() {
        let error = ApiError::conflict("busy");
        assert_eq!(at("2.0", &error), json!({"message": "busy", "errorId": "e-1"}));
        assert_eq!(at("1.5", &error)["message"], "busy");
    }

    #[test]
    fn problems_look_the_same_everywhere() {
        let error = ApiError::not_emulated("listGroups", "groups/list");
        assert_eq!(at("0.50", &error), at("2.0", &error));
        assert_eq!(at("2.0", &error)["type"], "error:sandbox/not-emulated");
        assert_eq!(at("2.0", &error)["data"]["operation"], "listGroups");
    }
}
