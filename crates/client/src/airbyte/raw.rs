//! Any operation by its name, with JSON in and out.

use std::sync::atomic::AtomicU32;

use airway_api_gen::{Failure, Operation, operations};
use airway_spec::{Effect, Place, ViolationKind, check_request};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::call::place;
use super::gate::counting;
use super::{Airbyte, Write};
use crate::change::Change;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Resource;
use crate::secret::holds_placeholder;

impl Airbyte {
    /// Calls an operation by path (`connections/list`) or id (`listConnectionsForWorkspace`) and returns what it answers;
    /// `null` where it answers nothing.
    ///
    /// `input` holds the members of the body and, by name, the parameters of path and query. It is compared with the API's
    /// description before it is sent. Writes pass the same gate as everywhere, and secrets in it are filled in as everywhere.
    ///
    /// ```no_run
    /// # async fn example(airbyte: airway_client::Airbyte) -> airway_client::Result<()> {
    /// use serde_json::json;
    ///
    /// let tags = airbyte.call_raw("tags/list", &json!({"workspaceId": "…"})).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownOperation`] or [`ErrorKind::InvalidRequest`] before anything is sent, both with the nearest valid name;
    /// [`ErrorKind::Unsupported`] when this server does not have the operation.
    pub async fn call_raw(&self, operation: &str, input: &Value) -> Result<Value> {
        let operation = find(operation)?;
        let request = RawRequest::of(operation, input)?;
        if !changes_something(operation, input) {
            return self.send_raw(&request).await;
        }
        let name = input.get("name").and_then(Value::as_str).unwrap_or(operation.name());
        let write = Write::new(operation.name(), change(operation), Resource::Other(&operation.tag), name);
        let attempts = AtomicU32::new(0);
        let send = counting(&attempts, || self.send_raw_once(&request));
        let answer = self.repeating(operation.name(), send, None);
        self.pass(write.answering(self, || input.clone()), &attempts, answer, |_| None).await
    }

    /// Calls an operation with a typed body, such as one of [`types`](crate::types), and returns its typed answer.
    ///
    /// The way for operations that have no method of their own here; everything that [`call_raw`](Self::call_raw) sees to is
    /// seen to: what a type of the API keeps in its `extra` is compared with the description like any other member, and
    /// refused where no server knows it. (The handles send `extra` on as it came: it is what the server itself has told.)
    ///
    /// ```no_run
    /// # async fn example(airbyte: airway_client::Airbyte) -> airway_client::Result<()> {
    /// use airway_client::types;
    ///
    /// let body = types::ConnectionIdRequestBody { connection_id: "…".to_owned().into() };
    /// let state: types::ConnectionState = airbyte.call_typed("state/get", &body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// What [`call_raw`](Self::call_raw) fails with, and [`ErrorKind::Unintelligible`] for an answer of another type.
    pub async fn call_typed<B: Serialize, T: DeserializeOwned>(&self, operation: &str, body: &B) -> Result<T> {
        let operation = find(operation)?;
        let input = serde_json::to_value(body)
            .map_err(|error| Error::during(ErrorKind::Unsendable { reason: error.to_string() }, operation.name()))?;
        let answer = self.call_raw(operation.name(), &input).await?;
        T::deserialize(&answer).map_err(|error| {
            let schema = operation.response.as_ref().map(|response| &response.schema);
            let place = schema.and_then(|schema| place(schema, &answer));
            Error::incomplete(operation.name(), &place.unwrap_or_else(|| error.to_string()))
        })
    }

    pub(super) async fn send_raw(&self, request: &RawRequest<'_>) -> Result<Value> {
        self.repeating(request.operation.name(), || self.send_raw_once(request), None).await
    }

