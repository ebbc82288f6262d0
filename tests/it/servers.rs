//! Servers of all sorts: another sandbox, a locked one, none at all, a web page.

use std::io::{Read, Write};
use std::net::TcpListener;

use airway_sandbox::{Auth, Sandbox};

use crate::support::{Said, airway, operations, root, run, run_script, sandbox, start};

const SECRETS: [(&str, &str); 3] =
    [("POSTGRES_PASSWORD", "postgres"), ("MINIO_USER", "minioadmin"), ("MINIO_PASSWORD", "minioadmin")];

fn writes(sandbox: &Sandbox) -> Vec<String> {
    operations(sandbox)
        .into_iter()
        .filter(|operation| ["/create", "/update", "/sync"].iter().any(|end| operation.ends_with(end)))
        .collect()
}

#[test]
fn the_pipeline_runs_unchanged_against_a_server_elsewhere() {
    let sandbox = start(sandbox());
    let arguments = ["run", "scripts/ecommerce_pipeline.rhai", "--server", &sandbox.url()];
    let pipeline = || run(airway(&arguments).envs(SECRETS).current_dir(root()));

    let first = pipeline();
    let expected = std::fs::read_to_string(root().join("tests/expected/ecommerce_pipeline.stdout")).unwrap();
    assert_eq!((first.stdout.as_str(), first.code), (expected.as_str(), 0), "{}", first.stderr);
    let created = ["sources/create", "destinations/create", "connections/create", "connections/sync"];
    assert_eq!(writes(&sandbox), created);

    assert_eq!(pipeline().code, 0);
    assert_eq!(writes(&sandbox)[created.len()..], ["connections/sync"]);
}

#[test]
fn the_server_may_come_from_the_environment() {
    let sandbox = start(sandbox());
    let url = sandbox.url();
    let said = run_script("print(connect().workspace().name);", &[], &[("AIRBYTE_SERVER", &url)]);
    assert_eq!(said, Said::ok("Default Workspace\n"));
    let script = "print(connect().url == env(\"AIRBYTE_SERVER\"));";
    let said = run_script(script, &["--sandbox", "--allow-env", "AIRBYTE_SERVER"], &[("AIRBYTE_SERVER", &url)]);
    assert_eq!(said, Said::ok("false\n"));
}

