//! `airway check`: scripts, without running them.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Surroundings, complain, print};
use crate::diagnostics::{ExitCode, Record};
use crate::engine::Sources;
use crate::runtime::Format;
use crate::session::{Request, Session};

/// Check scripts without running them and without a server
#[derive(Args, Debug)]
pub(super) struct Check {
    /// The scripts
    #[arg(required = true)]
    scripts: Vec<PathBuf>,
    /// Show what is found as text on standard error, or as JSON on standard output, an object per line
    #[arg(long, value_enum, value_name = "FORM", default_value_t)]
    format: Format,
}

impl Check {
    pub(super) fn execute(self, surroundings: &Surroundings) -> ExitCode {
        let mut code = ExitCode::Ok;
        for script in &self.scripts {
            let request = Request {
                environment: surroundings.environment.clone(),
                talk: surroundings.talk,
                ..Request::default()
            };
            let session = match Session::new(script, request) {
                Ok(session) => session,
                Err(diagnostic) if self.format == Format::Json => {
                    print(&format!("{}\n", json!(Record::of(&diagnostic, &Sources::default()))));
                    return diagnostic.kind.exit_code();
                }
                Err(diagnostic) => return complain(&diagnostic),
            };
            let checked = session.check();
            match self.format {
                Format::Text => session.show(&checked.findings),
                Format::Json => print(&session.as_json(&checked.findings)),
            }
            code = checked.worst().unwrap_or(code);
        }
        code
    }
}
