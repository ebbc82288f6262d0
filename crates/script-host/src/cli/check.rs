//! `airway check`: scripts, without running them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::{Surroundings, complain, print};
use crate::check::Checked;
use crate::diagnostics::{Diagnostic, ExitCode, Place, Record};
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

/// A script that was looked at.
struct Looked {
    session: Session,
    checked: Checked,
}

impl Looked {
    /// Says whether another one looked at this script as a part of its own, where its imports mean what they mean there.
    fn is_part_of(&self, other: &Self) -> bool {
        other.checked.files.iter().any(|file| file == self.session.script())
    }

    /// Takes out what was told of other scripts that import the same file.
    fn without(mut self, told: &mut HashSet<(Option<Place>, &'static str, String)>) -> Self {
        self.checked.findings.retain(|finding| {
            let place = finding.primary.as_ref().map(|label| label.place.clone());
            told.insert((place, finding.code, finding.title.clone()))
        });
        self
    }
}

impl Check {
    pub(super) fn execute(self, surroundings: &Surroundings) -> ExitCode {
        let looked: Vec<_> = self.scripts.iter().map(|script| look(script, surroundings)).collect();
        let is_part = |at: usize| {
            let Ok(this) = &looked[at] else { return false };
            // Of scripts that import each other, the first one is told about.
            looked.iter().enumerate().any(|(other_at, other)| match other {
                Ok(other) if at != other_at => this.is_part_of(other) && !(at < other_at && other.is_part_of(this)),
                _ => false,
            })
        };
        let parts: Vec<bool> = (0..looked.len()).map(is_part).collect();
        let (mut code, mut told) = (None, HashSet::new());
        for (looked, _) in looked.into_iter().zip(parts).filter(|(_, is_part)| !is_part) {
            code = code.or(match looked {
                Ok(looked) => self.tell(&looked.without(&mut told)),
                Err(problem) => Some(self.complain(&problem)),
            });
        }
        code.unwrap_or(ExitCode::Ok)
    }

    fn tell(&self, Looked { session, checked }: &Looked) -> Option<ExitCode> {
        match self.format {
            Format::Text => session.show(&checked.findings),
            Format::Json => print(&session.as_json(&checked.findings)),
        }
        checked.worst()
    }

    fn complain(&self, problem: &Diagnostic) -> ExitCode {
        match self.format {
            Format::Text => complain(problem),
            Format::Json => {
                print(&format!("{}\n", json!(Record::of(problem, &Sources::default()))));
                problem.kind.exit_code()
            }
        }
    }
}

fn look(script: &Path, surroundings: &Surroundings) -> Result<Looked, Diagnostic> {
    let environment = surroundings.environment.clone();
    let request = Request { environment, talk: surroundings.talk, ..Request::default() };
    let session = Session::new(script, request)?;
    let checked = session.check();
    Ok(Looked { session, checked })
}
