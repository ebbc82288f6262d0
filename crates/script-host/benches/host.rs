//! What the script host costs: start-up, memory, the check, and scripts beside the same work in Rust.
//!
//! `cargo bench -p airway-script-host --bench host` measures everything, with a word behind `--` only what has that word
//! in its name. `AIRWAY_BENCH_SCALE=0.01` does a hundredth of it, to see that it works.
//!
//! Scripts and their counterparts in Rust are programs in processes of their own that work on a sandbox in a third. They say
//! when they begin and when they are done, so that the start of a process is not part of what is compared.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "the measurements are what it is for")]

#[path = "sandbox/serving.rs"]
mod serving;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use airway_client::Airbyte;
use futures::{StreamExt, TryStreamExt};
use serde_json::json;
use serving::Serving;
use tokio::runtime::Runtime;

const MEASUREMENTS: [(&str, fn()); 4] =
    [("start-up", start_up), ("check", check), ("raw calls", raw_calls), ("parallel creates", parallel_creates)];

/// How often scripts and programs are compared.
const ROUNDS: usize = 9;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [program, name, count, server] = arguments.as_slice()
        && program == "rust"
    {
        return Runtime::new().unwrap().block_on(in_rust(name, count.parse().unwrap(), server));
    }
    let wanted: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    for (name, measure) in MEASUREMENTS {
        if wanted.iter().all(|word| name.contains(word.as_str())) {
            println!("{name}");
            measure();
        }
    }
}

/// How much of a measurement is done.
fn scaled(count: usize) -> usize {
    let scale: f64 = std::env::var("AIRWAY_BENCH_SCALE").ok().and_then(|text| text.parse().ok()).unwrap_or(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a count")]
    let scaled = (count as f64 * scale).ceil() as usize;
    scaled.max(1)
}

fn say(what: &str, found: impl std::fmt::Display) {
    println!("  {what:<55} {found}");
}

/// The whole process, from its start to its end.
fn start_up() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("empty.rhai");
    fs::write(&script, "").unwrap();
    let hello = folder.path().join("hello");
    fs::write(folder.path().join("hello.rs"), "fn main() { println!(\"hello\"); }").unwrap();
    let built = Command::new("rustc").args(["-O", "hello.rs", "-o", "hello"]).current_dir(folder.path()).status();
    assert!(built.unwrap().success());
    let ours = median(|| quietly(Command::new(airway()).args(["run"]).arg(&script)));
    let theirs = median(|| quietly(&mut Command::new(&hello)));
    say("an empty script, median", format_args!("{ours:.2?}"));
    say("a hello world in Rust, median", format_args!("{theirs:.2?}"));
    say("ratio", format_args!("{:.1}", ours.as_secs_f64() / theirs.as_secs_f64()));

    fs::write(&script, "sleep(1)").unwrap();
    say("peak memory of a script that waits", peak(Command::new(airway()).args(["run"]).arg(&script)));
    fs::write(&script, "connect().workspace().sources(); sleep(1)").unwrap();
    let mut sandboxed = Command::new(airway());
    sandboxed.args(["run"]).arg(&script).arg("--sandbox");
    say("peak memory of a script that waits, with the sandbox", peak(&mut sandboxed));
}

fn check() {
    let folder = tempfile::tempdir().unwrap();
    let (scripts, lines) = many_scripts(folder.path(), scaled(1000));
    let mut command = Command::new(airway());
    command.arg("check").args(&scripts);
    let started = Instant::now();
    quietly(&mut command);
    let took = started.elapsed();
    say(&format!("{} scripts of {lines} lines", scripts.len()), format_args!("{took:.2?}"));
}

/// The example scripts, each under many names.
fn many_scripts(folder: &Path, count: usize) -> (Vec<PathBuf>, usize) {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts");
    fs::create_dir(folder.join("lib")).unwrap();
    fs::copy(examples.join("lib/shop.rhai"), folder.join("lib/shop.rhai")).unwrap();
    let entries = fs::read_dir(&examples).unwrap().map(|entry| entry.unwrap().path());
    let texts = entries.filter(|path| path.extension().is_some_and(|end| end == "rhai"));
    let mut texts: Vec<String> = texts.map(|path| fs::read_to_string(path).unwrap()).collect();
    texts.sort();
    let mut lines = 0;
    let scripts = texts.iter().cycle().take(count).enumerate().map(|(at, text)| {
        let path = folder.join(format!("{at}.rhai"));
        fs::write(&path, text).unwrap();
        lines += text.lines().count();
        path
    });
    (scripts.collect(), lines)
}

