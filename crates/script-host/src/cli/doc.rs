//! `airway doc`: the reference of all functions.

mod readable;

use std::io::{self, IsTerminal};

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use clap::Args;

use super::{complain, print};
use crate::diagnostics::{Diagnostic, ExitCode, Kind, nearest};
use crate::engine::Language;
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
            None => [registry.reference(), Language::beside(&registry).reference()].concat(),
            Some(name) => match reference_of(&registry, name) {
                Ok(text) => text.trim_start().to_owned(),
                Err(unknown) => return complain(&unknown),
            },
        };
        if io::stdout().is_terminal() {
            print(&readable(&text));
        } else {
            print(&text);
        }
        ExitCode::Ok
    }
}

/// Returns a part of the reference as text for standard output, with colours where they are wanted.
pub(crate) fn readable(markdown: &str) -> String {
    let width = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
    let text = readable::readable(markdown, width);
    match AutoStream::choice(&io::stdout()) {
        ColorChoice::Never => strip_str(&text).to_string(),
        _ => text,
    }
}

/// Returns the part of the reference about a name.
///
/// # Errors
///
/// When there is none.
pub(crate) fn reference_of(registry: &Registry, name: &str) -> Result<String, Diagnostic> {
    let language = Language::beside(registry);
    let parts = [registry.reference_of(name), language.reference_of(name), language.reference_of_type(name)];
    if parts.iter().any(Option::is_some) {
        return Ok(parts.into_iter().flatten().collect());
    }
    let types = registry.types().iter().map(|handle| handle.name);
    let functions = registry.functions().iter().map(|function| function.name);
    let (owner, bare) = name.rsplit_once('.').map_or((None, name), |(owner, bare)| (Some(owner), bare));
    let near = nearest(bare, functions.chain(types).chain(language.names()));
    let near = near.map(|near| owner.map_or_else(|| near.to_owned(), |owner| format!("{owner}.{near}")));
    let hint = near.map(|near| format!("did you mean `{near}`?"));
    Err(Diagnostic::error(Kind::Usage, format!("there is no function or type `{name}`")).maybe_hint(hint))
}
