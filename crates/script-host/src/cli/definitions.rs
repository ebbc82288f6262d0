//! `airway definitions`: the functions of scripts in the form that editors read.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Surroundings, complain};
use crate::diagnostics::{Diagnostic, ExitCode, Kind, in_words};
use crate::registry::Registry;

/// Write definition files (.d.rhai) for editors
#[derive(Args, Debug)]
pub(super) struct Definitions {
    /// The folder to write them to; it is made if it does not exist
    folder: PathBuf,
}

impl Definitions {
    pub(super) fn execute(self, _: &Surroundings) -> ExitCode {
        match write(&self.folder) {
            Ok(()) => ExitCode::Ok,
            Err(error) => {
                let title = format!("cannot write definitions to `{}`", self.folder.display());
                complain(&Diagnostic::error(Kind::Usage, title).note(in_words(&error)))
            }
        }
    }
}

fn write(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("airway.d.rhai"), Registry::complete().definitions())?;
    // What every Rhai has: `print`, the methods of strings, arrays and maps.
    for (name, content) in rhai::Engine::new().definitions().iter_files() {
        fs::write(folder.join(name), content)?;
    }
    Ok(())
}
