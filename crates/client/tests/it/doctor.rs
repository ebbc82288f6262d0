//! What the doctor finds out about servers, and what it must not do meanwhile.

mod addresses;
mod logins;

use std::net::TcpListener;

use airway_client::{Examination, Setting, Verdict};
use airway_sandbox::{Auth, Sandbox};

use crate::support::{Tested, start};

/// "name verdict: finding" of every probe, without addresses, which differ from run to run.
fn lines(examination: &Examination) -> Vec<String> {
    let line = |probe: &airway_client::Probe| {
        let verdict = match probe.verdict {
            Verdict::Passed => "ok",
            Verdict::Failed => "FAILED",
            Verdict::Skipped => "skipped",
        };
        format!("{} {verdict}: {}", probe.name, probe.finding)
    };
    examination.probes().iter().map(line).collect()
}

fn settings(examination: &Examination) -> Vec<Setting> {
    examination.settings().cloned().collect()
}

#[track_caller]
fn line_of<'a>(lines: &'a [String], name: &str) -> &'a str {
    lines.iter().find(|line| line.starts_with(name)).expect("there is a probe of this name")
}

const SKIPPED: [&str; 7] = [
    "version skipped: there is no API to ask",
    "auth mode skipped: there is no API to ask",
    "credentials skipped: there is no API to ask",
    "token endpoint skipped: there is no API to ask",
    "workspaces skipped: there is no API to ask",
    "permission skipped: there is no API to ask",
    "changes skipped: there is no API to ask",
];

#[track_caller]
fn check_nothing_usable(examination: &Examination, first: &[String]) {
    let mut expected = first.to_vec();
    expected.extend(SKIPPED.map(str::to_owned));
    assert_eq!(lines(examination), expected);
    assert_eq!(settings(examination), []);
    assert!(!examination.is_usable());
}

async fn old_server() -> Tested {
    let auth = Auth::Basic { user: "airbyte".to_owned(), password: "correct horse".to_owned() };
    start(Sandbox::builder().emulate("0.50".parse().unwrap()).auth(auth)).await
}

/// A port that nobody listens on: it was just given back.
fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
