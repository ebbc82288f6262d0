//! Looking at many jobs with few requests.

use std::collections::BTreeMap;

use airway_api_gen::types;
use futures::future::BoxFuture;
use futures::stream::{self, TryStreamExt};
use serde_json::{Value, json};

use super::Job;
use crate::airbyte::Airbyte;
use crate::error::Result;

/// Servers answer this many jobs unless told otherwise.
const PAGE_SIZE: usize = 200;
/// How many jobs are looked at at the same time where each takes a request of its own.
const SIDE_BY_SIDE: usize = 8;

/// How looks are made: in lists, until a server turns out to have none for this user.
#[derive(Default)]
pub(super) struct Looks {
    one_by_one: bool,
}

impl Looks {
    /// Renews the state of every job. Boxed: what waits for jobs is to be a future that may change threads, whatever it borrows.
    pub(super) fn look<'a>(&'a mut self, jobs: &'a [Job]) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let (listed, mut single) = if self.one_by_one { (Groups::new(), jobs.to_vec()) } else { grouped(jobs) };
            for ((_, workspace), group) in listed {
                match list(&workspace, &group).await {
                    Ok(missing) => single.extend(missing),
                    // An old server, or one that shows single jobs only to this user.
                    Err(error) if error.is_unsupported() || matches!(error.status(), Some(400..=403 | 422)) => {
                        self.one_by_one = true;
                        single.extend(group);
                    }
                    Err(error) => return Err(error),
                }
            }
            let looks = single.into_iter().map(|job| Ok(async move { job.follow().await }));
            stream::iter(looks).try_buffer_unordered(SIDE_BY_SIDE).try_collect().await
        })
    }
}

/// Jobs of one server and workspace.
type Groups = BTreeMap<(String, String), Vec<Job>>;

/// Jobs that can be listed together, and those that stand alone.
fn grouped(jobs: &[Job]) -> (Groups, Vec<Job>) {
    let mut groups = Groups::new();
    let mut alone = Vec::new();
    for job in jobs {
        match &job.connection {
            Some(connection) => {
                let place = (job.airbyte.address().to_string(), connection.workspace().id().to_owned());
                groups.entry(place).or_default().push(job.clone());
            }
            None => alone.push(job.clone()),
        }
    }
    let (lonely, groups): (Groups, Groups) = groups.into_iter().partition(|(_, jobs)| jobs.len() == 1);
    alone.extend(lonely.into_values().flatten());
    (groups, alone)
}

/// Renews those of the jobs that the list of their workspace holds, and returns the others.
async fn list(workspace: &str, jobs: &[Job]) -> Result<Vec<Job>> {
    let Some(first) = jobs.first() else { return Ok(Vec::new()) };
    let airbyte = &first.airbyte;
    let oldest = jobs.iter().map(|job| job.look(|state| state.created_at)).min().flatten();
    let mut input = json!({
        "workspaceIds": [workspace],
        "configTypes": kinds(airbyte).await?,
        // The oldest first: what is waited for was there before what others start meanwhile.
        "orderByField": "createdAt",
        "orderByMethod": "ASC",
    });
    if let Some(since) = oldest.and_then(|oldest| jiff::Timestamp::from_second(oldest - 1).ok()) {
        input["createdAtStart"] = since.to_string().into();
    }
    let mut missing: Vec<Job> = jobs.to_vec();
    let mut pages = Box::pin(airbyte.pages("jobs/list_for_workspaces", &input, Some(PAGE_SIZE))?);
    while !missing.is_empty()
        && let Some(page) = pages.try_next().await?
    {
        for item in page {
            let id = item.pointer("/job/id").and_then(Value::as_i64);
            let Some(at) = missing.iter().position(|job| Some(job.id) == id) else { continue };
            if let Ok(read) = serde_json::from_value::<types::JobWithAttemptsRead>(item) {
                missing.swap_remove(at).take_listed(read);
            }
        }
    }
    Ok(missing)
}

/// The kinds of jobs that copy or clear something; a kind that a server does not know makes it refuse the request.
pub(crate) async fn kinds(airbyte: &Airbyte) -> Result<Vec<&'static str>> {
    Ok(if airbyte.server().await?.is_older_than_1_0() {
        vec!["sync", "reset_connection"]
    } else {
        vec!["sync", "refresh", "reset_connection"]
    })
}