/// What a script is compared with: the same work of this program, run as `host rust NAME COUNT SERVER`.
async fn in_rust(name: &str, count: usize, server: &str) {
    let airbyte = Airbyte::builder().server(server).build().unwrap();
    match name {
        "raw calls" => {
            println!("begin");
            for _ in 0..count {
                airbyte.call_raw("health", &json!({})).await.unwrap();
            }
        }
        "parallel creates" => {
            let workspace = airbyte.workspace(None).await.unwrap();
            println!("begin");
            let create = |number: usize| {
                let workspace = &workspace;
                async move {
                    let name = format!("source {number}");
                    workspace.create_source(&name, "Sample Data (Faker)", &json!({ "count": 10 })).await
                }
            };
            let made = futures::stream::iter(0..count).map(create).buffered(16);
            assert_eq!(made.try_collect::<Vec<_>>().await.unwrap().len(), count);
        }
        other => panic!("{other}"),
    }
    println!("end");
}

fn raw_calls() {
    let count = scaled(10_000);
    let script = format!(
        "let airbyte = connect();
        print(\"begin\");
        for i in 0..{count} {{ airbyte.api(\"health\"); }}
        print(\"end\");"
    );
    compare("raw calls", count, &script);
}

fn parallel_creates() {
    let count = scaled(1000);
    let script = format!(
        "let ws = connect().workspace();
        let numbers = [];
        for n in 0..{count} {{ numbers.push(n); }}
        print(\"begin\");
        let made = numbers.parallel_map(
            |n| ws.create_source(`source ${{n}}`, \"Sample Data (Faker)\", #{{ count: 10 }}),
            #{{ concurrency: 16 }},
        );
        expect_eq(made.len, {count});
        print(\"end\");"
    );
    compare("parallel creates", count, &script);
}

/// Of several runs, turn about, the fastest of each: the machine does other things too.
fn compare(name: &str, count: usize, script: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("main.rhai");
    fs::write(&path, script).unwrap();
    let (mut in_rust, mut in_script) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let server = Serving::start(&["--speed", "instant"]);
        let mut rust = Command::new(std::env::current_exe().unwrap());
        rust.args(["rust", name, &count.to_string(), &server.url]);
        in_rust = in_rust.min(from_begin_to_end(&mut rust));
        let server = Serving::start(&["--speed", "instant"]);
        let mut airway = Command::new(airway());
        airway.arg("run").arg(&path).args(["--quiet", "--server", &server.url]);
        in_script = in_script.min(from_begin_to_end(&mut airway));
    }
    say(&format!("{count} {name} in Rust"), format_args!("{in_rust:.2?}"));
    say(&format!("{count} {name} in a script"), format_args!("{in_script:.2?}"));
    say("ratio", format_args!("{:.2}", in_script.as_secs_f64() / in_rust.as_secs_f64()));
}

/// How long a program is at it by its own account.
fn from_begin_to_end(command: &mut Command) -> Duration {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let said: Vec<(String, Instant)> = lines.map(|line| (line.unwrap(), Instant::now())).collect();
    assert!(child.wait().unwrap().success());
    let [(begin, from), (end, to)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!((begin.as_str(), end.as_str()), ("begin", "end"));
    to.duration_since(*from)
}

fn airway() -> &'static str {
    env!("CARGO_BIN_EXE_airway")
}

fn quietly(command: &mut Command) {
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..scaled(50).max(5)).map(|_| timed(&mut work)).collect();
    times.sort();
    times[times.len() / 2]
}

/// Runs a command that takes a second, and reads its memory before it ends.
fn peak(command: &mut Command) -> String {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(900));
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    child.wait().unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "not known on this system".to_owned(), |line| line.trim().to_owned())
}
