//! Options of the embedded Airbyte, wherever it is started.

use std::path::PathBuf;
use std::str::FromStr;

use airway_sandbox::{Fault, FaultError, Generation, Sandbox, SandboxBuilder, Speed};
use clap::Args;

/// Time runs so fast unless told otherwise: a sync takes two seconds, enough to watch it.
const SPEED: f64 = 60.0;

/// How the embedded Airbyte is to be.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Embedded Airbyte")]
pub(super) struct EmbeddedOptions {
    /// Behave as this version of Airbyte [default: 2.0]
    #[arg(long, value_name = "VERSION")]
    emulate: Option<Generation>,
    /// Work as intended where real servers are broken: messages instead of bare 500s, searches that find
    #[arg(long)]
    friendly: bool,
    /// Refuse requests with members that their operation does not have, which real servers pass over
    #[arg(long)]
    strict: bool,
    /// Let time run faster: a factor, or `instant` [default: 60]
    #[arg(long, value_name = "SPEED")]
    speed: Option<Speed>,
    /// Draw ids and shares of faults from this number; a database keeps the one it began with [default: 0]
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Add the connectors in this folder to the built-in ones
    #[arg(long, value_name = "FOLDER")]
    connectors: Option<PathBuf>,
    /// Let something go wrong, such as `operation=connections/sync,when=times:2,do=status:503`
    #[arg(long = "fault", value_name = "FAULT")]
    faults: Vec<Planted>,
    /// Let everything in this file of JSON or YAML go wrong
    #[arg(long = "faults", value_name = "FILE", value_parser = faults_of)]
    files: Vec<PlannedFaults>,
}

/// A fault of the command line, whose mistakes are told with their advice.
#[derive(Clone, Debug)]
struct Planted(Fault);

impl FromStr for Planted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|error| with_advice(&error))
    }
}

/// The faults of a file.
#[derive(Clone, Debug)]
struct PlannedFaults(Vec<Fault>);

fn faults_of(path: &str) -> Result<PlannedFaults, String> {
    Fault::file(path).map(PlannedFaults).map_err(|error| with_advice(&error))
}

fn with_advice(error: &FaultError) -> String {
    error.hint().map_or_else(|| error.to_string(), |hint| format!("{error}; {hint}"))
}

impl EmbeddedOptions {
    /// The names of all options, for what excludes them.
    pub(super) const NAMES: [&'static str; 8] =
        ["emulate", "friendly", "strict", "speed", "seed", "connectors", "faults", "files"];

    /// Says whether any of them was given.
    pub(super) fn are_given(&self) -> bool {
        self.emulate.is_some()
            || self.friendly
            || self.strict
            || self.speed.is_some()
            || self.seed.is_some()
            || self.connectors.is_some()
            || !self.faults.is_empty()
            || !self.files.is_empty()
    }

    /// Says whether a version was named.
    pub(super) fn tells_generation(&self) -> bool {
        self.emulate.is_some()
    }

    /// Returns the emulated version.
    pub(super) fn generation(&self) -> Generation {
        self.emulate.unwrap_or(Generation::DEFAULT)
    }

    /// Returns the embedded Airbyte, not started yet.
    pub(super) fn builder(self) -> SandboxBuilder {
        let mut builder = Sandbox::builder()
            .emulate(self.generation())
            .speed(self.speed.unwrap_or(Speed::Times(SPEED)))
            .faults(self.files.into_iter().flat_map(|file| file.0))
            .faults(self.faults.into_iter().map(|fault| fault.0));
        if self.friendly {
            builder = builder.friendly();
        }
        if self.strict {
            builder = builder.strict();
        }
        if let Some(seed) = self.seed {
            builder = builder.seed(seed);
        }
        if let Some(folder) = self.connectors {
            builder = builder.connectors(folder);
        }
        builder
    }
}
