//! `airway repl`, driven through a terminal and through a pipe.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use airway_sandbox::Sandbox;
use rexpect::session::{PtySession, spawn_command};

use crate::support::{Said, airway, operations, run, start};

const PROMPT: &str = "airway> ";

/// Enough for a machine that does much else.
const PATIENCE: Option<u64> = Some(30_000);

/// Starts a session on a terminal; its history is in `home`.
fn session(home: &std::path::Path, arguments: &[&str]) -> PtySession {
    let arguments: Vec<&str> = ["repl"].iter().chain(arguments).copied().collect();
    let mut command = airway(&arguments);
    command.env("HOME", home).env("TERM", "xterm").env("NO_COLOR", "1").current_dir(home).stdin(Stdio::inherit());
    let mut session = spawn_command(command, PATIENCE).unwrap();
    session.exp_string(PROMPT).unwrap();
    session
}

/// What the editor writes when a line is complete.
const TAKEN: &str = "\u{1b}[?2004l";

/// Types without ending the line.
fn type_only(session: &mut PtySession, text: &str) {
    session.send(text).unwrap();
    session.flush().unwrap();
}

/// Types a line and waits for what it makes appear, and for the next prompt.
fn type_and_see(session: &mut PtySession, line: &str, seen: &str) {
    session.send_line(line).unwrap();
    session.exp_string(TAKEN).unwrap();
    session.exp_string(seen).unwrap_or_else(|error| panic!("{line}: {error}"));
    session.exp_string(PROMPT).unwrap();
}

fn end(mut session: PtySession) -> String {
    session.send_control('d').unwrap();
    session.exp_eof().unwrap();
    format!("{:?}", session.process().wait().unwrap())
}

#[test]
fn lines_follow_each_other_and_errors_do_not_end_it() {
    let home = tempfile::tempdir().unwrap();
    let mut session = session(home.path(), &[]);
    session.send_line("fn double(x) {").unwrap();
    session.send_line("x * 2").unwrap();
    type_and_see(&mut session, "}", "");
    type_and_see(&mut session, "let half = double(10) + 1;", "");
    type_and_see(&mut session, "double(half)", "42");
    type_and_see(&mut session, "conect()", "did you mean `connect`?");
    type_and_see(&mut session, "let x = ;", "unexpected `;`");
    type_and_see(&mut session, "double(\"a\")", "in this call of `double`");
    type_and_see(&mut session, "double(half)", "42");
    type_and_see(&mut session, ":type double(half) == 1", "boolean");
    type_and_see(&mut session, ":help sleep", "Ctrl-C ends the wait");
    type_and_see(&mut session, ":hepl", "did you mean `:help`?");
    assert!(end(session).ends_with(", 0)"));
}

#[test]
fn ctrl_c_ends_an_evaluation_and_not_the_session() {
    let home = tempfile::tempdir().unwrap();
    let mut session = session(home.path(), &[]);
    for wait in ["sleep(600)", "loop { }"] {
        session.send_line(&format!("let kept = 40; print(\"started\"); {wait}")).unwrap();
        session.exp_string(TAKEN).unwrap();
        session.exp_string("started").unwrap();
        session.send_control('c').unwrap();
        session.exp_string("interrupted").unwrap();
        session.exp_string(PROMPT).unwrap();
        type_and_see(&mut session, "kept + 2", "42");
    }
    assert!(end(session).ends_with(", 0)"));
}

