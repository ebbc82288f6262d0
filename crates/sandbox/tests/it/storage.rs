//! The database: what survives, and who may have it.

use std::path::Path;
use std::time::Duration;

use airway_sandbox::{Clock, Sandbox};
use serde_json::json;

use crate::support::{Airbyte, START_MS};

fn open(path: &Path, clock: &Clock) -> Airbyte {
    let emulator = Sandbox::builder().database(path).clock(clock.clone()).open().unwrap();
    Airbyte { emulator, clock: clock.clone() }
}

#[test]
fn everything_survives_a_restart_and_running_jobs_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (folder.path().join("airway.db"), Clock::manual(START_MS));
    let before = open(&path, &clock);
    let connection = before.connection();
    let job = before.sync(&connection);
    before.after(60);
    let (read, half) = (before.ok("connections/get", json!({"connectionId": connection})), before.job(job));
    assert_eq!(half["job"]["status"], "running");
    drop(before);
    let after = open(&path, &clock);
    assert_eq!(after.ok("connections/get", json!({"connectionId": connection})), read);
    assert_eq!(after.job(job), half);
    after.after(60);
    assert_eq!(after.job(job)["job"]["status"], "succeeded");
    assert_eq!(after.sync(&connection), 2);
}

#[test]
fn a_restart_never_begins_before_what_was_seen_to_happen() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (folder.path().join("airway.db"), Clock::manual(START_MS));
    let open = || {
        let emulator = Sandbox::builder().database(&path).clock(clock.clone()).speed(60.0).open().unwrap();
        Airbyte { emulator, clock: clock.clone() }
    };
    let before = open();
    let connection = before.connection();
    let job = before.sync(&connection);
    let ended = before.after(10).job(job)["job"].clone();
    assert_eq!(ended["status"], "succeeded");
    drop(before);
    let after = open();
    assert!(after.emulator.now_ms() / 1_000 >= ended["updatedAt"].as_i64().unwrap());
    assert_eq!(after.job(job)["job"], ended);
}

#[test]
fn a_schedule_that_was_missed_while_nobody_ran_fires_once() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (folder.path().join("airway.db"), Clock::manual(START_MS));
    let before = open(&path, &clock);
    let connection = before.connection_with(json!({"schedule": {"units": 1, "timeUnit": "hours"}}));
    before.after(10 * 60);
    assert_eq!(before.history(&connection).len(), 1);
    drop(before);
    clock.advance(Duration::from_hours(24));
    assert_eq!(open(&path, &clock).history(&connection).len(), 2);
}

#[test]
fn the_same_steps_give_the_same_ids_and_another_seed_others() {
    let steps = |seed: u64| {
        let airbyte = Airbyte::with(|builder| builder.seed(seed));
        (airbyte.workspace(), airbyte.connection())
    };
    assert_eq!(steps(1), steps(1));
    assert_ne!(steps(1), steps(2));
}

#[test]
fn a_second_sandbox_on_the_same_file_is_refused_and_the_first_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (folder.path().join("airway.db"), Clock::manual(START_MS));
    let first = open(&path, &clock);
    let error = Sandbox::builder().database(&path).open().unwrap_err();
    assert!(error.is_database_in_use());
    assert_eq!(error.database(), Some(&path));
    assert_eq!(error.to_string(), format!("sandbox database `{}` is in use by another sandbox", path.display()));
    first.source();
    drop(first);
    assert!(Sandbox::builder().database(&path).open().is_ok());
}

#[test]
fn a_file_that_is_no_sandbox_database_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(
        &path,
        "these are my notes, twenty words long at least, so that it is not taken for an empty file".repeat(20),
    )
    .unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = Sandbox::builder().database(&path).open().unwrap_err();
    assert_eq!(error.to_string(), format!("`{}` is not a sandbox database", path.display()));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE notes (text); PRAGMA user_version = 1")
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = Sandbox::builder().database(&path).open().unwrap_err();
    assert_eq!(error.to_string(), format!("`{}` is not a sandbox database", path.display()));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_folder_that_does_not_exist_is_an_error_that_names_the_file() {
    let error = Sandbox::builder().database("/nonexistent/airway.db").open().unwrap_err();
    assert_eq!(error.to_string(), "sandbox database `/nonexistent/airway.db` cannot be created");
    assert!(std::error::Error::source(&error).is_some());
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_file_or_its_companions() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("airway.db");
    let airbyte = open(&path, &Clock::manual(START_MS));
    airbyte.source();
    let mut files: Vec<(String, u32)> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|it| (it.file_name().into_string().unwrap(), it.metadata().unwrap().permissions().mode() & 0o777))
        .collect();
    files.sort();
    assert_eq!(files, [("airway.db".to_owned(), 0o600), ("airway.db-wal".to_owned(), 0o600)]);
}
