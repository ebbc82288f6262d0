//! Reading anew, and removing what was written.

use airway_api_gen::{Open, types};
use futures::future::BoxFuture;
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
        let before = self.newest_number().await;
        let body = types::ConnectionStreamRefreshRequestBody {
            connection_id: self.id.clone().into(),
            refresh_mode: Open::Known(mode),
            streams: (!streams.is_empty()).then(|| streams.clone()),
        };
        let write = Write::new("connections/refresh", Change::Started, Resource::Connection, self.name());
        let write = write.answering(self.airbyte(), || self.planned_job("refresh"));
        let call = || self.airbyte().api().refresh_connection_stream(&body);
        let settle = |answer: Result<types::JobReadResponse>| async {
            match answer {
                Ok(types::JobReadResponse { job: Some(job), .. }) => {
                    let job = Job::of_bare(self, &job);
                    job.ok_or_else(|| Error::incomplete("connections/refresh", "job.id")).map(Some)
                }
                Ok(_) => Ok(None),
                Err(error) => self.started(error, before, &["refresh"], &streams).await.map(Some),
            }
        };
        let id = |job: &Option<Job>| Some(job.as_ref()?.id().to_string());
        if let Some(job) = self.airbyte().start(write, call, settle, id).await? {
            return Ok(Some(job));
        }
        // The same answer says that a job runs, and that the destination cannot do it.
        if self.running_job().await?.is_some() {
            return Ok(None);
        }
        Err(Error::new(ErrorKind::Impossible {
            resource: Resource::Connection,
            name: self.name().to_owned(),
            reason: "cannot be refreshed: its destination does not support it".to_owned(),
            advice: Some("clear it and sync it instead".to_owned()),
        }))
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
        let before = self.newest_number().await;
        let api = self.airbyte().api();
        let whole = types::ConnectionIdRequestBody { connection_id: self.id.clone().into() };
        let part = types::ConnectionStreamRequestBody { connection_id: self.id.clone().into(), streams };
        let settle = |answer: Result<types::JobInfoRead>| async {
            match answer {
                Ok(read) => Job::of(self, read).ok_or_else(|| Error::incomplete(operation, "job.id")),
                Err(error) => self.started(error, before, &["reset_connection", "clear"], &part.streams).await,
            }
        };
        let id = |job: &Job| Some(job.id().to_string());
        match operation {
            "connections/clear" => self.airbyte().start(write, || api.clear_connection(&whole), settle, id).await,
            "connections/reset" => self.airbyte().start(write, || api.reset_connection(&whole), settle, id).await,
            "connections/clear/stream" => {
                self.airbyte().start(write, || api.clear_connection_stream(&part), settle, id).await
            }
            _ => self.airbyte().start(write, || api.reset_connection_stream(&part), settle, id).await,
        }
    }

    /// After a lost answer, the job that was started all the same, whether it is over or not: one that is newer than `before`
    /// and does what was asked for. An older one is somebody else's.
    async fn started(
        &self,
        error: Error,
        before: Option<i64>,
        kinds: &[&str],
        streams: &[types::ConnectionStream],
    ) -> Result<Job> {
        if !error.is_unclear() {
            return Err(error);
        }
        let fits = |job: &Job| kinds.contains(&job.kind().as_str()) && job.may_cover(streams);
        let look = || -> BoxFuture<'_, _> { Box::pin(self.newer_job(before, fits)) };
        self.airbyte().made_all_the_same(error, &look).await
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
