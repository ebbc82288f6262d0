//! What the sandbox promises, asked for over its API and without a socket.

#![expect(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "a failed unwrap is a failed test, and bodies read best as values"
)]

mod contract;
mod support;

mod access;
mod catalogs;
mod checks;
mod connections;
mod definitions;
mod errors;
mod generations;
mod jobs;
mod lists;
mod over_http;
mod reference;
mod runs;
mod schedules;
mod sources;
mod states;
mod storage;
mod web_backend;
mod workspaces;
