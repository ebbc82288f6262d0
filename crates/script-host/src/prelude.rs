//! Functions that need no Airbyte: parameters, secrets, files, expectations, time, several things at once.

mod collections;
mod concurrency;
mod data;
mod environment;
mod errors;
mod expectations;
mod files;
mod folders;
mod language;
mod parameters;
mod secrets;
mod talk;
mod time;

pub(crate) use environment::{Variables, undeclared};
pub(crate) use folders::Folders;
pub(crate) use parameters::{Given, ParamSpec, Params, parse_given, strange};
pub(crate) use secrets::{SecretCommand, SecretSources, unset};
pub(crate) use time::{Duration, Span, length_of_time, time_text};

use crate::registry::Registry;

/// Describes every function of this module.
pub(crate) fn describe(api: &mut Registry) {
    parameters::describe(api);
    secrets::describe(api);
    environment::describe(api);
    language::describe(api);
    talk::describe(api);
    expectations::describe(api);
    errors::describe(api);
    time::describe(api);
    concurrency::describe(api);
    files::describe(api);
    collections::describe(api);
    data::describe(api);
}
