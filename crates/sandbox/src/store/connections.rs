//! Connections: keys in columns, settings and catalog as documents of their own, so that light lists
//! do not read catalogs.

use rusqlite::Row;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::keyset::Named;
use super::{Page, PageRequest, Result, Store, document, text};
use crate::ids;

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
    /// Where it runs; only older servers have such a thing.
    pub(crate) geography: Option<String>,
}

const LIGHT: &str =
    "id, workspace_id, source_id, destination_id, name, status, created_at, next_run_at, details, '[]' AS streams";
const FULL: &str = "c.id, workspace_id, source_id, destination_id, name, status, created_at, next_run_at, details, \
                    streams FROM connections c JOIN stream_lists l ON l.id = stream_list";

const LIST: Named<Connection> = Named {
    table: "connections",
    columns: LIGHT,
    kind: "connection",
    listed: "status <> 'deprecated'",
    nameable: "status <> 'deprecated'",
    read,
};

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
        streams: document(row, "streams")?,
    })
}

impl Store<'_> {
    pub(crate) fn insert_connection(self, connection: &Connection) -> Result<()> {
        self.execute(
            "INSERT INTO connections (id, workspace_id, source_id, destination_id, name, status, created_at,
             next_run_at, details, stream_list) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
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
                self.stream_list(&connection.streams)?,
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
        let list = self.stream_list(&connection.streams)?;
        let before: Option<i64> =
            self.row("SELECT stream_list FROM connections WHERE id = ?1", [&connection.id], |row| row.get(0))?;
        self.execute("UPDATE connections SET stream_list = ?2 WHERE id = ?1", (&connection.id, list))?;
        self.execute(
            "DELETE FROM stream_lists WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM connections WHERE stream_list = ?1)",
            [before],
        )?;
        Ok(())
    }

    /// Returns the id of a list of streams, storing it if no connection has the same.
    fn stream_list(self, streams: &[Value]) -> Result<i64> {
        let streams = text(&streams)?;
        let hash = ids::hash(&streams).cast_signed();
        let known =
            self.row("SELECT id FROM stream_lists WHERE hash = ?1 AND streams = ?2", (hash, &streams), |row| {
                row.get(0)
            })?;
        if let Some(id) = known {
            return Ok(id);
        }
        self.execute("INSERT INTO stream_lists (hash, streams) VALUES (?1, ?2)", (hash, &streams))?;
        Ok(self.connection.last_insert_rowid())
    }

    pub(crate) fn set_next_run(self, id: &str, at: Option<i64>) -> Result<()> {
        self.execute("UPDATE connections SET next_run_at = ?2 WHERE id = ?1", (id, at))?;
        Ok(())
    }

    /// Returns the connection, deleted or not.
    pub(crate) fn connection(self, id: &str) -> Result<Option<Connection>> {
        self.row(&format!("SELECT {FULL} WHERE c.id = ?1"), [id], read)
    }

    /// Returns the workspace's connections with their catalogs, deleted ones on request.
    pub(crate) fn connections(self, workspace_id: &str, deleted: bool) -> Result<Vec<Connection>> {
        self.rows(
            &format!("SELECT {FULL} WHERE workspace_id = ?1 AND (?2 OR status <> 'deprecated') ORDER BY c.rowid"),
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

    /// Returns a page of the workspace's live connections without catalogs, by lower-cased name and id; `None` where the
    /// cursor names none of them.
    pub(crate) fn connection_page(
        self,
        workspace_id: &str,
        wanted: PageRequest<'_>,
    ) -> Result<Option<Page<Connection>>> {
        self.named_page(&LIST, workspace_id, wanted)
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

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;
    use serde_json::json;

    use super::super::{Actor, ActorKind, open};
    use super::*;

    #[test]
    fn equal_lists_of_streams_are_kept_once_and_forgotten_with_their_last_connection() {
        let database = open(None, 0, 0).unwrap();
        let store = Store::on(&database);
        let workspace_id = store.workspaces().unwrap().remove(0).id;
        for (id, kind) in [("s", ActorKind::Source), ("d", ActorKind::Destination)] {
            let actor = Actor {
                id: id.to_owned(),
                kind,
                workspace_id: workspace_id.clone(),
                definition_id: String::new(),
                name: String::new(),
                configuration: json!({}),
                tombstone: false,
                created_at: 0,
                updated_at: 0,
            };
            store.insert_actor(&actor).unwrap();
        }
        let connection = |id: &str, stream: &str| Connection {
            id: id.to_owned(),
            workspace_id: workspace_id.clone(),
            source_id: "s".to_owned(),
            destination_id: "d".to_owned(),
            name: String::new(),
            status: "active".to_owned(),
            created_at: 0,
            next_run_at: None,
            details: ConnectionDetails::default(),
            streams: vec![json!({"stream": {"name": stream}})],
        };
        let lists =
            || -> i64 { database.query_row("SELECT count(*) FROM stream_lists", [], |row| row.get(0)).unwrap() };
        for id in ["a", "b"] {
            store.insert_connection(&connection(id, "orders")).unwrap();
        }
        assert_eq!(lists(), 1);
        store.update_streams(&connection("a", "customers")).unwrap();
        assert_eq!(lists(), 2);
        assert_eq!(store.connection("a").unwrap().unwrap().streams[0]["stream"]["name"], "customers");
        assert_eq!(store.connection("b").unwrap().unwrap().streams[0]["stream"]["name"], "orders");
        store.update_streams(&connection("b", "customers")).unwrap();
        assert_eq!(lists(), 1);
        let planned_again = |sql: &str| database.prepare_cached(sql).unwrap().get_status(StatementStatus::RePrepare);
        assert_eq!(planned_again(&format!("SELECT {FULL} WHERE c.id = ?1")), 0);
    }
}
