//! Waiting for a script while listening for Ctrl-C.

use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::{Outcome, Screen};

/// Waits for the outcome. The first Ctrl-C tells the script to stop; the second does not wait until it has.
pub(crate) async fn supervise(
    mut outcome: oneshot::Receiver<Outcome>,
    token: &CancellationToken,
    screen: &Screen,
) -> Outcome {
    let gone = || Outcome::Panicked("the script's thread is gone".into());
    tokio::select! {
        ended = &mut outcome => return ended.unwrap_or_else(|_| gone()),
        _ = tokio::signal::ctrl_c() => {}
    }
    screen.say("stopping; press Ctrl-C again to stop at once");
    token.cancel();
    tokio::select! {
        ended = &mut outcome => ended.unwrap_or_else(|_| gone()),
        _ = tokio::signal::ctrl_c() => Outcome::Interrupted,
    }
}
