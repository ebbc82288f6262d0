//! Workspaces.

mod create;
mod delete;
mod listing;
mod update;

use super::{Route, organizations};
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::reads;
use crate::wire::Id;
use serde::Deserialize;

pub(super) const ROUTES: &[Route] = &[
    Route::new("workspaces/create", create::create),
    Route::new("workspaces/create_if_not_exist", create::create_with_id),
    Route::new("workspaces/get", get),
    Route::new("workspaces/get_by_slug", get_by_slug),
    Route::new("workspaces/get_by_connection_id", get_by_connection),
    Route::new("workspaces/get_by_connection_id_with_tombstone", get_by_connection_with_tombstone),
    Route::new("workspaces/get_organization_info", organization_info),
    Route::new("workspaces/list", listing::list),
    Route::new("workspaces/list_all_paginated", listing::list_all_paginated),
    Route::new("workspaces/list_paginated", listing::list_paginated),
    Route::new("workspaces/list_by_organization_id", listing::list_by_organization),
    Route::new("workspaces/list_by_user_id", listing::list_by_user),
    Route::new("workspaces/update", update::update),
    Route::new("workspaces/update_name", update::rename),
    Route::new("workspaces/update_organization", update::move_to_organization),
    Route::new("workspaces/tag_feedback_status_as_done", update::feedback),
    Route::new("workspaces/delete", delete::delete),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Get {
    workspace_id: Option<Id>,
    #[serde(default)]
    include_tombstone: Option<bool>,
}

fn get(call: &Call<'_>) -> Outcome {
    let body: Get = call.body()?;
    let id = body.workspace_id.as_ref().map_or("", Id::as_str);
    let workspace = call.store.workspace(id)?;
    let workspace = workspace.filter(|found| !found.tombstone || body.include_tombstone == Some(true));
    let workspace = workspace.ok_or_else(|| ApiError::id_not_found("workspace", id))?;
    Ok(Reply::Json(reads::workspace(call, &workspace)))
}

#[derive(Deserialize)]
struct BySlug {
    slug: Option<String>,
}

fn get_by_slug(call: &Call<'_>) -> Outcome {
    let body: BySlug = call.body()?;
    let slug = body.slug.unwrap_or_default();
    let workspace = call.store.workspace_by_slug(&slug)?.filter(|found| !found.tombstone);
    let workspace = workspace.ok_or_else(|| ApiError::id_not_found("workspace", &slug))?;
    Ok(Reply::Json(reads::workspace(call, &workspace)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ByConnection {
    connection_id: Option<Id>,
}

fn get_by_connection(call: &Call<'_>) -> Outcome {
    let body: ByConnection = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    let workspace = call.store.workspace(&connection.workspace_id)?.filter(|found| !found.tombstone);
    let workspace = workspace.ok_or_else(|| ApiError::id_not_found("workspace", &connection.workspace_id))?;
    Ok(Reply::Json(reads::workspace(call, &workspace)))
}

fn get_by_connection_with_tombstone(call: &Call<'_>) -> Outcome {
    let body: ByConnection = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    let workspace = call.store.workspace(&connection.workspace_id)?;
    let workspace = workspace.ok_or_else(|| ApiError::id_not_found("workspace", &connection.workspace_id))?;
    Ok(Reply::Json(reads::workspace(call, &workspace)))
}

fn organization_info(call: &Call<'_>) -> Outcome {
    let body: Get = call.body()?;
    let workspace = call.workspace(body.workspace_id.as_ref())?;
    Ok(Reply::Json(organizations::info(call, &workspace.organization_id)?))
}
