//! What files may say, and how their mistakes are told.

use std::path::PathBuf;

use super::*;

fn parse(text: &str) -> Result<File, Diagnostic> {
    let location =
        Location { path: PathBuf::from("/p/airway.toml"), shown: "./airway.toml".to_owned(), is_project: true };
    File::parse(location, text)
}

#[track_caller]
fn refused(text: &str, title: &str, hint: &[&str]) {
    let diagnostic = parse(text).unwrap_err();
    assert_eq!((diagnostic.title.as_str(), diagnostic.hints), (title, hint.iter().map(|&it| it.to_owned()).collect()));
}

#[test]
fn a_profile_is_read_key_by_key_with_its_lines() {
    let file = parse(
        r#"
default_profile = "prod"

[profiles.prod]
server = "https://airbyte.example.com"
auth.client_id = "2f0d"
auth.client_secret = { env = "PROD_SECRET" }
headers = { X-Team = "data" }

[profiles.prod.retries]
per_request = 5

[profiles.prod.tls]
verify = false
"#,
    )
    .unwrap();
    assert_eq!(file.default_profile.as_deref(), Some("prod"));
    let shown: Vec<String> = file.profiles["prod"]
        .entries()
        .map(|(path, entry)| {
            let value = match &entry.value {
                Given::Text(text) => text.clone(),
                Given::Variable(name) => format!("${name}"),
                Given::Command(line) => format!("!{line}"),
            };
            let Origin::Profile { line, .. } = &entry.origin else { panic!("{:?}", entry.origin) };
            format!("{line} {path}={value}")
        })
        .collect();
    assert_eq!(
        shown,
        [
            "6 auth.client_id=2f0d",
            "7 auth.client_secret=$PROD_SECRET",
            "8 headers.x-team=data",
            "11 retries.per_request=5",
            "5 server=https://airbyte.example.com",
            "14 tls.verify=false",
        ]
    );
}

#[test]
fn unknown_keys_are_refused_with_their_line_and_the_nearest() {
    let near = |name: &str| format!("did you mean `{name}`?");
    refused("[profile.a]\n", "unknown key `profile` in `./airway.toml`, line 1", &[&near("profiles")]);
    refused("\n[profiles.a]\nsever = \"x\"\n", "unknown key `sever` in `./airway.toml`, line 3", &[&near("server")]);
    refused(
        "[profiles.a]\nauth = { tokn = \"hunter2\" }\n",
        "unknown key `tokn` in `./airway.toml`, line 2",
        &[&near("token")],
    );
    refused(
        "[profiles.a.auth]\nclient_secret = { vault = \"x\" }\n",
        "unknown key `vault` in `./airway.toml`, line 2",
        &["known here: env, command"],
    );
    refused(
        "[profiles.a.timeouts]\nbananas = \"1s\"\n",
        "unknown key `bananas` in `./airway.toml`, line 2",
        &["known here: connect, read, write, check, discover"],
    );
}

#[test]
fn values_of_the_wrong_kind_are_refused_with_their_line() {
    refused(
        "profiles = 1\n",
        "`profiles` must be a table of profiles and is of type integer in `./airway.toml`, line 1",
        &[],
    );
    refused(
        "[profiles.a]\nauth = \"hunter2\"\n",
        "`auth` must be a table and is of type string in `./airway.toml`, line 2",
        &[],
    );
    refused(
        "[profiles.a]\nserver = [1]\n",
        "`server` must be a text, a number, or `{ env = \"NAME\" }` and is of type array in `./airway.toml`, line 2",
        &[],
    );
    refused("[profiles.a]\nproxy = {}\n", "`proxy` needs either `env` or `command` in `./airway.toml`, line 2", &[]);
}

#[test]
fn broken_toml_is_told_without_the_line_that_may_hold_a_secret() {
    let diagnostic = parse("[profiles.a]\nauth.token = \"hunter2\nserver = 1\n").unwrap_err();
    assert_eq!(diagnostic.title, "`./airway.toml` cannot be read as TOML, line 2");
    assert!(!format!("{diagnostic:?}").contains("hunter2"), "{diagnostic:?}");
}

#[test]
fn secrets_in_clear_are_found_and_named_ones_are_not() {
    let secret = |text: &str| parse(text).unwrap().secret_in_clear().map(str::to_owned);
    assert_eq!(secret("[profiles.a]\nauth.token = \"t\"\n").as_deref(), Some("auth.token"));
    assert_eq!(secret("[profiles.a]\nheaders.X-Api-Key = \"k\"\n").as_deref(), Some("headers.x-api-key"));
    assert_eq!(secret("[profiles.a]\nproxy = \"http://me:pw@proxy\"\n").as_deref(), Some("proxy"));
    assert_eq!(secret("[profiles.a]\nauth.token = { env = \"T\" }\nheaders.X-Team = \"data\"\n"), None);
    assert_eq!(secret("[profiles.a]\nauth.token = { command = \"pass\" }\n"), None);
}

#[test]
fn a_project_cannot_trust_itself() {
    refused(
        "trusted_projects = [\"/p\"]\n",
        "a project cannot trust itself: `trusted_projects` in `./airway.toml`, line 1",
        &["it belongs into `~/.config/airway/config.toml`"],
    );
}
