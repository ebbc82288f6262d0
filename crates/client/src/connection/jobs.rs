//! The jobs of a connection.

use airway_api_gen::types;
use futures::TryStreamExt;
use serde_json::json;

use super::Connection;
use crate::error::Result;
use crate::job::{Job, JobFilter, kinds};

const PAGE_SIZE: usize = 200;

impl Connection {
    /// Returns the newest jobs that fit, newest first.
    ///
    /// # Errors
    ///
    /// When the server cannot list them.
    pub async fn jobs_matching(&self, filter: &JobFilter) -> Result<Vec<Job>> {
        let known = kinds(self.airbyte()).await?;
        let wanted: Vec<&str> = filter.kinds.iter().map(|kind| kind.as_str()).collect();
        let types: Vec<&str> = known.into_iter().filter(|kind| wanted.is_empty() || wanted.contains(kind)).collect();
        if types.is_empty() || filter.limit == 0 || self.airbyte().is_made_up(&self.id) {
            return Ok(Vec::new());
        }
        let mut input = json!({ "configTypes": types, "configId": self.id });
        let statuses: Vec<String> = filter.statuses.iter().map(ToString::to_string).collect();
        if let [status] = statuses.as_slice() {
            // All that servers before 1.0 know.
            input["status"] = status.clone().into();
        }
        if !statuses.is_empty() {
            input["statuses"] = statuses.into();
        }
        let size = if filter.statuses.is_empty() { PAGE_SIZE.min(filter.limit) } else { PAGE_SIZE };
        let mut pages = Box::pin(self.airbyte().pages("jobs/list", &input, Some(size))?);
        let mut jobs: Vec<Job> = Vec::new();
        while jobs.len() < filter.limit
            && let Some(page) = pages.try_next().await?
        {
            let reads = page.into_iter().filter_map(|item| serde_json::from_value(item).ok());
            let page = reads.filter_map(|read: types::JobWithAttemptsRead| Job::of_listed(self, read));
            jobs.extend(page.filter(|job| filter.statuses.is_empty() || filter.statuses.contains(&job.status())));
        }
        jobs.truncate(filter.limit);
        Ok(jobs)
    }

    /// Returns the newest jobs, newest first: syncs, refreshes and resets, at most `limit`.
    ///
    /// # Errors
    ///
    /// When the server cannot list them.
    pub async fn jobs(&self, limit: usize) -> Result<Vec<Job>> {
        self.jobs_matching(&JobFilter::newest(limit)).await
    }

    /// Returns the newest job, if it ever ran.
    ///
    /// # Errors
    ///
    /// When the server cannot list them.
    pub async fn last_job(&self) -> Result<Option<Job>> {
        Ok(self.jobs(1).await?.pop())
    }

    pub(super) async fn running_job(&self) -> Result<Option<Job>> {
        Ok(self.last_job().await?.filter(|job| !job.status().is_final()))
    }
}
