//! What the sandbox promises, asked for over its API and without a socket.

#![expect(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "a failed unwrap is a failed test, and bodies read best as values"
)]

mod contract;
mod support;

mod access;
mod administration;
mod catalogs;
mod checks;
mod commands;
mod connections;
mod crashes;
mod custom_definitions;
mod definitions;
mod errors;
mod faults;
mod friendly;
mod generations;
mod jobs;
mod lists;
mod mappers;
mod operations;
mod over_http;
mod own_connectors;
mod page;
mod reference;
mod runs;
mod schedules;
mod schema_changes;
mod sources;
mod states;
mod storage;
mod strict;
mod tags;
mod timeline;
mod tour;
mod web_backend;
mod workspaces;
