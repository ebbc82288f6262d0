//! What a second run of a script writes: nothing, unless a secret was rotated.

use std::fs;
use std::path::Path;

use airway_client::{Effect, operations};
use airway_sandbox::Sandbox;
use tempfile::TempDir;

use crate::support::{Tested, airway, root, run, start};

const SCRIPT: &str = r#"
    let shop = connect().workspace().ensure_source("Shop", "Postgres", #{
        host: "db", port: 5432, database: "ecommerce", username: "reader", password: secret("SHOP_PASSWORD"),
        replication_method: #{ method: "Standard" },
    });
"#;

/// The writes that a server was asked for since the last time, or all of them.
struct Writes(usize);

impl Writes {
    fn new_ones(&mut self, sandbox: &Sandbox) -> Vec<String> {
        let requests = sandbox.requests().split_off(self.0);
        self.0 += requests.len();
        let written = requests.into_iter().filter_map(|request| request.operation);
        let is_write = |path: &String| operations().get(path).is_some_and(|operation| operation.effect != Effect::Read);
        written.filter(is_write).collect()
    }
}

fn script() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.rhai"), SCRIPT).unwrap();
    folder
}

/// Runs the script with this password; what it said of it.
fn with_password(sandbox: &Tested, folder: &Path, password: &str, arguments: &[&str]) -> String {
    let mut command = airway(&["run", "main.rhai", "--server", &sandbox.url()]);
    command.args(arguments).env_remove("AIRWAY_FINGERPRINTS").env("SHOP_PASSWORD", password).current_dir(folder);
    let said = run(&mut command);
    assert_eq!(said.code, 0, "{}", said.stderr);
    said.stderr
}

const FILE: &str = ".airway/fingerprints.toml";

#[test]
fn a_secret_is_written_when_it_was_rotated_and_only_then() {
    let (sandbox, folder, mut writes) = (start(Sandbox::builder()), script(), Writes(0));
    let mut again = |password: &str| {
        let said = with_password(&sandbox, folder.path(), password, &[]);
        (said, writes.new_ones(&sandbox))
    };
    let checked = "checked source `Shop`\n";
    let updated = || vec!["sources/partial_update".to_owned()];
    assert_eq!(again("first"), (format!("{checked}created source `Shop`\n"), vec!["sources/create".to_owned()]));
    assert_eq!(again("first"), ("source `Shop` is unchanged\n".to_owned(), Vec::new()));
    assert_eq!(again("second"), (format!("{checked}updated source `Shop`: password (rotated)\n"), updated()));
    assert_eq!(again("second"), ("source `Shop` is unchanged\n".to_owned(), Vec::new()));
    // Back to an older one is a rotation as well.
    assert_eq!(again("first").1, updated());
    assert!(folder.path().join(FILE).exists());
}

const UNKNOWN: &str = "source `Shop` is unchanged; whether `password` has changed is not known\n";

#[test]
fn without_fingerprints_a_rotated_secret_is_unknown_and_nothing_is_kept() {
    let (sandbox, folder, mut writes) = (start(Sandbox::builder()), script(), Writes(0));
    let off = ["--fingerprints", "off"];
    with_password(&sandbox, folder.path(), "first", &off);
    assert_eq!(writes.new_ones(&sandbox), ["sources/create"]);
    assert_eq!(with_password(&sandbox, folder.path(), "second", &off), UNKNOWN);
    assert_eq!(writes.new_ones(&sandbox), Vec::<String>::new());
    assert!(!folder.path().join(FILE).exists());
    // From then on, what is there is only seen: another one is a rotation.
    assert_eq!(with_password(&sandbox, folder.path(), "second", &[]), UNKNOWN);
    assert!(with_password(&sandbox, folder.path(), "third", &[]).contains("password (rotated)"));
}

#[test]
fn a_fresh_checkout_says_what_it_does_not_know_and_writes_it_on_request() {
    let (sandbox, folder, mut writes) = (start(Sandbox::builder()), script(), Writes(0));
    with_password(&sandbox, folder.path(), "first", &[]);
    fs::remove_file(folder.path().join(FILE)).unwrap();
    assert_eq!(with_password(&sandbox, folder.path(), "second", &[]), UNKNOWN);
    assert_eq!(with_password(&sandbox, folder.path(), "second", &[]), UNKNOWN);
    assert_eq!(writes.new_ones(&sandbox), ["sources/create"]);
    let writing = SCRIPT.replace("});", "}, #{ write_unknown_secrets: true });");
    fs::write(folder.path().join("main.rhai"), writing).unwrap();
    let said = with_password(&sandbox, folder.path(), "second", &[]);
    assert_eq!(said, "checked source `Shop`\nupdated source `Shop`: password (unknown)\n");
    assert_eq!(writes.new_ones(&sandbox), ["sources/partial_update"]);
    assert_eq!(with_password(&sandbox, folder.path(), "second", &[]), "source `Shop` is unchanged\n");
}

#[test]
fn a_schedule_is_sent_when_it_is_another_one_and_only_then() {
    let (sandbox, mut writes) = (start(Sandbox::builder()), Writes(0));
    let mut again = |hours: &str| {
        let mut command = airway(&["run", "scripts/update_schedule.rhai", "--server", &sandbox.url(), "-p", hours]);
        let secrets =
            [("POSTGRES_PASSWORD", "postgres"), ("MINIO_USER", "minioadmin"), ("MINIO_PASSWORD", "minioadmin")];
        command.args(["--fingerprints", "off"]).envs(secrets).current_dir(root());
        let said = run(&mut command);
        assert_eq!(said.code, 0, "{}", said.stderr);
        writes.new_ones(&sandbox)
    };
    assert_eq!(again("hours=12").last().map(String::as_str), Some("connections/update"));
    assert_eq!(again("hours=12"), Vec::<String>::new());
    assert_eq!(again("hours=6"), ["connections/update"]);
    assert_eq!(again("hours=6"), Vec::<String>::new());
}
