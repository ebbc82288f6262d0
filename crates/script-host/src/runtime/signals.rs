//! Waiting for a script while listening for Ctrl-C.

use std::io;

use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::{Outcome, Screen};

/// Ctrl-C, listened for from the moment this is made.
pub(crate) struct Interrupts {
    #[cfg(unix)]
    signal: tokio::signal::unix::Signal,
    #[cfg(windows)]
    signal: tokio::signal::windows::CtrlC,
}

impl Interrupts {
    /// Begins to listen; to be called inside of a runtime.
    ///
    /// # Errors
    ///
    /// When the system does not let the process handle the signal.
    pub(crate) fn listen() -> io::Result<Self> {
        #[cfg(unix)]
        let signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
        #[cfg(windows)]
        let signal = tokio::signal::windows::ctrl_c()?;
        Ok(Self { signal })
    }

    /// Waits for the next Ctrl-C.
    pub(crate) async fn next(&mut self) {
        if self.signal.recv().await.is_none() {
            // No further signal can come.
            std::future::pending::<()>().await;
        }
    }
}

/// Waits for the outcome. The first Ctrl-C tells the script to stop; the second does not wait until it has.
pub(crate) async fn supervise(
    mut interrupts: Interrupts,
    mut outcome: oneshot::Receiver<Outcome>,
    token: &CancellationToken,
    screen: &Screen,
) -> Outcome {
    let gone = || Outcome::Panicked("the script's thread is gone".into());
    tokio::select! {
        ended = &mut outcome => return ended.unwrap_or_else(|_| gone()),
        () = interrupts.next() => {}
    }
    screen.say("stopping; press Ctrl-C again to stop at once");
    token.cancel();
    tokio::select! {
        ended = &mut outcome => ended.unwrap_or_else(|_| gone()),
        () = interrupts.next() => Outcome::Interrupted,
    }
}
