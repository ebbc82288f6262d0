//! Connections as the inventory knows them: by name first, as a whole from the first use on.

use std::sync::Arc;

use airway_api_gen::types;
use futures::FutureExt;
use serde_json::Value;

use super::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Resource;
use crate::inventory::Item;
use crate::workspace::Workspace;

/// A connection on its shelf.
#[derive(Debug, Clone)]
pub(crate) struct Shelved {
    id: String,
    name: String,
    read: Option<Arc<types::ConnectionRead>>,
}

impl Item for Shelved {
    fn id(&self) -> &str {
        &self.id
    }
}

// Reading one connection costs about as much as reading this many of them in a list.
const AS_DEAR_AS_ONE: usize = 20;

impl Workspace {
    /// The connection of this name in the list as it is known.
    ///
    /// Lists of names are cheap, catalogs are not: connections are read one by one, until that costs more than all together.
    pub(super) async fn known_connection(&self, name: &str) -> Result<Option<Connection>> {
        let stock = self.stock();
        let look = |all: &[Shelved]| {
            let fitting: Vec<_> = all.iter().filter(|one| one.name == name || one.id == name).cloned().collect();
            let read = all.iter().filter(|one| one.read.is_some()).count();
            (!fitting.is_empty()).then_some((fitting, read, all.len()))
        };
        let found = stock.connections.seek(self.airbyte(), || self.names().boxed(), look).await?;
        let (fitting, read, all) = found.unwrap_or_default();
        match fitting.as_slice() {
            [] => Ok(None),
            [Shelved { id, read: Some(read), .. }] => {
                Ok(Some(Connection::whole_of(self, id.clone(), Arc::clone(read))))
            }
            [one] if read < all.div_ceil(AS_DEAR_AS_ONE) => {
                let connection = self.connection_by_id(&one.id).await?;
                // Servers answer with connections that were deleted: another one may have the name by now.
                if connection.is_deleted() {
                    stock.connections.remove(&one.id).await;
                    let another = self.names().await?.into_iter().find(|it| it.name == name && it.id != one.id);
                    let Some(another) = another else { return Ok(None) };
                    return stocked(self.connection_by_id(&another.id).await?).await.map(Some);
                }
                stocked(connection).await.map(Some)
            }
            [one] => {
                let mut found = None;
                for connection in self.whole_connections().await? {
                    let connection = stocked(connection).await?;
                    if connection.id == one.id {
                        found = Some(connection);
                    }
                }
                Ok(found)
            }
            several => Err(Error::new(ErrorKind::Ambiguous {
                resource: Resource::Connection,
                name: name.to_owned(),
                candidates: several.iter().map(|one| format!("{} ({})", one.name, one.id)).collect(),
            })),
        }
    }

    async fn names(&self) -> Result<Vec<Shelved>> {
        if self.is_made_up() {
            return Ok(Vec::new());
        }
        let listed = self.connections().await?;
        let shelved = |one: Connection| Shelved { name: one.name().to_owned(), id: one.id, read: None };
        Ok(listed.into_iter().map(shelved).collect())
    }
}

/// Puts one that was read, made or changed where the others are known.
pub(super) async fn stocked(connection: Connection) -> Result<Connection> {
    let (id, name, read) = (connection.id.clone(), connection.name().to_owned(), Arc::clone(&connection.read));
    connection.workspace.stock().connections.put(Shelved { id, name, read: Some(read) }).await;
    Ok(connection)
}

/// What a server would answer that has it stored with these changes.
pub(super) fn patched(read: &types::ConnectionRead, update: &types::ConnectionUpdate) -> Value {
    let mut patched = serde_json::to_value(read).unwrap_or_default();
    let update = serde_json::to_value(update).unwrap_or_default();
    if let (Some(patched), Value::Object(update)) = (patched.as_object_mut(), update) {
        patched.extend(update.into_iter().filter(|(_, value)| !value.is_null()));
    }
    patched
}
