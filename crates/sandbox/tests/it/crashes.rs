//! A process that is killed loses nothing it has acknowledged.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use airway_sandbox::{Emulator, Sandbox};
use http::Request;
use serde_json::{Value, json};

use crate::support::{Airbyte, Clock, FILE, START_MS};

/// Names the database, in a process that is there to be killed.
const DATABASE: &str = "AIRWAY_TEST_CRASH_DATABASE";
const KILLS: usize = 200;
const WRITERS: usize = 4;

fn post(emulator: &Emulator, path: &str, body: &Value) -> Value {
    let request = Request::post(format!("/api/v1/{path}")).body(body.to_string().into_bytes()).unwrap();
    serde_json::from_slice(emulator.answer(&request).body()).unwrap()
}

/// Does nothing in an ordinary run. As a child it writes until it is killed, and says what was acknowledged.
#[test]
fn child() {
    let Some(path) = std::env::var_os(DATABASE) else { return };
    let emulator = Sandbox::builder().database(Path::new(&path)).open().unwrap();
    let list = json!({"organizationId": "00000000-0000-0000-0000-000000000000"});
    let workspace =
        post(&emulator, "workspaces/list_by_organization_id", &list)["workspaces"][0]["workspaceId"].clone();
    let body = json!({
        "workspaceId": workspace, "sourceDefinitionId": FILE, "name": "people",
        "connectionConfiguration": {
            "dataset_name": "people", "format": "csv", "url": "https://example.com/people.csv",
            "provider": {"storage": "HTTPS"},
        },
    });
    std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                loop {
                    let id = post(&emulator, "sources/create", &body)["sourceId"].as_str().unwrap().to_owned();
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "acknowledged {id}").unwrap();
                    out.flush().unwrap();
                }
            });
        }
    });
}

fn start(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crashes::child", "--nocapture"])
        .env(DATABASE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn killed_two_hundred_times_under_load_nothing_acknowledged_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("airway.db");
    let mut acknowledged = 0;
    for round in 0..KILLS {
        let mut child = start(&path);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut ids =
            lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("acknowledged ").map(str::to_owned));
        let mut seen: Vec<String> = ids.by_ref().take(1 + round % 7).collect();
        child.kill().unwrap();
        child.wait().unwrap();
        // What was on its way through the pipe was acknowledged too.
        seen.extend(ids.filter(|id| id.len() == 36));
        assert!(!seen.is_empty());
        let clock = Clock::manual(START_MS);
        let emulator = Sandbox::builder().database(&path).clock(clock.clone()).open().unwrap();
        let airbyte = Airbyte { emulator, clock };
        for id in &seen {
            assert_eq!(airbyte.ok("sources/get", json!({"sourceId": id}))["name"], "people", "round {round}");
        }
        acknowledged += seen.len();
    }
    assert!(acknowledged >= KILLS, "{acknowledged}");
}