    async fn send_raw_once(&self, request: &RawRequest<'_>) -> Result<Value> {
        let answer = self.api().raw(request.operation, &request.path, &request.query, request.body_to_send()).await;
        let name = request.operation.name();
        let response = match answer {
            Ok(response) if response.status().is_success() => response,
            Ok(response) => return Err(self.failed(name, response.into()).await),
            Err(failure) => return Err(self.failed(name, failure).await),
        };
        // Only where the API answers text: anything else would pass for an answer without members.
        let is_text = request.operation.response.as_ref().is_none_or(|body| !body.media_type.contains("json"));
        let json = super::call::content_type(response.headers()).contains("json");
        let body = match response.bytes().await {
            Ok(body) => body,
            Err(error) => return Err(self.failed(name, Failure::Transport(error)).await),
        };
        match serde_json::from_slice(&body) {
            Ok(value) => Ok(value),
            Err(_) if body.is_empty() => Ok(Value::Null),
            Err(_) if !json && is_text => Ok(Value::String(String::from_utf8_lossy(&body).into_owned())),
            Err(source) => Err(self.failed(name, Failure::Payload { body, source }).await),
        }
    }
}

/// Finds an operation of the API by path or id.
pub(super) fn find(name: &str) -> Result<&'static Operation> {
    operations().get(name).ok_or_else(|| {
        let nearest = operations().nearest(name).map(str::to_owned);
        Error::new(ErrorKind::UnknownOperation { name: name.to_owned(), nearest })
    })
}

/// An operation with what is sent to it, taken apart and found to be in order.
pub(super) struct RawRequest<'a> {
    operation: &'static Operation,
    path: Vec<(&'a str, &'a str)>,
    query: Vec<(&'a str, &'a str)>,
    body: Option<Value>,
}

impl<'a> RawRequest<'a> {
    pub(super) fn of(operation: &'static Operation, input: &'a Value) -> Result<Self> {
        let request = Self::taken_apart(operation, input);
        let body = request.body.as_ref().unwrap_or(&Value::Null);
        let mut violations = check_request(operations(), operation, body);
        // The form of what only a placeholder is here for shows when it is filled in.
        violations.retain(|violation| {
            let text = body.pointer(&violation.pointer).and_then(Value::as_str).unwrap_or_default();
            !(matches!(violation.kind, ViolationKind::WrongFormat { .. }) && holds_placeholder(text))
        });
        if !violations.is_empty() {
            return Err(Error::new(ErrorKind::InvalidRequest { operation: operation.name().to_owned(), violations }));
        }
        Ok(request)
    }

    fn body_to_send(&self) -> Option<&Value> {
        self.body.as_ref().filter(|_| self.operation.request.is_some())
    }

    /// Without a look at whether it is in order.
    pub(super) fn taken_apart(operation: &'static Operation, input: &'a Value) -> Self {
        let mut request = Self { operation, path: Vec::new(), query: Vec::new(), body: None };
        let mut members = input.as_object().cloned().unwrap_or_else(Map::new);
        for parameter in &operation.parameters {
            let Some((name, value)) = input.as_object().and_then(|input| input.get_key_value(&parameter.name)) else {
                continue;
            };
            let Some(value) = value.as_str() else { continue };
            match parameter.place {
                Place::Path => request.path.push((name, value)),
                Place::Query => request.query.push((name, value)),
                _ => continue,
            }
            members.remove(&parameter.name);
        }
        // Lists and plain values are nobody's members: they are the body, or a mistake that the check names.
        let body = if input.is_object() { Value::Object(members) } else { input.clone() };
        request.body = Some(body).filter(|body| !body.is_null());
        request
    }
}

/// Says whether a call is a write. Two reads are, when they are told to compare a connection with its source: what they find
/// can stop the connection.
pub(super) fn changes_something(operation: &Operation, input: &Value) -> bool {
    match operation.name() {
        "sources/discover_schema" => input.get("connectionId").is_some_and(|id| !id.is_null()),
        "web_backend/connections/get" => input.get("withRefreshedCatalog") == Some(&Value::Bool(true)),
        _ => operation.effect != Effect::Read,
    }
}

/// What a write does, as far as its name tells.
fn change(operation: &Operation) -> Change {
    let name = operation.name();
    match operation.effect {
        Effect::Create => Change::Created,
        Effect::Run if name.contains("cancel") => Change::Cancelled,
        Effect::Run => Change::Started,
        _ if name.contains("delete") => Change::Deleted,
        _ => Change::Updated(Vec::new()),
    }
}
