//! `airway doctor`: which settings work, and what stands in the way.

use std::fmt::Write;

use airway_client::{Doctor as Examiner, Examination, Setting, Verdict};
use clap::{Args, ValueEnum};

use super::connect::{Connected, announce, block_on};
use super::target::TargetOptions;
use super::{Surroundings, complain, print};
use crate::diagnostics::{Diagnostic, ExitCode};
use crate::runtime::{Login, Settings, Shown, Verbosity};

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
        self.answer(surroundings).unwrap_or_else(|diagnostic| complain(&diagnostic))
    }

    fn answer(self, surroundings: &Surroundings) -> Result<ExitCode, Diagnostic> {
        let settings = self.target.settings(&surroundings.environment)?;
        // Where settings come from is part of the findings here.
        announce(&settings, surroundings.talk.verbosity.min(Verbosity::Normal));
        let (is_sandbox, given) = (settings.is_sandbox(), settings.shown.clone());
        let examination = block_on(examine(settings))?;
        match self.format {
            Format::Table => print(&table(&examination, &given, is_sandbox)),
            Format::Json => {
                let mut found = serde_json::json!(examination);
                found["settings"] = serde_json::json!(given);
                print(&format!("{found}\n"));
            }
        }
        Ok(if examination.is_usable() { ExitCode::Ok } else { ExitCode::Api })
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
    let Settings { login, access, .. } = settings;
    if !matches!(login, Login::Nobody) {
        doctor = doctor.login(move |client| login.apply(client));
    }
    doctor = doctor.means(move |client| access.apply(client));
    let examination = doctor.examine().await;
    connected.close().await;
    Ok(examination)
}

/// A line per probe, then what is set, and at the end what to set.
fn table(examination: &Examination, given: &[Shown], is_sandbox: bool) -> String {
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
    out.push_str(&origins(given));
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

/// What was set and where, without secrets.
fn origins(given: &[Shown]) -> String {
    let names = given.iter().map(|shown| shown.name.len()).max().unwrap_or_default();
    let values = given.iter().map(|shown| shown.value.chars().count()).max().unwrap_or_default();
    let mut out = String::from(if given.is_empty() { "" } else { "\nSet:\n" });
    for Shown { name, value, origin } in given {
        let _ = writeln!(out, "  {name:<names$}  {value:<values$}  {origin}");
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
        Setting::Token => "AIRBYTE_CLIENT_ID and AIRBYTE_CLIENT_SECRET, or AIRBYTE_TOKEN".to_owned(),
        Setting::Workspace(name) => format!("--workspace \"{name}\" (AIRBYTE_WORKSPACE)"),
        // Of a later version of the client.
        other => format!("{other:?}"),
    }
}
