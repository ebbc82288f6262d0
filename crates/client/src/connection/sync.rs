//! Starting a sync, or following the one that runs.

use airway_api_gen::{Open, types};
use serde_json::json;

use super::Connection;
use crate::airbyte::{Write, partial};
use crate::change::Change;
use crate::error::{Error, Result};
use crate::event::{Event, Resource};
use crate::job::Job;

const JOBS_PER_PAGE: usize = 200;

impl Connection {
    /// Starts a sync, or returns the job that already runs: a connection runs one at a time.
    ///
    /// # Errors
    ///
    /// When the server refuses, such as for a connection that is not active.
    pub async fn sync(&self) -> Result<Job> {
        let body = types::ConnectionIdRequestBody { connection_id: self.id.clone().into() };
        let answer = || json!({"job": {"id": 0, "configType": "sync", "configId": self.id, "status": "planned"}});
        let write = Write::new("connections/sync", Change::Started, Resource::Connection, self.name());
        let write = write.answering(self.airbyte(), answer);
        let call = || self.airbyte().api().sync_connection(&body);
        let number = |read: &types::JobInfoRead| read.job.as_ref()?.id.as_ref().map(ToString::to_string);
        match self.airbyte().write(write, call, number).await {
            Ok(read) => Job::of(self, read).ok_or_else(|| Error::incomplete("connections/sync", "job.id")),
            // One runs already, or the answer was lost and this one may run: either way a second one is not what is wanted.
            Err(error) if error.status() == Some(409) || error.is_unclear() => match self.running_job().await {
                Ok(Some(job)) => {
                    self.airbyte().emit(&Event::Adopted { job: job.id(), connection: self.name().to_owned() });
                    Ok(job)
                }
                _ => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// Returns the newest jobs, newest first: syncs, refreshes and resets, at most `limit`.
    ///
    /// # Errors
    ///
    /// When the server cannot list them.
    pub async fn jobs(&self, limit: usize) -> Result<Vec<Job>> {
        let mut jobs: Vec<Job> = Vec::new();
        let limit = if self.airbyte().is_made_up(&self.id) { 0 } else { limit };
        while jobs.len() < limit {
            let size = JOBS_PER_PAGE.min(limit);
            let page = self.jobs_page(size, jobs.len()).await?;
            let last = page.len() < size;
            // A job that appears between two pages moves the others down by one.
            jobs.extend(
                page.into_iter().filter(|job| !jobs.iter().any(|known| known.id() == job.id())).collect::<Vec<_>>(),
            );
            if last {
                break;
            }
        }
        jobs.truncate(limit);
        Ok(jobs)
    }

    /// Returns the newest job, if it ever ran.
    ///
    /// # Errors
    ///
    /// When the server cannot list them.
    pub async fn last_job(&self) -> Result<Option<Job>> {
        Ok(self.jobs(1).await?.pop())
    }

    async fn running_job(&self) -> Result<Option<Job>> {
        Ok(self.last_job().await?.filter(|job| !job.status().is_final()))
    }

    async fn jobs_page(&self, size: usize, offset: usize) -> Result<Vec<Job>> {
        use types::JobConfigType as Type;
        let mut kinds = vec![Type::Sync, Type::Refresh, Type::ResetConnection];
        if self.airbyte().server().await?.is_older_than_1_0() {
            // It has no refreshes, and refuses a word that it does not know.
            kinds.retain(|kind| *kind != Type::Refresh);
        }
        let body = types::JobListRequestBody {
            config_types: kinds.into_iter().map(Open::Known).collect(),
            config_id: Some(self.id.clone()),
            pagination: partial(json!({ "pageSize": size, "rowOffset": offset })),
            ..partial(json!({"configTypes": []}))
        };
        let list = self.airbyte().call("jobs/list", || self.airbyte().api().list_jobs_for(&body)).await?;
        Ok(list.jobs.unwrap_or_default().into_iter().filter_map(|item| Job::of_listed(self, item)).collect())
    }
}
