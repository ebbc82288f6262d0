//! Starting a sync, or following the one that runs.

use airway_api_gen::types;
use futures::future::BoxFuture;

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
        let before = self.newest_number().await;
        let body = types::ConnectionIdRequestBody { connection_id: self.id.clone().into() };
        let write = Write::new("connections/sync", Change::Started, Resource::Connection, self.name());
        let write = write.answering(self.airbyte(), || self.planned_job("sync"));
        let call = || self.airbyte().api().sync_connection(&body);
        let settle = |answer: Result<types::JobInfoRead>| async move {
            match answer {
                Ok(read) => {
                    let job = Job::of(self, read).ok_or_else(|| Error::incomplete("connections/sync", "job.id"));
                    job.map(Outcome::Started)
                }
                Err(error) if error.status() == Some(409) => match self.running_job().await {
                    Ok(Some(job)) => Ok(Outcome::Runs(job)),
                    _ => Err(error),
                },
                // It may have started one, which may be over; or one runs: either way a second one is not what is wanted.
                Err(error) if error.is_unclear() => {
                    let look = || -> BoxFuture<'_, _> { Box::pin(self.newer_or_running(before)) };
                    self.airbyte().made_all_the_same(error, &look).await
                }
                Err(error) => Err(error),
            }
        };
        let id = |outcome: &Outcome| match outcome {
            Outcome::Started(job) => Some(job.id().to_string()),
            Outcome::Runs(_) => None,
        };
        match self.airbyte().start(write, call, settle, id).await? {
            Outcome::Started(job) => Ok(job),
            Outcome::Runs(job) => {
                if !is_clearing(&job) {
                    self.airbyte().emit(&Event::Adopted { job: job.id(), connection: self.name().to_owned() });
                }
                Ok(job)
            }
        }
    }

    async fn newer_or_running(&self, before: Option<i64>) -> Result<Option<Outcome>> {
        if let Some(job) = self.newer_job(before, |job| !is_clearing(job)).await? {
            return Ok(Some(Outcome::Started(job)));
        }
        Ok(self.running_job().await?.map(Outcome::Runs))
    }
}

/// What came of asking for a sync.
enum Outcome {
    Started(Job),
    Runs(Job),
}

fn is_clearing(job: &Job) -> bool {
    matches!(job.kind().as_str(), "reset_connection" | "clear")
}
