//! `airway sandbox` as a person uses it, and what scripts do with the embedded one.

use std::io::Read;
use std::process::Command;

use crate::support::{Said, Serving, airway, on_sandbox, run, run_script};

/// Ends a sandbox with a signal; its exit code, and what it said on standard error.
fn end(mut serving: Serving, signal: &str) -> (Option<i32>, String) {
    let sent = Command::new("kill").args([signal, &serving.child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let mut said = String::new();
    serving.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (serving.child.wait().unwrap().code(), said.replace(&serving.url, "URL"))
}

/// Calls an operation on a sandbox and returns what is said.
fn call(serving: &Serving, operation: &str, options: &[&str], environment: &[(&str, &str)]) -> Said {
    let arguments: Vec<&str> = ["api", operation, "--server", &serving.url].iter().chain(options).copied().collect();
    run(airway(&arguments).envs(environment.iter().copied()))
}

#[test]
fn it_says_where_it_is_and_how_to_use_it_and_ends_without_a_word() {
    for signal in ["-INT", "-TERM"] {
        let serving = Serving::start(&[]);
        assert!(serving.url.starts_with("http://127.0.0.1:") && serving.url.ends_with("/api/v1"), "{}", serving.url);
        let page = serving.url.replace("api/v1", "");
        let (code, said) = end(serving, signal);
        let expected = format!(
            "an emulated Airbyte 2.0; Ctrl-C ends it\n  page     {page}\n  scripts  airway run SCRIPT --server URL\n"
        );
        assert_eq!((code, said), (Some(0), expected), "{signal}");
    }
}

#[test]
fn quiet_it_says_its_address_alone() {
    let serving = Serving::start(&["--quiet"]);
    assert!(serving.get("/api/v1/health").ends_with("{\"available\":true}"));
    assert_eq!(end(serving, "-INT"), (Some(0), String::new()));
}

#[test]
fn an_open_door_is_warned_of_and_a_locked_one_less() {
    let open = end(Serving::start(&["--host", "0.0.0.0", "--quiet"]), "-INT").1;
    assert_eq!(
        open,
        "warning: everybody who can reach this machine may use the sandbox\n\
         hint: `--auth basic:USER:PASSWORD` asks for a password\n"
    );
    let locked = end(Serving::start(&["--host", "0.0.0.0", "--quiet", "--auth", "basic:a:b"]), "-INT").1;
    assert_eq!(locked, "warning: others can reach the sandbox, unencrypted\n");
}

#[test]
fn a_password_is_asked_for_and_never_shown() {
    let serving = Serving::start(&["--auth", "basic:airbyte:s3cr:et"]);
    assert_eq!(call(&serving, "health", &[], &[]).code, 5);
    let login = [("AIRBYTE_USER", "airbyte"), ("AIRBYTE_PASSWORD", "s3cr:et")];
    assert_eq!(call(&serving, "health", &[], &login).code, 0);
    assert!(serving.get("/").starts_with("HTTP/1.1 401"));
    let said = end(serving, "-INT").1;
    assert!(said.contains("AIRBYTE_USER=airbyte AIRBYTE_PASSWORD=… airway run SCRIPT"), "{said}");
    assert!(!said.contains("s3cr:et"), "{said}");
    let mistyped = run(&mut airway(&["sandbox", "--auth", "basik:airbyte:s3cret"]));
    assert_eq!((mistyped.code, mistyped.stderr.contains("s3cret")), (64, false), "{}", mistyped.stderr);
}

#[test]
fn two_sandboxes_on_one_file_or_port_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("airway.db");
    let file = file.to_str().unwrap();
    let first = Serving::start(&["--db", file]);
    let second = run(&mut airway(&["sandbox", "--db", file, "--port", "0"]));
    let expected = format!(
        "error: sandbox database `{file}` is in use by another sandbox\nhint: end the other one, or take another file\n"
    );
    assert_eq!((second.code, second.stderr), (64, expected));
    let port = first.url.trim_end_matches("/api/v1").rsplit(':').next().unwrap().to_owned();
    let third = run(&mut airway(&["sandbox", "--port", &port]));
    assert_eq!(third.code, 64);
    assert!(third.stderr.starts_with("error: sandbox cannot listen on `127.0.0.1:PORT`\n"), "{}", third.stderr);
    assert!(third.stderr.ends_with("hint: `--port 0` takes any free port\n"), "{}", third.stderr);
    drop(first);
    assert_eq!(end(Serving::start(&["--db", file, "-q"]), "-INT"), (Some(0), String::new()));
}

#[test]
fn faults_come_from_flags_and_files() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("faults.yaml");
    std::fs::write(&file, "faults:\n  - {operation: health, when: {nth: 2}, do: {html: 502}}\n").unwrap();
    let flag = "operation=health,when=nth:1,do={answer: {status: 418, body: {tea: true}}}";
    let serving = Serving::start(&["--faults", file.to_str().unwrap(), "--fault", flag]);
    let status = || serving.get("/api/v1/health").lines().next().unwrap().to_owned();
    assert_eq!(
        [status(), status(), status()],
        ["HTTP/1.1 418 I'm a teapot", "HTTP/1.1 502 Bad Gateway", "HTTP/1.1 200 OK"]
    );
    std::fs::write(&file, "- {operation: health, do: truncate}\n- {operation: heath, do: truncate}\n").unwrap();
    let wrong = run(&mut airway(&["sandbox", "--faults", file.to_str().unwrap()]));
    let said = "fault 2: `operation` is `heath`, which no Airbyte has; did you mean `health`?";
    assert!(wrong.code == 64 && wrong.stderr.contains(said), "{}", wrong.stderr);
}

