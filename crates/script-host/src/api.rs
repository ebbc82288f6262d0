//! Airbyte in scripts: every function is arguments → client call → value.

mod actors;
mod airbyte;
mod aliases;
mod catalogs;
mod connect;
mod connections;
mod connectors;
mod failures;
mod jobs;
mod lists;
mod progress;
mod quantities;
mod sandbox;
mod scaffold;
mod schedules;
mod server;
mod tags;
mod upkeep;
mod workspaces;

pub(crate) use server::Server;

use crate::registry::Registry;

/// Describes every function of this module.
pub(crate) fn describe(api: &mut Registry) {
    airbyte::describe(api);
    workspaces::describe(api);
    connectors::describe(api);
    actors::describe(api);
    catalogs::describe(api);
    schedules::describe(api);
    connections::describe(api);
    tags::describe(api);
    upkeep::describe(api);
    jobs::describe(api);
    aliases::describe(api);
    sandbox::describe(api);
}
