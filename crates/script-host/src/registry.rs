//! The one description of every function that scripts can call.
//!
//! Registration into Rhai, the static check, suggestions and the reference all read it.

#[macro_use]
pub(crate) mod options;
mod arg;
mod builder;
mod call;
mod definitions;
mod effect;
mod foreign;
mod function;
mod handle;
mod index;
mod install;
mod mismatch;
mod native;
mod raise;
mod reference;
mod returned;
mod ty;

pub(crate) use arg::{Arg, Json, JsonMap, ListOf, Refusal, refusal};
pub(crate) use builder::Registry;
pub(crate) use call::Call;
pub(crate) use effect::{Effect, IN_PLACE};
pub(crate) use function::{Function, Shape};
pub(crate) use handle::{Handle, TypeInfo};
pub(crate) use index::{Index, Signature, rhai_type};
pub(crate) use mismatch::{Mismatch, Problem};
pub(crate) use options::{OptionKey, OptionReader};
pub(crate) use raise::Raise;
pub(crate) use returned::Items;
pub(crate) use ty::Ty;
