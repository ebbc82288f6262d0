//! `airway run`: a script.

use std::path::PathBuf;

use clap::Args;

use super::target::TargetOptions;
use super::{Surroundings, complain};
use crate::diagnostics::ExitCode;
use crate::prelude::{Given, parse_given};
use crate::session::{Request, Session};

/// Check a script and run it
#[derive(Args, Debug)]
pub(super) struct Run {
    /// The script
    script: PathBuf,
    /// Give a parameter of the script a value
    #[arg(short = 'p', long = "param", value_name = "NAME=VALUE", value_parser = parse_given)]
    given: Vec<(String, String)>,
    #[command(flatten)]
    target: TargetOptions,
}

impl Run {
    pub(super) fn execute(self, surroundings: Surroundings) -> ExitCode {
        let settings = self.target.settings(&surroundings.environment);
        let request = Request {
            script: &self.script,
            given: self.given.into_iter().collect::<Given>(),
            settings,
            environment: surroundings.environment,
            verbosity: surroundings.verbosity,
        };
        match Session::new(request) {
            Ok(session) => session.run(),
            Err(diagnostic) => complain(&diagnostic),
        }
    }
}
