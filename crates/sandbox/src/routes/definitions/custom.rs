//! Bringing connectors along, changing and deleting definitions.

use serde::Deserialize;
use serde_json::Value;

use super::DefinitionId;
use super::scopes::is_custom;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::connectors::{Changes, Described, changes, file, put_changes};
use crate::generation::Feature;
use crate::reads;
use crate::routes::actors::entomb;
use crate::store::ActorKind;
use crate::wire::Id;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Create {
    workspace_id: Option<Id>,
    scope_id: Option<Id>,
    #[serde(alias = "sourceDefinition", alias = "destinationDefinition")]
    definition: Option<Described>,
}

pub(super) fn create(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: Create = call.body()?;
    let scope = body
        .workspace_id
        .or(body.scope_id)
        .ok_or_else(|| ApiError::unforeseen("neither `workspaceId` nor `scopeId` says who may use the definition"))?;
    let described = body.definition.ok_or_else(|| ApiError::unforeseen("the definition is missing"))?;
    let (Some(repository), Some(tag), Some(_)) =
        (&described.docker_repository, &described.docker_image_tag, &described.name)
    else {
        return Err(ApiError::unforeseen("a definition needs `name`, `dockerRepository` and `dockerImageTag`"));
    };
    if tag == "missing" {
        let message = format!("the image `{repository}:{tag}` cannot be pulled, so there is no specification");
        return Err(ApiError::unforeseen(message));
    }
    call.scope(scope.as_str())?;
    let id = call.store.new_id()?;
    let twin = call.connectors.of_repository(kind, repository);
    let connector = file(kind, &id, &described, twin.map(AsRef::as_ref));
    let stored = Changes { connector: Some(connector), granted_to: vec![scope.into_string()], ..Changes::default() };
    put_changes(call.store, kind, &id, call.now, &stored)?;
    Ok(Reply::Json(reads::definition(call, &*call.connector_of(kind, &id)?)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Update {
    #[serde(alias = "sourceDefinitionId", alias = "destinationDefinitionId")]
    definition_id: Option<Id>,
    name: Option<String>,
    docker_image_tag: Option<String>,
    workspace_id: Option<Id>,
    resource_requirements: Option<Value>,
}

/// What is left out stays; only custom connectors take a new name.
pub(super) fn update(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: Update = call.body()?;
    let connector = call.connector(kind, body.definition_id.as_ref())?;
    if body.workspace_id.is_none() && call.has(Feature::DefinitionUpdateNamesWorkspace) {
        return Err(ApiError::unforeseen("`workspaceId` is missing"));
    }
    let mut stored = changes(call.store, &connector.id)?;
    if let Some(tag) = body.docker_image_tag {
        if tag == "missing" {
            let message = format!("the image `{}:{tag}` is not supported", connector.docker_repository);
            return Err(ApiError::problem(400, "bad-request", message, Value::Null));
        }
        stored.docker_image_tag = Some(tag);
    }
    stored.name = body.name.filter(|_| is_custom(&connector)).or(stored.name);
    stored.resource_requirements = body.resource_requirements.or(stored.resource_requirements);
    put_changes(call.store, kind, &connector.id, call.now, &stored)?;
    Ok(Reply::Json(reads::definition(call, &*call.connector_of(kind, &connector.id)?)))
}

/// Deletes what uses the definition first.
pub(super) fn delete(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: DefinitionId = call.body()?;
    let connector = call.connector_of(kind, body.definition_id.as_ref().map_or("", Id::as_str))?;
    for actor in call.store.actors_of_definition(&connector.id)? {
        entomb(call, actor)?;
    }
    let mut stored = changes(call.store, &connector.id)?;
    stored.deleted = true;
    put_changes(call.store, kind, &connector.id, call.now, &stored)?;
    Ok(Reply::Nothing)
}
