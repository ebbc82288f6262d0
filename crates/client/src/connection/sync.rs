//! Starting a sync, or following the one that runs.

use airway_api_gen::types;

use super::Connection;
use crate::airbyte::Write;
use crate::change::Change;
use crate::error::{Error, Result};
use crate::event::{Event, Resource};
use crate::job::{Job, WaitOptions};

impl Connection {
    /// Starts a sync, or returns the sync or refresh that already runs: a connection runs one job at a time. One that clears is
    /// no sync: its end is waited for, with the default [`WaitOptions`], before this one starts.
    ///
    /// # Errors
    ///
    /// When the server refuses, such as for a connection that is not active.
    pub async fn sync(&self) -> Result<Job> {
        match self.started_or_running().await? {
            job if !is_clearing(&job) => Ok(job),
            clearing => {
                clearing.wait(WaitOptions::default()).await?;
                let job = self.started_or_running().await?;
                if is_clearing(&job) {
                    Err(self.impossible(format!("is being cleared by job {}", job.id())))
                } else {
                    Ok(job)
                }
            }
        }
    }

    /// A job that was started, or whichever runs.
    async fn started_or_running(&self) -> Result<Job> {
        let body = types::ConnectionIdRequestBody { connection_id: self.id.clone().into() };
        let write = Write::new("connections/sync", Change::Started, Resource::Connection, self.name());
        let write = write.answering(self.airbyte(), || self.planned_job("sync"));
        let call = || self.airbyte().api().sync_connection(&body);
        let number = |read: &types::JobInfoRead| read.job.as_ref()?.id.as_ref().map(ToString::to_string);
        match self.airbyte().write(write, call, number).await {
            Ok(read) => Job::of(self, read).ok_or_else(|| Error::incomplete("connections/sync", "job.id")),
            // One runs already, or the answer was lost and this one may run: either way a second one is not what is wanted.
            Err(error) if error.status() == Some(409) || error.is_unclear() => match self.running_job().await {
                Ok(Some(job)) if is_clearing(&job) => Ok(job),
                Ok(Some(job)) => {
                    self.airbyte().emit(&Event::Adopted { job: job.id(), connection: self.name().to_owned() });
                    Ok(job)
                }
                _ => Err(error),
            },
            Err(error) => Err(error),
        }
    }
}

fn is_clearing(job: &Job) -> bool {
    matches!(job.kind().as_str(), "reset_connection" | "clear")
}
