//! What became of a request whose answer was lost: what it may have brought about is looked for.

use std::time::Duration;

use futures::future::BoxFuture;

use super::Airbyte;
use crate::error::{Error, ErrorKind, Result};

/// Looks for what may have been made or started.
pub(crate) type Find<'f, T> = &'f (dyn Fn() -> BoxFuture<'f, Result<Option<T>>> + Send + Sync);

/// How often a server that may still be at work is looked at.
const LOOKS: u32 = 5;

/// What a look showed.
pub(super) enum Found<T> {
    There(T),
    Absent,
    /// The look had no answer either.
    Unknown,
}

impl Airbyte {
    /// Looks for what a request that ended unclearly may have brought about; when it is not there, the request's own error.
    pub(crate) async fn made_all_the_same<T>(&self, unclear: Error, find: Find<'_, T>) -> Result<T> {
        match look_for(&unclear, find, self.0.repeater.first_pause()).await? {
            Found::There(made) => Ok(made),
            Found::Absent | Found::Unknown => Err(unclear),
        }
    }
}

/// Looks for what a request that ended unclearly may have brought about, several times when the server may still be at work.
pub(super) async fn look_for<T>(unclear: &Error, find: Find<'_, T>, first_pause: Duration) -> Result<Found<T>> {
    let looks = if may_be_at_work(unclear) { LOOKS } else { 1 };
    for look in 0..looks {
        if look > 0 {
            tokio::time::sleep(first_pause * 2_u32.pow(look - 1)).await;
        }
        match find().await {
            Ok(Some(made)) => return Ok(Found::There(made)),
            Ok(None) => {}
            Err(error) if error.is_unclear() || matches!(error.kind(), ErrorKind::Deadline { .. }) => {
                return Ok(Found::Unknown);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Found::Absent)
}

/// Says whether the server may get to it after the first look: no answer came in time, or a proxy gave it.
pub(super) fn may_be_at_work(unclear: &Error) -> bool {
    matches!(unclear.kind(), ErrorKind::Timeout) || matches!(unclear.status(), Some(502..=504))
}
