//! `airway completions`: for shells.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Arguments, print};
use crate::diagnostics::ExitCode;

/// Write completions for a shell to standard output
#[derive(Args, Debug)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn execute(self) -> ExitCode {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "airway", &mut script);
        print(&String::from_utf8_lossy(&script));
        ExitCode::Ok
    }
}
