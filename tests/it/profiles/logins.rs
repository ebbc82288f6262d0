//! Logins: where they come from, and where they do not go.

use airway_sandbox::Sandbox;

use super::{Machine, WHERE, locked};
use crate::support::{Said, operations, start};

#[test]
fn client_credentials_come_from_options_environment_and_profiles() {
    let sandbox = locked();
    let url = sandbox.url();
    let welcome = Said::ok("Default Workspace\n");
    let options = ["--server", &url, "--client-id", "the-id", "--client-secret", "the-s3cret"];
    assert_eq!(Machine::new().script(WHERE, &options, &[]), welcome);

    let environment =
        [("AIRBYTE_SERVER", &*url), ("AIRBYTE_CLIENT_ID", "the-id"), ("AIRBYTE_CLIENT_SECRET", "the-s3cret")];
    assert_eq!(Machine::new().script(WHERE, &[], &environment), welcome);

    for secret in ["\"the-s3cret\"", "{ env = \"MINE\" }", "{ command = \"echo the-s3cret\" }"] {
        let machine = Machine::new().user_file(&format!(
            "default_profile = \"p\"\n[profiles.p]\nserver = \"{url}\"\nauth = {{ client_id = \"the-id\", client_secret = {secret} }}\n"
        ));
        assert_eq!(machine.script(WHERE, &[], &[("MINE", "the-s3cret")]), welcome, "{secret}");
        assert_eq!(machine.airway(&["doctor"], &[("MINE", "the-s3cret")]).code, 0, "{secret}");
    }
    let asked = operations(&sandbox);
    assert!(asked.iter().any(|operation| operation == "applications/token"), "{asked:?}");
}

#[test]
fn the_way_of_the_first_place_counts_and_its_parts_come_from_anywhere() {
    let sandbox = locked();
    let url = sandbox.url();
    let machine = Machine::new().user_file(&format!(
        "default_profile = \"p\"\n[profiles.p]\nserver = \"{url}\"\nauth = {{ client_id = \"the-id\", client_secret = \"wrong\" }}\n"
    ));
    assert_eq!(machine.script(WHERE, &[], &[("AIRBYTE_CLIENT_SECRET", "the-s3cret")]), Said::ok("Default Workspace\n"));
    assert_eq!(machine.script(WHERE, &[], &[("AIRBYTE_TOKEN", "no-such-token")]).code, 5);
}

#[test]
fn a_refused_pair_is_told_with_advice_and_without_the_secret() {
    let sandbox = locked();
    let said = Machine::new().script(
        WHERE,
        &["--server", &sandbox.url()],
        &[("AIRBYTE_CLIENT_ID", "the-id"), ("AIRBYTE_CLIENT_SECRET", "canary")],
    );
    let stderr = "\
error: no token was had from `applications/token`
 --> main.rhai:1:17
  |
1 | print(connect().workspace().name);
  |                 ^^^^^^^^^
  |
note: while calling `instance_configuration`
note: because: the server answered 400: the client id or the client secret is wrong
hint: are client id and secret right? Airbyte shows them in its settings, under applications
";
    assert_eq!(said, Said { stdout: String::new(), stderr: stderr.to_owned(), code: 5 });
}

