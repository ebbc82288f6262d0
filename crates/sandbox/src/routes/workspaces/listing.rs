//! Lists of workspaces.

use serde::Deserialize;
use serde_json::json;

use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::reads;
use crate::store::Workspace;
use crate::wire::{Id, Pagination};

#[expect(clippy::unnecessary_wraps, reason = "handlers end with it")]
fn answer(call: &Call<'_>, workspaces: &[Workspace]) -> Outcome {
    let reads: Vec<_> = workspaces.iter().map(|workspace| reads::workspace(call, workspace)).collect();
    Ok(Reply::Json(json!({"workspaces": reads})))
}

fn live(call: &Call<'_>) -> Result<Vec<Workspace>, ApiError> {
    Ok(call.store.workspaces()?.into_iter().filter(|workspace| !workspace.tombstone).collect())
}

pub(super) fn list(call: &Call<'_>) -> Outcome {
    answer(call, &live(call)?)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Paginated {
    #[serde(default)]
    workspace_ids: Vec<Id>,
    #[serde(default)]
    include_deleted: bool,
    name_contains: Option<String>,
    pagination: Option<Pagination>,
}

fn paginated(call: &Call<'_>, all: bool) -> Outcome {
    let body: Paginated = call.body()?;
    let Some(pagination) = body.pagination else {
        return Err(ApiError::unforeseen("pagination is missing"));
    };
    let wanted = body.name_contains.unwrap_or_default().to_lowercase();
    let mut workspaces = call.store.workspaces()?;
    workspaces.retain(|workspace| {
        workspace.name.to_lowercase().contains(&wanted)
            && (body.include_deleted || !workspace.tombstone)
            && (all || body.workspace_ids.iter().any(|id| id.as_str() == workspace.id))
    });
    answer(call, &call.page(pagination, workspaces)?)
}

pub(super) fn list_paginated(call: &Call<'_>) -> Outcome {
    paginated(call, false)
}

pub(super) fn list_all_paginated(call: &Call<'_>) -> Outcome {
    paginated(call, true)
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Filtered {
    organization_id: Option<Id>,
    name_contains: Option<String>,
    pagination: Pagination,
}

fn filtered(call: &Call<'_>, by_organization: bool) -> Outcome {
    let body: Filtered = if call.body.is_null() { Filtered::default() } else { call.body()? };
    let wanted = body.name_contains.unwrap_or_default().to_lowercase();
    let mut workspaces = live(call)?;
    workspaces.retain(|workspace| {
        let here = body.organization_id.as_ref().is_some_and(|id| id.as_str() == workspace.organization_id);
        (here || !by_organization) && workspace.name.to_lowercase().contains(&wanted)
    });
    workspaces.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
    answer(call, &call.page(body.pagination, workspaces)?)
}

pub(super) fn list_by_organization(call: &Call<'_>) -> Outcome {
    filtered(call, true)
}

/// The only user is an instance admin, who sees everything.
pub(super) fn list_by_user(call: &Call<'_>) -> Outcome {
    filtered(call, false)
}
