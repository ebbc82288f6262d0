//! What is sent, with the workspace of the command line where the request asks for one.

use airway_client::{Airbyte, Operation, Violation, ViolationKind, check_request, operations};
use serde_json::Value;

const WORKSPACE: &str = "workspaceId";

/// An operation and what is sent to it.
pub(super) struct Request {
    pub(super) operation: &'static Operation,
    input: Value,
    workspace: Workspace,
}

/// Where the workspace of a request comes from.
enum Workspace {
    /// The request has one, or wants none.
    Settled,
    /// From the command line: this name or id.
    Named(String),
    /// It is missing, and the command line names none.
    Missing,
}

/// What stands where the id will, once the server has told it.
const STAND_IN: &str = "00000000-0000-0000-0000-000000000000";

impl Request {
    pub(super) fn new(operation: &'static Operation, input: Value, named: Option<String>) -> Self {
        // Parameters stand among the members of the body until it is sent; where there are some, the check says nothing yet.
        let lacks = |input: &Value| {
            operation.parameters.is_empty()
                && check_request(operations(), operation, input).iter().any(is_about_workspace)
        };
        let empty = Value::Object(serde_json::Map::new());
        let input = if input.is_null() && lacks(&empty) { empty } else { input };
        let (input, workspace) = match named {
            _ if !lacks(&input) => (input, Workspace::Settled),
            None => (input, Workspace::Missing),
            Some(name) => {
                let full = with(&input, STAND_IN);
                // Whatever else is wrong is told before the server is asked for the workspace.
                let is_right = check_request(operations(), operation, &full).is_empty();
                (full, if is_right { Workspace::Named(name) } else { Workspace::Settled })
            }
        };
        Self { operation, input, workspace }
    }

    /// Advice for a request that does not fit.
    pub(super) fn hint(&self) -> Option<&'static str> {
        matches!(self.workspace, Workspace::Missing).then_some("`--workspace NAME` fills in the workspace")
    }

    /// Returns what to send.
    pub(super) async fn filled(self, airbyte: &Airbyte) -> airway_client::Result<Value> {
        let Workspace::Named(name) = self.workspace else { return Ok(self.input) };
        let workspace = airbyte.workspace(Some(&name)).await?;
        Ok(with(&self.input, workspace.id()))
    }
}

fn is_about_workspace(violation: &Violation) -> bool {
    violation.pointer == format!("/{WORKSPACE}") && violation.kind == ViolationKind::MissingField
}

fn with(input: &Value, workspace: &str) -> Value {
    let mut input = input.clone();
    if let Some(members) = input.as_object_mut() {
        members.insert(WORKSPACE.to_owned(), workspace.into());
    }
    input
}
