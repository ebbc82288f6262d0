//! Clients that nobody here wrote, as they come from the Python package index, against `airway sandbox`.
//!
//! Each is installed once, into an environment of its own below the target directory. Where that cannot be done (no
//! Python, no network, `AIRWAY_OFFLINE` set) the test says why on standard error and passes.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Serving, airway, root, run};

/// How long an installation may take before it is given up.
const PATIENCE: Duration = Duration::from_mins(5);

/// The versions of Python that all of these clients run on.
const PYTHONS: std::ops::RangeInclusive<u32> = 9..=12;

/// Runs a command to its end, or for so long; the last line that it said when it failed.
fn finish(command: &mut Command, until: Instant) -> Result<(), String> {
    let mut log = tempfile::tempfile().map_err(|error| error.to_string())?;
    let output = log.try_clone().map_err(|error| error.to_string())?;
    let started = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(output).spawn();
    let mut child = started.map_err(|error| format!("{}: {error}", command.get_program().to_string_lossy()))?;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(_)) => {
                let mut said = String::new();
                let _ = std::io::Seek::rewind(&mut log);
                let _ = std::io::Read::read_to_string(&mut log, &mut said);
                return Err(said.trim().lines().last().unwrap_or("it failed without a word").to_owned());
            }
            Ok(None) if Instant::now() < until => std::thread::sleep(Duration::from_millis(50)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("it took longer than {} s", PATIENCE.as_secs()));
            }
        }
    }
}

/// Returns a Python that has these packages.
fn python(name: &str, packages: &[&str]) -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("third-party").join(name);
    let (python, ready) = (folder.join("bin/python"), folder.join("ready"));
    let wanted = packages.join("\n");
    if fs::read_to_string(&ready).is_ok_and(|found| found == wanted) {
        return Ok(python);
    }
    if std::env::var_os("AIRWAY_OFFLINE").is_some() {
        return Err("AIRWAY_OFFLINE is set".to_owned());
    }
    let version = Command::new("python3").args(["-c", "import sys; print(sys.version_info.minor)"]).output();
    let version = version.map_err(|_| "there is no python3".to_owned())?.stdout;
    let version: u32 =
        String::from_utf8_lossy(&version).trim().parse().map_err(|_| "python3 does not run".to_owned())?;
    if !PYTHONS.contains(&version) {
        return Err(format!("python3 is 3.{version}, these want 3.{} to 3.{}", PYTHONS.start(), PYTHONS.end()));
    }
    let until = Instant::now() + PATIENCE;
    let _ = fs::remove_dir_all(&folder);
    finish(Command::new("python3").args(["-m", "venv"]).arg(&folder), until)?;
    // Short waits: a machine without a network is to notice soon.
    let pip =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--timeout", "10", "--retries", "1", "uv"];
    finish(Command::new(&python).args(pip), until)?;
    let mut install = Command::new(folder.join("bin/uv"));
    install.args(["pip", "install", "--quiet", "--python"]).arg(&python).args(packages);
    install.env("UV_CACHE_DIR", folder.with_file_name("cache")).env("UV_LINK_MODE", "copy");
    finish(&mut install, until)?;
    fs::write(ready, wanted).map_err(|error| error.to_string())?;
    Ok(python)
}

/// Returns a command for a script of the fixtures, or tells why it cannot run.
fn script(name: &str, packages: &[&str], file: &Path) -> Option<Command> {
    match python(name, packages) {
        Ok(python) => {
            let mut command = Command::new(python);
            command.arg(file).env_clear();
            Some(command)
        }
        Err(reason) => {
            // Past the test harness, which keeps what passing tests print to itself.
            let _ = writeln!(std::io::stderr(), "skipped: {name} from the Python package index: {reason}");
            None
        }
    }
}

fn fixture(name: &str) -> PathBuf {
    root().join("tests/fixtures/third_party").join(name)
}

