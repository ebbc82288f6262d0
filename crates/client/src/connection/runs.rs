//! Reading anew, and removing what was written.

use airway_api_gen::{Open, types};
use serde_json::{Value, json};

use super::Connection;
use crate::airbyte::Write;
use crate::change::Change;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Resource;
use crate::job::Job;

pub use types::RefreshMode;

impl Connection {
    /// Lets the streams be read from their beginning, keeping (`Merge`) or replacing (`Truncate`) what the destination has.
    ///
    /// `streams` are names or globs as for [`Catalog::select`](crate::Catalog::select); none means all. `None` comes back when a
    /// job runs: the server keeps the wish for the next one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Impossible`] when the destination cannot be refreshed, [`ErrorKind::Unsupported`] on servers before 1.0, a
    /// [`CatalogError`](crate::CatalogError) when a stream is not among those of the connection.
    pub async fn refresh(&self, mode: RefreshMode, streams: &[&str]) -> Result<Option<Job>> {
        let streams = self.descriptors(streams).await?;
        let body = types::ConnectionStreamRefreshRequestBody {
            connection_id: self.id.clone().into(),
            refresh_mode: Open::Known(mode),
            streams: (!streams.is_empty()).then_some(streams),
        };
        let write = Write::new("connections/refresh", Change::Started, Resource::Connection, self.name());
        let write = write.answering(self.airbyte(), || self.planned_job("refresh"));
        let call = || self.airbyte().api().refresh_connection_stream(&body);
        let number = |read: &types::JobReadResponse| Some(read.job.as_ref()?.id.as_ref()?.to_string());
        let answer = self.airbyte().write(write, call, number).await;
        match self.adopted(answer, &["refresh"]).await? {
            Answered::Adopted(job) => Ok(Some(job)),
            Answered::Answer(types::JobReadResponse { job: Some(job), .. }) => {
                Job::of_bare(self, &job).ok_or_else(|| Error::incomplete("connections/refresh", "job.id")).map(Some)
            }
            // The same answer says that a job runs, and that the destination cannot do it.
            Answered::Answer(_) if self.running_job().await?.is_some() => Ok(None),
            Answered::Answer(_) => Err(Error::new(ErrorKind::Impossible {
                resource: Resource::Connection,
                name: self.name().to_owned(),
                reason: "cannot be refreshed: its destination does not support it".to_owned(),
                advice: Some("clear it and sync it instead".to_owned()),
            })),
        }
    }

    /// Removes what the streams have written, and their state: the next sync reads them from their beginning. A running sync is
    /// cancelled.
    ///
    /// `streams` are names or globs as for [`Catalog::select`](crate::Catalog::select); none means all. Servers before 1.0 know
    /// this as a reset, and are asked for that.
    ///
    /// # Errors
    ///
    /// A [`CatalogError`](crate::CatalogError) when a stream is not among those of the connection, or what the server refuses with.
    pub async fn clear(&self, streams: &[&str]) -> Result<Job> {
        match self.wiped(streams, ["connections/clear", "connections/clear/stream"]).await {
            Err(error) if error.is_unsupported() => self.reset(streams).await,
            answer => answer,
        }
    }

    /// Does what [`clear`](Self::clear) does, by the name that all servers know it by.
    ///
    /// # Errors
    ///
    /// As [`clear`](Self::clear).
    pub async fn reset(&self, streams: &[&str]) -> Result<Job> {
        self.wiped(streams, ["connections/reset", "connections/reset/stream"]).await
    }

    async fn wiped(&self, streams: &[&str], [all, some]: [&'static str; 2]) -> Result<Job> {
        let streams = self.descriptors(streams).await?;
        let operation = if streams.is_empty() { all } else { some };
        let write = Write::new(operation, Change::Started, Resource::Connection, self.name());
        let write = write.answering(self.airbyte(), || self.planned_job("reset_connection"));
        let number = |read: &types::JobInfoRead| Some(read.job.as_ref()?.id.as_ref()?.to_string());
        let api = self.airbyte().api();
        let whole = types::ConnectionIdRequestBody { connection_id: self.id.clone().into() };
        let part = types::ConnectionStreamRequestBody { connection_id: self.id.clone().into(), streams };
        let answer = match operation {
            "connections/clear" => self.airbyte().write(write, || api.clear_connection(&whole), number).await,
            "connections/reset" => self.airbyte().write(write, || api.reset_connection(&whole), number).await,
            "connections/clear/stream" => {
                self.airbyte().write(write, || api.clear_connection_stream(&part), number).await
            }
            _ => self.airbyte().write(write, || api.reset_connection_stream(&part), number).await,
        };
        match self.adopted(answer, &["reset_connection", "clear"]).await? {
            Answered::Adopted(job) => Ok(job),
            Answered::Answer(read) => Job::of(self, read).ok_or_else(|| Error::incomplete(operation, "job.id")),
        }
    }

    /// After a lost answer, the job that was started all the same: a second one is not what is wanted.
    async fn adopted<T>(&self, answer: Result<T>, kinds: &[&str]) -> Result<Answered<T>> {
        let error = match answer {
            Ok(answer) => return Ok(Answered::Answer(answer)),
            Err(error) if error.is_unclear() => error,
            Err(error) => return Err(error),
        };
        match self.running_job().await {
            Ok(Some(job)) if kinds.contains(&job.kind().as_str()) => Ok(Answered::Adopted(job)),
            _ => Err(error),
        }
    }

    /// What a server would answer, for a client that only plans.
    pub(super) fn planned_job(&self, kind: &str) -> Value {
        json!({ "job": { "id": 0, "configType": kind, "configId": self.id, "status": "planned" } })
    }

    async fn descriptors(&self, streams: &[&str]) -> Result<Vec<types::ConnectionStream>> {
        if streams.is_empty() {
            return Ok(Vec::new());
        }
        let chosen = self.catalog().await?.select(streams.iter().copied())?;
        let descriptor = |stream: &crate::catalog::Stream| types::ConnectionStream {
            stream_name: stream.name().to_owned(),
            stream_namespace: stream.namespace().map(str::to_owned),
        };
        Ok(chosen.streams().iter().map(descriptor).collect())
    }
}

enum Answered<T> {
    Answer(T),
    Adopted(Job),
}
