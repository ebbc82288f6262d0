//! Where words go, and what they look like.

use crate::support::{Said, airway, run, run_script};

#[test]
fn colours_are_only_where_somebody_wants_them() {
    let plain = run_script("fail(\"no\");", &[], &[]);
    assert!(!plain.stderr.contains('\u{1b}'), "{:?}", plain.stderr);
    let forced = run_script("fail(\"no\");", &[], &[("CLICOLOR_FORCE", "1")]);
    assert!(forced.stderr.starts_with("\u{1b}[1m\u{1b}[91merror\u{1b}[0m"), "{:?}", forced.stderr);
    let refused = run_script("fail(\"no\");", &[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]);
    assert_eq!(refused, plain);
}

#[test]
fn a_quiet_run_says_only_what_the_script_prints() {
    let script = "log(\"said\"); print(connect().workspace().name); warn(\"careful\");";
    let stderr = "warning: careful\n".to_owned();
    let quiet = run_script(script, &["--sandbox", "--quiet"], &[]);
    assert_eq!(quiet, Said { stdout: "Default Workspace\n".to_owned(), stderr, code: 0 });
}

#[test]
fn a_verbose_run_says_what_is_being_asked() {
    let script = "connect().workspace().check_source(\"Sample Data (Faker)\", #{ count: 10 });";
    let normal = run_script(script, &["--sandbox"], &[]);
    let verbose = run_script(script, &["--sandbox", "--verbose"], &[]);
    assert!(!normal.stderr.contains("checking"), "{}", normal.stderr);
    assert!(verbose.stderr.contains("checking source"), "{}", verbose.stderr);
}

#[test]
fn an_empty_script_does_nothing_well() {
    assert_eq!(run_script("", &[], &[]), Said::ok(""));
}

#[test]
fn the_version_is_data() {
    let said = run(&mut airway(&["--version"]));
    assert_eq!(said, Said::ok(concat!("airway ", env!("CARGO_PKG_VERSION"), "\n")));
}