/// A sandbox whose second sync never starts, so that it can be cancelled, and a connection in it.
fn sandbox_with_a_connection() -> (Serving, String) {
    let stuck = "operation=connections/sync,when=nth:2,do=job_stuck";
    let serving = Serving::start(&["--speed", "instant", "--fault", stuck]);
    let post = |operation: &str, body: &Value| -> Value {
        let arguments = ["api", operation, "--input", "-", "--server", &serving.url];
        let mut child = airway(&arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(body.to_string().as_bytes()).unwrap();
        serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap()
    };
    let organization = json!({"organizationId": "00000000-0000-0000-0000-000000000000"});
    let workspace = post("workspaces/list_by_organization_id", &organization)["workspaces"][0]["workspaceId"].clone();
    let end = |kind: &str, definition: &str, configuration: Value| {
        let body = json!({
            "workspaceId": workspace, format!("{kind}DefinitionId"): definition, "name": kind,
            "connectionConfiguration": configuration,
        });
        post(&format!("{kind}s/create"), &body)[format!("{kind}Id")].clone()
    };
    let source = end("source", "dfd88b22-b603-4c3d-aad7-3701784586b1", json!({"count": 10}));
    let destination = end("destination", "a625d593-bba5-4a1c-a53d-2d246268a816", json!({"destination_path": "/local"}));
    let catalog = json!({"streams": [{
        "stream": {"name": "users", "jsonSchema": {}},
        "config": {"syncMode": "full_refresh", "destinationSyncMode": "overwrite", "selected": true},
    }]});
    let connection = post(
        "connections/create",
        &json!({"sourceId": source, "destinationId": destination, "status": "active", "syncCatalog": catalog}),
    );
    let id = connection["connectionId"].as_str().unwrap().to_owned();
    (serving, id)
}

/// The address of a sandbox without its scheme and path: host and port.
fn authority(serving: &Serving) -> (String, String) {
    let rest = serving.url.trim_start_matches("http://").trim_end_matches("/api/v1");
    let (host, port) = rest.split_once(':').unwrap();
    (host.to_owned(), port.to_owned())
}

#[test]
fn the_python_pipeline_of_the_reference_starts_its_sync() {
    let file = root().join("tests/fixtures/reference/pipeline.py");
    let serving = Serving::start(&["--emulate", "1.5"]);
    // The port of the reference may be taken on this machine.
    let moved = fs::read_to_string(file).unwrap().replace("http://localhost:8001/api/v1", &serving.url);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pipeline.py");
    fs::write(&file, moved).unwrap();
    let Some(mut command) = script("requests", &["requests"], &file) else { return };
    let said = run(&mut command);
    assert_eq!((said.stdout.as_str(), said.stderr.as_str(), said.code), ("Sync started: Job 1\n", "", 0));
}

#[test]
fn airflow_starts_waits_and_cancels() {
    let packages = [
        "apache-airflow-providers-airbyte==3.9.0",
        "apache-airflow<3",
        "apache-airflow-providers-http<5",
        "flask-session<0.6",
    ];
    let Some(mut command) = script("airflow", &packages, &fixture("airflow_hook.py")) else { return };
    let (serving, connection) = sandbox_with_a_connection();
    let (host, port) = authority(&serving);
    let home = tempfile::tempdir().unwrap();
    command
        .arg(connection)
        .env("AIRFLOW_HOME", home.path())
        .env("AIRFLOW__LOGGING__LOGGING_LEVEL", "ERROR")
        .env("AIRFLOW_CONN_AIRBYTE_DEFAULT", format!("airbyte://airbyte:password@{host}:{port}/http"));
    let said = run(&mut command);
    let expected = "test_connection True Connection successfully tested\nsubmit_sync_connection int True\n\
                    wait_for_job succeeded\ncancel_job True cancelled\n";
    assert_eq!((said.stdout.as_str(), said.code), (expected, 0), "{}", said.stderr);
}

#[test]
fn prefect_starts_and_waits_with_a_slash_behind_every_path() {
    let packages = ["prefect-airbyte==0.3.2", "prefect<2.15", "pydantic<2", "griffe<1", "anyio<4.5", "setuptools<80"];
    let Some(mut command) = script("prefect", &packages, &fixture("prefect_client.py")) else { return };
    let (serving, connection) = sandbox_with_a_connection();
    let (host, port) = authority(&serving);
    let home = tempfile::tempdir().unwrap();
    let said = run(command.args([host, port, connection]).env("PREFECT_HOME", home.path()).env("HOME", home.path()));
    let expected = "get_connection_status active\ntrigger_manual_sync_connection int int\n\
                    get_job_status succeeded\na connection that does not exist is not found\n";
    assert_eq!((said.stdout.as_str(), said.code), (expected, 0), "{}", said.stderr);
    // The server was asked for these, not for something near them.
    let overview = serving.get("/sandbox/overview");
    for path in ["/api/v1/health/", "/api/v1/connections/get/", "/api/v1/connections/sync/", "/api/v1/jobs/get/"] {
        assert!(overview.contains(path), "{path}: {overview}");
    }
}
