//! Which Airbyte, as whom and how: from flags, environment, the project's file and the user's, key by key in this order.

mod commands;
mod file;
mod key;
mod layer;
mod login;
mod merge;
mod profiles;
mod toml_text;

pub(crate) use key::variables;
use key::{KEYS, PROFILE_VARIABLE};
pub(crate) use layer::{Layer, Origin};
pub(crate) use merge::{Wanted, merge, merge_profile};
pub(crate) use profiles::Profiles;
