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
fn nothing_that_runs_is_found_at_fault_by_the_check() {
    let fine = |folder: &PathBuf| {
        let code = fs::read_to_string(folder.join("code")).unwrap_or_default();
        let command = fs::read_to_string(folder.join("command")).unwrap();
        code.trim() != "3" && !command.contains("--help") && folder.join("main.rhai").exists()
    };
    let areas = ["language", "runtime", "surroundings", "traps"];
    let scripts = areas.iter().flat_map(|area| folders(area)).filter(fine).map(|folder| folder.join("main.rhai"));
    let scripts: Vec<String> = scripts.map(|script| script.display().to_string()).collect();
    assert!(scripts.len() > 40, "only {} scripts", scripts.len());
    let arguments: Vec<&str> = ["check"].into_iter().chain(scripts.iter().map(String::as_str)).collect();
    let said = run(&mut airway(&arguments));
    assert_eq!(said.code, 0, "{}", said.stderr);
}

#[test]
fn unusual_code_that_is_not_reported_does_run() {
    let folder = root().join("tests/fixtures/check/unusual_code_is_not_reported");
    let command = fs::read_to_string(folder.join("command")).unwrap();
    let scripts: Vec<&str> = command.split_whitespace().skip(1).collect();
    assert!(scripts.len() > 10, "only {} scripts", scripts.len());
    none(scripts.into_iter().filter_map(|script| {
        let said = run(airway(&["run", "--sandbox", script]).current_dir(&folder));
        (said.code != 0).then(|| format!("{script}: {}", said.stderr))
    }));
}

#[test]
fn pipelines_are_set_up_run_and_looked_after() {
    check("pipelines");
}
