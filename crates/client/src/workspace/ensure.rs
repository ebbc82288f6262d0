//! Workspaces that have to be there.

use airway_api_gen::types;
use futures::FutureExt;
use serde_json::json;

use super::Workspace;
use crate::actor::Ensured;
use crate::airbyte::{Airbyte, NEW_ID, Write, partial};
use crate::change::Change;
use crate::error::Result;
use crate::event::{Event, Resource};

/// The organisation of self-managed servers that do not name theirs.
const DEFAULT_ORGANIZATION: &str = "00000000-0000-0000-0000-000000000000";

impl Airbyte {
    /// Makes sure that there is a workspace of this name: creates it in the server's default organisation, or does nothing.
    ///
    /// # Errors
    ///
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) with their ids when several have the name, or when the server refuses, such as
    /// to those who do not administer the organisation.
    pub async fn ensure_workspace(&self, name: &str) -> Result<Ensured<Workspace>> {
        Resource::Workspace.takes_name(name)?;
        let _turn = self.turn("", Resource::Workspace, name).await;
        if let Some(workspace) = self.find_workspace(name).await? {
            let (name, id) = (workspace.name().to_owned(), workspace.id().to_owned());
            self.emit(&Event::Unchanged { resource: Resource::Workspace, name, id, unknown_secrets: Vec::new() });
            return Ok(Ensured::new(workspace, Change::Unchanged));
        }
        let organization = self.server().await?.default_organization_id.as_deref().unwrap_or(DEFAULT_ORGANIZATION);
        let body: types::WorkspaceCreate = partial(json!({"name": name, "organizationId": organization}));
        let answer = || json!({"workspaceId": NEW_ID, "name": name, "slug": name});
        let write = Write::new("workspaces/create", Change::Created, Resource::Workspace, name);
        let write = write.answering(self, answer).stocked();
        let call = || self.api().create_workspace(&body);
        let take = |read| Workspace::of(self, read);
        let find = || self.find_workspace(name).boxed();
        let mut made = self.create(write, call, take, Workspace::id, Some(&find)).await?;
        if made.is_made_up()
            && let Some(other) = self.workspaces().await?.first()
        {
            made = made.standing_on(other);
        }
        Ok(Ensured::new(made, Change::Created))
    }
}
