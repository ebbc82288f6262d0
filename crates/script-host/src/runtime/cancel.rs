//! Which token the code of this thread obeys.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

use super::Exceeded;

thread_local! {
    static TOKEN: RefCell<Option<CancellationToken>> = const { RefCell::new(None) };
}

/// The end of a run: everything in it obeys the token. Clones are the same end.
#[derive(Clone, Default)]
pub(crate) struct Ending {
    token: CancellationToken,
    code: Arc<OnceLock<u8>>,
    exceeded: Arc<OnceLock<Exceeded>>,
}

impl Ending {
    /// Returns the token that ends the run.
    pub(crate) fn token(&self) -> &CancellationToken {
        &self.token
    }

    /// Ends the run with an exit code, from wherever in it. An error could be caught on its way out: Rhai's own
    /// functions wrap what their closures end with.
    pub(crate) fn exit(&self, code: u8) {
        // Of several closures that want to end the run, the first one does.
        let _ = self.code.set(code);
        self.token.cancel();
    }

    /// Ends the run because it went beyond a limit.
    pub(crate) fn exceed(&self, limit: Exceeded) {
        let _ = self.exceeded.set(limit);
        self.token.cancel();
    }

    /// Returns the limit that ended the run.
    pub(crate) fn exceeded(&self) -> Option<Exceeded> {
        self.exceeded.get().copied()
    }

    /// Returns what the run was ended with.
    pub(crate) fn code(&self) -> Option<u8> {
        self.code.get().copied()
    }
}

/// Returns the token of this thread; one that nobody cancels outside of a script.
pub(crate) fn current() -> CancellationToken {
    TOKEN.with_borrow(Clone::clone).unwrap_or_default()
}

/// Says whether the code of this thread was told to stop. Called about three times per loop of a script.
pub(crate) fn stopped() -> bool {
    TOKEN.with_borrow(|token| token.as_ref().is_some_and(CancellationToken::is_cancelled))
}

/// Runs `work` under a token: every wait and every operation in it obeys that.
pub(crate) fn with_token<T>(token: CancellationToken, work: impl FnOnce() -> T) -> T {
    struct Restore(Option<CancellationToken>);
    impl Drop for Restore {
        fn drop(&mut self) {
            let before = self.0.take();
            TOKEN.with_borrow_mut(|token| *token = before);
        }
    }
    let _restore = Restore(TOKEN.with_borrow_mut(|current| current.replace(token)));
    work()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_before_is_back_after_a_panic() {
        let outer = CancellationToken::new();
        with_token(outer.clone(), || {
            let inner = CancellationToken::new();
            inner.cancel();
            let panicked = std::panic::catch_unwind(|| with_token(inner, || panic!("{}", stopped())));
            assert_eq!(*panicked.unwrap_err().downcast::<String>().unwrap(), "true");
            assert!(!stopped());
        });
        outer.cancel();
        assert!(!stopped());
    }
}
