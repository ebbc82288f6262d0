//! Ctrl-C and readers that go away.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use crate::support::airway;

struct Running {
    child: Child,
    stdout: BufReader<std::process::ChildStdout>,
    _folder: tempfile::TempDir,
}

/// Starts a script and waits for its first line of output.
fn start(script: &str) -> (Running, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("main.rhai"), script).unwrap();
    let mut command = airway(&["run", "main.rhai", "--sandbox", "--speed", "1", "--quiet"]);
    command.current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    (Running { child, stdout, _folder: folder }, line)
}

fn end(mut running: Running) -> (i32, String) {
    let mut stderr = String::new();
    running.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    (running.child.wait().unwrap().code().unwrap(), stderr)
}

fn interrupt(running: &Running) {
    let sent = Command::new("kill").args(["-INT", &running.child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn ctrl_c_ends_a_wait_and_no_script_can_catch_it() {
    let (running, line) =
        start("print(\"ready\"); try { sleep(600) } catch (e) { print(\"caught\") } print(\"after\");");
    assert_eq!(line, "ready\n");
    interrupt(&running);
    let mut running = running;
    let mut rest = String::new();
    running.stdout.read_to_string(&mut rest).unwrap();
    assert_eq!((end(running), rest.as_str()), ((130, String::new()), ""));
}

#[test]
fn ctrl_c_ends_a_busy_loop() {
    let (running, _) = start("print(\"ready\"); loop { }");
    interrupt(&running);
    assert_eq!(end(running).0, 130);
}

#[test]
fn ctrl_c_ends_the_wait_for_a_job() {
    let script = "
        let ws = connect().workspace();
        let source = ws.ensure_source(\"Faker\", \"Sample Data (Faker)\", #{ count: 10 });
        let target = ws.ensure_destination(\"Local\", \"Local JSON\", #{ destination_path: \"/local\" });
        let pipeline = ws.ensure_connection(\"A\", source, target, #{ streams: source.discover().append() });
        let job = pipeline.sync();
        print(job.status);
        job.wait();
        print(\"after\");";
    let (running, line) = start(script);
    assert_eq!(line, "pending\n", "{}", end(running).1);
    interrupt(&running);
    assert_eq!(end(running).0, 130);
}

#[test]
fn a_reader_that_goes_away_ends_the_script_quietly() {
    let (mut running, line) = start("for n in 0..1000000 { print(n) }");
    assert_eq!(line, "0\n");
    running.stdout =
        BufReader::new(Command::new("true").stdout(Stdio::piped()).spawn().unwrap().stdout.take().unwrap());
    assert_eq!(end(running), (130, String::new()));
}
