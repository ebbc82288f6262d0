//! Who may do what. The default user may do everything, and further permissions are kept.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::ids::{self, NIL};
use crate::store::{Document, DocumentKind};
use crate::wire::{Id, wire_enum};

pub(super) const ROUTES: &[Route] = &[
    Route::new("permissions/create", create),
    Route::new("permissions/get", get),
    Route::new("permissions/update", update),
    Route::new("permissions/delete", delete),
    Route::new("permissions/delete_user_from_workspace", delete_user_from_workspace),
    Route::new("permissions/list_by_user", list_by_user),
    Route::new("permissions/check", check),
    Route::new("permissions/check_multiple_workspaces", check),
];

wire_enum!(PermissionType {
    InstanceAdmin = "instance_admin",
    OrganizationAdmin = "organization_admin",
    OrganizationEditor = "organization_editor",
    OrganizationRunner = "organization_runner",
    OrganizationReader = "organization_reader",
    OrganizationMember = "organization_member",
    WorkspaceOwner = "workspace_owner",
    WorkspaceAdmin = "workspace_admin",
    WorkspaceEditor = "workspace_editor",
    WorkspaceRunner = "workspace_runner",
    WorkspaceReader = "workspace_reader",
    WorkspaceSourceEditor = "workspace_source_editor",
    WorkspaceDestinationEditor = "workspace_destination_editor",
});

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    permission_id: Option<Id>,
    permission_type: Option<PermissionType>,
    /// The second name is that of old servers, where it says who is to go.
    #[serde(alias = "userIdToRemove")]
    user_id: Option<Id>,
    workspace_id: Option<Id>,
    organization_id: Option<Id>,
}

/// Two permissions that every installation is born with.
fn inborn(number: u64, kind: &str, organization: Option<&str>) -> Value {
    let mut read = json!({"permissionId": ids::uuid(u64::MAX, number), "permissionType": kind, "userId": NIL});
    if let Some(organization) = organization {
        read["organizationId"] = json!(organization);
    }
    read
}

pub(super) fn instance_admin(_: &Call<'_>) -> Value {
    inborn(0, "instance_admin", None)
}

pub(super) fn organization_admin(_: &Call<'_>) -> Value {
    inborn(1, "organization_admin", Some(NIL))
}

/// An equal permission that exists is returned instead of a second one.
fn create(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let kind = body.permission_type.ok_or_else(|| ApiError::unforeseen("`permissionType` is missing"))?;
    if kind == PermissionType::InstanceAdmin {
        return Err(ApiError::unprocessable("nobody is made instance admin over the API"));
    }
    if body.workspace_id.is_some() && body.organization_id.is_some() {
        return Err(ApiError::unprocessable("a permission is for a workspace or for an organization, not for both"));
    }
    let user = body.user_id.map_or_else(|| NIL.to_owned(), Id::into_string);
    let organization = body.organization_id.as_ref().map_or(NIL, Id::as_str);
    for (noun, id, exists) in
        [("user", user.as_str(), user == NIL), ("organization", organization, organization == NIL)]
    {
        if !exists {
            return Err(call.dangling(noun, id));
        }
    }
    if let Some(id) = &body.workspace_id
        && call.store.workspace(id.as_str())?.is_none()
    {
        return Err(call.dangling("workspace", id.as_str()));
    }
    let mut content = json!({"permissionType": kind.as_str(), "userId": user});
    for (name, id) in [("workspaceId", body.workspace_id), ("organizationId", body.organization_id)] {
        if let Some(id) = id {
            content[name] = json!(id);
        }
    }
    for other in all(call, &user)? {
        let mut same = other.clone();
        same["permissionId"] = Value::Null;
        let mut wanted = content.clone();
        wanted["permissionId"] = Value::Null;
        if same == wanted {
            return Ok(Reply::Json(other));
        }
    }
    let document = Document { id: call.store.new_id()?, owner: user, created_at: call.now, content };
    call.store.put_document(DocumentKind::Permission, &document)?;
    Ok(Reply::Json(read(&document)))
}

fn read(document: &Document) -> Value {
    let mut read = document.content.clone();
    read["permissionId"] = json!(document.id);
    read
}

/// Returns the user's permissions, inborn ones first.
fn all(call: &Call<'_>, user: &str) -> Result<Vec<Value>, ApiError> {
    let mut found = if user == NIL { vec![instance_admin(call), organization_admin(call)] } else { Vec::new() };
    found.extend(call.store.documents_of(DocumentKind::Permission, user)?.iter().map(read));
    Ok(found)
}

fn existing(call: &Call<'_>, id: Option<&Id>) -> Result<Document, ApiError> {
    let id = id.map_or("", Id::as_str);
    let found = call.store.document(DocumentKind::Permission, id)?;
    found.ok_or_else(|| ApiError::id_not_found("permission", id))
}

fn get(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let id = body.permission_id.as_ref().map_or("", Id::as_str);
    let own = [instance_admin(call), organization_admin(call)];
    if let Some(read) = own.into_iter().find(|read| read["permissionId"] == id) {
        return Ok(Reply::Json(read));
    }
    Ok(Reply::Json(read(&existing(call, body.permission_id.as_ref())?)))
}

fn update(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let mut document = existing(call, body.permission_id.as_ref())?;
    match body.permission_type {
        Some(PermissionType::InstanceAdmin) => {
            return Err(ApiError::unprocessable("nobody is made instance admin over the API"));
        }
        Some(kind) => document.content["permissionType"] = json!(kind.as_str()),
        None => {}
    }
    call.store.put_document(DocumentKind::Permission, &document)?;
    Ok(Reply::Nothing)
}

fn delete(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let id = body.permission_id.as_ref().map_or("", Id::as_str);
    if organization_admin(call)["permissionId"] == id || instance_admin(call)["permissionId"] == id {
        return Err(ApiError::conflict("the last admin cannot be removed"));
    }
    let document = existing(call, body.permission_id.as_ref())?;
    call.store.delete_document(DocumentKind::Permission, &document.id)?;
    Ok(Reply::Nothing)
}

fn delete_user_from_workspace(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let user = body.user_id.as_ref().map_or("", Id::as_str);
    for document in call.store.documents_of(DocumentKind::Permission, user)? {
        if body.workspace_id.as_ref().is_some_and(|id| document.content["workspaceId"] == id.as_str()) {
            call.store.delete_document(DocumentKind::Permission, &document.id)?;
        }
    }
    Ok(Reply::Nothing)
}

fn list_by_user(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let user = body.user_id.as_ref().map_or("", Id::as_str);
    Ok(Reply::Json(json!({"permissions": all(call, user)?})))
}

/// The default user may do everything, and there is nobody else.
fn check(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let user = body.user_id.as_ref().map_or("", Id::as_str);
    let wanted = body.permission_type.map_or("", PermissionType::as_str);
    Ok(Reply::Json(if user == NIL {
        json!({"status": "succeeded"})
    } else {
        json!({"status": "failed", "message": format!("user `{user}` is not {wanted}")})
    }))
}
