//! The Rhai engine as scripts meet it: settings, words, methods, imports.

mod compile;
pub(crate) mod in_place;
mod language;
mod library;
mod nesting;
mod resolver;
mod root;
mod settings;
mod sizes;
mod sources;
mod variables;
mod words;

pub(crate) use compile::compile;
pub(crate) use language::Language;
pub(crate) use library::{Library, LoadError, STANDARD_INPUT, is_standard_input};
pub(crate) use root::{ImportProblem, Root};
pub(crate) use settings::{build, seed_hashing};
pub(crate) use sizes::text_within;
pub(crate) use sources::{Sources, is_closure};
pub(crate) use words::is_unreserved;
