//! Where it is kept what tells a changed secret from an unchanged one.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::runtime::Environment;

/// Beside the script: whoever has the one has the other.
const FILE: &str = ".airway/fingerprints.toml";

/// Where fingerprints are kept.
#[derive(Args, Debug)]
#[command(next_help_heading = "Secrets")]
pub(super) struct FingerprintOptions {
    /// Keep fingerprints of secrets in this file, `off` for none
    /// [env: `AIRWAY_FINGERPRINTS`] [default: .airway/fingerprints.toml beside the script]
    #[arg(long, value_name = "FILE")]
    fingerprints: Option<PathBuf>,
}

impl FingerprintOptions {
    /// Returns the file for a script; `None` when none is to be kept.
    pub(super) fn file(self, environment: &Environment, script: &Path) -> Option<PathBuf> {
        let set = || environment.get("AIRWAY_FINGERPRINTS").filter(|value| !value.is_empty()).map(PathBuf::from);
        match self.fingerprints.or_else(set) {
            Some(file) => (file != Path::new("off")).then_some(file),
            None => Some(script.parent().unwrap_or(Path::new("")).join(FILE)),
        }
    }
}
