//! `airway doc`: the reference of all functions.

use clap::Args;

use super::{complain, print};
use crate::diagnostics::{Diagnostic, ExitCode, Kind, nearest};
use crate::registry::Registry;

/// Show the reference of all script functions, as Markdown
#[derive(Args, Debug)]
pub(super) struct Doc {
    /// Only the functions, methods and properties of this name
    name: Option<String>,
}

impl Doc {
    pub(super) fn execute(self) -> ExitCode {
        let mut registry = Registry::default();
        crate::prelude::describe(&mut registry);
        crate::api::describe(&mut registry);
        let Some(name) = self.name else {
            print(&registry.reference());
            return ExitCode::Ok;
        };
        if let Some(text) = registry.reference_of(&name) {
            print(text.trim_start());
            return ExitCode::Ok;
        }
        let near = nearest(&name, registry.functions().iter().map(|function| function.name));
        let hint = near.map(|near| format!("did you mean `{near}`?"));
        complain(&Diagnostic::error(Kind::Usage, format!("there is no function `{name}`")).maybe_hint(hint))
    }
}
