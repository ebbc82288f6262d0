//! `airway doc`: the reference of all functions.

mod readable;

use std::io::{self, IsTerminal, Write};

use anstream::AutoStream;
use clap::Args;

use super::{complain, print};
use crate::diagnostics::{Diagnostic, ExitCode, Kind, nearest};
use crate::registry::Registry;

/// Show the reference of all script functions: readable on a terminal, else as Markdown
#[derive(Args, Debug)]
pub(super) struct Doc {
    /// Only what has this name: a function, a method (`wait` or `Job.wait`), a property, or a type with all that it has
    name: Option<String>,
}

impl Doc {
    pub(super) fn execute(self) -> ExitCode {
        let registry = Registry::complete();
        let text = match &self.name {
            None => registry.reference(),
            Some(name) => match registry.reference_of(name) {
                Some(text) => text.trim_start().to_owned(),
                None => return complain(&no_such_function(&registry, name)),
            },
        };
        if io::stdout().is_terminal() {
            // There is nobody left to tell that the terminal is gone.
            let _ = AutoStream::auto(io::stdout()).write_all(readable(&text).as_bytes());
        } else {
            print(&text);
        }
        ExitCode::Ok
    }
}

/// Returns a part of the reference as text for this terminal.
pub(crate) fn readable(markdown: &str) -> String {
    let width = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
    readable::readable(markdown, width)
}

/// The error for a function that there is no reference of.
pub(crate) fn no_such_function(registry: &Registry, name: &str) -> Diagnostic {
    let types = registry.types().iter().map(|handle| handle.name);
    let near = nearest(name, registry.functions().iter().map(|function| function.name).chain(types));
    let hint = near.map(|near| format!("did you mean `{near}`?"));
    Diagnostic::error(Kind::Usage, format!("there is no function or type `{name}`")).maybe_hint(hint)
}
