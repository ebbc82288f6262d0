//! Jobs and their attempts.

use rusqlite::{Row, ToSql};

use super::{Result, Store, document, text};
use crate::lifecycle::Plan;

#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) id: i64,
    pub(crate) connection_id: String,
    pub(crate) config_type: String,
    pub(crate) status: String,
    pub(crate) scheduled: bool,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) started_at: Option<i64>,
    pub(crate) next_event_at: Option<i64>,
    pub(crate) plan: Plan,
}

impl Job {
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.status.as_str(), "succeeded" | "failed" | "cancelled")
    }
}

#[derive(Debug)]
pub(crate) struct NewJob<'a> {
    pub(crate) connection_id: &'a str,
    pub(crate) config_type: &'a str,
    pub(crate) scheduled: bool,
    pub(crate) created_at: i64,
    pub(crate) next_event_at: i64,
    pub(crate) plan: &'a Plan,
}

#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) number: usize,
    pub(crate) status: String,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) ended_at: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobOrder {
    CreatedAt { descending: bool },
    UpdatedAt { descending: bool },
}

/// Which jobs, which page, in which order.
#[derive(Debug)]
pub(crate) struct JobFilter {
    pub(crate) config_types: Vec<String>,
    pub(crate) connection_id: Option<String>,
    pub(crate) workspace_ids: Vec<String>,
    pub(crate) statuses: Vec<String>,
    pub(crate) created: (Option<i64>, Option<i64>),
    pub(crate) updated: (Option<i64>, Option<i64>),
    pub(crate) order: JobOrder,
    pub(crate) limit: i64,
    pub(crate) offset: i64,
}

const COLUMNS: &str = "id, connection_id, config_type, status, scheduled, created_at, updated_at, started_at, \
                       next_event_at, plan";

// What is asked whenever a job moves on: each must be answered from an index, however many jobs there were.
const ACTIVE: &str = "FROM jobs WHERE connection_id = ?1 AND next_event_at IS NOT NULL ORDER BY id DESC LIMIT 1";
const NEWEST: &str = "SELECT max(created_at) FROM jobs WHERE connection_id = ?1";
const NEWEST_SCHEDULED: &str = "SELECT max(created_at) FROM jobs WHERE connection_id = ?1 AND scheduled";
const LAST_SUCCESS: &str = "SELECT max(updated_at) FROM jobs WHERE connection_id = ?1 AND status = 'succeeded'";

fn read(row: &Row<'_>) -> Result<Job> {
    Ok(Job {
        id: row.get("id")?,
        connection_id: row.get("connection_id")?,
        config_type: row.get("config_type")?,
        status: row.get("status")?,
        scheduled: row.get("scheduled")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        started_at: row.get("started_at")?,
        next_event_at: row.get("next_event_at")?,
        plan: document(row, "plan")?,
    })
}

