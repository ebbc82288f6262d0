//! Operations that have no name, share one, or cannot be called.

use serde_json::Value;

use super::{LeftOut, Reason};
use crate::{names, refs, walk};

/// Methods of the generated client that are not operations.
const METHODS_OF_THE_CLIENT: [&str; 14] = [
    "api_version",
    "base_url",
    "baseurl",
    "client",
    "clone",
    "exec",
    "inner",
    "new",
    "new_with_client",
    "post",
    "pre",
    "raw",
    "send",
    "session",
];

/// Gives every operation an id of its own.
///
/// The generator needs one, refuses two that are equal, and makes two methods
/// of one name out of two that differ in spelling only.
pub(crate) fn name_them(document: &mut Value) {
    let mut taken = names::Taken::reserving(&METHODS_OF_THE_CLIENT);
    walk::operations_mut(document, |path, method, operation| {
        let given = operation.get("operationId").and_then(Value::as_str);
        let wanted = match given.map(str::trim) {
            Some(id) if !id.is_empty() => id.to_owned(),
            _ => made_up(method, path),
        };
        let id = taken.take_or_number(&wanted, names::snake);
        operation.insert("operationId".to_owned(), Value::String(id));
    });
}

/// `post` and `/v1/jobs/{id}/cancel` make `postJobsIdCancel`.
fn made_up(method: &str, path: &str) -> String {
    let path = path.strip_prefix("/v1/").unwrap_or(path);
    method.to_owned() + &names::pascal(path)
}

/// Leaves out `options` and `trace`: the HTTP client has no call for them.
pub(crate) fn drop_unsupported_methods(document: &mut Value, left_out: &mut Vec<LeftOut>) {
    walk::retain_operations(document, |path, method, operation| {
        let supported = !matches!(method, "options" | "trace");
        if !supported {
            left_out.push(LeftOut {
                operation: id(operation),
                pointer: pointer(path, method),
                reason: Reason::Method(method.to_owned()),
            });
        }
        supported
    });
}

/// Returns the id of an operation.
pub(crate) fn id(operation: &walk::Object) -> String {
    let id = operation.get("operationId").and_then(Value::as_str);
    id.unwrap_or_default().to_owned()
}

/// Returns where an operation is.
pub(crate) fn pointer(path: &str, method: &str) -> String {
    format!("/paths/{}/{method}", refs::escaped(path))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ids(mut document: Value) -> Vec<String> {
        name_them(&mut document);
        walk::operations(&document).map(|(_, _, o)| id(o)).collect()
    }

    #[test]
    fn a_missing_id_is_made_of_method_and_path() {
        let document = json!({"paths": {"/v1/jobs/{id}/cancel": {"post": {}, "get": {"operationId": " "}}}});
        assert_eq!(ids(document), ["getJobsIdCancel", "postJobsIdCancel"]);
    }

    #[test]
    fn ids_that_would_be_one_method_are_told_apart() {
        let document = json!({"paths": {
            "/a": {"post": {"operationId": "listAll"}},
            "/b": {"post": {"operationId": "list_all"}},
            "/c": {"post": {"operationId": "listAll"}},
        }});
        assert_eq!(ids(document), ["listAll", "list_all2", "listAll3"]);
    }

    #[test]
    fn methods_of_the_client_itself_are_not_shadowed() {
        let document = json!({"paths": {"/a": {"post": {"operationId": "post"}, "get": {"operationId": "Inner"}}}});
        assert_eq!(ids(document), ["Inner2", "post2"]);
    }

    #[test]
    fn a_method_without_a_call_is_left_out_and_named() {
        let mut document = json!({"paths": {
            "/a": {"trace": {"operationId": "traceA"}, "get": {"operationId": "a"}},
            "/b": {"options": {"operationId": "b"}},
        }});
        let mut left_out = Vec::new();
        drop_unsupported_methods(&mut document, &mut left_out);
        assert_eq!(document, json!({"paths": {"/a": {"get": {"operationId": "a"}}}}));
        let lines: Vec<_> = left_out.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "operation `traceA` is left out: the client has no call for method `trace` (at `/paths/~1a/trace`)",
                "operation `b` is left out: the client has no call for method `options` (at `/paths/~1b/options`)",
            ]
        );
    }
}
