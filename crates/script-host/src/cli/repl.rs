//! `airway repl`: scripts line by line.

use clap::Args;

use super::grants::GrantOptions;
use super::target::TargetOptions;
use super::{Surroundings, complain};
use crate::diagnostics::{Diagnostic, ExitCode, Kind, in_words};
use crate::engine::Root;
use crate::repl::Repl as Loop;
use crate::session::{Request, Workbench};

/// Evaluate scripts line by line, with history, completion and help
#[derive(Args, Debug)]
pub(super) struct Repl {
    #[command(flatten)]
    grants: GrantOptions,
    #[command(flatten)]
    target: TargetOptions,
}

impl Repl {
    pub(super) fn execute(self, surroundings: Surroundings) -> ExitCode {
        match self.prepare(surroundings) {
            Ok(repl) => repl.run(),
            Err(diagnostic) => complain(&diagnostic),
        }
    }

    fn prepare(self, surroundings: Surroundings) -> Result<Loop, Diagnostic> {
        let (environment, grants) = self.grants.apply(surroundings.environment)?;
        let settings = self.target.settings(&environment)?;
        let no_folder = |error| Diagnostic::error(Kind::Usage, "cannot find the current folder").note(in_words(&error));
        let root = std::env::current_dir().and_then(|folder| Root::of_folder(&folder)).map_err(no_folder)?;
        let request = Request { settings, environment, grants, talk: surroundings.talk, ..Request::default() };
        Ok(Loop::new(Workbench::new(root, request)?))
    }
}
