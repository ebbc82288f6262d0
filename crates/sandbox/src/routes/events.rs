//! The timeline of a connection.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use super::instance::{Owner, owner};
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::ids::{self, NIL};
use crate::store::Event;
use crate::wire::{Id, Moment, Pagination};

pub(super) const ROUTES: &[Route] = &[
    Route::new("connections/events/list", list),
    Route::new("connections/events/list_for_job", list_for_job),
    Route::new("connections/events/list_minimal", list_minimal),
    Route::new("connections/events/get", get),
];

const PAGE: i64 = 20;

/// The id of an event holds its number, so that it need not be stored.
fn event_id(number: i64) -> String {
    let uuid = ids::uuid(0, number.cast_unsigned());
    format!("{:08x}{}", number, &uuid[8..])
}

fn number_of(id: &str) -> Option<i64> {
    i64::from_str_radix(id.get(..8)?, 16).ok().filter(|number| event_id(*number) == id)
}

fn read(owner: &Owner, event: &Event) -> Value {
    let mut read = json!({
        "id": event_id(event.number),
        "connectionId": event.connection_id,
        "eventType": event.kind,
        "summary": event.summary,
        "createdAt": event.created_at / 1_000,
    });
    if event.by_user {
        read["user"] = json!({"id": NIL, "email": owner.email, "name": owner.name, "isDeleted": false});
    }
    read
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List {
    connection_id: Option<Id>,
    workspace_id: Option<Id>,
    event_types: Option<Vec<String>>,
    pagination: Option<Pagination>,
    created_at_start: Option<Moment>,
    created_at_end: Option<Moment>,
}

impl List {
    fn wants(&self, event: &Event) -> bool {
        let types = self.event_types.as_deref().unwrap_or_default();
        let named = types.is_empty() || types.iter().any(|it| it.eq_ignore_ascii_case(&event.kind));
        named
            && self.created_at_start.is_none_or(|start| start.0 <= event.created_at)
            && self.created_at_end.is_none_or(|end| event.created_at <= end.0)
    }
}

fn list(call: &Call<'_>) -> Outcome {
    let body: List = call.body()?;
    let connection = call.connection(body.connection_id.as_ref())?;
    let mut events = call.store.events(&connection.id)?;
    events.retain(|event| body.wants(event));
    let pagination = body.pagination.unwrap_or_default();
    let page = Pagination { page_size: Some(pagination.page_size.unwrap_or(PAGE)), ..pagination };
    let owner = owner(call)?;
    let reads: Vec<Value> = call.page(page, events)?.iter().map(|event| read(&owner, event)).collect();
    Ok(Reply::Json(json!({"events": reads})))
}

#[derive(Deserialize)]
struct JobId {
    id: Option<i64>,
}

fn list_for_job(call: &Call<'_>) -> Outcome {
    let body: JobId = call.body()?;
    let events = call.store.events_of_job(body.id.unwrap_or_default())?;
    let owner = owner(call)?;
    let reads: Vec<Value> = events.iter().map(|event| read(&owner, event)).collect();
    Ok(Reply::Json(json!({"events": reads})))
}

/// All connections of a workspace, in few words.
fn list_minimal(call: &Call<'_>) -> Outcome {
    let body: List = call.body()?;
    let workspace = call.workspace(body.workspace_id.as_ref())?;
    let mut found = Vec::new();
    for connection in call.store.light_connections(&workspace.id)? {
        for event in call.store.events(&connection.id)?.into_iter().filter(|event| body.wants(event)) {
            let created_at = Timestamp::from_millisecond(event.created_at).unwrap_or_default();
            found.push((
                event.number,
                json!({
                    "eventId": event_id(event.number),
                    "connectionId": connection.id,
                    "connectionName": connection.name,
                    "createdAt": created_at.to_string(),
                    "eventType": event.kind,
                }),
            ));
        }
    }
    found.sort_by_key(|(number, _)| -number);
    Ok(Reply::Json(json!({"events": found.into_iter().map(|(_, read)| read).collect::<Vec<_>>()})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Get {
    connection_event_id: Option<Id>,
}

fn get(call: &Call<'_>) -> Outcome {
    let body: Get = call.body()?;
    let id = body.connection_event_id.as_ref().map_or("", Id::as_str);
    let event = number_of(id).map(|number| call.store.event(number)).transpose()?.flatten();
    let event = event.ok_or_else(|| ApiError::id_not_found("connection event", id))?;
    let mut details = read(&owner(call)?, &event);
    details["details"] = event.summary;
    Ok(Reply::Json(details))
}
