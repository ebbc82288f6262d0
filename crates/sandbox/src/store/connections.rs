//! Connections: keys in columns, settings and catalog as documents of their own, so that light lists
//! do not read catalogs.

use rusqlite::Row;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Result, Store, document, text};

#[derive(Debug, Clone)]
pub(crate) struct Connection {
    pub(crate) id: String,
    pub(crate) workspace_id: String,
    pub(crate) source_id: String,
    pub(crate) destination_id: String,
    pub(crate) name: String,
    pub(crate) status: String,
    pub(crate) created_at: i64,
    pub(crate) next_run_at: Option<i64>,
    pub(crate) details: ConnectionDetails,
    /// The selected streams as the API reads them: `[{stream, config}]`.
    pub(crate) streams: Vec<Value>,
}

/// The settings of a connection that no query looks at.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ConnectionDetails {
    pub(crate) namespace_definition: String,
    pub(crate) namespace_format: Option<String>,
    pub(crate) prefix: Option<String>,
    pub(crate) operation_ids: Vec<String>,
    /// `manual`, `basic` or `cron`.
    pub(crate) schedule_type: String,
    pub(crate) schedule_data: Option<Value>,
    pub(crate) resource_requirements: Option<Value>,
    pub(crate) source_catalog_id: Option<String>,
    pub(crate) destination_catalog_id: Option<String>,
    pub(crate) breaking_change: bool,
    pub(crate) notify_schema_changes: Option<bool>,
    pub(crate) non_breaking_changes_preference: String,
    pub(crate) backfill_preference: String,
    pub(crate) tag_ids: Vec<String>,
    pub(crate) on_demand_enabled: bool,
    /// A refresh that was asked for while a sync ran; the next run carries it out.
    pub(crate) waiting_refresh: Option<Value>,
}

const LIGHT: &str =
    "id, workspace_id, source_id, destination_id, name, status, created_at, next_run_at, details, '[]' AS catalog";
const FULL: &str =
    "id, workspace_id, source_id, destination_id, name, status, created_at, next_run_at, details, catalog";

fn read(row: &Row<'_>) -> Result<Connection> {
    Ok(Connection {
        id: row.get("id")?,
        workspace_id: row.get("workspace_id")?,
        source_id: row.get("source_id")?,
        destination_id: row.get("destination_id")?,
        name: row.get("name")?,
        status: row.get("status")?,
        created_at: row.get("created_at")?,
        next_run_at: row.get("next_run_at")?,
        details: document(row, "details")?,
        streams: document(row, "catalog")?,
    })
}

impl Store<'_> {
    pub(crate) fn insert_connection(self, connection: &Connection) -> Result<()> {
        self.execute(
            "INSERT INTO connections (id, workspace_id, source_id, destination_id, name, status, created_at,
             next_run_at, details, catalog) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            (
                &connection.id,
                &connection.workspace_id,
                &connection.source_id,
                &connection.destination_id,
                &connection.name,
                &connection.status,
                connection.created_at,
                connection.next_run_at,
                text(&connection.details)?,
                text(&connection.streams)?,
            ),
        )?;
        Ok(())
    }

    /// Writes everything but the catalog.
    pub(crate) fn update_connection(self, connection: &Connection) -> Result<()> {
        self.execute(
            "UPDATE connections SET name = ?2, status = ?3, next_run_at = ?4, details = ?5 WHERE id = ?1",
            (&connection.id, &connection.name, &connection.status, connection.next_run_at, text(&connection.details)?),
        )?;
        Ok(())
    }

    pub(crate) fn update_streams(self, connection: &Connection) -> Result<()> {
        self.execute(
            "UPDATE connections SET catalog = ?2 WHERE id = ?1",
            (&connection.id, text(&connection.streams)?),
        )?;
        Ok(())
    }

    pub(crate) fn set_next_run(self, id: &str, at: Option<i64>) -> Result<()> {
        self.execute("UPDATE connections SET next_run_at = ?2 WHERE id = ?1", (id, at))?;
        Ok(())
    }

    /// Returns the connection, deleted or not.
    pub(crate) fn connection(self, id: &str) -> Result<Option<Connection>> {
        self.row(&format!("SELECT {FULL} FROM connections WHERE id = ?1"), [id], read)
    }

    /// Returns the workspace's connections with their catalogs, deleted ones on request.
    pub(crate) fn connections(self, workspace_id: &str, deleted: bool) -> Result<Vec<Connection>> {
        self.rows(
            &format!(
                "SELECT {FULL} FROM connections WHERE workspace_id = ?1 AND (?2 OR status <> 'deprecated')
                 ORDER BY rowid"
            ),
            (workspace_id, deleted),
            read,
        )
    }

    /// Returns the workspace's live connections without catalogs, by lower-cased name and id.
    pub(crate) fn light_connections(self, workspace_id: &str) -> Result<Vec<Connection>> {
        self.rows(
            &format!(
                "SELECT {LIGHT} FROM connections WHERE workspace_id = ?1 AND status <> 'deprecated'
                 ORDER BY lower(name), id"
            ),
            [workspace_id],
            read,
        )
    }

    /// Returns the live connections, without catalogs, that read from or write to this source or destination.
    pub(crate) fn connections_of_actor(self, actor_id: &str) -> Result<Vec<Connection>> {
        self.rows(
            &format!(
                "SELECT {LIGHT} FROM connections
                 WHERE (source_id = ?1 OR destination_id = ?1) AND status <> 'deprecated' ORDER BY rowid"
            ),
            [actor_id],
            read,
        )
    }

    /// Returns the id and time of the connection whose schedule fires first, if that is no later than `now`.
    pub(crate) fn first_due_connection(self, now: i64) -> Result<Option<(String, i64)>> {
        self.row(
            "SELECT id, next_run_at FROM connections WHERE next_run_at <= ?1 ORDER BY next_run_at, rowid LIMIT 1",
            [now],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// Moves schedules that fell due while nobody was running to `now`: an overdue sync runs once, not once per
    /// missed interval.
    pub(crate) fn catch_up_schedules(self, now: i64) -> Result<()> {
        self.execute("UPDATE connections SET next_run_at = ?1 WHERE next_run_at < ?1", [now])?;
        Ok(())
    }
}
