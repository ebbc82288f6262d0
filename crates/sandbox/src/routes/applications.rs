//! Client credentials. In mode `simple` there is one application, made from the configuration.

use serde::Deserialize;
use serde_json::json;

use super::Route;
use crate::api_error::ApiError;
use crate::auth::Auth;
use crate::call::{Call, Outcome, Reply};

pub(super) const ROUTES: &[Route] = &[
    Route::new("applications/token", token),
    Route::new("applications/list", list),
    Route::new("applications/create", unsupported),
    Route::new("applications/delete", unsupported),
];

#[derive(Deserialize)]
struct Credentials {
    client_id: Option<String>,
    client_secret: Option<String>,
}

fn token(call: &Call<'_>) -> Outcome {
    let body: Credentials = call.body()?;
    let (id, secret) = (body.client_id.unwrap_or_default(), body.client_secret.unwrap_or_default());
    let token = call.auth.exchange(&id, &secret, call.timeline.by_the_clock(), call.token_life);
    let token = token.ok_or_else(|| ApiError::bad_request("the client id or the client secret is wrong"))?;
    Ok(Reply::Json(json!({"access_token": token})))
}

/// The id is another one each time: nobody stores it.
#[expect(clippy::unnecessary_wraps, reason = "every handler has this shape")]
fn list(call: &Call<'_>) -> Outcome {
    let applications = match call.auth {
        Auth::Simple { client_id, client_secret, .. } => vec![json!({
            "id": call.passing.next(),
            "name": "Default User Application",
            "clientId": client_id,
            "clientSecret": client_secret,
            "createdAt": call.now / 1_000,
        })],
        _ => Vec::new(),
    };
    Ok(Reply::Json(json!({"applications": applications})))
}

fn unsupported(_: &Call<'_>) -> Outcome {
    Err(ApiError::unforeseen("the one application cannot be changed in this mode"))
}
