//! How fast and how large the embedded Airbyte is, as `airway sandbox` serves it. One command:
//!
//! ```console
//! $ cargo bench -p airway-script-host --bench sandbox
//! ```
//!
//! Requests per second stand beside those of a stub that answers the same bytes without thinking, measured in the same
//! run by the same load: `wrk` where it is installed, else a loop of this program. With a word behind `--`, only what has
//! that word in its name is measured: `start-up`, `requests`, `connections`, `jobs`. `AIRWAY_BENCH_SCALE=0.01` makes
//! everything smaller, to try it out.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement that cannot be taken has failed")]

#[path = "sandbox/load.rs"]
mod load;
#[path = "sandbox/serving.rs"]
mod serving;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use airway_sandbox::{Clock, Emulator, Sandbox};
use load::{Shot, per_second, serve_stub};
use serde_json::{Value, json};
use serving::Serving;

/// How many connections, streams and jobs stand for much.
const CONNECTIONS: usize = 10_000;
const STREAMS: usize = 100;
const JOBS: usize = 100_000;

/// Takes a measurement in a folder of its own.
type Measure = fn(&Path);

const MEASUREMENTS: [(&str, Measure); 4] =
    [("start-up", start_up), ("requests", throughput), ("connections", memory), ("jobs", cold_open)];

const START_MS: i64 = 1_760_774_400_000;

fn scaled(number: usize) -> usize {
    static SCALE: std::sync::LazyLock<f64> = std::sync::LazyLock::new(|| {
        std::env::var("AIRWAY_BENCH_SCALE").ok().and_then(|it| it.parse().ok()).unwrap_or(1.0)
    });
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "a count")]
    let scaled = (number as f64 * *SCALE) as usize;
    scaled.max(10)
}

impl Serving {
    fn address(&self) -> &str {
        self.url.trim_start_matches("http://").trim_end_matches("/api/v1")
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        serde_json::from_str(&send(self.address(), "POST", &format!("/api/v1/{path}"), &body.to_string())).unwrap()
    }

    /// Resident memory in megabytes.
    fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(f64::NAN) / 1024.0
    }
}

/// Sends one request on a connection of its own and returns the body of the answer.
fn send(address: &str, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let size = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {size}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

fn call(emulator: &Emulator, path: &str, body: &Value) -> Value {
    let request = http::Request::post(format!("/api/v1/{path}")).body(body.to_string().into_bytes()).unwrap();
    let answer = emulator.answer(&request);
    assert_eq!(answer.status(), 200, "{path}: {}", String::from_utf8_lossy(answer.body()));
    serde_json::from_slice(answer.body()).unwrap()
}

/// The ids of what a pipeline starts from, made through `post`.
struct Ends {
    workspace: Value,
    source: Value,
    destination: Value,
}

impl Ends {
    fn make(post: &dyn Fn(&str, &Value) -> Value) -> Self {
        let list = json!({"organizationId": "00000000-0000-0000-0000-000000000000"});
        let workspace = post("workspaces/list_by_organization_id", &list)["workspaces"][0]["workspaceId"].clone();
        let end = |kind: &str, definition: &str, configuration: Value| {
            let body = json!({
                "workspaceId": workspace, "name": kind, "connectionConfiguration": configuration,
                format!("{kind}DefinitionId"): definition,
            });
            post(&format!("{kind}s/create"), &body)[format!("{kind}Id")].clone()
        };
        let source = end("source", "dfd88b22-b603-4c3d-aad7-3701784586b1", json!({"count": 1_000}));
        let destination =
            end("destination", "a625d593-bba5-4a1c-a53d-2d246268a816", json!({"destination_path": "/local"}));
        Self { workspace, source, destination }
    }

    /// A connection whose catalog differs from every other one's.
    fn connection(&self, number: usize, streams: usize) -> Value {
        let streams: Vec<Value> = (0..streams)
            .map(|at| {
                json!({
                    "stream": {
                        "name": format!("table_{number}_{at}"), "namespace": "public",
                        "supportedSyncModes": ["full_refresh", "incremental"],
                        "jsonSchema": {"type": "object", "properties": {
                            "id": {"type": "integer"}, "name": {"type": "string"},
                            "updated_at": {"type": "string", "format": "date-time"},
                        }},
                    },
                    "config": {"syncMode": "full_refresh", "destinationSyncMode": "overwrite", "selected": true},
                })
            })
            .collect();
        json!({
            "sourceId": self.source, "destinationId": self.destination, "status": "active",
            "name": format!("connection {number}"), "syncCatalog": {"streams": streams},
        })
    }
}

fn main() {
    // `cargo test --benches` runs this too, without the flag that `cargo bench` gives.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    for (name, measure) in MEASUREMENTS {
        if wanted.iter().all(|word| name.contains(word.as_str())) {
            measure(tempfile::tempdir().unwrap().path());
        }
    }
}

