//! The one user of a self-managed Airbyte.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Route, instance, permissions};
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::ids::NIL;
use crate::wire::Id;

pub(super) const ROUTES: &[Route] = &[
    Route::new("users/get", get),
    Route::new("users/get_by_email", get_by_email),
    Route::new("users/list_by_organization_id", list_by_organization),
    Route::new("users/list_access_info_by_workspace_id", access_info),
    Route::new("users/list_instance_admin", list_instance_admin),
];

fn read(call: &Call<'_>) -> Outcome {
    let owner = instance::owner(call)?;
    let workspaces = call.store.workspaces()?;
    let first = workspaces.iter().find(|workspace| !workspace.tombstone);
    call.json(
        "UserRead",
        json!({
            "userId": NIL,
            "name": owner.name,
            "email": owner.email,
            "defaultWorkspaceId": first.map(|workspace| workspace.id.as_str()),
            "status": "registered",
            "news": false,
            "metadata": {},
        }),
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Get {
    user_id: Option<Id>,
    email: Option<String>,
    organization_id: Option<Id>,
    workspace_id: Option<Id>,
}

fn get(call: &Call<'_>) -> Outcome {
    let body: Get = call.body()?;
    match body.user_id.as_ref().map_or("", Id::as_str) {
        NIL => read(call),
        other => Err(ApiError::id_not_found("user", other)),
    }
}

fn get_by_email(call: &Call<'_>) -> Outcome {
    let body: Get = call.body()?;
    match body.email.unwrap_or_default() {
        email if email == instance::owner(call)?.email => read(call),
        other => Err(ApiError::id_not_found("user", &other)),
    }
}

fn list_by_organization(call: &Call<'_>) -> Outcome {
    let body: Get = call.body()?;
    let id = body.organization_id.as_ref().map_or("", Id::as_str);
    let owner = instance::owner(call)?;
    let user = json!({
        "userId": NIL,
        "name": owner.name,
        "email": owner.email,
        "permissionId": permissions::organization_admin(call)["permissionId"],
        "permissionType": "organization_admin",
        "organizationId": NIL,
    });
    let users: Vec<Value> = if id == NIL { vec![user] } else { Vec::new() };
    Ok(Reply::Json(json!({"users": users})))
}

fn access_info(call: &Call<'_>) -> Outcome {
    let body: Get = call.body()?;
    let workspace = call.workspace(body.workspace_id.as_ref())?;
    let owner = instance::owner(call)?;
    let user = json!({
        "userId": NIL,
        "userName": owner.name,
        "userEmail": owner.email,
        "workspaceId": workspace.id,
        "organizationPermission": permissions::organization_admin(call),
    });
    Ok(Reply::Json(json!({"usersWithAccess": [user]})))
}

fn list_instance_admin(call: &Call<'_>) -> Outcome {
    let owner = instance::owner(call)?;
    let permission = permissions::instance_admin(call)["permissionId"].clone();
    let user = json!({"userId": NIL, "name": owner.name, "email": owner.email, "permissionId": permission});
    Ok(Reply::Json(json!({"users": [user]})))
}
