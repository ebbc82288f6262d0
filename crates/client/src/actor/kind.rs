//! What differs between sources and destinations: the names of operations, types and members, and nothing else.

use airway_api_gen::types;
use serde_json::{Value, json};

use super::operations::{ActorKind, ActorRead, Operations};
use crate::airbyte::{Airbyte, Write, partial};
use crate::definition::{Definition, DefinitionRead, Specification};
use crate::error::{Error, Result};
use crate::event::{Change, Resource};
use crate::workspace::Workspace;

macro_rules! actor_kind {
    ($kind:ident, $folder:literal) => { pastey::paste! {
        #[doc = concat!("Marks what belongs to ", $folder, ".")]
        #[derive(Debug)]
        pub struct [<$kind:camel Kind>];

        impl ActorKind for [<$kind:camel Kind>] {}

        impl Operations for [<$kind:camel Kind>] {
            const RESOURCE: Resource = Resource::[<$kind:camel>];
            const DEFINITION: Resource = Resource::[<$kind:camel Definition>];
            const LIST: &'static str = concat!($folder, "/list");

            async fn definitions_of(workspace: &Workspace) -> Result<&[Definition<Self>]> {
                workspace.[<$kind _definitions>]().await
            }

            async fn definitions(airbyte: &Airbyte, workspace_id: &str) -> Result<Vec<DefinitionRead>> {
                let body: types::WorkspaceIdActorDefinitionRequestBody = partial(json!({ "workspaceId": workspace_id }));
                let call = || airbyte.api().[<list_ $kind _definitions_for_workspace>](&body);
                let list = airbyte.call(concat!(stringify!($kind), "_definitions/list_for_workspace"), call).await?;
                let definition = |read: types::[<$kind:camel DefinitionRead>]| Some(DefinitionRead {
                    id: read.[<$kind _definition_id>]?.to_string(),
                    name: read.name.unwrap_or_default(),
                    docker_repository: read.docker_repository.unwrap_or_default(),
                    docker_image_tag: read.docker_image_tag.unwrap_or_default(),
                });
                Ok(list.[<$kind _definitions>].unwrap_or_default().into_iter().filter_map(definition).collect())
            }

            async fn specification(airbyte: &Airbyte, workspace_id: &str, definition_id: &str) -> Result<Specification> {
                let body = types::[<$kind:camel DefinitionIdWithWorkspaceId>] {
                    [<$kind _definition_id>]: definition_id.to_owned().into(),
                    workspace_id: workspace_id.to_owned().into(),
                };
                let call = || airbyte.api().[<get_ $kind _definition_specification>](&body);
                Ok(airbyte.call(concat!(stringify!($kind), "_definition_specifications/get"), call).await?.into())
            }

            fn read(item: Value) -> Option<ActorRead> {
                [<read_ $kind>](serde_json::from_value(item).ok()?)
            }

            async fn create(
                airbyte: &Airbyte,
                workspace_id: &str,
                definition_id: &str,
                name: &str,
                configuration: &Value,
            ) -> Result<ActorRead> {
                let body: types::[<$kind:camel Create>] = partial(json!({
                    "workspaceId": workspace_id,
                    (concat!(stringify!($kind), "DefinitionId")): definition_id,
                    "name": name,
                    "connectionConfiguration": configuration,
                }));
                let write = Write::new(concat!($folder, "/create"), Change::Created, Self::RESOURCE, name);
                let call = || airbyte.api().[<create_ $kind>](&body);
                let read = airbyte.write(write, call, |read| read.[<$kind _id>].as_deref().cloned()).await?;
                [<read_ $kind>](read).ok_or_else(|| Error::incomplete(concat!($folder, "/create"), concat!(stringify!($kind), "Id")))
            }

            async fn update(airbyte: &Airbyte, id: &str, name: &str, configuration: &Value) -> Result<ActorRead> {
                let body = [<$kind _update>](id, name, configuration);
                let write = Write::new(concat!($folder, "/update"), Change::Updated, Self::RESOURCE, name);
                let call = || airbyte.api().[<update_ $kind>](&body);
                let read = airbyte.write(write, call, |_| Some(id.to_owned())).await?;
                [<read_ $kind>](read).ok_or_else(|| Error::incomplete(concat!($folder, "/update"), concat!(stringify!($kind), "Id")))
            }

            async fn delete(airbyte: &Airbyte, id: &str, name: &str) -> Result<()> {
                let body = types::[<$kind:camel IdRequestBody>] { [<$kind _id>]: id.to_owned().into() };
                let write = Write::new(concat!($folder, "/delete"), Change::Deleted, Self::RESOURCE, name);
                airbyte.write(write, || airbyte.api().[<delete_ $kind>](&body), |()| Some(id.to_owned())).await
            }

            async fn check(airbyte: &Airbyte, id: &str) -> Result<types::CheckConnectionRead> {
                let body = types::[<$kind:camel IdRequestBody>] { [<$kind _id>]: id.to_owned().into() };
                let call = || airbyte.api().[<check_connection_to_ $kind>](&body);
                airbyte.call(concat!($folder, "/check_connection"), call).await
            }

            async fn check_unsaved(
                airbyte: &Airbyte,
                workspace_id: &str,
                definition_id: &str,
                configuration: &Value,
            ) -> Result<types::CheckConnectionRead> {
                let body: types::[<$kind:camel CoreConfig>] = partial(json!({
                    "workspaceId": workspace_id,
                    (concat!(stringify!($kind), "DefinitionId")): definition_id,
                    "connectionConfiguration": configuration,
                }));
                let call = || airbyte.api().[<execute_ $kind _check_connection>](&body);
                airbyte.call(concat!("scheduler/", $folder, "/check_connection"), call).await
            }

            async fn check_update(
                airbyte: &Airbyte,
                id: &str,
                name: &str,
                configuration: &Value,
            ) -> Result<types::CheckConnectionRead> {
                let body = [<$kind _update>](id, name, configuration);
                let call = || airbyte.api().[<check_connection_to_ $kind _for_update>](&body);
                airbyte.call(concat!($folder, "/check_connection_for_update"), call).await
            }
        }

        fn [<$kind _update>](id: &str, name: &str, configuration: &Value) -> types::[<$kind:camel Update>] {
            partial(json!({
                (concat!(stringify!($kind), "Id")): id,
                "name": name,
                "connectionConfiguration": configuration,
            }))
        }

        /// `None` for one without an id, which no call could use.
        fn [<read_ $kind>](read: types::[<$kind:camel Read>]) -> Option<ActorRead> {
            Some(ActorRead {
                id: read.[<$kind _id>]?.to_string(),
                name: read.name.unwrap_or_default(),
                definition_id: read.[<$kind _definition_id>].map(|id| id.to_string()).unwrap_or_default(),
                definition_name: read.[<$kind _name>].unwrap_or_default(),
                configuration: read.connection_configuration.map(|configuration| configuration.0).unwrap_or_default(),
            })
        }
    } };
}

actor_kind!(source, "sources");
actor_kind!(destination, "destinations");
