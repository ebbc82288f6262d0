//! What sources and destinations can be asked to do.

use airway_api_gen::types;
use serde_json::Value;

use crate::airbyte::Airbyte;
use crate::definition::{Definition, DefinitionRead, Specification};
use crate::error::Result;
use crate::event::Resource;
use crate::workspace::Workspace;

/// What a server tells of a source or destination.
#[derive(Debug, Clone, PartialEq)]
pub struct ActorRead {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) definition_id: String,
    pub(crate) definition_name: String,
    pub(crate) configuration: Value,
}

/// Either [`SourceKind`](super::SourceKind) or [`DestinationKind`](super::DestinationKind); nothing else can be one.
pub trait ActorKind: Operations {}

/// The operations of one kind. Nobody outside can name it.
pub trait Operations: Send + Sync + Sized + 'static {
    const RESOURCE: Resource;
    const DEFINITION: Resource;
    /// The operation that lists the actors of a workspace.
    const LIST: &'static str;

    fn definitions_of(workspace: &Workspace) -> impl Future<Output = Result<&[Definition<Self>]>> + Send
    where
        Self: ActorKind;
    fn definitions(airbyte: &Airbyte, workspace_id: &str) -> impl Future<Output = Result<Vec<DefinitionRead>>> + Send;
    fn specification(
        airbyte: &Airbyte,
        workspace_id: &str,
        definition_id: &str,
    ) -> impl Future<Output = Result<Specification>> + Send;
    /// `None` for an item without an id, which no call could use.
    fn read(item: Value) -> Option<ActorRead>;
    fn create(
        airbyte: &Airbyte,
        workspace_id: &str,
        definition_id: &str,
        name: &str,
        configuration: &Value,
    ) -> impl Future<Output = Result<ActorRead>> + Send;
    fn update(
        airbyte: &Airbyte,
        id: &str,
        name: &str,
        configuration: &Value,
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