impl Store<'_> {
    pub(crate) fn insert_job(self, new: &NewJob<'_>) -> Result<i64> {
        self.execute(
            "INSERT INTO jobs (connection_id, config_type, status, scheduled, created_at, updated_at, next_event_at,
             plan) VALUES (?1, ?2, 'pending', ?3, ?4, ?4, ?5, ?6)",
            (new.connection_id, new.config_type, new.scheduled, new.created_at, new.next_event_at, text(new.plan)?),
        )?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Writes what changes while a job lives.
    pub(crate) fn update_job(self, job: &Job) -> Result<()> {
        self.execute(
            "UPDATE jobs SET status = ?2, updated_at = ?3, started_at = ?4, next_event_at = ?5 WHERE id = ?1",
            (job.id, &job.status, job.updated_at, job.started_at, job.next_event_at),
        )?;
        Ok(())
    }

    pub(crate) fn job(self, id: i64) -> Result<Option<Job>> {
        self.row(&format!("SELECT {COLUMNS} FROM jobs WHERE id = ?1"), [id], read)
    }

    /// Returns the job that has not ended yet; a connection has at most one.
    pub(crate) fn active_job(self, connection_id: &str) -> Result<Option<Job>> {
        self.row(&format!("SELECT {COLUMNS} {ACTIVE}"), [connection_id], read)
    }

    /// Returns the connection's jobs, newest first, up to `limit`.
    pub(crate) fn newest_jobs(self, connection_id: &str, limit: usize) -> Result<Vec<Job>> {
        self.rows(
            &format!("SELECT {COLUMNS} FROM jobs WHERE connection_id = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2"),
            (connection_id, i64::try_from(limit).unwrap_or(i64::MAX)),
            read,
        )
    }

    /// Returns the newest sync's status and creation time, without reading its plan.
    pub(crate) fn latest_sync(self, connection_id: &str) -> Result<Option<(String, i64)>> {
        self.row(
            "SELECT status, created_at FROM jobs WHERE connection_id = ?1 AND config_type = 'sync'
             ORDER BY created_at DESC, id DESC LIMIT 1",
            [connection_id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// Returns when the connection's last successful job ended.
    pub(crate) fn last_success(self, connection_id: &str) -> Result<Option<i64>> {
        self.row(LAST_SUCCESS, [connection_id], |row| row.get(0)).map(Option::flatten)
    }

    /// Returns when the connection's newest replication job was created, counting scheduled ones only on request.
    pub(crate) fn newest_run(self, connection_id: &str, scheduled_only: bool) -> Result<Option<i64>> {
        let sql = if scheduled_only { NEWEST_SCHEDULED } else { NEWEST };
        self.row(sql, [connection_id], |row| row.get(0)).map(Option::flatten)
    }

    /// Returns the id and time of the job that moves on first, if that is no later than `now`.
    pub(crate) fn first_due_job(self, now: i64) -> Result<Option<(i64, i64)>> {
        self.row(
            "SELECT id, next_event_at FROM jobs WHERE next_event_at <= ?1 ORDER BY next_event_at, id LIMIT 1",
            [now],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    pub(crate) fn put_attempt(self, job_id: i64, attempt: &Attempt) -> Result<()> {
        self.execute(
            "INSERT INTO attempts (job_id, number, status, created_at, updated_at, ended_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (job_id, number) DO UPDATE SET status = ?3, updated_at = ?5, ended_at = ?6",
            (
                job_id,
                i64::try_from(attempt.number).unwrap_or(i64::MAX),
                &attempt.status,
                attempt.created_at,
                attempt.updated_at,
                attempt.ended_at,
            ),
        )?;
        Ok(())
    }

    /// Returns the job's attempts, first one first.
    pub(crate) fn attempts(self, job_id: i64) -> Result<Vec<Attempt>> {
        self.rows(
            "SELECT number, status, created_at, updated_at, ended_at FROM attempts WHERE job_id = ?1 ORDER BY number",
            [job_id],
            |row| {
                Ok(Attempt {
                    number: usize::try_from(row.get::<_, i64>("number")?).unwrap_or_default(),
                    status: row.get("status")?,
                    created_at: row.get("created_at")?,
                    updated_at: row.get("updated_at")?,
                    ended_at: row.get("ended_at")?,
                })
            },
        )
    }

    /// Returns a page of jobs, and how many match in all.
    pub(crate) fn jobs(self, filter: &JobFilter) -> Result<(Vec<Job>, usize)> {
        let (condition, parameters) = conditions(filter);
        let values: Vec<&dyn ToSql> = parameters.iter().map(AsRef::as_ref).collect();
        let total: i64 = self
            .connection
            .prepare_cached(&format!("SELECT count(*) FROM jobs WHERE {condition}"))?
            .query_row(values.as_slice(), |row| row.get(0))?;
        let order = match filter.order {
            JobOrder::CreatedAt { descending: true } => "created_at DESC, id DESC",
            JobOrder::CreatedAt { descending: false } => "created_at, id",
            JobOrder::UpdatedAt { descending: true } => "updated_at DESC, id DESC",
            JobOrder::UpdatedAt { descending: false } => "updated_at, id",
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM jobs WHERE {condition} ORDER BY {order} LIMIT {} OFFSET {}",
            filter.limit, filter.offset
        );
        let jobs = self.rows(&sql, values.as_slice(), read)?;
        Ok((jobs, usize::try_from(total).unwrap_or_default()))
    }
}

type Parameters = Vec<Box<dyn ToSql>>;

fn conditions(filter: &JobFilter) -> (String, Parameters) {
    let mut clauses = vec!["1".to_owned()];
    let mut parameters: Parameters = Vec::new();
    let mut any_of = |column: &str, values: &[String]| {
        if !values.is_empty() {
            clauses.push(format!("{column} IN ({})", vec!["?"; values.len()].join(", ")));
            parameters.extend(values.iter().map(|value| Box::new(value.clone()) as Box<dyn ToSql>));
        }
    };
    any_of("config_type", &filter.config_types);
    any_of("connection_id", filter.connection_id.as_slice());
    any_of("status", &filter.statuses);
    any_of("(SELECT workspace_id FROM connections c WHERE c.id = connection_id)", &filter.workspace_ids);
    let bounds = [
        ("created_at >= ?", filter.created.0),
        ("created_at <= ?", filter.created.1),
        ("updated_at >= ?", filter.updated.0),
        ("updated_at <= ?", filter.updated.1),
    ];
    for (clause, bound) in bounds {
        if let Some(bound) = bound {
            clauses.push(clause.to_owned());
            parameters.push(Box::new(bound));
        }
    }
    (clauses.join(" AND "), parameters)
}

#[cfg(test)]
mod tests {
    use super::super::open;
    use super::*;

    #[test]
    fn what_is_asked_whenever_a_job_moves_on_is_answered_from_an_index() {
        let database = open(None, 0, 0).unwrap();
        for (sql, index) in [
            (format!("SELECT {COLUMNS} {ACTIVE}"), "INDEX jobs_active"),
            (NEWEST.to_owned(), "COVERING INDEX jobs_by_connection"),
            (NEWEST_SCHEDULED.to_owned(), "INDEX jobs_scheduled"),
            (LAST_SUCCESS.to_owned(), "COVERING INDEX jobs_succeeded"),
        ] {
            let mut asked = database.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let steps = asked.query_map(["c"], |row| row.get("detail")).unwrap();
            let steps: Vec<String> = steps.collect::<std::result::Result<_, _>>().unwrap();
            assert_eq!(steps, [format!("SEARCH jobs USING {index} (connection_id=?)")], "{sql}");
        }
    }
}
