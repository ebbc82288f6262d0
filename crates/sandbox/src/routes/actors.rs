//! Sources and destinations.

mod listing;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Route, connections};
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::connectors::MASK;
use crate::reads;
use crate::store::Actor;
use crate::store::ActorKind::{self, Destination, Source};
use crate::wire::Id;

pub(super) const ROUTES: &[Route] = &[
    Route::new("sources/create", |call| create(call, Source)),
    Route::new("sources/get", |call| get(call, Source)),
    Route::new("sources/get_with_metadata", get_with_metadata),
    Route::new("sources/list", |call| listing::list(call, Source)),
    Route::new("sources/list_paginated", |call| listing::list_paginated(call, Source)),
    Route::new("sources/search", |call| listing::search(call, Source)),
    Route::new("sources/update", |call| update(call, Source)),
    Route::new("sources/partial_update", |call| partial_update(call, Source)),
    Route::new("sources/clone", |call| clone(call, Source)),
    Route::new("sources/delete", |call| delete(call, Source)),
    Route::new("sources/upgrade_version", |call| upgrade_version(call, Source)),
    Route::new("destinations/create", |call| create(call, Destination)),
    Route::new("destinations/get", |call| get(call, Destination)),
    Route::new("destinations/list", |call| listing::list(call, Destination)),
    Route::new("destinations/list_paginated", |call| listing::list_paginated(call, Destination)),
    Route::new("destinations/search", |call| listing::search(call, Destination)),
    Route::new("destinations/update", |call| update(call, Destination)),
    Route::new("destinations/partial_update", |call| partial_update(call, Destination)),
    Route::new("destinations/clone", |call| clone(call, Destination)),
    Route::new("destinations/delete", |call| delete(call, Destination)),
    Route::new("destinations/upgrade_version", |call| upgrade_version(call, Destination)),
];

/// A body that names one source or destination.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ActorId {
    #[serde(alias = "sourceId", alias = "destinationId")]
    pub(super) actor_id: Option<Id>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Create {
    workspace_id: Option<Id>,
    #[serde(alias = "sourceDefinitionId", alias = "destinationDefinitionId")]
    definition_id: Option<Id>,
    name: Option<String>,
    connection_configuration: Option<Value>,
}

fn create(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: Create = call.body()?;
    let connector = call.connector(kind, body.definition_id.as_ref())?;
    let configuration = body.connection_configuration.unwrap_or(Value::Null);
    Call::validate(&connector, &configuration)?;
    let workspace = call.workspace(body.workspace_id.as_ref())?;
    let actor = Actor {
        id: call.store.new_id()?,
        kind,
        workspace_id: workspace.id,
        definition_id: connector.id.clone(),
        // A name that is left out becomes this word.
        name: body.name.unwrap_or_else(|| "default".to_owned()),
        configuration,
        tombstone: false,
        created_at: call.now,
        updated_at: call.now,
    };
    call.store.insert_actor(&actor)?;
    Ok(Reply::Json(reads::actor(call, &actor)?))
}

