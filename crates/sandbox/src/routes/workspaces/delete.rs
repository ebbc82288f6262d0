//! Deleting a workspace, and everything in it.

use serde::Deserialize;

use crate::call::{Call, Outcome, Reply};
use crate::generation::Feature;
use crate::routes::actors::entomb;
use crate::routes::connections::deprecate;
use crate::store::{ActorKind, PageRequest};
use crate::wire::Id;

const FIRST_PAGE: PageRequest<'_> = PageRequest { cursor: None, size: 20, descending: false };

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delete {
    workspace_id: Option<Id>,
}

pub(super) fn delete(call: &Call<'_>) -> Outcome {
    let body: Delete = call.body()?;
    let mut workspace = call.workspace(body.workspace_id.as_ref())?;
    for connection in call.store.connections(&workspace.id, false)? {
        deprecate(call, connection)?;
    }
    for kind in [ActorKind::Destination, ActorKind::Source] {
        // Real servers go through the paged list here and forget what is not on its first page.
        let actors = if call.has(Feature::WorkspaceDeleteForgets) && !call.friendly {
            call.store.actor_page(kind, &workspace.id, FIRST_PAGE)?.items
        } else {
            call.store.actors(kind, &workspace.id)?
        };
        for actor in actors {
            entomb(call, actor)?;
        }
    }
    workspace.tombstone = true;
    call.store.update_workspace(&workspace)?;
    Ok(Reply::Nothing)
}
