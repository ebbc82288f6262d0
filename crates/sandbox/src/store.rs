//! What the sandbox remembers: one SQLite database, in memory or in a file.
//!
//! Columns are what queries look at, the rest of a resource is one JSON document. A [`Store`] lives as
//! long as one request and works inside the transaction that the engine opened for it.

mod actors;
mod catalogs;
mod connections;
mod documents;
mod events;
mod jobs;
mod keyset;
mod opening;
mod overview;
mod states;
mod workspaces;

pub(crate) use actors::{Actor, ActorKind};
pub(crate) use catalogs::StoredCatalog;
pub(crate) use connections::{Connection, ConnectionDetails};
pub(crate) use documents::{Document, DocumentKind};
pub(crate) use events::{Event, NewEvent};
pub(crate) use jobs::{Attempt, Job, JobFilter, JobOrder, NewJob};
pub(crate) use keyset::{Page, PageRequest};
pub(crate) use opening::{OpenError, open};
pub(crate) use overview::{End, Pipe};
pub(crate) use workspaces::Workspace;

use rusqlite::types::FromSqlError;
use rusqlite::{OptionalExtension, Row};
use serde::de::DeserializeOwned;

use crate::ids;

/// Reads and writes inside one transaction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Store<'c> {
    connection: &'c rusqlite::Connection,
}

type Result<T> = std::result::Result<T, rusqlite::Error>;

impl<'c> Store<'c> {
    pub(crate) fn on(connection: &'c rusqlite::Connection) -> Self {
        Self { connection }
    }

    /// Returns the next stored identifier; a transaction that fails gives it back.
    pub(crate) fn new_id(self) -> Result<String> {
        let number: i64 = self
            .connection
            .prepare_cached("UPDATE meta SET value = value + 1 WHERE key = 'ids' RETURNING value")?
            .query_row([], |row| row.get(0))?;
        let seed = self.meta("seed")?.unwrap_or_default();
        Ok(ids::uuid(seed.cast_unsigned(), number.cast_unsigned()))
    }

    pub(crate) fn meta(self, key: &str) -> Result<Option<i64>> {
        self.connection
            .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
            .query_row([key], |row| row.get(0))
            .optional()
    }

    pub(crate) fn set_meta(self, key: &str, value: i64) -> Result<()> {
        self.connection
            .prepare_cached("INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2")?
            .execute((key, value))?;
        Ok(())
    }

    fn rows<T>(
        self,
        sql: &str,
        parameters: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.connection.prepare_cached(sql)?.query_map(parameters, read)?.collect()
    }

    fn row<T>(
        self,
        sql: &str,
        parameters: impl rusqlite::Params,
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.connection.prepare_cached(sql)?.query_row(parameters, read).optional()
    }

    fn execute(self, sql: &str, parameters: impl rusqlite::Params) -> Result<usize> {
        self.connection.prepare_cached(sql)?.execute(parameters)
    }
}

/// Reads a JSON document out of a text column.
fn document<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text).map_err(|error| FromSqlError::Other(Box::new(error)).into())
}

/// Writes a JSON document for a text column.
fn text(document: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(document).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}
