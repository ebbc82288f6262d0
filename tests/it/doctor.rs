//! `airway doctor`: what it prints, and what it does not.

use std::net::TcpListener;

use airway_sandbox::{Auth, Sandbox};
use serde_json::Value;

use crate::support::{Said, Tested, airway, run, start};

fn doctor(arguments: &[&str], environment: &[(&str, &str)]) -> Said {
    run(airway(&[&["doctor"], arguments].concat()).envs(environment.iter().copied()))
}

/// The table without what differs from run to run: addresses, and the width of the columns that hold them.
fn steady(said: Said, address: &str) -> Said {
    let line = |line: &str| {
        let cells = line.replace(address, "HOST");
        let cells: Vec<&str> = cells.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let indent = if line.starts_with("  ") { "  " } else { "" };
        format!("{indent}{}\n", cells.join(" | "))
    };
    Said { stdout: said.stdout.lines().map(line).collect(), ..said }
}

fn old_server() -> Tested {
    let auth = Auth::Basic { user: "airbyte".to_owned(), password: "correct horse".to_owned() };
    start(Sandbox::builder().emulate("1.0".parse().unwrap()).auth(auth))
}

#[test]
fn a_server_that_works_is_a_table_of_probes_and_the_setting() {
    let sandbox = start(Sandbox::builder());
    let address = sandbox.address().to_string();
    let said = steady(doctor(&["--server", &address], &[]), &address);
    let version = said.stdout.lines().nth(4).unwrap_or_default().to_owned();
    assert!(version.starts_with("version | ok | GET instance_configuration | 2.0.0, community edition: "), "{version}");
    let expected = format!(
        "\
address | ok | HOST | means http://HOST/api/v1
connection | ok | http://HOST | answers over plain HTTP
api | ok | GET http://HOST/api/v1/health | Airbyte's Config API
server | ok | http://HOST/api/v1 | the address to use
{version}
auth mode | ok | GET instance_configuration | `none`: everybody may do everything
credentials | ok | a call that needs them; none are given | none are needed
token endpoint | - | no token is needed
workspaces | ok | the list of workspaces | 1 is visible: `Default Workspace`
permission | ok | reading workspace `Default Workspace` | it may be read
changes | ok | auth mode `none` | everything may be changed

Set:
  server | HOST | `--server`

This works:
  --server http://HOST/api/v1 (AIRBYTE_SERVER)
"
    );
    assert_eq!(said, Said::ok(&expected));
}

#[test]
fn columns_stand_below_each_other() {
    let said = doctor(&["--emulate", "2.0"], &[]);
    let rows: Vec<&str> = said.stdout.lines().take_while(|line| !line.is_empty()).collect();
    let verdicts: Vec<Option<usize>> =
        rows.iter().map(|row| row.find("  ok  ").or(row.find("  -  ")).map(|at| at + 2)).collect();
    assert_eq!(verdicts, vec![Some("token endpoint  ".len()); rows.len()], "{}", said.stdout);
    assert!(said.stdout.ends_with("\nThis works:\n  --sandbox\n"), "{}", said.stdout);
}

#[test]
fn where_nothing_listens_nothing_usable_is_found() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let address = port.to_string();
    let said = steady(doctor(&[], &[("AIRBYTE_SERVER", &format!("http://{address}"))]), &address);
    let stdout = "\
address | ok | http://HOST | means http://HOST/api/v1
connection | FAILED | http://HOST | nothing listens there
connection | FAILED | https://HOST | nothing listens there
version | - | there is no API to ask
auth mode | - | there is no API to ask
credentials | - | there is no API to ask
token endpoint | - | there is no API to ask
workspaces | - | there is no API to ask
permission | - | there is no API to ask
changes | - | there is no API to ask

Set:
  server | http://HOST | `AIRBYTE_SERVER`

Nothing usable was found.
";
    assert_eq!(said, Said { stdout: stdout.to_owned(), stderr: String::new(), code: 5 });
}

#[test]
fn a_login_that_is_missing_or_wrong_is_what_to_set_next() {
    let sandbox = old_server();
    let url = sandbox.url();
    let end = format!(
        "\nNothing usable was found yet. To set:\n  --server {url} (AIRBYTE_SERVER)\n  --user NAME (AIRBYTE_USER) and AIRBYTE_PASSWORD\n"
    );
    for login in [vec![], vec![("AIRBYTE_USER", "airbyte"), ("AIRBYTE_PASSWORD", "battery staple")]] {
        let said = doctor(&["--server", &url], &login);
        assert_eq!((said.stderr.as_str(), said.code), ("", 5));
        assert!(said.stdout.ends_with(&end), "{}", said.stdout);
        assert!(!said.stdout.contains("staple"), "{}", said.stdout);
    }
}

#[test]
fn the_login_of_the_environment_opens_the_server_and_is_never_shown() {
    let sandbox = old_server();
    let login = [("AIRBYTE_USER", "airbyte"), ("AIRBYTE_PASSWORD", "correct horse")];
    let said = doctor(&["--server", &sandbox.url(), "--format", "json"], &login);
    assert_eq!((said.stderr.as_str(), said.code), ("", 0));
    assert_eq!(said.stdout.lines().count(), 1);
    let found: Value = serde_json::from_str(&said.stdout).unwrap();
    let verdict_of = |name: &str| {
        let probes = found["probes"].as_array().unwrap();
        probes.iter().find(|probe| probe["name"] == name).map(|probe| probe["verdict"].clone())
    };
    assert_eq!(found["is_usable"], true);
    assert_eq!(verdict_of("credentials"), Some("passed".into()));
    assert_eq!(verdict_of("token endpoint"), Some("skipped".into()));
    let server = found["probes"].as_array().unwrap().iter().find_map(|probe| probe.get("setting"));
    assert_eq!(server, Some(&serde_json::json!({ "name": "server", "value": sandbox.url() })));
    for secret in ["correct horse", "YWlyYnl0ZT"] {
        assert!(!said.stdout.contains(secret), "{}", said.stdout);
    }
}

#[test]
fn a_workspace_that_is_not_there_makes_it_unusable() {
    let said = doctor(&["--sandbox", "--workspace", "Default Workspcae"], &[]);
    assert_eq!((said.stderr.as_str(), said.code), ("", 5));
    assert!(
        said.stdout.ends_with("To set:\n  --sandbox\n  --workspace \"Default Workspace\" (AIRBYTE_WORKSPACE)\n"),
        "{}",
        said.stdout
    );
}

#[test]
fn what_is_no_address_is_a_failed_probe() {
    let said = doctor(&["--server", "ftp://airbyte"], &[]);
    assert_eq!((said.stderr.as_str(), said.code), ("", 5));
    let first = said.stdout.lines().next().unwrap_or_default();
    assert!(first.ends_with("`ftp:` addresses are not spoken here, only `http:` and `https:`"), "{first}");
}
