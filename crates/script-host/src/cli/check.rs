//! `airway check`: scripts, without running them.

use std::path::PathBuf;

use clap::Args;

use super::{Surroundings, complain};
use crate::diagnostics::ExitCode;
use crate::prelude::Given;
use crate::runtime::Settings;
use crate::session::{Request, Session};

/// Check scripts without running them and without a server
#[derive(Args, Debug)]
pub(super) struct Check {
    /// The scripts
    #[arg(required = true)]
    scripts: Vec<PathBuf>,
}

impl Check {
    pub(super) fn execute(self, surroundings: &Surroundings) -> ExitCode {
        let mut code = ExitCode::Ok;
        for script in &self.scripts {
            let request = Request {
                script,
                given: Given::new(),
                settings: Settings::default(),
                environment: surroundings.environment.clone(),
                verbosity: surroundings.verbosity,
            };
            let session = match Session::new(request) {
                Ok(session) => session,
                Err(diagnostic) => return complain(&diagnostic),
            };
            let checked = session.check();
            session.show(&checked.findings);
            code = checked.worst().unwrap_or(code);
        }
        code
    }
}
