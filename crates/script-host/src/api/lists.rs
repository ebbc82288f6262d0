//! What all lists have in common.

use airway_client::Listing;
use rhai::Dynamic;

use crate::registry::{Arg, Call, Items, Mismatch, Raise, Ty};

/// A number of things.
#[derive(Clone, Copy)]
pub(super) struct Count(pub(super) usize);

impl Arg for Count {
    const TY: Ty = Ty::Int;

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        let number = i64::take(value)?;
        usize::try_from(number).map(Self).map_err(|_| Mismatch::value(format!("must not be negative, and is {number}")))
    }
}

options! {
    /// Options of lists.
    pub(super) struct ListOptions {
        /// how many at most; all when it is left out
        limit: Option<Count>,
    }
}

impl ListOptions {
    /// How many are wanted at most.
    pub(super) fn most(&self) -> usize {
        self.limit.map_or(usize::MAX, |limit| limit.0)
    }
}

/// Reads a list as far as it is wanted.
///
/// # Errors
///
/// When the server cannot list, or the script is interrupted meanwhile.
pub(super) fn read<T: Send + 'static>(
    call: &Call<'_>,
    listing: Listing<T>,
    options: &ListOptions,
) -> Result<Items<T>, Raise> {
    let listing = match options.limit {
        Some(limit) => listing.limit(limit.0),
        None => listing,
    };
    call.run(listing.into_future()).map(Items)
}