/// A deleted one is still returned, with an empty configuration.
fn get(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: ActorId = call.body()?;
    let actor = call.actor(kind, body.actor_id.as_ref())?;
    Ok(Reply::Json(reads::actor(call, &actor)?))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WithMetadata {
    source_id: Option<Id>,
    #[serde(default)]
    include_secret_coordinates: bool,
}

/// Replaces each masked secret by the place where a real server would keep it.
fn coordinates(value: &mut Value, place: &str) {
    match value {
        Value::Object(members) => {
            members.iter_mut().for_each(|(name, member)| coordinates(member, &format!("{place}_{name}")));
        }
        Value::Array(items) => {
            items.iter_mut().enumerate().for_each(|(at, item)| coordinates(item, &format!("{place}_{at}")));
        }
        Value::String(text) if text == MASK => *text = format!("{place}_v1"),
        _ => {}
    }
}

/// Only sources have it.
fn get_with_metadata(call: &Call<'_>) -> Outcome {
    let body: WithMetadata = call.body()?;
    let source = call.actor(Source, body.source_id.as_ref())?;
    let mut read = reads::actor(call, &source)?;
    if body.include_secret_coordinates {
        let place = format!("secret_coordinate::airbyte_workspace_{}_source_{}", source.workspace_id, source.id);
        coordinates(&mut read["connectionConfiguration"], &place);
    }
    let workspace = call.store.workspace(&source.workspace_id)?;
    read["metadata"] = json!({"workspaceName": workspace.map(|workspace| workspace.name)});
    Ok(Reply::Json(read))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Update {
    #[serde(alias = "sourceId", alias = "destinationId")]
    actor_id: Option<Id>,
    name: Option<String>,
    connection_configuration: Option<Value>,
}

/// Replaces name and configuration; only a masked secret is taken from what is stored.
fn update(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: Update = call.body()?;
    let mut actor = call.actor(kind, body.actor_id.as_ref())?;
    let connector = call.connector_of(kind, &actor.definition_id)?;
    let incoming = body.connection_configuration.unwrap_or(Value::Null);
    let configuration = connector.unmasked(&incoming, &actor.configuration);
    Call::validate(&connector, &configuration)?;
    let name = body.name.ok_or_else(|| call.unstorable("the name is missing, and the column takes no null"))?;
    actor.configuration = configuration;
    actor.name = name;
    actor.updated_at = call.now;
    call.store.update_actor(&actor)?;
    Ok(Reply::Json(reads::actor(call, &actor)?))
}

/// Merges objects, replaces anything else. A mask is a text like any other here, and is stored as such.
fn partial_update(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: Update = call.body()?;
    let mut actor = call.actor(kind, body.actor_id.as_ref())?;
    let connector = call.connector_of(kind, &actor.definition_id)?;
    if let Some(mut incoming) = body.connection_configuration {
        if call.friendly {
            incoming = connector.unmasked(&incoming, &actor.configuration);
        }
        merge(&mut actor.configuration, incoming);
    }
    Call::validate(&connector, &actor.configuration)?;
    if let Some(name) = body.name {
        actor.name = name;
    }
    actor.updated_at = call.now;
    call.store.update_actor(&actor)?;
    Ok(Reply::Json(reads::actor(call, &actor)?))
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Clone {
    #[serde(alias = "sourceCloneId", alias = "destinationCloneId")]
    clone_id: Option<Id>,
    #[serde(alias = "sourceConfiguration", alias = "destinationConfiguration")]
    changes: Option<Changes>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Changes {
    name: Option<String>,
    connection_configuration: Option<Map<String, Value>>,
}

fn clone(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: Clone = call.body()?;
    let mut actor = call.actor(kind, body.clone_id.as_ref())?;
    let connector = call.connector_of(kind, &actor.definition_id)?;
    actor.name = format!("{} (Copy)", actor.name);
    if let Some(changes) = body.changes {
        actor.name = changes.name.unwrap_or(actor.name);
        merge(&mut actor.configuration, json!(changes.connection_configuration.unwrap_or_default()));
    }
    Call::validate(&connector, &actor.configuration)?;
    actor.id = call.store.new_id()?;
    actor.created_at = call.now;
    actor.updated_at = call.now;
    call.store.insert_actor(&actor)?;
    Ok(Reply::Json(reads::actor(call, &actor)?))
}

fn delete(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: ActorId = call.body()?;
    let actor = call.actor(kind, body.actor_id.as_ref())?;
    entomb(call, actor)?;
    Ok(Reply::Nothing)
}

/// Deletes the connections of a source or destination, then empties and buries it.
pub(super) fn entomb(call: &Call<'_>, mut actor: Actor) -> Result<(), ApiError> {
    for connection in call.store.connections_of_actor(&actor.id)? {
        connections::deprecate(call, connection)?;
    }
    actor.tombstone = true;
    actor.configuration = json!({});
    actor.updated_at = call.now;
    Ok(call.store.update_actor(&actor)?)
}

/// Nothing is pinned in the sandbox, so there is nothing to do.
fn upgrade_version(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: ActorId = call.body()?;
    call.actor(kind, body.actor_id.as_ref())?;
    Ok(Reply::Nothing)
}
