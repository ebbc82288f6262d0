//! New workspaces.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::update::{checked_notifications, kept_webhooks};
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::generation::Feature;
use crate::ids::{self, NIL};
use crate::reads;
use crate::store::Workspace;
use crate::wire::Id;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Create {
    id: Option<Id>,
    name: Option<String>,
    organization_id: Option<Id>,
    webhook_configs: Option<Vec<Map<String, Value>>>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// The type of the problem that real servers answer to whom a role does not reach.
const FORBIDDEN: &str = "https://reference.airbyte.com/reference/errors#forbidden";

/// The members that are stored as they come and read back.
pub(super) const KEPT: [&str; 11] = [
    "dataplaneGroupId",
    "defaultGeography",
    "email",
    "anonymousDataCollection",
    "news",
    "securityUpdates",
    "notifications",
    "notificationSettings",
    "displaySetupWizard",
    "initialSetupComplete",
    "firstCompletedSync",
];

pub(super) fn create(call: &Call<'_>) -> Outcome {
    let mut body: Create = call.body()?;
    body.id = None;
    insert(call, body)
}

/// Despite its name the operation does not look whether the workspace exists.
pub(super) fn create_with_id(call: &Call<'_>) -> Outcome {
    let body: Create = call.body()?;
    if let Some(id) = &body.id
        && let Some(existing) = call.store.workspace(id.as_str())?
    {
        if call.friendly {
            return Ok(Reply::Json(reads::workspace(call, &existing)));
        }
        return Err(ApiError::constraint(call.generation, format!("a workspace with the id `{id}` exists")));
    }
    insert(call, body)
}

fn insert(call: &Call<'_>, body: Create) -> Outcome {
    let organization_id = match body.organization_id {
        Some(id) if call.has(Feature::OrganizationRequired) && id.as_str() != NIL => {
            let message = format!("the caller is no admin of an organization `{id}`");
            return Err(ApiError::problem(403, FORBIDDEN, message.clone(), json!({"message": message})));
        }
        Some(id) => id.into_string(),
        None if call.has(Feature::OrganizationRequired) => {
            return Err(ApiError::unprocessable("a workspace needs an organization, `organizationId` is missing"));
        }
        None => NIL.to_owned(),
    };
    let name = body.name.ok_or_else(|| ApiError::unforeseen("a workspace needs a name"))?;
    let mut settings: Map<String, Value> =
        body.rest.into_iter().filter(|(key, value)| KEPT.contains(&key.as_str()) && !value.is_null()).collect();
    if let Some(notifications) = settings.get("notificationSettings") {
        checked_notifications(notifications)?;
    }
    for flag in ["anonymousDataCollection", "news", "securityUpdates", "displaySetupWizard"] {
        settings.entry(flag).or_insert(json!(false));
    }
    settings.insert("initialSetupComplete".to_owned(), json!(false));
    if let Some(webhooks) = body.webhook_configs {
        settings.insert("webhookConfigs".to_owned(), kept_webhooks(call, webhooks)?);
    }
    let id = match body.id {
        Some(id) => id.into_string(),
        None => call.store.new_id()?,
    };
    let workspace = Workspace {
        slug: free_slug(call, &name, &id)?,
        id,
        organization_id,
        name,
        tombstone: false,
        created_at: call.now,
        settings,
    };
    call.store.insert_workspace(&workspace)?;
    Ok(Reply::Json(reads::workspace(call, &workspace)))
}

/// Returns a slug for `name` that no other workspace has: eight letters are added where it is taken.
pub(super) fn free_slug(call: &Call<'_>, name: &str, id: &str) -> Result<String, ApiError> {
    let plain = slug(name);
    for attempt in 0..10_u32 {
        let candidate = if attempt == 0 { plain.clone() } else { format!("{plain}-{}", letters(id, attempt)) };
        let taken = call.store.workspace_by_slug(&candidate)?.is_some_and(|other| other.id != id);
        if !taken {
            return Ok(candidate);
        }
    }
    Err(ApiError::unforeseen(format!("no slug is left for the name `{name}`")))
}

fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "workspace".to_owned() } else { slug.to_owned() }
}

fn letters(id: &str, attempt: u32) -> String {
    let mut rest = ids::hash(&format!("{id}{attempt}"));
    (0..8)
        .map(|_| {
            let letter = char::from(b'a' + u8::try_from(rest % 26).unwrap_or_default());
            rest /= 26;
            letter
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_lower_case_words_joined_by_hyphens() {
        for (name, expected) in
            [("Default Workspace", "default-workspace"), ("  Köln & Co. ", "k-ln-co"), ("日本", "workspace")]
        {
            assert_eq!(slug(name), expected);
        }
    }
}
