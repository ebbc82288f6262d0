//! Organisations: a self-managed Airbyte has the one it was born with.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Route, instance};
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::ids::NIL;
use crate::wire::{Id, Pagination};

pub(super) const ROUTES: &[Route] = &[
    Route::new("organizations/get", get),
    Route::new("organizations/list_by_user_id", list_by_user),
    Route::new("organizations/list_summaries", list_summaries),
    Route::new("organizations/get_organization_info", get_info),
];

/// Returns the default organisation.
fn default_organization(call: &Call<'_>) -> Result<Value, ApiError> {
    let owner = instance::owner(call)?;
    Ok(call.shape(
        "OrganizationRead",
        json!({
            "organizationId": NIL,
            "organizationName": owner.organization,
            "email": owner.email,
            "pba": false,
            "orgLevelBilling": false,
            "isAgentic": false,
        }),
    ))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Get {
    organization_id: Option<Id>,
}

fn get(call: &Call<'_>) -> Outcome {
    let body: Get = call.body()?;
    match body.organization_id.as_ref().map(Id::as_str) {
        Some(NIL) => Ok(Reply::Json(default_organization(call)?)),
        other => Err(ApiError::id_not_found("organization", other.unwrap_or_default())),
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ListByUser {
    name_contains: Option<String>,
    pagination: Pagination,
}

fn list_by_user(call: &Call<'_>) -> Outcome {
    let body: ListByUser = if call.body.is_null() { ListByUser::default() } else { call.body()? };
    let organization = default_organization(call)?;
    let name = organization["organizationName"].as_str().unwrap_or_default().to_lowercase();
    let wanted = body.name_contains.unwrap_or_default().to_lowercase();
    let found = if name.contains(&wanted) { vec![organization] } else { Vec::new() };
    Ok(Reply::Json(json!({"organizations": call.page(body.pagination, found)?})))
}

/// Returns an `OrganizationInfoRead`.
pub(super) fn info(call: &Call<'_>, id: &str) -> Result<Value, ApiError> {
    Ok(call.shape(
        "OrganizationInfoRead",
        json!({
            "organizationId": id,
            "organizationName": instance::owner(call)?.organization,
            "sso": false,
            "scim": false,
        }),
    ))
}

fn get_info(call: &Call<'_>) -> Outcome {
    let body: Get = call.body()?;
    match body.organization_id.as_ref().map(Id::as_str) {
        Some(NIL) => Ok(Reply::Json(info(call, NIL)?)),
        other => Err(ApiError::id_not_found("organization", other.unwrap_or_default())),
    }
}

fn list_summaries(call: &Call<'_>) -> Outcome {
    let body: ListByUser = if call.body.is_null() { ListByUser::default() } else { call.body()? };
    let mut workspaces = Vec::new();
    for workspace in call.store.workspaces()?.into_iter().filter(|workspace| !workspace.tombstone) {
        workspaces.push(crate::reads::workspace(call, &workspace));
    }
    let summary = json!({
        "organization": default_organization(call)?, "workspaces": workspaces, "memberCount": 1,
    });
    Ok(Reply::Json(json!({"organizationSummaries": call.page(body.pagination, vec![summary])?})))
}
