//! What differs between sources and destinations: the names of operations, types and members, and nothing else.

use std::sync::Arc;

use airway_api_gen::types;
use serde_json::{Value, json};

use super::operations::{ActorKind, ActorRead, Operations, merge};
use crate::airbyte::{Airbyte, Find, NEW_ID, Write, partial};
use crate::change::{Change, Difference};
use crate::definition::{CustomConnector, DefinitionRead, Known, Specification};
use crate::error::{Error, Result};
use crate::event::Resource;
use crate::inventory::{Shelf, Stock};

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

            fn shelf(stock: &Stock) -> &Shelf<Arc<ActorRead>> {
                &stock.[<$kind s>]
            }

            fn definition_shelf(stock: &Stock) -> &Shelf<Arc<Known>> {
                &stock.[<$kind _definitions>]
            }

            async fn definitions(airbyte: &Airbyte, workspace_id: &str) -> Result<Vec<DefinitionRead>> {
                let body: types::WorkspaceIdActorDefinitionRequestBody = partial(json!({ "workspaceId": workspace_id }));
                let call = || airbyte.api().[<list_ $kind _definitions_for_workspace>](&body);
                let list = airbyte.call(concat!(stringify!($kind), "_definitions/list_for_workspace"), call).await?;
                let listed = list.[<$kind _definitions>].unwrap_or_default();
                Ok(listed.into_iter().filter_map([<read_ $kind _definition>]).collect())
            }

            async fn create_definition(
                airbyte: &Airbyte,
                workspace_id: &str,
                name: &str,
                connector: &CustomConnector,
                find: Find<'_, DefinitionRead>,
            ) -> Result<DefinitionRead> {
                let mut described = json!({
                    "name": name,
                    "dockerRepository": connector.docker_repository,
                    "dockerImageTag": connector.version,
                    "documentationUrl": connector.documentation_url.as_deref().unwrap_or_default(),
                });
                let body: types::[<Custom $kind:camel DefinitionCreate>] = partial(json!({
                    "workspaceId": workspace_id,
                    (concat!(stringify!($kind), "Definition")): described,
                }));
                let operation = concat!(stringify!($kind), "_definitions/create_custom");
                let answer = || {
                    described[concat!(stringify!($kind), "DefinitionId")] = NEW_ID.into();
                    described["custom"] = true.into();
                    described
                };
                let write = Write::new(operation, Change::Created, Self::DEFINITION, name);
                let write = write.answering(airbyte, answer).stocked();
                let call = || airbyte.api().[<create_custom_ $kind _definition>](&body);
                airbyte.create(write, call, [<read_ $kind _definition>], |read| &read.id, Some(find)).await
            }

            async fn update_definition(
                airbyte: &Airbyte,
                workspace_id: &str,
                stored: &DefinitionRead,
                version: &str,
                differences: Vec<Difference>,
            ) -> Result<DefinitionRead> {
                let body: types::[<$kind:camel DefinitionUpdate>] = partial(json!({
                    "workspaceId": workspace_id,
                    (concat!(stringify!($kind), "DefinitionId")): stored.id,
                    "dockerImageTag": version,
                }));
                let operation = concat!(stringify!($kind), "_definitions/update");
                let answer = || json!({
                    (concat!(stringify!($kind), "DefinitionId")): stored.id,
                    "name": stored.name,
                    "dockerRepository": stored.docker_repository,
                    "dockerImageTag": version,
                    "custom": stored.is_custom,
                });
                let write = Write::new(operation, Change::Updated(differences), Self::DEFINITION, &stored.name);
                let call = || airbyte.api().[<update_ $kind _definition>](&body);
                let write = write.answering(airbyte, answer).stocked();
                let read = airbyte.write(write, call, |_| Some(stored.id.clone())).await?;
                [<read_ $kind _definition>](read)
                    .ok_or_else(|| Error::incomplete(operation, concat!(stringify!($kind), "DefinitionId")))
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
                definition: &DefinitionRead,
                name: &str,
                configuration: &Value,
                find: Option<Find<'_, ActorRead>>,
            ) -> Result<ActorRead> {
                let members = json!({
                    "workspaceId": workspace_id,
                    (concat!(stringify!($kind), "DefinitionId")): definition.id,
                    "name": name,
                    "connectionConfiguration": configuration,
                });
                let answer = || {
                    let mut answer = members.clone();
                    answer[concat!(stringify!($kind), "Id")] = NEW_ID.into();
                    answer[concat!(stringify!($kind), "Name")] = definition.name.as_str().into();
                    answer
                };
                let write = Write::new(concat!($folder, "/create"), Change::Created, Self::RESOURCE, name);
                let write = write.answering(airbyte, answer).stocked();
                let body: types::[<$kind:camel Create>] = partial(members);
                let call = || airbyte.api().[<create_ $kind>](&body);
                airbyte.create(write, call, [<read_ $kind>], |read| &read.id, find).await
            }

            async fn update(
                airbyte: &Airbyte,
                stored: &ActorRead,
                name: &str,
                configuration: &Value,
                differences: Vec<Difference>,
            ) -> Result<ActorRead> {
                let body = [<$kind _update>](&stored.id, name, configuration);
                let answer = || [<as_ $kind>](stored, name, configuration);
                let write = Write::new(concat!($folder, "/update"), Change::Updated(differences), Self::RESOURCE, name);
                let call = || airbyte.api().[<update_ $kind>](&body);
                let read = airbyte.write(write.answering(airbyte, answer).stocked(), call, |_| Some(stored.id.clone())).await?;
                [<read_ $kind>](read).ok_or_else(|| Error::incomplete(concat!($folder, "/update"), concat!(stringify!($kind), "Id")))
            }

            async fn merge(
                airbyte: &Airbyte,
                stored: &ActorRead,
                members: &Value,
                differences: Vec<Difference>,
            ) -> Result<ActorRead> {
                let body: types::[<Partial $kind:camel Update>] = partial(json!({
                    (concat!(stringify!($kind), "Id")): stored.id,
                    "connectionConfiguration": members,
                }));
                let answer = || {
                    let mut configuration = stored.configuration.clone();
                    merge(&mut configuration, members);
                    [<as_ $kind>](stored, &stored.name, &configuration)
                };
                let operation = concat!($folder, "/partial_update");
                let write = Write::new(operation, Change::Updated(differences), Self::RESOURCE, &stored.name);
                let call = || airbyte.api().[<partial_update_ $kind>](&body);
                let read = airbyte.write(write.answering(airbyte, answer).stocked(), call, |_| Some(stored.id.clone())).await?;
                [<read_ $kind>](read).ok_or_else(|| Error::incomplete(operation, concat!(stringify!($kind), "Id")))
            }

            async fn delete(airbyte: &Airbyte, id: &str, name: &str) -> Result<()> {
                let body = types::[<$kind:camel IdRequestBody>] { [<$kind _id>]: id.to_owned().into() };
                // Connections go with it: what is known of them is forgotten.
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

        /// What a server would answer that has it stored with this name and configuration.
        fn [<as_ $kind>](stored: &ActorRead, name: &str, configuration: &Value) -> Value {
            json!({
                (concat!(stringify!($kind), "Id")): stored.id,
                (concat!(stringify!($kind), "DefinitionId")): stored.definition_id,
                (concat!(stringify!($kind), "Name")): stored.definition_name,
                "name": name,
                "connectionConfiguration": configuration,
            })
        }

        fn [<$kind _update>](id: &str, name: &str, configuration: &Value) -> types::[<$kind:camel Update>] {
            partial(json!({
                (concat!(stringify!($kind), "Id")): id,
                "name": name,
                "connectionConfiguration": configuration,
            }))
        }

        /// `None` for one without an id, which no call could use.
        fn [<read_ $kind _definition>](read: types::[<$kind:camel DefinitionRead>]) -> Option<DefinitionRead> {
            Some(DefinitionRead {
                id: read.[<$kind _definition_id>]?.to_string(),
                name: read.name.unwrap_or_default(),
                docker_repository: read.docker_repository.unwrap_or_default(),
                docker_image_tag: read.docker_image_tag.unwrap_or_default(),
                is_custom: read.custom.unwrap_or_default(),
            })
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
