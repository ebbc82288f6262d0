//! Values that scripts and Rust pass to each other.

mod fault;
mod json;
mod kinds;
mod of_rhai;
mod secret;
mod visible;

pub(crate) use fault::{Fault, FaultKind};
pub(crate) use json::{NotJson, from_json, to_json};
pub(crate) use kinds::{kind_of, ty_of, with_article};
pub(crate) use secret::Secret;
pub(crate) use visible::{unfolded, visible};
