//! The timeline of a connection.

use serde_json::Value;

use super::{Result, Store, document, text};

#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) number: i64,
    pub(crate) connection_id: String,
    /// Such as `SYNC_STARTED`.
    pub(crate) kind: String,
    pub(crate) created_at: i64,
    /// Whether somebody did it; else it happened by itself.
    pub(crate) by_user: bool,
    pub(crate) summary: Value,
}

#[derive(Debug)]
pub(crate) struct NewEvent<'a> {
    pub(crate) connection_id: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) at: i64,
    pub(crate) job_id: Option<i64>,
    pub(crate) by_user: bool,
    pub(crate) summary: Value,
}

const COLUMNS: &str = "number, connection_id, kind, created_at, by_user, summary";

fn read(row: &rusqlite::Row<'_>) -> Result<Event> {
    Ok(Event {
        number: row.get("number")?,
        connection_id: row.get("connection_id")?,
        kind: row.get("kind")?,
        created_at: row.get("created_at")?,
        by_user: row.get("by_user")?,
        summary: document(row, "summary")?,
    })
}

impl Store<'_> {
    pub(crate) fn add_event(self, new: &NewEvent<'_>) -> Result<()> {
        self.execute(
            "INSERT INTO events (connection_id, kind, created_at, job_id, by_user, summary)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (new.connection_id, new.kind, new.at, new.job_id, new.by_user, text(&new.summary)?),
        )?;
        Ok(())
    }

    /// Returns the connection's events, newest first.
    pub(crate) fn events(self, connection_id: &str) -> Result<Vec<Event>> {
        self.rows(
            &format!("SELECT {COLUMNS} FROM events WHERE connection_id = ?1 ORDER BY number DESC"),
            [connection_id],
            read,
        )
    }

    pub(crate) fn events_of_job(self, job_id: i64) -> Result<Vec<Event>> {
        self.rows(&format!("SELECT {COLUMNS} FROM events WHERE job_id = ?1 ORDER BY number DESC"), [job_id], read)
    }

    pub(crate) fn event(self, number: i64) -> Result<Option<Event>> {
        self.row(&format!("SELECT {COLUMNS} FROM events WHERE number = ?1"), [number], read)
    }
}
