//! The socket in front of the emulator.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;

use crate::emulator::Emulator;

/// Real servers refuse larger requests as well.
const LARGEST_REQUEST: usize = 10 * 1024 * 1024;

/// Returns a service that hands every request to the emulator.
pub(crate) fn router(emulator: Emulator) -> Router {
    Router::new().fallback(answer).with_state(emulator)
}

async fn answer(State(emulator): State<Emulator>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST_REQUEST).await else {
        let mut refusal = Response::new(Body::from("the request is too large"));
        *refusal.status_mut() = axum::http::StatusCode::PAYLOAD_TOO_LARGE;
        return refusal;
    };
    emulator.answer_async(&Request::from_parts(parts, bytes.to_vec())).await.map(Body::from)
}
