//! What stands in files, and which of several places counts.

use airway_sandbox::Sandbox;

use super::{Machine, WHERE, set_mode};
use crate::support::{Said, start};

/// The settings that a run names with `--verbose`.
fn settings(said: &Said) -> Vec<&str> {
    said.stderr.lines().filter_map(|line| line.strip_prefix("setting ")).collect()
}

#[test]
fn options_go_before_environment_project_and_user_key_by_key() {
    let machine = Machine::new()
        .user_file(
            "default_profile = \"dev\"\n[profiles.dev]\nserver = \"http://user:1\"\nworkspace = \"User\"\nproxy = \"none\"\n\
             timeouts = { read = \"1s\", write = \"2s\", check = \"3s\", discover = \"4s\" }\n",
        )
        .project_file(
            "[profiles.dev]\nserver = \"http://project:1\"\nworkspace = \"Project\"\n\
             timeouts = { read = \"11s\", write = \"12s\", check = \"13s\" }\n",
        );
    let environment =
        [("AIRBYTE_WORKSPACE", "Environment"), ("AIRBYTE_TIMEOUT_READ", "21s"), ("AIRBYTE_TIMEOUT_WRITE", "22s")];
    let said = machine.script("connect();", &["--verbose", "--timeout", "read=31s"], &environment);
    let expected = [
        "`server` = http://project:1 from profile `dev` in `./airway.toml`, line 2",
        "`workspace` = Environment from `AIRBYTE_WORKSPACE`",
        "`proxy` = none from profile `dev` in `~/.config/airway/config.toml`, line 5",
        "`timeouts.read` = 31s from `--timeout`",
        "`timeouts.write` = 22s from `AIRBYTE_TIMEOUT_WRITE`",
        "`timeouts.check` = 13s from profile `dev` in `./airway.toml`, line 4",
        "`timeouts.discover` = 4s from profile `dev` in `~/.config/airway/config.toml`, line 6",
    ];
    assert_eq!((settings(&said).as_slice(), said.code), (expected.as_slice(), 0), "{}", said.stderr);
}

#[test]
fn a_profile_is_named_by_option_variable_or_file() {
    let machine = Machine::new()
        .user_file("default_profile = \"one\"\n[profiles.one]\nserver = \"one\"\n[profiles.two]\nserver = \"two\"\n")
        .project_file("[profiles.three]\nserver = \"three\"\n");
    let url = |arguments: &[&str], environment: &[(&str, &str)]| {
        machine.script("print(connect().url);", arguments, environment)
    };
    assert_eq!(url(&[], &[]), Said::ok("http://one/api/v1\n"));
    assert_eq!(url(&[], &[("AIRWAY_PROFILE", "two")]), Said::ok("http://two/api/v1\n"));
    assert_eq!(url(&["--profile", "three"], &[("AIRWAY_PROFILE", "two")]), Said::ok("http://three/api/v1\n"));
    let stderr = "\
error: there is no profile `thre`
note: looked for in `./airway.toml` and `~/.config/airway/config.toml`
hint: did you mean `three`?
";
    let unknown = url(&["--profile", "thre"], &[]);
    assert_eq!(unknown, Said { stdout: String::new(), stderr: stderr.to_owned(), code: 64 });
}

#[test]
fn the_user_file_is_where_xdg_says() {
    let machine = Machine::new().file("home/.config/airway/config.toml", "[profiles.a]\nserver = \"home\"\n");
    std::fs::create_dir_all(machine.project().join("xdg/airway")).unwrap();
    let machine = machine.file("project/xdg/airway/config.toml", "[profiles.a]\nserver = \"xdg\"\n");
    let folder = machine.project().join("xdg");
    let said =
        machine.script("print(connect().url);", &["--profile", "a"], &[("XDG_CONFIG_HOME", folder.to_str().unwrap())]);
    assert_eq!(said, Said::ok("http://xdg/api/v1\n"));
}

#[test]
fn the_sandbox_is_the_same_on_every_machine() {
    let machine =
        Machine::new().user_file("default_profile = \"dev\"\n[profiles.dev]\nworkspace = \"Sales\"\nunknown = 1\n");
    let said =
        machine.script(WHERE, &["--sandbox"], &[("AIRBYTE_TOKEN", "t0ken"), ("AIRBYTE_PROXY", "http://nowhere.test")]);
    assert_eq!(said, Said::ok("Default Workspace\n"));
}

