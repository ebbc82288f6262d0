//! What can go wrong, as data, and the one renderer that shows it.

mod exit;
mod habits;
mod model;
mod nearest;
mod place;
mod record;
mod render;
mod syntax;
mod thrown;
mod wording;

pub(crate) use exit::ExitCode;
pub(crate) use habits::of_another_language;
pub(crate) use model::{Diagnostic, Kind, Label, Severity};
pub(crate) use nearest::nearest;
pub(crate) use place::Place;
pub(crate) use record::Record;
pub(crate) use render::render;
pub(crate) use syntax::from_parse_error;
pub(crate) use thrown::from_thrown;
pub(crate) use wording::{called_property, in_house_style, in_words, of_yaml, without_position, worded};
