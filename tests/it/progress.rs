//! How far things are: live lines on a terminal, plain ones elsewhere, objects on request.

use rexpect::session::spawn_command;
use serde_json::Value;

use crate::support::{airway, run};

/// A sync of two seconds, with a line on standard output before and after.
const SCRIPT: &str = "
    let ws = connect().workspace();
    let source = ws.ensure_source(\"Shop\", \"Sample Data (Faker)\", #{ count: 10 });
    let target = ws.ensure_destination(\"Lake\", \"Local JSON\", #{ destination_path: \"/local\" });
    let streams = source.discover().append();
    let pipeline = ws.ensure_connection(\"Shop to Lake\", source, target, #{ streams: streams });
    let job = pipeline.sync();
    print(\"data \" + job.id);
    log(\"said\");
    job.wait();
    print(\"over\");";

fn script() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("main.rhai"), SCRIPT).unwrap();
    folder
}

#[test]
fn live_lines_are_on_a_terminal_and_go_when_things_are_over() {
    let folder = script();
    let mut command = airway(&["run", "main.rhai", "--sandbox", "--speed", "100"]);
    command.env("TERM", "xterm").current_dir(folder.path());
    let mut terminal = spawn_command(command, Some(30_000)).unwrap();
    for seen in ["created source `Shop`\r\n", "started job 1\r\n", "data 1\r\n", "said\r\n"] {
        terminal.exp_string(seen).unwrap();
    }
    terminal.exp_regex("job 1 Shop to Lake  [0-9,]+ records  [0-9.]+ .?B").unwrap();
    terminal.exp_string("job 1: succeeded").unwrap();
    let rest = terminal.exp_eof().unwrap();
    assert!(rest.ends_with("over\r\n"), "{rest:?}");
}

#[test]
fn a_terminal_that_cannot_move_its_cursor_gets_plain_lines() {
    let folder = script();
    let mut command = airway(&["run", "main.rhai", "--sandbox", "--speed", "instant"]);
    command.env("TERM", "dumb").current_dir(folder.path());
    let all = spawn_command(command, Some(30_000)).unwrap().exp_eof().unwrap();
    assert!(!all.contains('\u{1b}'), "{all:?}");
    assert!(all.contains(" job 1: succeeded, "), "{all:?}");
}

/// Runs the script and returns the lines of standard error.
fn lines(arguments: &[&str]) -> Vec<String> {
    let folder = script();
    let all = ["run", "main.rhai", "--sandbox", "--speed", "instant"];
    let all: Vec<&str> = all.iter().chain(arguments).copied().collect();
    let output = airway(&all).current_dir(folder.path()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "data 1\nover\n");
    String::from_utf8(output.stderr).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn plain_lines_begin_with_the_time() {
    let lines = lines(&[]);
    assert!(lines.len() >= 8, "{lines:?}");
    for line in &lines {
        let (time, text) = line.split_at(9);
        let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!((shape.as_str(), text.is_empty()), ("00:00:00 ", false), "{line}");
    }
    assert!(lines.iter().any(|line| line.ends_with(" said")), "{lines:?}");
}

#[test]
fn objects_say_the_same_to_programs() {
    let lines = lines(&["--progress", "json"]);
    let objects: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events: Vec<&str> = objects.iter().map(|object| object["event"].as_str().unwrap()).collect();
    let first = ["asking", "answered", "written", "asking", "answered", "written", "asking", "answered", "written"];
    assert_eq!(events[..9], first);
    assert_eq!(events[9..], ["written", "log", "job"]);
    let last = objects.last().unwrap();
    assert_eq!((&last["job"], last["status"].as_str()), (&Value::from(1), Some("succeeded")));
    assert_eq!(last["connection"], "Shop to Lake");
    assert!(last["records"].as_i64().unwrap() > 0 && last["time"].as_str().unwrap().ends_with('Z'), "{last}");
}

#[test]
fn without_progress_only_the_script_speaks() {
    assert_eq!(lines(&["--progress", "none"]), ["said"]);
    assert_eq!(lines(&["--quiet"]), Vec::<String>::new());
}

#[test]
fn errors_are_objects_where_progress_is() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("main.rhai"), "fail(\"no\");").unwrap();
    let said = run(airway(&["run", "main.rhai", "--progress", "json"]).current_dir(folder.path()));
    let object: Value = serde_json::from_str(&said.stderr).unwrap();
    assert_eq!((object["message"].as_str(), object["line"].as_i64(), said.code), (Some("no"), Some(1), 1));
}

#[test]
fn no_line_is_anything_but_an_object_where_objects_are_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let script = "debug(\"a\"); print(\"b\"); warn(\"c\"); log(\"d\"); let e = secret(\"E\"); 1";
    std::fs::write(folder.path().join("main.rhai"), script).unwrap();
    let arguments = ["run", "main.rhai", "--sandbox", "--progress", "json", "--output", "json"];
    let said = run(airway(&arguments).current_dir(folder.path()));
    let objects = said.stderr.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let levels: Vec<String> = objects.map(|object| format!("{} {}", object["level"], object["text"])).collect();
    let expected = [
        "\"info\" \"note: secret `E` is not set; the sandbox gets a made-up value\"",
        "\"debug\" \"main.rhai:1:1: \\\"a\\\"\"",
        "\"print\" \"b\"",
        "\"warning\" \"c\"",
        "\"info\" \"d\"",
    ];
    assert_eq!((levels, said.stdout.as_str()), (expected.map(str::to_owned).to_vec(), "1\n"));

    let said = run(airway(&["run", "none.rhai", "--progress", "json"]).current_dir(folder.path()));
    let object: Value = serde_json::from_str(&said.stderr).unwrap();
    assert_eq!((object["code"].as_str(), said.code), (Some("usage"), 64));
}
