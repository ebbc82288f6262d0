//! How far a connection has read its streams.

use airway_api_gen::types;
use serde_json::{Map, Value, json};

use super::Connection;
use crate::airbyte::Write;
use crate::catalog::full_name;
use crate::change::{Change, Difference};
use crate::error::{Error, ErrorKind, Result};
use crate::event::Resource;

/// How far the streams of a connection have been read, as Airbyte keeps it from one sync to the next.
///
/// What stands in the state of a stream is its connector's own business.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectionState(Map<String, Value>);

/// A JSON value that is no state of a connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no state of a connection: {reason}")]
pub struct StateError {
    reason: String,
}

const KINDS: [&str; 4] = ["stream", "global", "legacy", "not_set"];

impl ConnectionState {
    /// Reads a state in the form of the API, such as one that was saved: `{"stateType": "stream", "streamState": […]}`.
    ///
    /// # Errors
    ///
    /// When it is something else.
    pub fn from_json(state: &Value) -> Result<Self, StateError> {
        let wrong = |reason: &str| StateError { reason: reason.to_owned() };
        let Some(members) = state.as_object() else { return Err(wrong("it is no object")) };
        match members.get("stateType").and_then(Value::as_str) {
            None => Err(wrong("`stateType` is missing")),
            Some(kind) if !KINDS.contains(&kind) => {
                Err(wrong(&format!("`stateType` is `{kind}` and none of {}", KINDS.join(", "))))
            }
            Some(_) => Ok(Self::of(members.clone())),
        }
    }

    /// Whose state it is does not belong to it: it can be given to another connection.
    fn of(mut members: Map<String, Value>) -> Self {
        members.remove("connectionId");
        Self(members)
    }

    /// Returns the form of the API, to be saved.
    #[must_use]
    pub fn to_json(&self) -> Value {
        Value::Object(self.0.clone())
    }

    /// Returns its kind: `stream` (each stream for itself), `global` (all together), `legacy`, or `not_set`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.0.get("stateType").and_then(Value::as_str).unwrap_or("not_set")
    }

    /// Returns the full names of the streams that have a state of their own.
    #[must_use]
    pub fn streams(&self) -> Vec<String> {
        self.entries().iter().map(name_of).collect()
    }

    /// Returns the state of a stream by full name, or by name where no namespace is given.
    #[must_use]
    pub fn stream(&self, name: &str) -> Option<&Value> {
        self.entries().iter().find(|entry| is_of(entry, name))?.get("streamState")
    }

    fn entries(&self) -> &[Value] {
        let list = match self.kind() {
            "global" => self.0.get("globalState").and_then(|global| global.get("streamStates")),
            _ => self.0.get("streamState"),
        };
        list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// With another state for a stream; without one it is read from its beginning.
    fn with_stream(&self, namespace: Option<&str>, name: &str, state: Option<&Value>) -> Self {
        let wanted = full_name(namespace, name);
        let mut entries: Vec<Value> = self.entries().iter().filter(|entry| name_of(entry) != wanted).cloned().collect();
        if let Some(state) = state {
            let mut descriptor = json!({ "name": name });
            if let Some(namespace) = namespace {
                descriptor["namespace"] = namespace.into();
            }
            entries.push(json!({ "streamDescriptor": descriptor, "streamState": state }));
        }
        let mut changed = self.clone();
        if self.kind() == "global" {
            if let Some(global) = changed.0.get_mut("globalState") {
                global["streamStates"] = entries.into();
            }
        } else {
            changed.0.insert("stateType".to_owned(), "stream".into());
            changed.0.insert("streamState".to_owned(), entries.into());
        }
        changed
    }
}

fn name_of(entry: &Value) -> String {
    let part = |name: &str| entry.pointer(&format!("/streamDescriptor/{name}")).and_then(Value::as_str);
    full_name(part("namespace"), part("name").unwrap_or_default())
}

fn is_of(entry: &Value, name: &str) -> bool {
    name_of(entry) == name || entry.pointer("/streamDescriptor/name").and_then(Value::as_str) == Some(name)
}

impl Connection {
    /// Reads how far its streams have been read.
    ///
    /// # Errors
    ///
    /// When the server cannot tell it.
    pub async fn state(&self) -> Result<ConnectionState> {
        if self.airbyte().is_made_up(&self.id) {
            return Ok(ConnectionState(Map::new()));
        }
        let answer = self.airbyte().call_raw("state/get", &json!({ "connectionId": self.id })).await?;
        match answer {
            Value::Object(members) => Ok(ConnectionState::of(members)),
            _ => Err(Error::incomplete("state/get", "stateType")),
        }
    }

