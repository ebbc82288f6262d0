//! How a script ended.

use rhai::{Dynamic, EvalAltResult, Position};

/// The end of a script.
pub(crate) enum Outcome {
    /// It ran to its end, or called `exit()`.
    Finished,
    /// It called `exit(number)`.
    Exit(u8),
    /// It threw something that nothing caught.
    Thrown(Box<EvalAltResult>),
    /// It was told to stop and did.
    Interrupted,
    /// A native function or the engine panicked.
    Panicked(String),
}

impl Outcome {
    /// Reads what Rhai gave back.
    pub(crate) fn of(result: Result<Dynamic, Box<EvalAltResult>>) -> Self {
        let Err(error) = result else { return Self::Finished };
        match error.unwrap_inner() {
            EvalAltResult::ErrorTerminated(why, _) => match why.read_lock::<ExitRequest>() {
                Some(request) => request.outcome(),
                None => Self::Interrupted,
            },
            _ => Self::Thrown(error),
        }
    }
}

/// What `exit` ends the script with. It travels as a termination: unlike Rhai's own way to exit, that passes through
/// functions, closures and `try` blocks alike.
#[derive(Clone, Copy)]
pub(crate) struct ExitRequest(pub(crate) u8);

impl ExitRequest {
    /// Returns the error that ends the script.
    #[expect(clippy::unnecessary_box_returns, reason = "Rhai boxes its errors")]
    pub(crate) fn into_rhai(self, position: Position) -> Box<EvalAltResult> {
        Box::new(EvalAltResult::ErrorTerminated(Dynamic::from(self), position))
    }

    fn outcome(self) -> Outcome {
        if self.0 == 0 { Outcome::Finished } else { Outcome::Exit(self.0) }
    }
}

/// Says whether an error is an interruption from outside, which `exit` is not.
pub(crate) fn is_interruption(error: &EvalAltResult) -> bool {
    match error.unwrap_inner() {
        EvalAltResult::ErrorTerminated(why, _) => !why.is::<ExitRequest>(),
        _ => false,
    }
}
