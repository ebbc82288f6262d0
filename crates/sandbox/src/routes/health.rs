//! Is it up, and what does it speak?

use serde_json::json;

use super::Route;
use crate::call::{Call, Outcome, Reply};

pub(super) const ROUTES: &[Route] = &[Route::new("health", health), Route::new("openapi", openapi)];

/// The specification this project is written against, for whoever probes for it.
pub(crate) const SPECIFICATION: &str = include_str!("../../../../openapi/airbyte-config.yaml");

#[expect(clippy::unnecessary_wraps, reason = "every handler has this shape")]
fn health(_: &Call<'_>) -> Outcome {
    Ok(Reply::Json(json!({"available": true})))
}

#[expect(clippy::unnecessary_wraps, reason = "every handler has this shape")]
fn openapi(_: &Call<'_>) -> Outcome {
    Ok(Reply::Text(SPECIFICATION.to_owned()))
}
