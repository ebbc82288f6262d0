//! The thread that a script runs on.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::{Outcome, with_token};

/// Deep enough for 200 nested calls of closures in an unoptimised build, and for values nested as deep as is allowed. Only
/// what is used of it is taken.
const STACK: usize = 256 << 20;

/// Starts `script` on a thread of its own, where native functions may block; the receiver gets its outcome.
///
/// # Errors
///
/// When the system has no room for another thread.
pub(crate) fn on_script_thread(
    token: CancellationToken,
    script: impl FnOnce() -> Outcome + Send + 'static,
) -> std::io::Result<oneshot::Receiver<Outcome>> {
    let (sender, receiver) = oneshot::channel();
    std::thread::Builder::new().name("script".into()).stack_size(STACK).spawn(move || {
        let outcome = catching(|| with_token(token, script)).unwrap_or_else(Outcome::Panicked);
        // The receiver is gone only when the process is about to end anyway.
        let _ = sender.send(outcome);
    })?;
    Ok(receiver)
}

static LAST_PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Keeps the words of a panic for the report instead of printing them where they happen.
pub(crate) fn keep_panics_quiet() {
    std::panic::set_hook(Box::new(|panic| {
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(panic.to_string());
    }));
}

/// Runs `work`; the error is what a panic in it said.
///
/// # Errors
///
/// When `work` panics.
pub(crate) fn catching<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
        let said = LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
        said.unwrap_or_else(|| "a panic without words".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_outcome_and_not_the_end_of_the_process() {
        let receiver = on_script_thread(CancellationToken::new(), || panic!("on purpose")).unwrap();
        assert!(matches!(receiver.blocking_recv(), Ok(Outcome::Panicked(_))));
    }
}
