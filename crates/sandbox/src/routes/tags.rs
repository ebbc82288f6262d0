//! Tags on connections.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::store::{Document, DocumentKind};
use crate::wire::Id;

pub(super) const ROUTES: &[Route] = &[
    Route::new("tags/list", list),
    Route::new("tags/create", create),
    Route::new("tags/update", update),
    Route::new("tags/delete", delete),
];

const LONGEST_NAME: usize = 30;
const MOST_TAGS: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    tag_id: Option<Id>,
    workspace_id: Option<Id>,
    name: Option<String>,
    color: Option<String>,
}

/// Returns a `Tag`.
pub(super) fn read(tag: &Document) -> Value {
    json!({
        "tagId": tag.id,
        "workspaceId": tag.owner,
        "name": tag.content["name"],
        "color": tag.content["color"],
    })
}

/// The answer is a bare array.
fn list(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let workspace = call.workspace(body.workspace_id.as_ref())?;
    let tags = call.store.documents_of(DocumentKind::Tag, &workspace.id)?;
    Ok(Reply::Json(tags.iter().map(read).collect()))
}

fn create(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let workspace = call.workspace(body.workspace_id.as_ref())?;
    let others = call.store.documents_of(DocumentKind::Tag, &workspace.id)?;
    if others.len() >= MOST_TAGS {
        let message = format!("a workspace has at most {MOST_TAGS} tags");
        return Err(ApiError::problem(400, "error:tag-limit-for-workspace-reached", message, Value::Null));
    }
    let content = checked(&body, &others)?;
    let tag = Document { id: call.store.new_id()?, owner: workspace.id, created_at: call.now, content };
    call.store.put_document(DocumentKind::Tag, &tag)?;
    Ok(Reply::Json(read(&tag)))
}

fn update(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let mut tag = existing(call, &body)?;
    let mut others = call.store.documents_of(DocumentKind::Tag, &tag.owner)?;
    others.retain(|other| other.id != tag.id);
    tag.content = checked(&body, &others)?;
    call.store.put_document(DocumentKind::Tag, &tag)?;
    Ok(Reply::Json(read(&tag)))
}

fn delete(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    let tag = existing(call, &body)?;
    call.store.delete_document(DocumentKind::Tag, &tag.id)?;
    Ok(Reply::Json(read(&tag)))
}

/// Returns the tag of the workspace; the server does not foresee that there is none.
fn existing(call: &Call<'_>, body: &Body) -> Result<Document, ApiError> {
    let id = body.tag_id.as_ref().map_or("", Id::as_str);
    let workspace = body.workspace_id.as_ref().map_or("", Id::as_str);
    let tag = call.store.document(DocumentKind::Tag, id)?.filter(|tag| tag.owner == workspace);
    tag.ok_or_else(|| ApiError::carelessly_missing(format!("workspace `{workspace}` has no tag `{id}`")))
}

fn checked(body: &Body, others: &[Document]) -> Result<Value, ApiError> {
    let given = |member: &Option<String>, name| {
        member.clone().ok_or_else(|| ApiError::unforeseen(format!("`{name}` of the tag is missing")))
    };
    let (name, color) = (given(&body.name, "name")?, given(&body.color, "color")?);
    let refused = |status, name, message: String| Err(ApiError::problem(status, name, message, Value::Null));
    if name.chars().count() > LONGEST_NAME {
        let message = format!("tag name `{name}` is longer than {LONGEST_NAME} characters");
        return refused(400, "error:tag-name-too-long", message);
    }
    if color.len() != 6 || !color.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return refused(400, "error:tag-invalid-hex-color", format!("`{color}` is not a colour of six hex digits"));
    }
    if others.iter().any(|other| other.content["name"] == name.as_str()) {
        return refused(409, "error:tag-already-exists", format!("the workspace has a tag `{name}`"));
    }
    Ok(json!({"name": name, "color": color}))
}