#[test]
fn strict_it_refuses_misspelt_members() {
    let misspelt = r#"{"workspaceID": "x"}"#;
    let said = |serving: &Serving| serving.ask("POST", "/api/v1/sources/list", misspelt);
    assert!(said(&Serving::start(&[])).starts_with("HTTP/1.1 404"));
    let refused = said(&Serving::start(&["--strict"]));
    assert!(refused.starts_with("HTTP/1.1 400"), "{refused}");
    assert!(refused.contains("`/workspaceID` is no member of the request, did you mean `workspaceId`?"), "{refused}");
    let said = run_script("print(connect().workspace().name)", &["--strict", "-q"], &[]);
    assert_eq!((said.code, said.stdout.as_str(), said.stderr.as_str()), (0, "Default Workspace\n", ""));
}

#[test]
fn a_run_has_faults_connectors_and_friendliness_too() {
    let folder = tempfile::tempdir().unwrap();
    let connector = "kind: source\nname: House feed\nspecification: {type: object}\n\
                     catalog: {streams: [{name: rooms, json_schema: {type: object}}]}\n";
    std::fs::write(folder.path().join("feed.yaml"), connector).unwrap();
    let script = "let feed = connect().workspace().ensure_source(\"House\", \"House feed\", #{});
                  print(feed.discover().streams.len());
                  try { connect().job(12345).wait() } catch (e) { print(e.message) }";
    let connectors = folder.path().to_str().unwrap();
    let options = ["--connectors", connectors, "--friendly", "--fault", "operation=*,when=nth:1,do=status:503", "-q"];
    let said = run_script(script, &options, &[]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    assert!(said.stdout.starts_with("1\n") && said.stdout.contains("12345"), "{}", said.stdout);
}

#[test]
fn a_script_lets_things_go_wrong_and_time_pass() {
    let script = r#"
        let ws = connect().workspace();
        let source = ws.ensure_source("Faker", "Sample Data (Faker)", #{ count: 10 });
        let target = ws.ensure_destination("Local", "Local JSON", #{ destination_path: "/local" });
        let daily = ws.ensure_connection("Daily", source, target, #{ streams: source.discover().append(), schedule: every(1, "days") });
        sandbox().fault(#{ operation: "connections/sync", when: #{ times: 1 }, do: #{ job_fails: "disk full" } });
        let job = daily.sync();
        print(job.wait().status);
        sandbox().advance("72h");
        print(connect().api("jobs/list", #{ configTypes: ["sync"], configId: daily.id }).totalJobCount);
        let fault = sandbox().faults()[0];
        print(`${fault.met} of ${fault.calls}`);
        sandbox().clear_faults();
        print(sandbox().faults().len());
        print(sandbox().requests().filter(|it| it.operation == "connections/sync").len());
    "#;
    let said = on_sandbox(script);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert_eq!(lines, ["failed", "4", "1 of 1", "0", "1"]);
}

#[test]
fn an_error_after_the_call_is_planted_by_scripts_and_flags_and_makes_nothing_twice() {
    let sources = r#"
        let ws = connect().workspace();
        for name in ["a", "b"] { ws.ensure_source(name, "Sample Data (Faker)", #{ count: 10 }) }
        print(ws.sources().len());
        print(sandbox().requests().filter(|it| it.operation == "sources/create").map(|it| it.status));
    "#;
    let fault = "sandbox().fault(#{ operation: \"sources/create\", when: #{ times: 1 }, do: #{ status_after: 500 } });";
    let flag = ["--fault", "operation=sources/create,when=times:1,do=status_after:500"];
    for said in [on_sandbox(&format!("{fault}{sources}")), run_script(sources, &flag, &[])] {
        assert_eq!((said.stdout.as_str(), said.code), ("2\n[500, 200]\n", 0), "{}", said.stderr);
    }
}

#[test]
fn a_wrong_fault_of_a_script_is_shown_at_its_line() {
    let said = on_sandbox("sandbox().fault(#{ operation: \"connections/snyc\", do: #{ status: 503 } });");
    assert_eq!(said.code, 1);
    assert!(
        said.stderr.starts_with("error: `fault`: `operation` is `connections/snyc`, which no Airbyte has\n"),
        "{}",
        said.stderr
    );
    assert!(said.stderr.contains("main.rhai:1:"), "{}", said.stderr);
    assert!(said.stderr.ends_with("did you mean `connections/sync`?\n"), "{}", said.stderr);
}

#[test]
fn another_server_is_no_sandbox_to_a_script() {
    let serving = Serving::start(&[]);
    let said = run_script("sandbox().clear_faults();", &["--server", &serving.url], &[]);
    assert_eq!(said.code, 64);
    let expected =
        "error: `sandbox`: this run speaks to `http://127.0.0.1:PORT/api/v1`, which is no embedded Airbyte\n";
    assert!(said.stderr.starts_with(expected), "{}", said.stderr);
    assert!(said.stderr.ends_with("hint: run the script with `--sandbox`\n"), "{}", said.stderr);
}
