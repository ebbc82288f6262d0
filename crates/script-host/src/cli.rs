//! The command line.

mod api;
mod check;
mod completions;
mod connect;
mod definitions;
mod doc;
mod doctor;
mod embedded;
mod fingerprints;
mod grants;
mod limits;
mod repl;
mod run;
mod sandbox;
mod target;
mod usage;

pub(crate) use doc::{readable, reference_of};

use std::io::Write;
use std::process;

use anstream::AutoStream;
use clap::{Parser, Subcommand};

use crate::diagnostics::{Diagnostic, ExitCode, Kind, Record, render};
use crate::engine::{Sources, seed_hashing};
use crate::profile::variables;
use crate::runtime::{Environment, Format, Progress, Talk, Verbosity, unwritten};

/// Set up Airbyte from scripts
#[derive(Parser)]
#[command(name = "airway", version, after_help = after_help(), disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Say only what went wrong
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say also what is looked at
    #[arg(long, short, global = true)]
    verbose: bool,
    /// Show progress like this; without it, live lines on a terminal and plain ones elsewhere
    #[arg(long, global = true, value_enum, value_name = "FORM")]
    progress: Option<Progress>,
}

#[derive(Subcommand)]
enum Command {
    Run(Box<run::Run>),
    Repl(Box<repl::Repl>),
    Check(check::Check),
    Api(Box<api::Api>),
    Doctor(Box<doctor::Doctor>),
    Doc(doc::Doc),
    Sandbox(Box<sandbox::Serve>),
    Definitions(definitions::Definitions),
    Completions(completions::Completions),
}

const EXIT_CODES: &str = "\
Exit codes:
  0 ok · 1 script failed · 3 script does not compile or check
  4 expectation failed · 5 API or auth · 6 could not observe · 64 usage · 70 bug
  130 interrupted · 141 nobody reads the output";

fn after_help() -> String {
    format!("{}\n\n{EXIT_CODES}", variables())
}

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> process::ExitCode {
    seed_hashing();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage::told(&error).into(),
    };
    let verbosity = match (arguments.quiet, arguments.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    let environment = Environment::default();
    let is_dumb = environment.get("TERM").is_some_and(|terminal| terminal == "dumb");
    let progress = Progress::settled(arguments.progress, is_dumb);
    let surroundings = Surroundings { talk: Talk { verbosity, progress, ..Talk::default() }, environment };
    let code = match arguments.command {
        Command::Run(run) => run.execute(surroundings),
        Command::Repl(repl) => repl.execute(surroundings),
        Command::Check(check) => check.execute(&surroundings),
        Command::Doc(doc) => doc.execute(),
        Command::Api(api) => api.execute(&surroundings),
        Command::Doctor(doctor) => doctor.execute(&surroundings),
        Command::Sandbox(serve) => serve.execute(surroundings.talk.verbosity),
        Command::Definitions(definitions) => definitions.execute(&surroundings),
        Command::Completions(completions) => completions.execute(),
    };
    code.into()
}

/// What every command is told.
#[derive(Clone)]
struct Surroundings {
    talk: Talk,
    environment: Environment,
}

/// Writes to standard output; when that is not possible, that is the end.
fn print(text: &str) {
    let mut stdout = std::io::stdout().lock();
    if let Err(error) = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        process::exit(unread(&error).number().into());
    }
}

/// Says why standard output cannot be written, unless nobody reads it any more.
fn unread(error: &std::io::Error) -> ExitCode {
    unwritten(error, Kind::Usage).map_or(ExitCode::Unread, |problem| complain(&problem))
}

/// Shows a diagnostic of the command itself.
fn complain(diagnostic: &Diagnostic) -> ExitCode {
    complain_as(Format::Text, diagnostic)
}

/// Shows a diagnostic of the command itself, for people or for programs.
fn complain_as(format: Format, diagnostic: &Diagnostic) -> ExitCode {
    let text = match format {
        Format::Text => render(diagnostic, &Sources::default()),
        Format::Json => format!("{}\n", serde_json::json!(Record::of(diagnostic, &Sources::default()))),
    };
    let _ = AutoStream::auto(std::io::stderr()).write_all(text.as_bytes());
    diagnostic.kind.exit_code()
}
