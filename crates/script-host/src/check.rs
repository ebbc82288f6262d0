//! What can be said about a script before a line of it runs.
//!
//! Only what is certainly wrong is an error: a value whose type is not known fits everywhere. What is nearly so is a
//! warning.

mod assigned;
mod calls;
mod chains;
mod closures;
mod copies;
mod declared;
mod exposed;
mod expression;
mod files;
mod infer;
mod literals;
mod needs;
mod operators;
mod recovery;
mod trial;
mod unused;
mod walk;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rhai::{AST, Engine};

use crate::diagnostics::{Diagnostic, ExitCode, Severity};
use crate::engine::Library;
use crate::registry::Index;

pub(crate) use expression::{declared_variables, type_of};
pub(crate) use needs::{Needs, Param};

/// The code of a secret that stands in a script.
const SECRET_IN_SCRIPT: &str = "secret-in-script";

/// A script with everything that it imports, looked at.
pub(crate) struct Checked {
    /// The script itself; `None` when it does not compile.
    pub(crate) main: Option<Arc<AST>>,
    /// Everything that was found, in the order of the files and their lines.
    pub(crate) findings: Vec<Diagnostic>,
    /// What the script wants from its surroundings.
    pub(crate) needs: Needs,
    /// The files that were looked at, without symbolic links.
    pub(crate) files: Vec<PathBuf>,
}

impl Checked {
    /// Returns what is told before a run: on the sandbox, secrets need not be any.
    pub(crate) fn told(&self, sandbox: bool) -> Vec<Diagnostic> {
        let told = |finding: &&Diagnostic| !(sandbox && finding.code == SECRET_IN_SCRIPT);
        self.findings.iter().filter(told).cloned().collect()
    }

    /// Returns the exit code for the first error; `None` when the script may be run.
    pub(crate) fn worst(&self) -> Option<ExitCode> {
        let error = self.findings.iter().find(|finding| finding.severity == Severity::Error)?;
        Some(error.kind.exit_code())
    }
}

/// Checks the script in the file `main` and every file that it imports.
pub(crate) fn check(engine: &Engine, library: &Library, index: &Index, main: &Path) -> Checked {
    let mut files = files::Files::load(engine, library, main);
    let mut needs = Needs::default();
    let mut findings = std::mem::take(&mut files.findings);
    files.units().for_each(|unit| needs.collect(unit));
    findings.append(&mut needs.findings);
    for unit in files.units() {
        findings.extend(walk::findings(unit, &files, index, &needs));
    }
    let name = library.root().shown(main);
    let place = |finding: &Diagnostic| finding.primary.as_ref().map(|label| label.place.clone());
    findings.sort_by_key(|finding| {
        let place = place(finding);
        // The script that was started first, then what it imports.
        let imported = place.as_ref().is_some_and(|place| *place.source != *name);
        (imported, place)
    });
    // A variable that several closures capture is looked at where each of them is made.
    findings.dedup();
    Checked { main: files.main(), findings, needs, files: files.paths() }
}
