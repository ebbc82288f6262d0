//! The ways on which servers of different generations are asked for the same thing.

use std::sync::OnceLock;

use airway_spec::Release;
use futures::future::BoxFuture;
use futures::stream::{BoxStream, StreamExt, TryStreamExt};
use serde_json::{Value, json};

use super::Airbyte;
use super::raw::find;
use super::server::{INSTANCE_CONFIGURATION, Server};
use crate::error::{Error, Result};

/// One operation that may lead to what is wanted, and what it is asked with.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) operation: &'static str,
    pub(crate) input: Value,
}

/// Operations for the same thing, the best first, and which of them this server turned out to have.
#[derive(Debug)]
pub(crate) struct Way {
    operations: &'static [&'static str],
    /// Whether one of them may be closed to a user to whom another is open.
    by_role: bool,
    taken: OnceLock<&'static str>,
}

/// What was learned of one server.
#[derive(Debug)]
pub(crate) struct Ways {
    pub(crate) workspaces: Way,
    pub(crate) connections: Way,
    pub(crate) job: Way,
    pub(crate) progress: Way,
}

/// The operations that this client uses on a server where servers differ: those that answered, or else those that will be
/// tried first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// Lists workspaces.
    pub workspaces: &'static str,
    /// Lists connections: a light list, or one with every catalog in it.
    pub connections: &'static str,
    /// Tells how far a job is.
    pub job: &'static str,
    /// Whether lists of sources, destinations and connections come in pages; `None` where the server tells no version.
    pub pages: Option<bool>,
}

impl Way {
    const fn of(operations: &'static [&'static str]) -> Self {
        Self { operations, by_role: false, taken: OnceLock::new() }
    }

    /// The operations to try, one after the other: the one that answered before, or those that the server may have.
    fn open(&self, release: Option<Release>) -> Vec<&'static str> {
        if let Some(taken) = self.taken.get() {
            return vec![taken];
        }
        let lacks = |name: &str| release.and_then(|release| find(name).ok()?.is_in(release)) == Some(false);
        let open: Vec<_> = self.operations.iter().copied().filter(|name| !lacks(name)).collect();
        if open.is_empty() { self.operations.to_vec() } else { open }
    }
}

impl Default for Ways {
    fn default() -> Self {
        Self {
            workspaces: Way {
                by_role: true,
                ..Way::of(&[
                    "workspaces/list_by_organization_id",
                    "workspaces/list_by_user_id",
                    "workspaces/list",
                    "workspaces/list_all_paginated",
                ])
            },
            connections: Way::of(&["web_backend/connections/list", "connections/list"]),
            // The first holds aggregated counts and no logs, the second logs and no counts, the last neither.
            job: Way::of(&["jobs/get_without_logs", "jobs/get", "jobs/get_light"]),
            // While it runs, logs are asked for by nobody: they grow, and with them every look.
            progress: Way::of(&["jobs/get_without_logs", "jobs/get_light", "jobs/get"]),
        }
    }
}

impl Airbyte {
    /// Returns which operations are used on this server where servers differ.
    ///
    /// # Errors
    ///
    /// What [`server`](Self::server) fails with.
    pub async fn capabilities(&self) -> Result<Capabilities> {
        let server = self.server().await?;
        let release = server.release();
        let has_id = |name: &&str| match *name {
            "workspaces/list_by_organization_id" => server.default_organization_id.is_some(),
            "workspaces/list_by_user_id" => server.default_user_id.is_some(),
            _ => true,
        };
        let ways = &self.0.ways;
        let first = |way: &Way| way.open(release).into_iter().find(has_id).unwrap_or_default();
        let paging = find("sources/list")?.paging.as_ref();
        let since: Option<Release> = paging.and_then(|paging| paging.since.as_ref()?.parse().ok());
        Ok(Capabilities {
            workspaces: first(&ways.workspaces),
            connections: first(&ways.connections),
            job: first(&ways.job),
            pages: release.map(|release| since.is_none_or(|since| since <= release)),
        })
    }

    /// Asks in each way until one is open: a way may be missing on this server, or closed to this user.
    pub(crate) async fn ask_through<'a, T>(
        &'a self,
        way: fn(&Ways) -> &Way,
        ask: impl Fn(&'static str) -> Option<BoxFuture<'a, Result<T>>>,
    ) -> Result<(&'static str, T)> {
        let way = way(&self.0.ways);
        let release = self.0.server.get().and_then(Server::release);
        let mut first_refusal = None;
        for operation in way.open(release) {
            let Some(answer) = ask(operation) else { continue };
            match answer.await {
                Ok(answer) => {
                    way.taken.get_or_init(|| operation);
                    return Ok((operation, answer));
                }
                Err(error)
                    if error.is_unsupported()
                        || (way.by_role && error.status() == Some(403))
                        || (first_refusal.is_some() && error.is_not_found()) =>
                {
                    first_refusal.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
        Err(first_refusal.unwrap_or_else(|| Error::incomplete(INSTANCE_CONFIGURATION, "defaultOrganizationId")))
    }

    /// Lists in the way that is open, which the first page shows. `input` says what an operation is asked with; `None` when
    /// it cannot be asked.
    pub(crate) async fn list_through(
        &self,
        way: fn(&Ways) -> &Way,
        input: impl Fn(&'static str) -> Option<Value>,
        size: usize,
    ) -> Result<(&'static str, BoxStream<'static, Result<Vec<Value>>>)> {
        let first_page = |operation| {
            let input = input(operation)?;
            let pages = find(operation).map(|operation| self.paged(operation, input, size));
            let first: BoxFuture<'_, Result<_>> = Box::pin(async move {
                let mut pages = pages?.boxed();
                let first = pages.try_next().await?;
                Ok(futures::stream::iter(first.map(Ok)).chain(pages).boxed())
            });
            Some(first)
        };
        self.ask_through(way, first_page).await
    }
}

/// Nothing but the workspace.
pub(crate) fn in_workspace(workspace_id: &str) -> Value {
    json!({ "workspaceId": workspace_id })
}
