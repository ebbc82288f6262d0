//! Folders of data: a script, the command line, and what is expected.
//!
//! `tests/fixtures/AREA/CLAIM/` holds `command` (the arguments), optionally `environment` (`NAME=value` per line), any
//! scripts, and the expectations `stdout`, `stderr` and `code`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{airway, expect_file, none, root, run};

fn folders(area: &str) -> Vec<PathBuf> {
    let area = root().join("tests/fixtures").join(area);
    let entries = fs::read_dir(&area).unwrap_or_else(|error| panic!("{}: {error}", area.display()));
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(!folders.is_empty(), "no fixture in {}", area.display());
    folders
}

fn problems(folder: &Path) -> Vec<String> {
    let command = fs::read_to_string(folder.join("command")).unwrap();
    let environment = fs::read_to_string(folder.join("environment")).unwrap_or_default();
    let mut airway = airway(&command.split_whitespace().collect::<Vec<_>>());
    airway.current_dir(folder).envs(environment.lines().filter_map(|line| line.split_once('=')));
    let said = run(&mut airway);
    let code = if said.code == 0 { String::new() } else { format!("{}\n", said.code) };
    let compared = [("stdout", &said.stdout), ("stderr", &said.stderr), ("code", &code)];
    compared.into_iter().filter_map(|(file, found)| expect_file(&folder.join(file), found).err()).collect()
}

#[track_caller]
fn check(area: &str) {
    none(folders(area).iter().flat_map(|folder| problems(folder)));
}

#[test]
fn what_is_wrong_is_found_before_a_line_runs() {
    check("check");
}

#[test]
fn errors_at_run_time_show_where_and_why() {
    check("runtime");
}

#[test]
fn the_language_has_what_scripts_need() {
    check("language");
}

#[test]
fn parameters_and_secrets_come_from_outside() {
    check("surroundings");
}

#[test]
fn bad_input_is_refused_with_advice() {
    check("bad_input");
}

#[test]
fn the_traps_of_the_api_are_handled() {
    check("traps");
}

#[test]
fn pipelines_are_set_up_run_and_looked_after() {
    check("pipelines");
}
