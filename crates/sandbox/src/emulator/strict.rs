//! Misspelt members of requests. Servers pass over what they do not know, and so does the sandbox, unless it is told to
//! be strict.

use std::sync::OnceLock;

use airway_spec::{OperationIndex, ViolationKind, check_request};
use serde_json::Value;

use crate::api_error::ApiError;
use crate::description;
use crate::operations::Operation;

/// Refuses a body with members that no generation's request has, and names what was probably meant.
///
/// Only members are looked at: what is missing or of another type is the operation's own affair, and an operation that
/// ignores its body goes on doing so.
pub(super) fn check(operation: &Operation, body: &Value) -> Result<(), ApiError> {
    if body.is_null() {
        return Ok(());
    }
    let Some(described) = index().get(operation.path).filter(|described| described.request.is_some()) else {
        return Ok(());
    };
    let told: Vec<String> = check_request(index(), described, body)
        .into_iter()
        .filter(|violation| violation.kind == ViolationKind::UnknownField)
        .map(|unknown| match unknown.nearest {
            Some(nearest) => format!("`{}` is no member of the request, did you mean `{nearest}`?", unknown.pointer),
            None => format!("`{}` is no member of the request", unknown.pointer),
        })
        .collect();
    if told.is_empty() { Ok(()) } else { Err(ApiError::undecodable(told.join("; "))) }
}

/// The operations of the description, of whatever generation.
fn index() -> &'static OperationIndex {
    static INDEX: OnceLock<OperationIndex> = OnceLock::new();
    INDEX.get_or_init(|| OperationIndex::of(description::whole()))
}