#[test]
fn half_a_login_is_refused() {
    let refused = |environment: &[(&str, &str)]| {
        let said = Machine::new().script(WHERE, &[], environment);
        assert_eq!(said.code, 64, "{}", said.stderr);
        said.stderr.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(refused(&[("AIRBYTE_CLIENT_ID", "x")]), "error: a client id is set, and no client secret");
    assert_eq!(refused(&[("AIRBYTE_CLIENT_SECRET", "x")]), "error: a client secret is set, and no client id");
}

#[test]
fn a_token_with_a_line_break_is_refused_without_being_shown() {
    let said = Machine::new().script("connect();", &[], &[("AIRBYTE_TOKEN", "canary-one\ncanary-two")]);
    let stderr = "\
error: the token holds a line break at character 11, which no header can hold
 --> main.rhai:1:1
  |
1 | connect();
  | ^^^^^^^
  |
hint: is it all of one token, and nothing but the token?
";
    assert_eq!(said, Said { stdout: String::new(), stderr: stderr.to_owned(), code: 64 });
}

#[test]
fn a_token_command_that_fails_is_told_in_its_words() {
    let sandbox = locked();
    let command = "echo canary; echo 'you are not logged in' >&2; exit 2";
    let said = Machine::new().script(WHERE, &["--server", &sandbox.url(), "--token-command", command], &[]);
    let stderr = "\
error: no token was had from the token command
 --> main.rhai:1:17
  |
1 | print(connect().workspace().name);
  |                 ^^^^^^^^^
  |
note: while calling `instance_configuration`
note: because: it ended with code 2:
        you are not logged in
";
    assert_eq!(said, Said { stdout: String::new(), stderr: stderr.to_owned(), code: 5 });
    assert_eq!(operations(&sandbox), Vec::<String>::new());
}

#[test]
fn a_command_of_the_project_runs_only_when_the_user_trusts_it() {
    let sandbox = start(Sandbox::builder());
    let url = sandbox.url();
    let profile = format!(
        "default_profile = \"p\"\n[profiles.p]\nserver = \"{url}\"\nauth.token = {{ command = \"echo ran >> log; echo t0ken\" }}\n"
    );
    let machine = Machine::new().project_file(&profile);
    let said = machine.script(WHERE, &[], &[]);
    let folder = machine.project();
    let stderr = format!(
        "\
error: the command for `auth.token_command` is not run: its file is not trusted
note: from profile `p` in `./airway.toml`, line 4
hint: if you trust the project, add `trusted_projects = [\"{}\"]` to your own `~/.config/airway/config.toml`
",
        folder.display()
    );
    assert_eq!(said, Said { stdout: String::new(), stderr, code: 64 });
    assert!(!folder.join("log").exists());

    let machine = machine.user_file(&format!("trusted_projects = [\"{}\"]\n", folder.display()));
    assert_eq!(machine.script(WHERE, &[], &[]), Said::ok("Default Workspace\n"));
    assert!(folder.join("log").exists());
}

#[test]
fn a_project_reads_variables_of_others_only_when_the_user_trusts_it() {
    let sandbox = locked();
    let url = sandbox.url();
    let profile = |name: &str| {
        format!(
            "default_profile = \"p\"\n[profiles.p]\nserver = \"{url}\"\nauth.client_id = \"the-id\"\nauth.client_secret = {{ env = \"{name}\" }}\n"
        )
    };
    let environment = [("AWS_SECRET_ACCESS_KEY", "the-s3cret"), ("AIRBYTE_DEV_SECRET", "the-s3cret")];
    let machine = Machine::new().project_file(&profile("AWS_SECRET_ACCESS_KEY"));
    let folder = machine.project();
    let stderr = format!(
        "\
error: environment variable `AWS_SECRET_ACCESS_KEY` is not read for `auth.client_secret`: its file is not trusted
note: from profile `p` in `./airway.toml`, line 5
note: variables that begin with `AIRBYTE_` or `AIRWAY_` are read for every project
hint: if you trust the project, add `trusted_projects = [\"{}\"]` to your own `~/.config/airway/config.toml`
",
        folder.display()
    );
    assert_eq!(machine.script(WHERE, &[], &environment), Said { stdout: String::new(), stderr, code: 64 });
    assert_eq!(operations(&sandbox), Vec::<String>::new());

    let trusting = machine.user_file(&format!("trusted_projects = [\"{}\"]\n", folder.display()));
    assert_eq!(trusting.script(WHERE, &[], &environment), Said::ok("Default Workspace\n"));
    let machine = Machine::new().project_file(&profile("AIRBYTE_DEV_SECRET"));
    assert_eq!(machine.script(WHERE, &[], &environment), Said::ok("Default Workspace\n"));
}

#[test]
fn a_project_names_nobody_in_between_unless_the_user_trusts_it() {
    let sandbox = start(Sandbox::builder());
    let url = sandbox.url();
    let user = format!("[profiles.p]\nserver = \"{url}\"\nauth.token = \"canary\"\n");
    for (line, path) in [
        ("proxy = \"http://elsewhere.test:3128\"", "proxy"),
        ("tls.ca_file = \"theirs.pem\"", "tls.ca_file"),
        ("tls.verify = false", "tls.verify"),
    ] {
        let project = format!("default_profile = \"p\"\n[profiles.p]\n{line}\n");
        let said = Machine::new().user_file(&user).project_file(&project).script(WHERE, &[], &[]);
        let first = format!("error: `{path}` is not used: its file is not trusted");
        assert_eq!((said.stderr.lines().next(), said.code), (Some(&*first), 64), "{}", said.stderr);
    }
    // What takes nobody in between is taken from anyone.
    for line in ["proxy = \"none\"", "tls.verify = true"] {
        let project = format!("default_profile = \"p\"\n[profiles.p]\n{line}\n");
        let said = Machine::new().user_file(&user).project_file(&project).script(WHERE, &[], &[]);
        assert_eq!(said, Said::ok("Default Workspace\n"), "{line}");
    }
    assert!(operations(&sandbox).iter().all(|operation| operation != "applications/token"));
}

#[test]
fn the_login_of_a_profile_is_not_shown_to_another_server() {
    let (own, other) = (locked(), locked());
    let login = "auth = { client_id = \"the-id\", client_secret = \"the-s3cret\" }\nheaders.X-Key = \"k\"\n";
    let machine = Machine::new()
        .user_file(&format!("default_profile = \"p\"\n[profiles.p]\nserver = \"{}\"\n{login}", own.url()));
    let said = machine.script(WHERE, &[], &[("AIRBYTE_SERVER", &other.url())]);
    let note = "note: login and headers of profile `p` are for http://127.0.0.1:PORT/api/v1 and are not shown to http://127.0.0.1:PORT/api/v1\n";
    assert!(said.stderr.starts_with(note), "{}", said.stderr);
    // The rest was turned away for lack of a token.
    assert_eq!((said.code, operations(&other)), (5, vec!["instance_configuration".to_owned()]));
    assert_eq!(operations(&own), Vec::<String>::new());

    // The same from the inside of a script.
    let script = format!("print(connect(#{{ server: \"{}\" }}).workspace().name);", other.url());
    assert_eq!(machine.script(&script, &[], &[]).code, 5);
    assert!(!operations(&other).contains(&"applications/token".to_owned()));
}

#[test]
fn scripts_log_in_with_what_they_are_given() {
    let sandbox = locked();
    let url = sandbox.url();
    let environment = [("SECRET", "the-s3cret")];
    let script = format!(
        "let other = connect(#{{ server: \"{url}\", client_id: \"the-id\", client_secret: secret(\"SECRET\"), headers: #{{ \"X-Team\": \"data\" }} }});\nprint(other.workspace().name);"
    );
    assert_eq!(Machine::new().script(&script, &[], &environment), Said::ok("Default Workspace\n"));

    let machine = Machine::new().user_file(&format!(
        "[profiles.p]\nserver = \"{url}\"\nworkspace = \"Default Workspace\"\nauth = {{ client_id = \"the-id\", client_secret = {{ env = \"SECRET\" }} }}\n"
    ));
    let script = "print(connect(#{ profile: \"p\" }).workspace().name);";
    assert_eq!(machine.script(script, &[], &environment), Said::ok("Default Workspace\n"));
    assert_eq!(machine.script(script, &["--sandbox"], &environment), Said::ok("Default Workspace\n"));
}