    /// Replaces how far its streams have been read, such as by a state that was saved before.
    ///
    /// # Errors
    ///
    /// A refusal with status 423 while a sync runs; [`ErrorKind::Impossible`] when it is in another form than the API's.
    pub async fn set_state(&self, state: &ConnectionState) -> Result<ConnectionState> {
        let mut members = state.0.clone();
        members.insert("connectionId".to_owned(), self.id.clone().into());
        let state = serde_json::from_value(Value::Object(members))
            .map_err(|error| self.impossible(format!("cannot get this state: {error}")))?;
        let body =
            types::ConnectionStateCreateOrUpdate { connection_id: self.id.clone().into(), connection_state: state };
        let write = Write::new(
            "state/create_or_update_safe",
            Change::Updated(vec![Difference::at("state")]),
            Resource::Connection,
            self.name(),
        )
        .answering(self.airbyte(), || json!(body.connection_state));
        let call = || self.airbyte().api().create_or_update_state_safe(&body);
        let answer = self.airbyte().write(write, call, |_| Some(self.id.clone())).await?;
        match serde_json::to_value(answer) {
            Ok(Value::Object(members)) => Ok(ConnectionState::of(members)),
            _ => Err(Error::incomplete("state/create_or_update_safe", "stateType")),
        }
    }

    /// Replaces how far one of its streams has been read; without a state it is read from its beginning. The others stay.
    ///
    /// # Errors
    ///
    /// As [`set_state`](Self::set_state); a [`CatalogError`](crate::CatalogError) when it has no such stream,
    /// [`ErrorKind::Impossible`] when its state is of a kind that does not tell streams apart.
    pub async fn set_stream_state(&self, stream: &str, state: Option<&Value>) -> Result<ConnectionState> {
        let catalog = self.catalog().await?;
        let stream = catalog.stream(stream)?;
        let before = self.state().await?;
        if before.kind() == "legacy" {
            return Err(self.impossible("has a state that does not tell streams apart".to_owned()));
        }
        self.set_state(&before.with_stream(stream.namespace(), stream.name(), state)).await
    }

    pub(super) fn impossible(&self, reason: String) -> Error {
        let (resource, name) = (Resource::Connection, self.name().to_owned());
        Error::new(ErrorKind::Impossible { resource, name, reason, advice: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> ConnectionState {
        ConnectionState::from_json(&json!({
            "connectionId": "c-1", "stateType": "stream",
            "streamState": [
                {"streamDescriptor": {"name": "orders", "namespace": "public"}, "streamState": {"cursor": 5}},
                {"streamDescriptor": {"name": "files"}, "streamState": {"cursor": 7}},
            ],
        }))
        .unwrap()
    }

    #[test]
    fn a_state_tells_its_streams_apart_and_not_whose_it_is() {
        assert_eq!(state().streams(), ["public.orders", "files"]);
        assert_eq!(state().stream("orders"), Some(&json!({"cursor": 5})));
        assert_eq!(state().stream("customers"), None);
        assert_eq!(state().to_json().get("connectionId"), None);
    }

    #[test]
    fn one_stream_changes_and_the_others_stay() {
        let moved = state().with_stream(Some("public"), "orders", Some(&json!({"cursor": 1})));
        assert_eq!(moved.stream("public.orders"), Some(&json!({"cursor": 1})));
        assert_eq!(moved.stream("files"), Some(&json!({"cursor": 7})));
        assert_eq!(state().with_stream(None, "files", None).streams(), ["public.orders"]);
        let unset = ConnectionState::from_json(&json!({"stateType": "not_set"})).unwrap();
        let set = unset.with_stream(None, "files", Some(&json!({})));
        assert_eq!((set.kind(), set.streams()), ("stream", vec!["files".to_owned()]));
    }

    #[test]
    fn what_is_no_state_is_refused() {
        let refused = |value: Value| ConnectionState::from_json(&value).unwrap_err().to_string();
        assert_eq!(refused(json!([])), "this is no state of a connection: it is no object");
        assert_eq!(refused(json!({})), "this is no state of a connection: `stateType` is missing");
        assert_eq!(
            refused(json!({"stateType": "streams"})),
            "this is no state of a connection: `stateType` is `streams` and none of stream, global, legacy, not_set"
        );
    }
}
