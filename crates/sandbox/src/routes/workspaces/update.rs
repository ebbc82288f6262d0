//! Changes to workspaces: what is left out stays as it is.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::create::{KEPT, free_slug};
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::generation::Feature;
use crate::ids::NIL;
use crate::reads;
use crate::wire::Id;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Update {
    workspace_id: Option<Id>,
    name: Option<String>,
    #[serde(default)]
    webhook_configs: Option<Vec<Map<String, Value>>>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

pub(super) fn update(call: &Call<'_>) -> Outcome {
    let body: Update = call.body()?;
    let mut workspace = call.workspace(body.workspace_id.as_ref())?;
    for (key, value) in body.rest {
        let blank = value.is_null() || value == json!("") || (key == "notifications" && value == json!([]));
        if blank || !KEPT.contains(&key.as_str()) {
            continue;
        }
        if key == "notificationSettings" {
            checked_notifications(&value)?;
        }
        workspace.settings.insert(key, value);
    }
    if let Some(webhooks) = body.webhook_configs {
        workspace.settings.insert("webhookConfigs".to_owned(), kept_webhooks(call, webhooks)?);
    }
    if let Some(name) = body.name {
        if call.has(Feature::RenameChangesSlug) {
            workspace.slug = free_slug(call, &name, &workspace.id)?;
        }
        workspace.name = name;
    }
    call.store.update_workspace(&workspace)?;
    Ok(Reply::Json(reads::workspace(call, &workspace)))
}

/// Returns webhooks as they are read: the token and its validation are write-only, and every write gives new ids.
pub(super) fn kept_webhooks(call: &Call<'_>, webhooks: Vec<Map<String, Value>>) -> Result<Value, ApiError> {
    let mut kept = Vec::new();
    for mut webhook in webhooks {
        webhook.retain(|name, _| matches!(name.as_str(), "name" | "customDbtHost"));
        webhook.insert("id".to_owned(), json!(call.store.new_id()?));
        kept.push(Value::Object(webhook));
    }
    Ok(Value::Array(kept))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rename {
    workspace_id: Option<Id>,
    name: Option<String>,
}

pub(super) fn rename(call: &Call<'_>) -> Outcome {
    let body: Rename = call.body()?;
    let mut workspace = call.workspace(body.workspace_id.as_ref())?;
    let name = body.name.ok_or_else(|| ApiError::unforeseen("a workspace needs a name"))?;
    workspace.slug = free_slug(call, &name, &workspace.id)?;
    workspace.name = name;
    call.store.update_workspace(&workspace)?;
    Ok(Reply::Json(reads::workspace(call, &workspace)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Move {
    workspace_id: Option<Id>,
    organization_id: Option<Id>,
}

pub(super) fn move_to_organization(call: &Call<'_>) -> Outcome {
    let body: Move = call.body()?;
    let mut workspace = call.workspace(body.workspace_id.as_ref())?;
    let id = body.organization_id.ok_or_else(|| ApiError::unforeseen("the organization is missing"))?;
    if id.as_str() != NIL {
        return Err(ApiError::constraint(call.generation, format!("there is no organization `{id}`")));
    }
    workspace.organization_id = id.into_string();
    call.store.update_workspace(&workspace)?;
    Ok(Reply::Json(reads::workspace(call, &workspace)))
}

pub(super) fn feedback(call: &Call<'_>) -> Outcome {
    let body: Move = call.body()?;
    let mut workspace = call.workspace(body.workspace_id.as_ref())?;
    workspace.settings.insert("feedbackDone".to_owned(), json!(true));
    call.store.update_workspace(&workspace)?;
    Ok(Reply::Nothing)
}

/// Refuses a Slack notification that says not where to.
pub(super) fn checked_notifications(settings: &Value) -> Result<(), ApiError> {
    for (name, item) in settings.as_object().into_iter().flatten() {
        let slack = item["notificationType"].as_array().is_some_and(|types| types.contains(&json!("slack")));
        let address = item["slackConfiguration"]["webhook"].as_str().unwrap_or_default();
        if slack && address.is_empty() {
            return Err(ApiError::problem(
                400,
                "error:notification/config/missing-url",
                format!("notification `{name}` goes to Slack and has no webhook"),
                json!({"notificationTrigger": name}),
            ));
        }
    }
    Ok(())
}