#[test]
fn on_a_server_an_unset_secret_stops_the_run_before_anything_is_asked() {
    let sandbox = start(sandbox());
    let said = run(airway(&["run", "scripts/ecommerce_pipeline.rhai", "--server", &sandbox.url()])
        .env("MINIO_USER", "minioadmin")
        .current_dir(root()));
    let stderr = "\
error: secret `POSTGRES_PASSWORD` is not set
  --> scripts/ecommerce_pipeline.rhai:14:44
   |
14 |     username: \"postgres\", password: secret(\"POSTGRES_PASSWORD\"),
   |                                            ^^^^^^^^^^^^^^^^^^^
   |
hint: set the environment variable `POSTGRES_PASSWORD`, or use `--env-file`, `--secrets-dir` or `--secret-command`

error: secret `MINIO_PASSWORD` is not set
  --> scripts/ecommerce_pipeline.rhai:20:68
   |
20 |     access_key_id: secret(\"MINIO_USER\"), secret_access_key: secret(\"MINIO_PASSWORD\"),
   |                                                                    ^^^^^^^^^^^^^^^^
   |
hint: set the environment variable `MINIO_PASSWORD`, or use `--env-file`, `--secrets-dir` or `--secret-command`
";
    assert_eq!(said, Said { stdout: String::new(), stderr: stderr.to_owned(), code: 64 });
    assert_eq!(operations(&sandbox), Vec::<String>::new());
}

#[test]
fn a_secret_reaches_the_server_whole_and_the_screen_never() {
    // This sandbox refuses the password `wrong`: what arrived there is known by its answer.
    let script = r#"
        let ws = connect().workspace();
        let config = #{ host: "db", port: 5432, database: "shop", username: "reader", password: secret("P"),
            replication_method: #{ method: "Standard" } };
        print(ws.check_source("Postgres", config).message);
        config.password = `wr${secret("REST")}`;
        print(ws.check_source("Postgres", config).succeeded);
        config.password = "r" + secret("REST");
        print(ws.check_source("Postgres", config).succeeded);
        print(`${secret("P")} ${secret("REST")} ${[secret("P")]} ${config}`);
        warn(`${secret("P")}`);
        throw `cannot use ${secret("P")}`;"#;
    let said = run_script(script, &["--sandbox", "--verbose"], &[("P", "wrong"), ("REST", "ong")]);
    let stdout = "the server refused the password of user `reader`\nfalse\ntrue\n\
        *** *** [Secret(***)] #{\"database\": \"shop\", \"host\": \"db\", \"password\": \"r***\", \"port\": 5432, \
        \"replication_method\": #{\"method\": \"Standard\"}, \"username\": \"reader\"}\n";
    assert_eq!(said.stdout, stdout);
    assert!(
        said.stderr.contains("warning: ***\n") && said.stderr.contains("error: cannot use ***\n"),
        "{}",
        said.stderr
    );
    assert!(!said.stderr.contains("wrong"), "{}", said.stderr);
    assert_eq!(said.code, 1);
}

#[test]
fn a_wrong_password_is_an_error_of_the_login() {
    let auth = Auth::Basic { user: "airbyte".into(), password: "password".into() };
    let sandbox = start(Sandbox::builder().auth(auth));
    let url = sandbox.url();
    let script = "print(connect().workspace().name);";

    let login = [("AIRBYTE_USER", "airbyte"), ("AIRBYTE_PASSWORD", "password")];
    assert_eq!(run_script(script, &["--server", &url], &login), Said::ok("Default Workspace\n"));

    let stderr = "\
error: the server answered 401 without a message
 --> main.rhai:1:17
  |
1 | print(connect().workspace().name);
  |                 ^^^^^^^^^
  |
note: while calling `instance_configuration`
hint: the server wants credentials, or other ones
";
    let refused = Said { stdout: String::new(), stderr: stderr.to_owned(), code: 5 };
    assert_eq!(run_script(script, &["--server", &url], &[]), refused);
    assert_eq!(run_script(script, &["--server", &url, "--user", "airbyte", "--password", "guess"], &[]), refused);
}

#[test]
fn a_closed_port_is_named_with_what_to_try() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let stderr = "\
error: no answer from http://127.0.0.1:PORT/api/v1
 --> main.rhai:1:17
  |
1 | print(connect().workspace().name);
  |                 ^^^^^^^^^
  |
note: while calling `instance_configuration`
note: because: connection refused
hint: is Airbyte running there? `--server` or `AIRBYTE_SERVER` name another address, `--sandbox` uses the embedded one
";
    let said = run_script("print(connect().workspace().name);", &["--server", &url], &[]);
    assert_eq!(said, Said { stdout: String::new(), stderr: stderr.to_owned(), code: 5 });
}

#[test]
fn a_database_that_another_sandbox_has_open_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("sandbox.db");
    let _holder = start(Sandbox::builder().database(&database));
    let shown = database.to_str().unwrap();
    let said = run_script("connect();", &["--sandbox-db", shown], &[]);
    let stderr = format!(
        "error: sandbox database `{shown}` is in use by another sandbox\n --> main.rhai:1:1\n  |\n1 | connect();\n  | ^^^^^^^\n"
    );
    assert_eq!(said, Said { stdout: String::new(), stderr, code: 64 });
}

/// A server that answers everything with the same bytes, then closes.
fn canned(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

#[test]
fn a_web_page_is_not_taken_for_an_answer() {
    let page =
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 13\r\nconnection: close\r\n\r\n<html></html>";
    let said = run_script("print(connect().workspace().name);", &["--server", &canned(page)], &[]);
    let stderr = "\
error: the server answered 200 with text/html instead of the operation's JSON
 --> main.rhai:1:17
  |
1 | print(connect().workspace().name);
  |                 ^^^^^^^^^
  |
note: while calling `instance_configuration`
hint: this looks like a web page: is it Airbyte's API address, and is a proxy or login page in between?
";
    assert_eq!(said, Said { stdout: String::new(), stderr: stderr.to_owned(), code: 5 });
}

#[test]
fn a_server_that_hangs_up_is_no_answer() {
    let said = run_script("print(connect().workspace().name);", &["--server", &canned("")], &[]);
    // Which of the two the system reports depends on who is faster.
    let possible = ["connection closed before message completed", "connection reset by peer"].map(|cause| {
        format!(
            "\
error: no answer from http://127.0.0.1:PORT/api/v1
 --> main.rhai:1:17
  |
1 | print(connect().workspace().name);
  |                 ^^^^^^^^^
  |
note: while calling `instance_configuration`
note: because: {cause}
hint: is Airbyte running there? `--server` or `AIRBYTE_SERVER` name another address, `--sandbox` uses the embedded one
"
        )
    });
    assert!(possible.contains(&said.stderr), "{}", said.stderr);
    assert_eq!((said.code, said.stdout.as_str()), (5, ""));
}
