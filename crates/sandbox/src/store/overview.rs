//! What the page shows of connections, sources and destinations: the newest, read in a few light queries.

use rusqlite::Row;

use super::{Result, Store};

/// One end of a connection, or a source or destination without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) definition_id: String,
    pub(crate) workspace: String,
    /// What tells workspaces with the same name apart.
    pub(crate) slug: String,
}

/// A connection with its ends and its last job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pipe {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) status: String,
    /// In words.
    pub(crate) schedule: String,
    pub(crate) next_run_at: Option<i64>,
    pub(crate) streams: i64,
    pub(crate) last_job: Option<String>,
    pub(crate) source: End,
    pub(crate) destination: End,
}

fn end(row: &Row<'_>, prefix: &str) -> Result<End> {
    let column = |name: &str| row.get(format!("{prefix}_{name}").as_str());
    Ok(End {
        id: column("id")?,
        kind: column("kind")?,
        name: column("name")?,
        definition_id: column("definition")?,
        workspace: row.get("workspace")?,
        slug: row.get("slug")?,
    })
}

impl Store<'_> {
    /// Returns the newest connections that are not deleted.
    pub(crate) fn newest_pipes(self, limit: i64) -> Result<Vec<Pipe>> {
        self.rows(
            "SELECT c.id, c.name, c.status, c.next_run_at, CASE c.details ->> 'schedule_type'
                        WHEN 'basic' THEN 'every ' || CASE c.details ->> '$.schedule_data.basicSchedule.units'
                            WHEN 1 THEN rtrim(c.details ->> '$.schedule_data.basicSchedule.timeUnit', 's')
                            ELSE (c.details ->> '$.schedule_data.basicSchedule.units') || ' '
                                 || (c.details ->> '$.schedule_data.basicSchedule.timeUnit') END
                        WHEN 'cron' THEN 'cron ' || (c.details ->> '$.schedule_data.cron.cronExpression')
                        ELSE c.details ->> 'schedule_type' END AS schedule,
                    w.name AS workspace, w.slug, json_array_length(l.streams) AS streams,
                    s.id AS source_id, s.kind AS source_kind, s.name AS source_name,
                    s.definition_id AS source_definition,
                    d.id AS destination_id, d.kind AS destination_kind, d.name AS destination_name,
                    d.definition_id AS destination_definition,
                    (SELECT status FROM jobs WHERE connection_id = c.id ORDER BY created_at DESC, id DESC LIMIT 1)
                    AS last_job
             FROM connections c
             JOIN workspaces w ON w.id = c.workspace_id AND NOT w.tombstone
             JOIN stream_lists l ON l.id = c.stream_list
             JOIN actors s ON s.id = c.source_id
             JOIN actors d ON d.id = c.destination_id
             WHERE c.status <> 'deprecated' ORDER BY c.rowid DESC LIMIT ?1",
            [limit],
            |row| {
                Ok(Pipe {
                    id: row.get("id")?,
                    name: row.get("name")?,
                    status: row.get("status")?,
                    schedule: row.get::<_, Option<String>>("schedule")?.unwrap_or_default(),
                    next_run_at: row.get("next_run_at")?,
                    streams: row.get("streams")?,
                    last_job: row.get("last_job")?,
                    source: end(row, "source")?,
                    destination: end(row, "destination")?,
                })
            },
        )
    }

    /// Returns the newest sources and destinations that no connection uses.
    pub(crate) fn newest_loose_ends(self, limit: i64) -> Result<Vec<End>> {
        self.rows(
            "SELECT a.id AS end_id, a.kind AS end_kind, a.name AS end_name, a.definition_id AS end_definition,
                    w.name AS workspace, w.slug
             FROM actors a JOIN workspaces w ON w.id = a.workspace_id AND NOT w.tombstone
             WHERE NOT a.tombstone
               AND NOT EXISTS (SELECT 1 FROM connections WHERE source_id = a.id AND status <> 'deprecated')
               AND NOT EXISTS (SELECT 1 FROM connections WHERE destination_id = a.id AND status <> 'deprecated')
             ORDER BY a.rowid DESC LIMIT ?1",
            [limit],
            |row| end(row, "end"),
        )
    }

    /// Returns how many sources, destinations, connections and jobs there are, and how many jobs are not over.
    pub(crate) fn counts(self) -> Result<[i64; 5]> {
        let counts = self.row(
            "SELECT (SELECT count(*) FROM actors WHERE kind = 'source' AND NOT tombstone),
                    (SELECT count(*) FROM actors WHERE kind = 'destination' AND NOT tombstone),
                    (SELECT count(*) FROM connections WHERE status <> 'deprecated'),
                    (SELECT count(*) FROM jobs),
                    (SELECT count(*) FROM jobs WHERE next_event_at IS NOT NULL)",
            [],
            |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]),
        )?;
        Ok(counts.unwrap_or_default())
    }
}
