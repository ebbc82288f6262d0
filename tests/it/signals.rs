//! Ctrl-C, SIGTERM and readers that go away.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::airway;

/// Says the status of a job before it waits for it.
const SYNC: &str = "
    let ws = connect().workspace();
    let source = ws.ensure_source(\"Faker\", \"Sample Data (Faker)\", #{ count: 10 });
    let target = ws.ensure_destination(\"Local\", \"Local JSON\", #{ destination_path: \"/local\" });
    let pipeline = ws.ensure_connection(\"A\", source, target, #{ streams: source.discover().append() });
    let job = pipeline.sync();
    print(job.status);
    job.wait();
    print(\"after\");";

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
    send("-INT", running);
}

fn send(signal: &str, running: &Running) {
    let sent = Command::new("kill").args([signal, &running.child.id().to_string()]).status().unwrap();
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
fn ctrl_c_ends_a_busy_loop_and_so_does_a_scheduler() {
    for signal in ["-INT", "-TERM"] {
        let (running, _) = start("print(\"ready\"); loop { }");
        send(signal, &running);
        assert_eq!(end(running).0, 130, "{signal}");
    }
}

#[test]
fn ctrl_c_ends_the_wait_for_a_job() {
    let (running, line) = start(SYNC);
    assert_eq!(line, "pending\n", "{}", end(running).1);
    interrupt(&running);
    assert_eq!(end(running).0, 130);
}

/// Measured from the signal to the end of the process; the median, since what else the machine does makes some runs
/// slower.
#[test]
fn a_wait_ends_within_fifty_milliseconds() {
    let mut taken = [(); 9].map(|()| {
        let (running, _) = start("print(\"ready\"); parallel([|| sleep(600), || sleep(600)]);");
        let sent = Instant::now();
        interrupt(&running);
        assert_eq!(end(running).0, 130);
        sent.elapsed()
    });
    taken.sort();
    assert!(taken[4] < Duration::from_millis(50), "{taken:?}");
}

#[test]
fn a_second_ctrl_c_ends_what_does_not_stop() {
    let folder = tempfile::tempdir().unwrap();
    // Nobody ever writes to this pipe, and no read of a file can be interrupted.
    let pipe = folder.path().join("AB");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    std::fs::write(folder.path().join("main.rhai"), "print(\"ready\"); secret(\"A\" + \"B\");").unwrap();
    let mut command = airway(&["run", "main.rhai", "--secrets-dir", ".", "--progress", "none"]);
    command.current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut String::new()).unwrap();
    let mut running = Running { child, stdout, _folder: folder };
    // Opens once the script reads.
    let _silent = std::fs::OpenOptions::new().write(true).open(pipe).unwrap();
    interrupt(&running);
    let mut said = String::new();
    let stderr = running.child.stderr.as_mut().unwrap();
    BufReader::new(stderr).read_line(&mut said).unwrap();
    assert_eq!(said, "stopping; press Ctrl-C again to stop at once\n");
    let sent = Instant::now();
    interrupt(&running);
    assert_eq!(end(running), (130, String::new()));
    assert!(sent.elapsed() < Duration::from_secs(5), "{:?}", sent.elapsed());
}

#[test]
fn an_interrupted_run_says_what_goes_on_without_it() {
    let database = tempfile::tempdir().unwrap();
    let database = database.path().join("sandbox.db");
    let database = database.to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("main.rhai"), SYNC).unwrap();
    let mut command = airway(&["run", "main.rhai", "--sandbox-db", database, "--speed", "1", "--progress", "none"]);
    command.current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut String::new()).unwrap();
    let running = Running { child, stdout, _folder: folder };
    interrupt(&running);
    let (code, stderr) = end(running);
    let expected = format!(
        "stopping; press Ctrl-C again to stop at once\ninterrupted\njob 1 of connection `A` is still running\n\
        hint: run the script again, or `airway repl --sandbox-db {database}` with `connect().job(1).wait()`, to follow it\n\
        hint: `airway api jobs/cancel -F id:=1 --sandbox-db {database}` cancels it\n"
    );
    assert_eq!((code, stderr), (130, expected));

    // What it says to do works.
    let attach = airway(&["api", "jobs/cancel", "-F", "id:=1", "--sandbox-db", database]).output().unwrap();
    assert!(String::from_utf8_lossy(&attach.stdout).contains("cancelled"), "{attach:?}");
}

#[test]
fn a_reader_that_goes_away_ends_the_script_quietly() {
    let (mut running, line) = start("for n in 0..1000000 { print(n) }");
    assert_eq!(line, "0\n");
    running.stdout =
        BufReader::new(Command::new("true").stdout(Stdio::piped()).spawn().unwrap().stdout.take().unwrap());
    assert_eq!(end(running), (141, String::new()));
}

#[test]
fn a_reader_that_goes_away_ends_every_command_quietly() {
    let commands: [&[&str]; 7] = [
        &["doc"],
        &["--help"],
        &["run", "--help"],
        &["api", "--list"],
        &["completions", "bash"],
        &["doctor", "--sandbox"],
        &["api", "workspaces/list", "--sandbox", "--emulate", "1.5"],
    ];
    for arguments in commands {
        let mut gone = Command::new("true").stdin(Stdio::piped()).spawn().unwrap();
        let pipe = gone.stdin.take().unwrap();
        gone.wait().unwrap();
        let said = airway(arguments).stdout(pipe).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&said.stderr), "", "{arguments:?}");
        // Help of `run` is written by others, who do not mind.
        let expected = if arguments == ["run", "--help"] { 0 } else { 141 };
        assert_eq!(said.status.code(), Some(expected), "{arguments:?}");
    }
}