#[test]
fn tab_completes_functions_methods_and_options() {
    let home = tempfile::tempdir().unwrap();
    let mut session = session(home.path(), &["--sandbox", "--speed", "instant", "--quiet"]);
    type_only(&mut session, "conn\t");
    session.exp_string("connect(").unwrap();
    type_and_see(&mut session, ").workspace().name", "Default Workspace");
    type_and_see(&mut session, "let ws = connect().workspace();", "");
    type_only(&mut session, "ws.ensure_so\t");
    session.exp_string("ensure_source(").unwrap();
    session.send_control('c').unwrap();
    session.exp_string(PROMPT).unwrap();
    std::fs::write(home.path().join("lib.rhai"), "fn greet(x) { x + 1 }").unwrap();
    type_and_see(&mut session, "import \"lib\" as u;", "");
    type_and_see(&mut session, "let m = #{ inner: #{ depth: 30 } };", "");
    type_only(&mut session, "m.inner.dep\t");
    session.exp_string("depth").unwrap();
    type_and_see(&mut session, " + 7", "37");
    type_only(&mut session, ":load li\t");
    session.exp_string("lib.rhai").unwrap();
    type_and_see(&mut session, "", "");
    type_only(&mut session, "u::gr\t");
    session.exp_string("greet(").unwrap();
    type_and_see(&mut session, "41)", "42");
    type_only(&mut session, "[1].parallel_map(|x| x + 41, #{ conc\t");
    session.exp_string("concurrency: ").unwrap();
    type_and_see(&mut session, "2 })", "[42]");
    assert!(end(session).ends_with(", 0)"));
}

#[test]
fn lines_that_arrive_together_are_all_evaluated() {
    let home = tempfile::tempdir().unwrap();
    let mut session = session(home.path(), &[]);
    type_only(&mut session, "let a = 20;\nlet b = a + 1;\nprint(`sum ${a + b}`);\n");
    session.exp_string("sum 41").unwrap();
    session.exp_string(PROMPT).unwrap();
    // As terminals paste.
    type_only(&mut session, "\u{1b}[200~let c = 1\nlet d = [\n  c + 40\n]\nprint(`all ${d}`)\u{1b}[201~\n");
    session.exp_string("all [41]").unwrap();
    session.exp_string(PROMPT).unwrap();
    assert!(end(session).ends_with(", 0)"));
}

#[test]
fn what_was_typed_is_there_in_the_next_session() {
    let home = tempfile::tempdir().unwrap();
    let mut first = session(home.path(), &[]);
    type_and_see(&mut first, "6 * 7", "42");
    end(first);
    let mut second = session(home.path(), &[]);
    type_only(&mut second, "\u{1b}[A");
    type_and_see(&mut second, "", "42");
    end(second);
    assert!(home.path().join(".local/state/airway/history").exists());
}

/// Lets the lines of a pipe be evaluated in a folder.
fn piped(folder: &std::path::Path, lines: &str, arguments: &[&str]) -> Said {
    std::fs::write(folder.join("lines"), lines).unwrap();
    let arguments: Vec<&str> = ["repl"].iter().chain(arguments).copied().collect();
    let lines = Stdio::from(std::fs::File::open(folder.join("lines")).unwrap());
    run(airway(&arguments).stdin(lines).current_dir(folder))
}

#[test]
fn a_pipe_can_feed_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lib.rhai"), "fn twice(x) { x + x }\nexport const N = 3;").unwrap();
    let lines = "import \"lib\" as lib;\nlet all = #{\n  a: lib::twice(lib::N),\n};\nall\nsecret(\"A\")\n:load lib.rhai\ntwice(\"x\")\n";
    let said = piped(folder.path(), lines, &["--sandbox", "--quiet"]);
    assert_eq!(said, Said::ok("#{\"a\": 6}\nSecret(***)\n\"xx\"\n"));
}

#[test]
fn help_knows_what_was_defined_and_imported() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lib.rhai"), "/// Doubles it.\nfn twice(x) { x * 2 }").unwrap();
    let lines = "import \"lib\" as lib;\n:help lib::twice\nfn own(a, b) { a }\n:help own\n:names\n";
    let expected = "twice(x)\n\nDoubles it.\nown(a, b)\nown(…)\nlib::twice(…)\n";
    assert_eq!(piped(folder.path(), lines, &["--quiet"]), Said::ok(expected));
}

#[test]
fn what_a_pipe_leaves_open_is_a_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let said = piped(folder.path(), "1\nfn f() {\n  2\n", &[]);
    assert_eq!((said.stdout.as_str(), said.code), ("1\n", 3));
    assert!(said.stderr.starts_with("error: "), "{}", said.stderr);
}

