//! One call of an operation: what a handler gets, and what it gives back.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::api_error::ApiError;
use crate::auth::Auth;
use crate::clock::Timeline;
use crate::connectors::{Check, Connector, Connectors};
use crate::faults::{FaultAction, Faults};
use crate::generation::{Feature, Generation};
use crate::ids::{NIL, Passing};
use crate::lifecycle::Lifecycle;
use crate::store::{Actor, ActorKind, Connection, Store, Workspace};
use crate::wire::{Id, Pagination};

/// What a handler answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reply {
    Json(Value),
    Text(String),
    /// 204.
    Nothing,
    /// What a server answers whose handler returns nothing at all: as if the path did not exist.
    Null,
    /// Another status, without a body.
    Done(u16),
}

pub(crate) type Outcome = Result<Reply, ApiError>;

/// A request that was let in, inside its transaction.
pub(crate) struct Call<'a> {
    pub(crate) store: Store<'a>,
    pub(crate) now: i64,
    pub(crate) generation: Generation,
    pub(crate) connectors: &'a Connectors,
    pub(crate) timeline: &'a Timeline,
    pub(crate) passing: &'a Passing,
    pub(crate) auth: &'a Auth,
    pub(crate) token_life: std::time::Duration,
    /// The address people reach the server at.
    pub(crate) url: &'a str,
    pub(crate) body: &'a Value,
    /// Whether what is broken on real servers works.
    pub(crate) friendly: bool,
    /// What goes wrong with this call.
    pub(crate) faults: &'a [FaultAction],
    /// What goes wrong with others.
    pub(crate) all_faults: &'a Faults,
}

