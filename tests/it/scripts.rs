//! Every example script: its exact output, and that it passes the check.

use std::fs;
use std::path::PathBuf;

use crate::support::{Said, airway, expect_file, none, root, run};

fn scripts() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("scripts")).unwrap().map(|entry| entry.unwrap().path());
    let mut scripts: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|end| end == "rhai")).collect();
    scripts.sort();
    assert_eq!(scripts.len(), 19, "a script was added or lost");
    scripts
}

fn name(script: &std::path::Path) -> String {
    script.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// A job that is to be cancelled must not be over at once.
fn speed(name: &str) -> &'static str {
    if name == "cancel_job" { "1" } else { "instant" }
}

#[test]
fn every_script_runs_on_the_sandbox_as_expected() {
    let expected = root().join("tests/expected");
    let mut problems = Vec::new();
    for script in scripts() {
        let name = name(&script);
        let path = format!("scripts/{name}.rhai");
        let said = run(airway(&["run", &path, "--sandbox", "--speed", speed(&name)]).current_dir(root()));
        assert_eq!(said.code, 0, "{name}: {}", said.stderr);
        problems.extend(expect_file(&expected.join(format!("{name}.stdout")), &said.stdout).err());
        problems.extend(expect_file(&expected.join(format!("{name}.stderr")), &said.stderr).err());
    }
    none(problems);
}

#[test]
fn no_script_is_found_at_fault_by_the_check() {
    let paths: Vec<String> = scripts().iter().map(|path| path.display().to_string()).collect();
    let arguments: Vec<&str> = ["check"].into_iter().chain(paths.iter().map(String::as_str)).collect();
    assert_eq!(run(&mut airway(&arguments)), Said::ok(""));
}

#[test]
fn a_second_run_of_the_pipeline_creates_nothing_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("sandbox.db");
    let database = database.to_str().unwrap();
    let arguments = ["run", "scripts/ecommerce_pipeline.rhai", "--sandbox-db", database, "--speed", "instant"];
    let secrets = [("POSTGRES_PASSWORD", "postgres"), ("MINIO_USER", "minioadmin"), ("MINIO_PASSWORD", "minioadmin")];
    let again = || run(airway(&arguments).envs(secrets).current_dir(root()));

    let first = again();
    assert_eq!(first.code, 0, "{}", first.stderr);
    let second = again();

    let expected = root().join("tests/expected");
    none(
        [("second_run.stdout", &second.stdout), ("second_run.stderr", &second.stderr)]
            .into_iter()
            .filter_map(|(file, found)| expect_file(&expected.join(file), found).err()),
    );
    assert_eq!(second.code, 0);
    assert!(!second.stderr.contains("created"));
}

#[test]
fn the_table_of_scripts_names_each_of_them() {
    let table = fs::read_to_string(root().join("scripts/README.md")).unwrap();
    for script in scripts() {
        let link = format!("({}.rhai)", name(&script));
        assert!(table.contains(&link), "scripts/README.md does not link {link}");
    }
    for line in table.lines().filter(|line| line.contains(".rhai)")) {
        let link = line.split("](").nth(1).unwrap().split(')').next().unwrap();
        assert!(root().join("scripts").join(link).exists(), "scripts/README.md links {link}, which does not exist");
    }
}
