//! What the instance says about itself.

use serde::Deserialize;
use serde_json::json;

use super::Route;
use crate::call::{Call, Outcome};
use crate::ids::NIL;

pub(super) const ROUTES: &[Route] = &[
    Route::new("instance_configuration", read),
    Route::new("instance_configuration/setup", setup).lacking("names and consent are read and not kept"),
    Route::new("instance_configuration/license/info", license),
];

/// Whom an instance without a set-up belongs to.
pub(super) const DEFAULT_EMAIL: &str = "admin@example.com";

fn read(call: &Call<'_>) -> Outcome {
    let configuration = json!({
        "edition": "community",
        "version": call.generation.version(),
        "licenseStatus": "pro",
        "licenseType": "pro",
        "auth": {"mode": call.auth.mode()},
        "airbyteUrl": call.url,
        "webappUrl": call.url,
        "initialSetupComplete": call.store.meta("not_set_up")?.is_none(),
        "defaultUserId": NIL,
        "defaultOrganizationId": NIL,
        "defaultOrganizationEmail": DEFAULT_EMAIL,
        "trackingStrategy": "logging",
    });
    call.json("InstanceConfigurationResponse", configuration)
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Setup {
    initial_setup_complete: Option<bool>,
}

fn setup(call: &Call<'_>) -> Outcome {
    let body: Setup = if call.body.is_null() { Setup::default() } else { call.body()? };
    if body.initial_setup_complete == Some(false) {
        call.store.set_meta("not_set_up", 1)?;
    }
    read(call)
}

fn license(call: &Call<'_>) -> Outcome {
    call.json(
        "LicenseInfoResponse",
        json!({
            "edition": "community", "licenseStatus": "pro", "usedEditors": 1, "usedNodes": 1, "expirationDate": 0,
        }),
    )
}
