//! Is it up?

use serde_json::json;

use super::Route;
use crate::call::{Call, Outcome, Reply};

pub(super) const ROUTES: &[Route] = &[Route::new("health", health)];

#[expect(clippy::unnecessary_wraps, reason = "every handler has this shape")]
fn health(_: &Call<'_>) -> Outcome {
    Ok(Reply::Json(json!({"available": true})))
}
