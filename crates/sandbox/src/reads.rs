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