impl Call<'_> {
    /// Decodes the body; members that the request does not know are ignored.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_path_to_error::deserialize(self.body).map_err(|error| {
            let path = error.path().to_string();
            ApiError::undecodable(format!("`{path}` of the body cannot be read: {}", error.into_inner()))
        })
    }

    /// Answers `value` as the generation's `schema` has it.
    #[expect(clippy::unnecessary_wraps, reason = "handlers end with it")]
    pub(crate) fn json(&self, schema: &str, value: Value) -> Outcome {
        Ok(Reply::Json(self.generation.shape(schema, value)))
    }

    pub(crate) fn shape(&self, schema: &str, value: Value) -> Value {
        self.generation.shape(schema, value)
    }

    pub(crate) fn has(&self, feature: Feature) -> bool {
        self.generation.has(feature)
    }

    /// Returns the page of `items`; without a size, all of them.
    pub(crate) fn page<T>(&self, pagination: Pagination, items: Vec<T>) -> Result<Vec<T>, ApiError> {
        let offset = self.page_part(pagination.row_offset.unwrap_or(0))?;
        let size = pagination.page_size.map(|size| self.page_part(size)).transpose()?;
        Ok(items.into_iter().skip(offset).take(size.unwrap_or(usize::MAX)).collect())
    }

    /// Returns where a page begins, or how much is on it: as any number for a server, until its database sees that it is
    /// negative.
    pub(crate) fn page_part(&self, number: i64) -> Result<usize, ApiError> {
        let refused =
            |_| self.unstorable(format!("a page has neither a negative size nor a negative offset: `{number}`"));
        usize::try_from(number).map_err(refused)
    }

    /// What only the database looks at, and refuses.
    pub(crate) fn unstorable(&self, message: impl Into<String>) -> ApiError {
        if self.friendly { ApiError::bad_request(message) } else { ApiError::constraint(self.generation, message) }
    }

    /// The id of something that does not exist is to be stored, which only the database notices.
    pub(crate) fn dangling(&self, noun: &str, id: &str) -> ApiError {
        if self.friendly {
            ApiError::id_not_found(noun, id)
        } else {
            ApiError::constraint(self.generation, format!("there is no {noun} `{id}`"))
        }
    }

    /// Refuses a workspace or organization that does not exist, deleted ones apart, where its id is to be stored.
    pub(crate) fn scope(&self, id: &str) -> Result<(), ApiError> {
        let exists = id == NIL || self.store.workspace(id)?.is_some();
        if exists { Ok(()) } else { Err(self.dangling("workspace or organization", id)) }
    }

    pub(crate) fn lifecycle(&self) -> Lifecycle<'_> {
        Lifecycle {
            store: self.store,
            timeline: self.timeline,
            connectors: self.connectors,
            generation: self.generation,
            faults: self.all_faults,
        }
    }

    /// Returns the live workspace, or a 404.
    pub(crate) fn workspace(&self, id: Option<&Id>) -> Result<Workspace, ApiError> {
        self.workspace_of(id.map_or("", Id::as_str))
    }

    pub(crate) fn workspace_of(&self, id: &str) -> Result<Workspace, ApiError> {
        let found = self.store.workspace(id)?.filter(|workspace| !workspace.tombstone);
        found.ok_or_else(|| ApiError::id_not_found("workspace", id))
    }

    /// Returns the source or destination, deleted or not, or a 404.
    pub(crate) fn actor(&self, kind: ActorKind, id: Option<&Id>) -> Result<Actor, ApiError> {
        self.actor_of(kind, id.map_or("", Id::as_str))
    }

    pub(crate) fn actor_of(&self, kind: ActorKind, id: &str) -> Result<Actor, ApiError> {
        self.store.actor(kind, id)?.ok_or_else(|| ApiError::id_not_found(kind.as_str(), id))
    }

    /// Returns the connection, deleted or not, or a 404.
    pub(crate) fn connection(&self, id: Option<&Id>) -> Result<Connection, ApiError> {
        let id = id.map_or("", Id::as_str);
        self.store.connection(id)?.ok_or_else(|| ApiError::id_not_found("connection", id))
    }

    /// Returns the connector of a definition that is not deleted, or a 404.
    pub(crate) fn connector(&self, kind: ActorKind, id: Option<&Id>) -> Result<std::sync::Arc<Connector>, ApiError> {
        let id = id.map_or("", Id::as_str);
        let found = self.connectors.find(self.store, kind, id)?.filter(|connector| !connector.deleted);
        found.ok_or_else(|| ApiError::id_not_found(&format!("{} definition", kind.as_str()), id))
    }

    /// Returns the connector of a definition, deleted or not, or a 404.
    pub(crate) fn connector_of(&self, kind: ActorKind, id: &str) -> Result<std::sync::Arc<Connector>, ApiError> {
        let found = self.connectors.find(self.store, kind, id)?;
        found.ok_or_else(|| ApiError::id_not_found(&format!("{} definition", kind.as_str()), id))
    }

    /// Returns what the connector says to `configuration`, or what a fault makes it say. A configuration that does not fit
    /// its specification, such as that of a deleted source, is of no use to it.
    pub(crate) fn check(&self, connector: &Connector, configuration: &Value) -> Check {
        self.planted_check().unwrap_or_else(|| match connector.faults(configuration) {
            faults if faults.is_empty() => connector.check(configuration),
            faults => Check::Failed(faults.join("; ")),
        })
    }

    /// Returns what a fault makes any connector say.
    pub(crate) fn planted_check(&self) -> Option<Check> {
        self.faults.iter().find_map(|fault| match fault {
            FaultAction::CheckFails(message) => Some(Check::Failed(message.clone())),
            FaultAction::CheckCrashes => Some(Check::Crashed("the connector died without an answer".to_owned())),
            FaultAction::DiscoverFails(message) => Some(Check::Crashed(message.clone())),
            _ => None,
        })
    }

    /// Returns the streams that the connector finds, after what faults did to the source.
    pub(crate) fn discover(&self, connector: &Connector, configuration: &Value) -> Vec<Value> {
        let mut streams = connector.discover(configuration);
        for fault in self.faults {
            if let FaultAction::SchemaChange(change) = fault {
                change.apply(&mut streams);
            }
        }
        streams
    }

    /// Refuses a configuration that the connector's specification refuses.
    pub(crate) fn validate(connector: &Connector, configuration: &Value) -> Result<(), ApiError> {
        let faults = connector.faults(configuration);
        if faults.is_empty() {
            return Ok(());
        }
        // The whole schema is in the message, as real servers have it.
        Err(ApiError::unprocessable(format!(
            "the configuration does not fit the specification of {}: {}\nschema:\n{}",
            connector.name,
            faults.join("; "),
            connector.specification
        )))
    }

    /// Returns a `SynchronousJobRead` for something that ran just now.
    pub(crate) fn synchronous_job(&self, config_type: &str, definition_id: Option<&str>, lines: &[String]) -> Value {
        let printed = definition_id.map_or_else(|| "Optional.empty".to_owned(), |id| format!("Optional[{id}]"));
        let job = json!({
            "id": self.passing.next(),
            "configType": config_type,
            "configId": printed,
            "createdAt": self.now,
            "endedAt": self.now,
            "succeeded": true,
            "connectorConfigurationUpdated": false,
            "logType": "formatted",
            "logs": {"logLines": lines},
        });
        self.shape("SynchronousJobRead", job)
    }
}
