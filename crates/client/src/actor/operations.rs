//! What sources and destinations can be asked to do.

use std::sync::Arc;

use airway_api_gen::types;
use serde_json::Value;

use crate::airbyte::{Airbyte, Find};
use crate::change::Difference;
use crate::definition::{CustomConnector, DefinitionRead, Known, Specification};
use crate::error::Result;
use crate::event::Resource;
use crate::inventory::{Item, Shelf, Stock};

/// What a server tells of a source or destination.
#[derive(Debug, Clone, PartialEq)]
pub struct ActorRead {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) definition_id: String,
    pub(crate) definition_name: String,
    pub(crate) configuration: Value,
}

impl Item for Arc<ActorRead> {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Either [`SourceKind`](super::SourceKind) or [`DestinationKind`](super::DestinationKind); nothing else can be one.
pub trait ActorKind: Operations {}

/// The operations of one kind. Nobody outside can name it.
pub trait Operations: Send + Sync + Sized + 'static {
    const RESOURCE: Resource;
    const DEFINITION: Resource;
    /// The operation that lists the actors of a workspace.
    const LIST: &'static str;

    /// Where its actors are kept in the inventory.
    fn shelf(stock: &Stock) -> &Shelf<Arc<ActorRead>>;
    /// Where its connectors are kept in the inventory.
    fn definition_shelf(stock: &Stock) -> &Shelf<Arc<Known>>;
    fn definitions(airbyte: &Airbyte, workspace_id: &str) -> impl Future<Output = Result<Vec<DefinitionRead>>> + Send;
    /// Adds a connector from an image; `find` looks for one of this name after an unclear failure.
    fn create_definition(
        airbyte: &Airbyte,
        workspace_id: &str,
        name: &str,
        connector: &CustomConnector,
        find: Find<'_, DefinitionRead>,
    ) -> impl Future<Output = Result<DefinitionRead>> + Send;
    /// Sets the version of a connector.
    fn update_definition(
        airbyte: &Airbyte,
        workspace_id: &str,
        stored: &DefinitionRead,
        version: &str,
        differences: Vec<Difference>,
    ) -> impl Future<Output = Result<DefinitionRead>> + Send;
    fn specification(
        airbyte: &Airbyte,
        workspace_id: &str,
        definition_id: &str,
    ) -> impl Future<Output = Result<Specification>> + Send;
    /// `None` for an item without an id, which no call could use.
    fn read(item: Value) -> Option<ActorRead>;
    /// Creates one; `find` looks for one of this name after an unclear failure, where that would tell.
    fn create(
        airbyte: &Airbyte,
        workspace_id: &str,
        definition: &DefinitionRead,
        name: &str,
        configuration: &Value,
        find: Option<Find<'_, ActorRead>>,
    ) -> impl Future<Output = Result<ActorRead>> + Send;
    /// Replaces name and configuration.
    fn update(
        airbyte: &Airbyte,
        stored: &ActorRead,
        name: &str,
        configuration: &Value,
        differences: Vec<Difference>,
    ) -> impl Future<Output = Result<ActorRead>> + Send;
    /// Merges `members` into the configuration.
    fn merge(
        airbyte: &Airbyte,
        stored: &ActorRead,
        members: &Value,
        differences: Vec<Difference>,
    ) -> impl Future<Output = Result<ActorRead>> + Send;
    fn delete(airbyte: &Airbyte, id: &str, name: &str) -> impl Future<Output = Result<()>> + Send;
    fn check(airbyte: &Airbyte, id: &str) -> impl Future<Output = Result<types::CheckConnectionRead>> + Send;
    fn check_unsaved(
        airbyte: &Airbyte,
        workspace_id: &str,
        definition_id: &str,
        configuration: &Value,
    ) -> impl Future<Output = Result<types::CheckConnectionRead>> + Send;
    fn check_update(
        airbyte: &Airbyte,
        id: &str,
        name: &str,
        configuration: &Value,
    ) -> impl Future<Output = Result<types::CheckConnectionRead>> + Send;
}

/// Merges as servers do: objects deeply, anything else is replaced.
pub(super) fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}