#[test]
fn an_unknown_key_is_refused_with_line_and_nearest() {
    let machine = Machine::new().project_file("[profiles.prod]\nserver = \"x\"\nauth = { tokn = \"hunter2\" }\n");
    let said = machine.script(WHERE, &[], &[]);
    let stderr = "error: unknown key `tokn` in `./airway.toml`, line 3\nhint: did you mean `token`?\n";
    assert_eq!(said, Said { stdout: String::new(), stderr: stderr.to_owned(), code: 64 });
}

#[test]
fn a_value_that_does_not_fit_is_told_with_its_place() {
    let machine = Machine::new().project_file("default_profile = \"p\"\n[profiles.p]\ndeadline = \"soon\"\n");
    let stderr = "\
error: `soon` is no value for `deadline`, which wants a length of time, such as `30s` or `1h 30m`
note: from profile `p` in `./airway.toml`, line 3
";
    assert_eq!(machine.script(WHERE, &[], &[]), Said { stdout: String::new(), stderr: stderr.to_owned(), code: 64 });

    let said = machine.script(WHERE, &["--timeout", "raed=3s"], &[]);
    let stderr = "\
error: `--timeout raed=3s` is not understood
hint: write it as KIND=LENGTH, such as `read=20s`, with one of connect, read, write, check, discover
";
    assert_eq!(said, Said { stdout: String::new(), stderr: stderr.to_owned(), code: 64 });
}

#[test]
fn a_file_with_a_secret_that_others_can_read_is_refused_until_it_is_mended() {
    let sandbox = start(Sandbox::builder());
    let url = sandbox.url();
    let machine = Machine::new()
        .user_file(&format!("default_profile = \"p\"\n[profiles.p]\nserver = \"{url}\"\nauth.token = \"hunter2\"\n"));
    let file = machine.0.path().join("home/.config/airway/config.toml");
    for mode in [0o640, 0o604] {
        set_mode(&file, mode);
        let stderr = format!(
            "\
error: `~/.config/airway/config.toml` holds a secret (`auth.token`) and can be read by others (mode {mode:o})
hint: run: chmod 600 ~/.config/airway/config.toml
"
        );
        assert_eq!(machine.script(WHERE, &[], &[]), Said { stdout: String::new(), stderr, code: 64 });
    }
    set_mode(&file, 0o600);
    assert_eq!(machine.script(WHERE, &[], &[]), Said::ok("Default Workspace\n"));
}

#[test]
fn doctor_says_where_settings_come_from_and_no_secret() {
    let sandbox = start(Sandbox::builder());
    let url = sandbox.url();
    let machine = Machine::new().user_file(&format!(
        "default_profile = \"p\"\n[profiles.p]\nserver = \"{url}\"\nheaders.X-Api-Key = \"canary-header\"\nheaders.X-Team = \"data\"\n"
    ));
    let environment = [("AIRBYTE_TOKEN", "canary-token")];
    let said = machine.airway(&["doctor"], &environment);
    assert_eq!((said.stderr.as_str(), said.code), ("", 0), "{}", said.stdout);
    let given = said.stdout.split_once("\nSet:\n").unwrap().1.split("\n\n").next().unwrap().replace(&url, "URL");
    let given: Vec<Vec<&str>> =
        given.lines().map(|line| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect()).collect();
    let place = |line| format!("profile `p` in `~/.config/airway/config.toml`, line {line}");
    let expected: [[&str; 3]; 4] = [
        ["server", "URL", &place(3)],
        ["auth.token", "***", "`AIRBYTE_TOKEN`"],
        ["headers.x-api-key", "***", &place(4)],
        ["headers.x-team", "***", &place(5)],
    ];
    assert_eq!(given, expected);

    let json = machine.airway(&["doctor", "--format", "json"], &environment);
    let found: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(found["settings"][1]["origin"], "`AIRBYTE_TOKEN`");
    let verbose = machine.script(WHERE, &["--verbose"], &environment);
    assert_eq!(settings(&verbose)[1], "`auth.token` = *** from `AIRBYTE_TOKEN`");
    for said in [said, json, verbose] {
        assert!(!format!("{said:?}").contains("canary"), "{said:?}");
    }
}

#[test]
fn help_lists_every_variable() {
    let help = Machine::new().airway(&["--help"], &[]).stdout;
    for name in ["AIRWAY_PROFILE", "AIRBYTE_TOKEN_COMMAND", "AIRBYTE_RETRIES_LONGEST_PAUSE", "HTTPS_PROXY"] {
        assert!(help.contains(name), "{help}");
    }
}
