//! Is it up, and what does it speak?

use serde_json::json;

use super::Route;
use crate::call::{Call, Outcome, Reply};
use crate::description;

pub(super) const ROUTES: &[Route] = &[Route::new("health", health), Route::new("openapi", openapi)];

#[expect(clippy::unnecessary_wraps, reason = "every handler has this shape")]
fn health(_: &Call<'_>) -> Outcome {
    Ok(Reply::Json(json!({"available": true})))
}

#[expect(clippy::unnecessary_wraps, reason = "every handler has this shape")]
fn openapi(call: &Call<'_>) -> Outcome {
    Ok(Reply::Text(description::of(call.generation)))
}
