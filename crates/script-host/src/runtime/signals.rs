//! Waiting for a script while listening for what tells the process to stop: Ctrl-C and, on Unix, SIGTERM, with which
//! schedulers and CI systems stop a job.

use std::io;

use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;

use super::{Outcome, Screen};
use crate::diagnostics::ExitCode;

/// Ctrl-C and SIGTERM, listened for from the moment this is made.
pub(crate) struct Interrupts {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    signal: tokio::signal::windows::CtrlC,
}

impl Interrupts {
    /// Begins to listen; to be called inside of a runtime.
    ///
    /// # Errors
    ///
    /// When the system does not let the process handle the signals.
    pub(crate) fn listen() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
        }
        #[cfg(windows)]
        Ok(Self { signal: tokio::signal::windows::ctrl_c()? })
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        let received = tokio::select! {
            received = self.interrupt.recv() => received,
            received = self.terminate.recv() => received,
        };
        #[cfg(windows)]
        let received = self.signal.recv().await;
        if received.is_none() {
            // No further signal can come.
            std::future::pending::<()>().await;
        }
    }

    /// Lets the next one end the process at once, whatever it is doing then.
    fn end_at_next(mut self, screen: Screen) -> AbortHandle {
        let watch = async move {
            self.next().await;
            if let Some(live) = screen.live() {
                live.clear();
            }
            std::process::exit(ExitCode::Interrupted.number().into());
        };
        tokio::spawn(watch).abort_handle()
    }
}

/// How a script ended that was listened for Ctrl-C meanwhile.
pub(crate) struct Supervised {
    pub(crate) outcome: Outcome,
    /// What ends the process at the next Ctrl-C, once there was a first one.
    last: Option<AbortHandle>,
}

impl Supervised {
    /// Returns the outcome; the next Ctrl-C is not for this script any more.
    pub(crate) fn lenient(self) -> Outcome {
        if let Some(last) = self.last {
            last.abort();
        }
        self.outcome
    }
}

/// Waits for the outcome. The first Ctrl-C tells the script to stop, which ends every wait in it; the second ends the
/// process.
pub(crate) async fn supervise(
    mut interrupts: Interrupts,
    mut outcome: oneshot::Receiver<Outcome>,
    token: &CancellationToken,
    screen: &Screen,
) -> Supervised {
    let gone = |_| Outcome::Panicked("the script's thread is gone".into());
    tokio::select! {
        ended = &mut outcome => return Supervised { outcome: ended.unwrap_or_else(gone), last: None },
        () = interrupts.next() => {}
    }
    token.cancel();
    if let Some(live) = screen.live() {
        live.after_ctrl_c();
    }
    screen.say("stopping; press Ctrl-C again to stop at once");
    let last = Some(interrupts.end_at_next(screen.clone()));
    Supervised { outcome: outcome.await.unwrap_or_else(gone), last }
}
