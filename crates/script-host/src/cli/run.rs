//! `airway run`: a script.

mod help;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::fingerprints::FingerprintOptions;
use super::grants::GrantOptions;
use super::limits::LimitOptions;
use super::target::TargetOptions;
use super::{Surroundings, complain_as};
use crate::diagnostics::{Diagnostic, ExitCode, Kind};
use crate::prelude::{Given, parse_given};
use crate::runtime::{Format, Progress};
use crate::session::{Request, Session};

/// Check a script and run it; with a script, --help shows what that does and its parameters
#[derive(Args, Debug)]
#[command(disable_help_flag = true)]
pub(super) struct Run {
    /// The script; - is standard input
    #[arg(required_unless_present = "help")]
    script: Option<PathBuf>,
    /// Give a parameter of the script a value
    #[arg(short = 'p', long = "param", value_name = "NAME=VALUE", value_parser = parse_given)]
    given: Vec<(String, String)>,
    /// Give parameters the values in this TOML, YAML or JSON file; -p goes before it
    #[arg(long, value_name = "FILE")]
    params: Vec<PathBuf>,
    /// Write the script's last value to standard output; what it prints goes to standard error then
    #[arg(long, value_enum, value_name = "FORM")]
    output: Option<Output>,
    /// Show errors and warnings as text or as JSON, an object per line
    #[arg(long, value_enum, value_name = "FORM")]
    format: Option<Format>,
    /// Print help: of the script, if one is named
    #[arg(short, long)]
    help: bool,
    #[command(flatten)]
    grants: GrantOptions,
    #[command(flatten)]
    limits: LimitOptions,
    #[command(flatten)]
    target: TargetOptions,
    #[command(flatten)]
    fingerprints: FingerprintOptions,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Output {
    /// In one line
    Json,
}

impl Run {
    pub(super) fn execute(self, mut surroundings: Surroundings) -> ExitCode {
        // Lines that programs read are not mixed with others.
        let as_objects = if surroundings.talk.progress == Progress::Json { Format::Json } else { Format::Text };
        let format = self.format.unwrap_or(as_objects);
        surroundings.talk.diagnostics = format;
        match self.prepare(surroundings) {
            Ok(Prepared::Script(session)) => session.run(),
            Ok(Prepared::HelpOf(session)) => help::show(&session),
            Ok(Prepared::Help) => help::of_command(),
            Err(diagnostic) => complain_as(format, &diagnostic),
        }
    }

    fn prepare(self, surroundings: Surroundings) -> Result<Prepared, Diagnostic> {
        let Some(script) = self.script else { return Ok(Prepared::Help) };
        let Surroundings { mut talk, environment } = surroundings;
        talk.print_aside = self.output.is_some();
        let (environment, grants) = self.grants.apply(environment)?;
        let mut given = Given::of_texts(self.given);
        for file in &self.params {
            given.add_file(file).map_err(|error| {
                let mut diagnostic = Diagnostic::error(Kind::Usage, error.to_string());
                diagnostic.notes.extend(error.details().map(str::to_owned));
                diagnostic
            })?;
        }
        let mut settings = self.target.settings(&environment)?;
        settings.fingerprints = self.fingerprints.file(&environment, &script);
        settings.reads_once = true;
        let wants_value = self.output.is_some();
        let limits = self.limits.into();
        let request = Request { given, settings, environment, grants, talk, limits, wants_value };
        let session = Box::new(Session::new(&script, request)?);
        Ok(if self.help { Prepared::HelpOf(session) } else { Prepared::Script(session) })
    }
}

/// What was asked for.
enum Prepared {
    Script(Box<Session>),
    HelpOf(Box<Session>),
    Help,
}