#[test]
fn functions_see_the_constants_of_other_lines() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("more.rhai"), "const M = 5;\nfn both() { global::N + global::M }\nboth()")
        .unwrap();
    let lines = "const N = 4;\nfn n() { global::N }\nn()\n:load more.rhai\nboth()\n";
    assert_eq!(piped(folder.path(), lines, &["--quiet"]), Said::ok("4\n9\n9\n"));
}

#[test]
fn help_has_colours_only_where_somebody_sees_them_and_types_are_those_of_values() {
    let folder = tempfile::tempdir().unwrap();
    let said = piped(folder.path(), ":help sleep\nlet m = #{ a: 1 };\n:type m.a\n:type m\n", &[]);
    assert!(said.stdout.starts_with("sleep(") && !said.stdout.contains('\u{1b}'), "{}", said.stdout);
    assert!(said.stdout.ends_with("integer\nmap\n"), "{}", said.stdout);
}

#[test]
fn exit_and_quit_end_it() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(piped(folder.path(), "1\nexit(7);\n2\n", &[]), Said { code: 7, ..Said::ok("1\n") });
    assert_eq!(piped(folder.path(), "1\n:quit\n2\n", &[]), Said::ok("1\n"));
    assert_eq!(piped(folder.path(), "exit();\n2\n", &[]), Said::ok(""));
}

#[test]
fn a_pipe_ends_with_the_code_of_the_first_failure() {
    let folder = tempfile::tempdir().unwrap();
    let said = piped(folder.path(), "expect(false)\nlet = 1\n3\n", &[]);
    assert_eq!((said.stdout.as_str(), said.code), ("3\n", 4), "{}", said.stderr);
    assert_eq!(piped(folder.path(), "let = 1\n:quit\n", &[]).code, 3);
    assert_eq!(piped(folder.path(), ":load none.rhai\n", &[]).code, 64);
    assert_eq!(piped(folder.path(), "expect(false)\nexit();\n", &[]).code, 0);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_session_that_reads_a_pipe() {
    for (line, seen) in [("print(\"started\"); sleep(600)\n", "started"), ("1 + 1\n", "2")] {
        let mut child = airway(&["repl"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = child.stdin.take().unwrap();
        lines.write_all(line.as_bytes()).unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert_eq!(said.trim(), seen);
        let id = child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(130), "{line}");
    }
}

#[test]
fn jobs_are_followed_across_lines() {
    let folder = tempfile::tempdir().unwrap();
    let lines = "let ws = connect().workspace();
let source = ws.ensure_source(\"Faker\", \"Sample Data (Faker)\", #{ count: 10 });
let target = ws.ensure_destination(\"Local\", \"Local JSON\", #{ destination_path: \"/local\" });
let pipeline = ws.ensure_connection(\"A\", source, target, #{ streams: source.discover().append() });
let job = pipeline.sync();
job.wait().status
connect().job(job.id).status
";
    let said = piped(folder.path(), lines, &["--sandbox", "--speed", "instant", "--quiet"]);
    assert_eq!(said.stdout.lines().last(), Some("\"succeeded\""), "{}", said.stderr);
    assert_eq!((said.stderr.as_str(), said.code), ("", 0));
}

#[test]
fn a_server_is_spoken_to_line_by_line() {
    let sandbox = start(Sandbox::builder());
    let folder = tempfile::tempdir().unwrap();
    let lines = "let ws = connect().workspace();\nws.source(\"None\")\nws.sources().len\n";
    let said = piped(folder.path(), lines, &["--server", &sandbox.url()]);
    assert_eq!((said.stdout.as_str(), said.code), ("0\n", 5));
    assert!(said.stderr.contains("source `None` not found in workspace `Default Workspace`"), "{}", said.stderr);
    assert!(operations(&sandbox).iter().any(|operation| operation == "sources/list"), "{:?}", operations(&sandbox));
}