#[test]
fn the_last_value_is_data_on_request() {
    let script = "
        let ws = connect().workspace();
        print(\"aside\");
        let shop = ws.ensure_source(\"Shop\", \"Sample Data (Faker)\", #{ count: 10 });
        #{ name: shop.name, taken: duration(\"90s\"), password: `x${secret(\"A\")}`, all: [1, 2.5, (), |x| x], ws: ws }";
    let said = run_script(script, &["--sandbox", "--quiet", "--output", "json"], &[("A", "hunter22")]);
    assert_eq!((said.stderr.as_str(), said.code), ("aside\n", 0));
    let mut value: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let ws = value.as_object_mut().unwrap().remove("ws").unwrap();
    let expected = serde_json::json!({
        "name": "Shop", "taken": { "seconds": 90.0 }, "password": "x***", "all": [1, 2.5, null, "function"],
    });
    assert_eq!(value, expected);
    assert_eq!(ws["name"], "Default Workspace");
    assert_eq!(said.stdout.lines().count(), 1);
}

#[test]
fn handles_and_parameters_become_maps_in_files() {
    let script = "
        let p = params(#{ stage: \"test\", hours: 6 });
        let failed = parallel([|| fail(\"no\")], #{ on_error: \"collect\" })[0];
        write_json(\"made.json\", #{ p: p, time: duration(\"90s\"), failed: failed, ws: connect().workspace() });
        let made = read_json(\"made.json\");
        print(#{ time: duration(\"1h\") }.to_json());
        try { write_json(\"made.json\", [|x| x]) } catch (e) { print(e.message) }
        [made.p, made.time, made.failed.message, made.ws.name, p]";
    let said = run_script(script, &["--sandbox", "--quiet", "--output", "json"], &[]);
    let refused = "`write_json`: `value[0]`: a function cannot be sent as JSON";
    assert_eq!((said.stderr, said.code), (format!("{{\"time\":{{\"seconds\":3600.0}}}}\n{refused}\n"), 0));
    let p = serde_json::json!({ "hours": 6, "stage": "test" });
    let expected = serde_json::json!([p, { "seconds": 90.0 }, "no", "Default Workspace", p]);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&said.stdout).unwrap(), expected);
}

#[test]
fn a_script_can_come_from_standard_input_or_stand_behind_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("lib.rhai", "fn seven() { 7 }");
    write("main.rhai", "import \"lib\" as lib;\nprint(lib::seven());\nprint([1][3]);\n");
    for name in ["-", "/dev/stdin"] {
        let script = std::fs::File::open(folder.path().join("main.rhai")).unwrap();
        let said = run(airway(&["run", name]).stdin(script).current_dir(folder.path()));
        assert_eq!((said.stdout.as_str(), said.code), ("7\n", 1));
        assert!(said.stderr.contains("--> -:3:11\n"), "{}", said.stderr);
    }
    std::fs::create_dir(folder.path().join("links")).unwrap();
    std::os::unix::fs::symlink("../main.rhai", folder.path().join("links/linked.rhai")).unwrap();
    let said = run(airway(&["run", "links/linked.rhai"]).current_dir(folder.path()));
    let real = folder.path().canonicalize().unwrap().join("main.rhai");
    assert!(said.stderr.contains(&format!("--> {}:3:11\n", real.display())), "{}", said.stderr);
}

#[test]
fn a_script_without_a_last_value_has_null() {
    assert_eq!(run_script("let x = 1;", &["--output", "json"], &[]), Said::ok("null\n"));
    assert_eq!(run_script("exit(); 1", &["--output", "json"], &[]), Said::ok(""));
}

#[test]
fn definitions_are_scripts_that_editors_read() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made/for/editors");
    assert_eq!(run(&mut airway(&["definitions", made.to_str().unwrap()])), Said::ok(""));
    let text = std::fs::read_to_string(made.join("airway.d.rhai")).unwrap();
    for line in [
        "module static;",
        "fn connect() -> Airbyte;",
        "fn connect(options: Map) -> Airbyte;",
        "fn get name(this: Workspace) -> String;",
        "fn wait(this: Job, options: Map) -> Job;",
        "///   - `timeout` (string or number or Duration): how long to wait; one hour when it is left out",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}");
    }
    let builtin = std::fs::read_to_string(made.join("__builtin__.d.rhai")).unwrap();
    assert!(builtin.contains("fn print("), "{builtin}");
    let said = run(&mut airway(&["definitions", "/proc/none"]));
    assert_eq!((said.code, said.stderr.lines().next()), (64, Some("error: cannot write definitions to `/proc/none`")));
}

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let said = run(&mut airway(&["completions", shell]));
        assert_eq!((said.stderr.as_str(), said.code), ("", 0));
        assert!(said.stdout.contains("secret-command"), "{shell}");
    }
}

#[test]
fn the_reference_is_text_on_a_terminal_and_markdown_elsewhere() {
    let markdown = run(&mut airway(&["doc", "Job.wait"])).stdout;
    assert!(markdown.starts_with("## `Job.wait(options?: map) -> Job`\n\n"), "{markdown}");
    let mut command = airway(&["doc", "Job.wait"]);
    command.env("TERM", "xterm");
    let text = rexpect::session::spawn_command(command, Some(30_000)).unwrap().exp_eof().unwrap();
    let first = "\u{1b}[1m\u{1b}[36mJob.wait(options?: map) -> Job\u{1b}[0m\r\n\r\n";
    assert!(text.starts_with(first) && !text.contains("```"), "{text:?}");
}

#[test]
fn secrets_leave_json_in_texts_and_nothing_else() {
    let script = "
        let quoted = secret(\"QUOTED\");
        let short = secret(\"SHORT\");
        log(`a ${quoted}`);
        #{ number: 1000, text: `x${quoted}`, list: [`${[quoted]}`, short] }";
    let secrets = [("QUOTED", "pass\"word\\\\1"), ("SHORT", "1000")];
    let said = run_script(script, &["--output", "json", "--progress", "json"], &secrets);
    assert_eq!(said.stdout, "{\"list\":[\"[Secret(***)]\",\"***\"],\"number\":1000,\"text\":\"x***\"}\n");
    let event: serde_json::Value = serde_json::from_str(&said.stderr).unwrap();
    assert_eq!(event["text"], "a ***");
}

/// Runs a command whose standard output is a device that is always full.
#[cfg(target_os = "linux")]
fn on_full_disk(script: &str, arguments: &[&str]) -> Said {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("main.rhai"), script).unwrap();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    // Not the pipe that `run` would give it.
    let child = airway(arguments).current_dir(folder.path()).stdout(full).stderr(std::process::Stdio::piped()).spawn();
    let output = child.unwrap().wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    Said { stdout: String::new(), stderr, code: output.status.code().unwrap() }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_failure() {
    const SAID: &str = "error: cannot write standard output: no space left on device\n";
    let expected = |code| Said { stdout: String::new(), stderr: SAID.to_owned(), code };
    assert_eq!(on_full_disk("print(\"x\"); print(\"y\"); sleep(600);", &["run", "main.rhai"]), expected(1));
    assert_eq!(on_full_disk("1 + 1", &["run", "main.rhai", "--output", "json"]), expected(1));
    assert_eq!(on_full_disk("f();", &["check", "--format", "json", "main.rhai"]), expected(64));
    for arguments in [&["doc"][..], &["api", "--list"], &["--help"], &["run", "main.rhai", "--help"]] {
        assert_eq!(on_full_disk("", arguments), expected(64), "{arguments:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child =
        airway(&["doc"]).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((String::from_utf8(output.stderr).unwrap().as_str(), output.status.code()), ("", Some(141)));
}
