//! The jobs of a connection.

use airway_api_gen::types;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use serde_json::{Value, json};

use super::Connection;
use crate::airbyte::{Door, Listing, parsed};
use crate::error::Result;
use crate::job::{Job, JobFilter, kinds};

const OPERATION: &str = "jobs/list";
/// So many of its newest jobs are looked at for one that was just started: others may start some at the same time.
const NEWEST: usize = 5;

impl Connection {
    /// Lists the jobs, newest first: syncs, refreshes and resets.
    ///
    /// # Errors
    ///
    /// When the server cannot list them.
    pub fn jobs(&self) -> Listing<Job> {
        self.jobs_matching(JobFilter::default())
    }

    /// Lists the jobs that fit, newest first.
    ///
    /// # Errors
    ///
    /// When the server cannot list them.
    pub fn jobs_matching(&self, filter: JobFilter) -> Listing<Job> {
        let connection = self.clone();
        Listing::new(move |size| stream::once(jobs(connection, filter, size)).try_flatten())
    }

    /// Returns the newest job, if it ever ran.
    ///
    /// # Errors
    ///
    /// When the server cannot list them.
    pub async fn last_job(&self) -> Result<Option<Job>> {
        Ok(self.jobs().limit(1).await?.pop())
    }

    /// Returns the number of its newest job, 0 without any, to tell afterwards which ones are newer: by numbers, because clocks
    /// differ. `None` where the server does not tell; then no job counts as newer.
    pub(super) async fn newest_number(&self) -> Option<i64> {
        if self.airbyte().is_planning() {
            return None;
        }
        Some(self.last_job().await.ok()?.map_or(0, |job| job.id()))
    }

    /// Returns the newest job with a greater number that fits, whether it is over or not.
    pub(super) async fn newer_job(&self, than: Option<i64>, fits: impl Fn(&Job) -> bool) -> Result<Option<Job>> {
        let Some(than) = than else { return Ok(None) };
        let jobs = self.jobs().limit(NEWEST).await?;
        Ok(jobs.into_iter().find(|job| job.id() > than && fits(job)))
    }

    pub(super) async fn running_job(&self) -> Result<Option<Job>> {
        Ok(self.last_job().await?.filter(|job| !job.status().is_final()))
    }
}

async fn jobs(connection: Connection, filter: JobFilter, size: usize) -> Result<BoxStream<'static, Result<Job>>> {
    let airbyte = connection.airbyte().clone();
    let mut types = kinds(&airbyte).await?;
    types.retain(|kind| filter.kinds.is_empty() || filter.kinds.iter().any(|wanted| wanted.as_str() == *kind));
    if types.is_empty() || airbyte.is_made_up(&connection.id) {
        return Ok(stream::empty().boxed());
    }
    let mut input = json!({ "configTypes": types, "configId": connection.id });
    let statuses: Vec<String> = filter.statuses.iter().map(ToString::to_string).collect();
    if let [status] = statuses.as_slice() {
        // All that servers before 1.0 know.
        input["status"] = status.clone().into();
    }
    if !statuses.is_empty() {
        input["statuses"] = statuses.into();
    }
    let item = move |item: Value| {
        let read: types::JobWithAttemptsRead = parsed(OPERATION, "JobWithAttemptsRead", &item)?;
        let fits = |job: &Job| filter.statuses.is_empty() || filter.statuses.contains(&job.status());
        Ok(Job::of_listed(&connection, read).filter(fits))
    };
    Ok(Listing::of(&airbyte, Door { operation: OPERATION, input }, item).page_size(size).stream())
}
