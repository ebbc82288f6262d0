//! The library behind the `airway` command: a Rhai host for Airbyte.

// Its macros are used by the modules below.
#[macro_use]
mod registry;

mod api;
mod check;
mod cli;
mod diagnostics;
mod engine;
#[cfg(test)]
mod fuzz;
mod prelude;
mod profile;
mod repl;
mod runtime;
mod session;
mod values;

pub use cli::main;
