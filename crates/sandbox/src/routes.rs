//! Which operations the sandbox answers: one table per resource, put together here.

mod actors;
mod applications;
mod checks;
mod commands;
pub(crate) mod connections;
mod definitions;
mod discover;
mod documentation;
mod events;
mod health;
mod history;
mod instance;
mod jobs;
mod notifications;
mod oauth;
mod operations;
mod organizations;
mod permissions;
mod places;
mod runs;
mod schema_changes;
mod specifications;
mod states;
mod status;
mod stream_statuses;
mod tags;
mod users;
mod web_backend;
mod workspaces;

#[cfg(test)]
mod coverage;

pub(crate) use oauth::{CONSENT, decide};

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::call::{Call, Outcome};
use crate::operations::{Operation, by_path, operations};

/// Carries out one operation.
pub(crate) type Handler = fn(&Call<'_>) -> Outcome;

/// An operation that the sandbox answers.
#[derive(Debug)]
pub(crate) struct Route {
    /// The path below `/api/v1/`.
    pub(crate) path: &'static str,
    pub(crate) handler: Handler,
    /// What is missing, where the emulation is partial.
    pub(crate) lacks: Option<&'static str>,
}

impl Route {
    const fn new(path: &'static str, handler: Handler) -> Self {
        Self { path, handler, lacks: None }
    }

    const fn lacking(mut self, what: &'static str) -> Self {
        self.lacks = Some(what);
        self
    }
}

const TABLES: &[&[Route]] = &[
    health::ROUTES,
    instance::ROUTES,
    organizations::ROUTES,
    workspaces::ROUTES,
    definitions::ROUTES,
    specifications::ROUTES,
    actors::ROUTES,
    checks::ROUTES,
    discover::ROUTES,
    connections::ROUTES,
    runs::ROUTES,
    status::ROUTES,
    events::ROUTES,
    history::ROUTES,
    stream_statuses::ROUTES,
    schema_changes::ROUTES,
    documentation::ROUTES,
    jobs::ROUTES,
    states::ROUTES,
    commands::ROUTES,
    oauth::ROUTES,
    applications::ROUTES,
    users::ROUTES,
    permissions::ROUTES,
    notifications::ROUTES,
    tags::ROUTES,
    operations::ROUTES,
    web_backend::ROUTES,
];

/// Two paths for one operation: what the specification says, and what the server listens to. Both answer.
const ALIASES: &[(&str, &str)] = &[
    ("connections/apply_schema_change", "connections/apply_schema_changes"),
    ("connections/events/backfill_events", "connections/events/backfill"),
    ("users/list_instance_admins", "users/list_instance_admin"),
    ("web_backend/connections/mappers/validate", "web_backend/mappers/validate"),
    ("connector_builder_projects/get_by_definition_id", "connector_builder_projects/get_for_definition_id"),
];

/// Returns the operation at a path below `/api/v1/`, of whatever generation.
pub(crate) fn operation(path: &str) -> Option<&'static Operation> {
    let known = by_path();
    let alias = || {
        let (_, other) =
            ALIASES.iter().map(|(a, b)| if *a == path { (a, b) } else { (b, a) }).find(|(from, _)| **from == path)?;
        known.get(other).copied()
    };
    let with_parameter = || operations().iter().find(|operation| fills(operation.path, path));
    known.get(path).copied().or_else(alias).or_else(with_parameter)
}

/// Tells whether a path is the template with something in the place of each `{parameter}`.
fn fills(template: &str, path: &str) -> bool {
    let steps = || template.split('/').zip(path.split('/'));
    template.contains('{')
        && template.split('/').count() == path.split('/').count()
        && steps().all(|(wanted, given)| if wanted.starts_with('{') { !given.is_empty() } else { wanted == given })
}

/// Returns how the sandbox answers an operation, if it does.
pub(crate) fn route(operation: &Operation) -> Option<&'static Route> {
    static INDEX: OnceLock<HashMap<&'static str, &'static Route>> = OnceLock::new();
    let index = INDEX.get_or_init(|| TABLES.iter().copied().flatten().map(|route| (route.path, route)).collect());
    index.get(operation.path).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_is_an_operation_and_stands_once() {
        let mut seen = BTreeSet::new();
        for route in TABLES.iter().copied().flatten() {
            assert!(by_path().contains_key(route.path), "{} is no operation", route.path);
            assert!(seen.insert(route.path), "{} stands twice", route.path);
        }
    }

    #[test]
    fn either_spelling_of_a_path_finds_the_operation() {
        for (a, b) in ALIASES {
            assert_eq!(operation(a).map(|it| it.id), operation(b).map(|it| it.id), "{a}");
            assert!(operation(a).is_some(), "{a}");
        }
        assert!(operation("nothing/here").is_none());
    }
}
