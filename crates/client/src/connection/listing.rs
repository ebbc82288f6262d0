//! Lists of connections.

use airway_api_gen::types;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};

use super::Connection;
use crate::airbyte::{Listing, in_workspace, items_of, parsed};
use crate::error::Result;
use crate::workspace::Workspace;

const LIGHT: &str = "web_backend/connections/list";

impl Workspace {
    /// Lists all connections that are not deleted, by name where the server orders them.
    ///
    /// They come from the list that leaves catalogs out, page by page where the server has pages; what it leaves out is read
    /// when it is wanted, such as by [`Connection::catalog`].
    ///
    /// # Errors
    ///
    /// When the server cannot list them.
    pub fn connections(&self) -> Listing<Connection> {
        let workspace = self.clone();
        Listing::new(move |size| stream::once(connections(workspace, size)).try_flatten())
    }
}

async fn connections(workspace: Workspace, size: usize) -> Result<BoxStream<'static, Result<Connection>>> {
    if workspace.is_made_up() {
        return Ok(stream::empty().boxed());
    }
    let input = |_: &str| Some(in_workspace(workspace.id()));
    let (operation, pages) = workspace.airbyte().list_through(|ways| &ways.connections, input, size).await?;
    let item = move |item| {
        if operation == LIGHT {
            Ok(Connection::of_light(&workspace, parsed(operation, "WebBackendConnectionListItem", &item)?))
        } else {
            Ok(Connection::of(&workspace, parsed(operation, "ConnectionRead", &item)?))
        }
    };
    Ok(pages.map_ok(move |page| items_of(page, &item)).try_flatten().boxed())
}

impl Workspace {
    /// All connections with everything that is known of them, in one answer.
    pub(super) async fn whole_connections(&self) -> Result<Vec<Connection>> {
        let body = types::WorkspaceIdRequestBody { workspace_id: self.id().to_owned().into(), include_tombstone: None };
        let call = || self.airbyte().api().list_connections_for_workspace(&body);
        let list = self.airbyte().call("connections/list", call).await?;
        let reads = list.connections.unwrap_or_default();
        Ok(reads.into_iter().filter_map(|read| Connection::of(self, read)).collect())
    }
}
