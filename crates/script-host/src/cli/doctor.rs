//! `airway doctor`: which settings work, and what stands in the way.

use std::fmt::Write;

use airway_client::{Doctor as Examiner, Examination, Setting, Verdict};
use clap::{Args, ValueEnum};

use super::connect::{Connected, block_on, log_in};
use super::target::TargetOptions;
use super::{Surroundings, complain, print};
use crate::diagnostics::{Diagnostic, ExitCode};
use crate::runtime::{Login, Settings};

/// Find out which address, login and workspace work
#[derive(Args, Debug)]
pub(super) struct Doctor {
    #[command(flatten)]
    target: TargetOptions,
    /// How to show what was found
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs
    Json,
}

impl Doctor {
    pub(super) fn execute(self, surroundings: &Surroundings) -> ExitCode {
        let settings = self.target.settings(&surroundings.environment);
        let is_sandbox = settings.is_sandbox();
        let examination = match block_on(examine(settings)) {
            Ok(examination) => examination,
            Err(diagnostic) => return complain(&diagnostic),
        };
        match self.format {
            Format::Table => print(&table(&examination, is_sandbox)),
            Format::Json => print(&format!("{}\n", serde_json::json!(examination))),
        }
        if examination.is_usable() { ExitCode::Ok } else { ExitCode::Api }
    }
}

async fn examine(settings: Settings) -> Result<Examination, Diagnostic> {
    let connected = Connected::to(&settings.target).await?;
    let mut doctor = Examiner::default();
    if let Some(address) = &connected.address {
        doctor = doctor.server(address);
    }
    if let Some(workspace) = settings.workspace {
        doctor = doctor.workspace(workspace);
    }
    if !matches!(settings.login, Login::Nobody) {
        doctor = doctor.login(|client| log_in(client, settings.login));
    }
    let examination = doctor.examine().await;
    connected.close().await;
    Ok(examination)
}

/// A line per probe, and at the end what to set.
fn table(examination: &Examination, is_sandbox: bool) -> String {
    let probes = examination.probes();
    let names = probes.iter().map(|probe| probe.name.len()).max().unwrap_or_default();
    let tried = probes.iter().map(|probe| probe.tried.chars().count()).max().unwrap_or_default();
    let mut out = String::new();
    for probe in probes {
        let verdict = match probe.verdict {
            Verdict::Passed => "ok",
            Verdict::Failed => "FAILED",
            Verdict::Skipped => "-",
        };
        let _ = writeln!(out, "{:<names$}  {verdict:<6}  {:<tried$}  {}", probe.name, probe.tried, probe.finding);
    }
    let settings: Vec<String> = examination.settings().map(|setting| in_words(setting, is_sandbox)).collect();
    out.push_str(match (examination.is_usable(), settings.is_empty()) {
        (true, _) => "\nThis works:\n",
        (false, false) => "\nNothing usable was found yet. To set:\n",
        (false, true) => "\nNothing usable was found.\n",
    });
    for setting in settings {
        let _ = writeln!(out, "  {setting}");
    }
    out
}

/// A setting as options of this command line.
fn in_words(setting: &Setting, is_sandbox: bool) -> String {
    match setting {
        // Its address is another one each time.
        Setting::Server(_) if is_sandbox => "--sandbox".to_owned(),
        Setting::Server(address) => format!("--server {address} (AIRBYTE_SERVER)"),
        Setting::Password => "--user NAME (AIRBYTE_USER) and AIRBYTE_PASSWORD".to_owned(),
        Setting::Token => "AIRBYTE_TOKEN (--token)".to_owned(),
        Setting::Workspace(name) => format!("--workspace \"{name}\" (AIRBYTE_WORKSPACE)"),
        // Of a later version of the client.
        other => format!("{other:?}"),
    }
}
