//! Starting a sync, or following the one that runs.

use airway_api_gen::types;
use serde_json::json;

use super::Connection;
use crate::airbyte::Write;
use crate::change::Change;
use crate::error::{Error, Result};
use crate::event::{Event, Resource};
use crate::job::Job;

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

    /// Returns the newest job, if it ever ran.
    ///
    /// # Errors
    ///
    /// When the server cannot list them.
    pub async fn last_job(&self) -> Result<Option<Job>> {
        Ok(self.jobs().limit(1).await?.pop())
    }

    async fn running_job(&self) -> Result<Option<Job>> {
        Ok(self.last_job().await?.filter(|job| !job.status().is_final()))
    }
}
