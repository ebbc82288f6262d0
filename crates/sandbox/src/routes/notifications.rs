//! Trying out where notifications go. Nothing is sent; the address decides.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};

pub(super) const ROUTES: &[Route] = &[
    Route::new("notifications/try", stub),
    Route::new("notifications/try_webhook", try_webhook).lacking("nothing is sent"),
];

const TRIGGERS: [&str; 9] = [
    "sync_success",
    "sync_failure",
    "sync_disabled",
    "sync_disabled_warning",
    "connection_update",
    "connection_update_action_required",
    "breaking_change_warning",
    "breaking_change_syncs_disabled",
    "connection_sync_queued",
];

/// Does nothing on current servers either.
#[expect(clippy::unnecessary_wraps, reason = "every handler has this shape")]
fn stub(_: &Call<'_>) -> Outcome {
    Ok(Reply::Json(json!({})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TryWebhook {
    slack_configuration: Option<Value>,
    notification_trigger: Option<String>,
}

fn try_webhook(call: &Call<'_>) -> Outcome {
    let body: TryWebhook = call.body()?;
    let trigger = body.notification_trigger.unwrap_or_default();
    if !TRIGGERS.contains(&trigger.to_ascii_lowercase().as_str()) {
        return Err(ApiError::id_not_found("notification trigger", &trigger));
    }
    let address = body.slack_configuration.as_ref().and_then(|slack| slack["webhook"].as_str()).unwrap_or_default();
    let reachable = address.starts_with("https://") && !address.contains(".invalid");
    Ok(Reply::Json(if reachable {
        json!({"status": "succeeded"})
    } else {
        json!({"status": "failed", "message": format!("the webhook `{address}` cannot be reached")})
    }))
}