/// From the start of the process to its first answer.
fn start_up(_: &Path) {
    let mut times: Vec<Duration> = (0..20)
        .map(|_| {
            let start = Instant::now();
            let serving = Serving::start(&[]);
            assert_eq!(send(serving.address(), "GET", "/api/v1/health", ""), "{\"available\":true}");
            start.elapsed()
        })
        .collect();
    times.sort();
    println!("start-up to first answer: median {:.1?}, slowest {:.1?}", times[times.len() / 2], times[times.len() - 1]);
}

/// Reads and durable writes beside a stub that answers the same bytes.
fn throughput(folder: &Path) {
    let file = folder.join("load.db");
    let serving = Serving::start(&["--db", file.to_str().unwrap(), "--speed", "instant"]);
    let ends = Ends::make(&|path, body| serving.post(path, body));
    let connection = serving.post("connections/create", &ends.connection(0, 5));
    let by_id = json!({"connectionId": connection["connectionId"]});
    let new = json!({
        "workspaceId": ends.workspace, "name": "s", "connectionConfiguration": {"count": 1_000},
        "sourceDefinitionId": "dfd88b22-b603-4c3d-aad7-3701784586b1",
    });
    let shots = [
        Shot::get("read     health", "/api/v1/health"),
        Shot::post("read     connections/get", "/api/v1/connections/get", &by_id),
        Shot::post("read     sources/get", "/api/v1/sources/get", &json!({"sourceId": ends.source})),
        Shot::post(
            "write    connections/update",
            "/api/v1/connections/update",
            &json!({"connectionId": connection["connectionId"], "prefix": "p_"}),
        ),
        Shot::post("write    sources/create", "/api/v1/sources/create", &new),
    ];
    println!("requests per second, 64 connections, database in a file, every write on disk before its answer:");
    for shot in shots {
        let answer = send(serving.address(), shot.method, &shot.path, &shot.body);
        let stub = serve_stub(answer.into_bytes());
        let (ceiling, found) = (per_second(&stub, &shot), per_second(serving.address(), &shot));
        println!("  {:<28} {found:>9.0}   stub {ceiling:>9.0}   {:>5.1} %", shot.name, found / ceiling * 100.0);
    }
    println!("  memory after the load: {:.0} MB", serving.memory());
}

/// What many large connections weigh.
fn memory(folder: &Path) {
    let file = folder.join("large.db");
    let emulator = Sandbox::builder().database(&file).clock(Clock::manual(START_MS)).remember(1).open().unwrap();
    let ends = Ends::make(&|path, body| call(&emulator, path, body));
    let start = Instant::now();
    for number in 0..scaled(CONNECTIONS) {
        call(&emulator, "connections/create", &ends.connection(number, STREAMS));
    }
    println!("{} connections of {STREAMS} streams made in {:.1?}", scaled(CONNECTIONS), start.elapsed());
    drop(emulator);
    let size = std::fs::metadata(&file).unwrap().len() / 1_000_000;
    let serving = Serving::start(&["--db", file.to_str().unwrap()]);
    let before = serving.memory();
    let page = json!({"workspaceId": ends.workspace, "pageSize": 20});
    let start = Instant::now();
    serving.post("web_backend/connections/list", &page);
    let listed = start.elapsed();
    println!(
        "  file {size} MB; memory {before:.0} MB after opening, {:.0} MB after a page of the list, which took {listed:.1?}",
        serving.memory()
    );
    let in_memory = Serving::start(&[]);
    let ends = Ends::make(&|path, body| in_memory.post(path, body));
    for number in 0..scaled(CONNECTIONS) {
        in_memory.post("connections/create", &ends.connection(number, STREAMS));
    }
    println!("  without a file: {:.0} MB", in_memory.memory());
}

/// Opening a file with a long history.
fn cold_open(folder: &Path) {
    let file = folder.join("jobs.db");
    let emulator = Sandbox::builder().database(&file).remember(1).open().unwrap();
    let ends = Ends::make(&|path, body| call(&emulator, path, body));
    let connections: Vec<Value> = (0..100)
        .map(|number| call(&emulator, "connections/create", &ends.connection(number, 3))["connectionId"].clone())
        .collect();
    for number in 0..scaled(JOBS) {
        call(&emulator, "connections/sync", &json!({"connectionId": connections[number % connections.len()]}));
    }
    drop(emulator);
    let size = std::fs::metadata(&file).unwrap().len() / 1_000_000;
    let start = Instant::now();
    let serving = Serving::start(&["--db", file.to_str().unwrap()]);
    let opened = start.elapsed();
    let body =
        json!({"configTypes": ["sync"], "configId": connections[0], "pagination": {"pageSize": 20, "rowOffset": 0}});
    let list = serving.post("jobs/list", &body);
    assert_eq!(list["jobs"].as_array().unwrap().len(), 20.min(scaled(JOBS) / 100));
    println!(
        "a file with {} jobs ({size} MB): listens after {opened:.1?}, first list of jobs after {:.1?}, {:.0} MB",
        scaled(JOBS),
        start.elapsed(),
        serving.memory()
    );
}
