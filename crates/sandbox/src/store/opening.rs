//! Opening the database: exclusive, durable, brought to the newest layout, furnished when fresh.

use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode};

use super::Store;

const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_start.sql"),
    include_str!("../../migrations/0002_totals.sql"),
    include_str!("../../migrations/0003_job_indexes.sql"),
    include_str!("../../migrations/0004_fetches.sql"),
    include_str!("../../migrations/0005_event_users.sql"),
];

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
    #[error("sandbox database `{}` cannot be created", path.display())]
    File { path: PathBuf, source: std::io::Error },
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
    if let Some(path) = path {
        keep_private(path).map_err(|source| OpenError::File { path: path.to_owned(), source })?;
    }
    let mut connection = path.map_or_else(Connection::open_in_memory, Connection::open).map_err(failed)?;
    // Before anything is set: another program's database is not touched.
    if !is_ours(&connection).map_err(failed)? {
        return Err(OpenError::NotOurs { path: shown.to_owned() });
    }
    configure(&connection, path.is_some()).map_err(failed)?;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
    let found = usize::try_from(found).unwrap_or(usize::MAX);
    if found > MIGRATIONS.len() {
        return Err(OpenError::TooNew { path: shown.to_owned(), found, known: MIGRATIONS.len() });
    }
    migrate(&mut connection, MIGRATIONS, found, |store| {
        store.set_meta("seed", seed.cast_signed())?;
        store.set_meta("ids", 0)?;
        store.set_meta("now", now)?;
        store.furnish(now)
    })
    .map_err(failed)?;
    Ok(connection)
}

/// Tells whether a database is a sandbox's, or empty.
fn is_ours(connection: &Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(std::time::Duration::ZERO)?;
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(application == APPLICATION_ID || (application == 0 && tables == 0))
}

/// Creates the file so that nobody else can read it: it holds secrets in clear text. SQLite gives its companions the
/// same mode. A file that exists keeps the mode its owner gave it.
fn keep_private(path: &Path) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// The exclusive lock is taken by the first write and kept until the process ends, however it ends.
/// `synchronous = FULL` makes a commit survive a power cut, not only a crash of the process; commits
/// are shared by all requests that wait at the same time, which pays for it.
fn configure(connection: &Connection, file: bool) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(128);
    // Otherwise statements on tables with partial indexes are planned anew for each value they are given.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    if file {
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
    }
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.execute_batch("BEGIN IMMEDIATE; COMMIT;")
}

/// Brings a database of the layout `found` to the newest one and furnishes a fresh one, all or nothing.
fn migrate(
    connection: &mut Connection,
    migrations: &[&str],
    found: usize,
    furnish: impl FnOnce(Store<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    if found == migrations.len() {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    for migration in &migrations[found..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", i64::try_from(migrations.len()).unwrap_or(i64::MAX))?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    if found == 0 {
        furnish(Store::on(&transaction))?;
    }
    transaction.commit()
}

impl OpenError {
    pub(crate) fn sqlite(path: Option<&Path>, source: rusqlite::Error) -> Self {
        Self::Sqlite { path: path.unwrap_or(Path::new(":memory:")).to_owned(), source }
    }

    pub(crate) fn path(&self) -> &PathBuf {
        match self {
            Self::InUse { path }
            | Self::NotOurs { path }
            | Self::TooNew { path, .. }
            | Self::File { path, .. }
            | Self::Sqlite { path, .. } => path,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids;

    /// A file as an older version left it, with the first `layout` migrations and nothing else.
    fn older(path: &Path, layout: usize) {
        let mut connection = Connection::open(path).unwrap();
        migrate(&mut connection, &MIGRATIONS[..layout], 0, |store| {
            store.set_meta("seed", 7)?;
            store.set_meta("ids", 0)?;
            store.set_meta("now", 1)?;
            store.furnish(1)
        })
        .unwrap();
    }

    fn layout(connection: &Connection) -> i64 {
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_file_of_every_older_layout_is_brought_to_the_newest_and_keeps_what_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        for known in 1..=MIGRATIONS.len() {
            let path = folder.path().join(format!("{known}.db"));
            older(&path, known);
            let connection = open(Some(&path), 99, 1_000).unwrap();
            assert_eq!(usize::try_from(layout(&connection)), Ok(MIGRATIONS.len()));
            let store = Store::on(&connection);
            assert_eq!((store.meta("seed"), store.meta("now")), (Ok(Some(7)), Ok(Some(1))), "layout {known}");
            assert_eq!(store.workspaces().unwrap().len(), 1);
            assert_eq!(store.workspaces().unwrap()[0].id, ids::uuid(7, 1));
        }
    }

    #[test]
    fn catalogs_of_an_older_layout_stay_with_what_they_were_found_with() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("airway.db");
        older(&path, 3);
        let old = Connection::open(&path).unwrap();
        for (id, at) in [("b", 2), ("a", 1)] {
            let row = (id, format!("with {id}"), at, format!("{{\"streams\":[\"{id}\"]}}"));
            old.execute("INSERT INTO catalogs VALUES (?1, 's', ?2, ?3, ?4)", row).unwrap();
        }
        drop(old);
        let connection = open(Some(&path), 99, 1_000).unwrap();
        let store = Store::on(&connection);
        let newest = store.newest_catalog("s").unwrap().unwrap();
        assert_eq!((newest.id.as_str(), newest.fetched_at), ("b", 2));
        assert_eq!(store.cached_catalog("s", "with a").unwrap().unwrap().id, "a");
        let found = store.keep_catalog("s", "with b", serde_json::json!({"streams": ["a"]}), 3).unwrap();
        assert_eq!((found.id, store.newest_catalog("s").unwrap().unwrap().id), ("a".to_owned(), "a".to_owned()));
    }

    #[test]
    fn a_migration_that_fails_leaves_the_file_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("airway.db");
        older(&path, 1);
        let mut connection = Connection::open(&path).unwrap();
        let broken = [MIGRATIONS[0], "CREATE TABLE half (id); CREATE TABLE workspaces (id);"];
        assert!(migrate(&mut connection, &broken, 1, |_| Ok(())).is_err());
        assert_eq!(layout(&connection), 1);
        let half: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'half'", [], |row| row.get(0))
            .unwrap();
        assert_eq!(half, 0);
    }

    #[test]
    fn a_file_of_a_newer_version_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("airway.db");
        drop(open(Some(&path), 0, 1).unwrap());
        let newer = i64::try_from(MIGRATIONS.len() + 1).unwrap();
        Connection::open(&path).unwrap().pragma_update(None, "user_version", newer).unwrap();
        let error = open(Some(&path), 0, 1).unwrap_err();
        let shown = path.display();
        let known = MIGRATIONS.len();
        assert_eq!(
            error.to_string(),
            format!(
                "sandbox database `{shown}` was written by a newer version (layout {newer}, this one knows {known})"
            )
        );
        assert_eq!(layout(&Connection::open(&path).unwrap()), newer);
    }
}
