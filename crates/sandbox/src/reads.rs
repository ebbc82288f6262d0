//! Read models: how stored things look in answers.

mod actor;
mod connection;
mod definition;
mod job;
mod workspace;

pub(crate) use actor::{actor, snippet};
pub(crate) use connection::{catalog, connection};
pub(crate) use definition::{actor_definition_version, definition, specification};
pub(crate) use job::{JobView, Statistics};
pub(crate) use workspace::workspace;

use serde_json::Value;

/// Returns an object that the members are moved into. `json!` copies the values it is given, which for catalogs and
/// lists of them is most of the work.
pub(crate) fn object<'a>(members: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
