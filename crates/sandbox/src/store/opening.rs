//! Opening the database: exclusive, durable, brought to the newest layout, furnished when fresh.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode};

use super::Store;

const MIGRATIONS: &[&str] =
    &[include_str!("../../migrations/0001_start.sql"), include_str!("../../migrations/0002_totals.sql")];

/// Written into the file's header, so that another program's database is not mistaken for ours.
const APPLICATION_ID: i32 = 0x4169_7277;

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum OpenError {
    #[error("sandbox database `{}` is in use by another sandbox", path.display())]
    InUse { path: PathBuf },
    #[error("`{}` is not a sandbox database", path.display())]
    NotOurs { path: PathBuf },
    #[error("sandbox database `{}` was written by a newer version (layout {found}, this one knows {known})", path.display())]
    TooNew { path: PathBuf, found: usize, known: usize },
    #[error("sandbox database `{}` cannot be opened", path.display())]
    Sqlite { path: PathBuf, source: rusqlite::Error },
}

/// Opens `path`, or a database in memory.
pub(crate) fn open(path: Option<&Path>, seed: u64, now: i64) -> Result<Connection, OpenError> {
    let shown = path.unwrap_or(Path::new(":memory:"));
    let failed = |source: rusqlite::Error| match source.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OpenError::InUse { path: shown.to_owned() },
        Some(ErrorCode::NotADatabase) => OpenError::NotOurs { path: shown.to_owned() },
        _ => OpenError::Sqlite { path: shown.to_owned(), source },
    };
    let mut connection = path.map_or_else(Connection::open_in_memory, Connection::open).map_err(failed)?;
    configure(&connection, path.is_some()).map_err(failed)?;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
    let found = usize::try_from(found).unwrap_or(usize::MAX);
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(failed)?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
    if application != APPLICATION_ID && (application != 0 || tables > 0) {
        return Err(OpenError::NotOurs { path: shown.to_owned() });
    }
    if found > MIGRATIONS.len() {
        return Err(OpenError::TooNew { path: shown.to_owned(), found, known: MIGRATIONS.len() });
    }
    migrate(&mut connection, found, seed, now).map_err(failed)?;
    Ok(connection)
}

/// The exclusive lock is taken by the first write and kept until the process ends, however it ends.
/// `synchronous = FULL` makes a commit survive a power cut, not only a crash of the process; commits
/// are shared by all requests that wait at the same time, which pays for it.
fn configure(connection: &Connection, file: bool) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(128);
    connection.busy_timeout(std::time::Duration::ZERO)?;
    if file {
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
    }
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.execute_batch("BEGIN IMMEDIATE; COMMIT;")
}

fn migrate(connection: &mut Connection, found: usize, seed: u64, now: i64) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for migration in &MIGRATIONS[found..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX))?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    if found == 0 {
        let store = Store::on(&transaction);
        store.set_meta("seed", seed.cast_signed())?;
        store.set_meta("ids", 0)?;
        store.set_meta("now", now)?;
        store.furnish(now)?;
    }
    transaction.commit()
}

impl OpenError {
    pub(crate) fn sqlite(path: Option<&Path>, source: rusqlite::Error) -> Self {
        Self::Sqlite { path: path.unwrap_or(Path::new(":memory:")).to_owned(), source }
    }

    pub(crate) fn path(&self) -> &PathBuf {
        match self {
            Self::InUse { path } | Self::NotOurs { path } | Self::TooNew { path, .. } | Self::Sqlite { path, .. } => {
                path
            }
        }
    }
}
