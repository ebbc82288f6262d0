//! How a script ended.

use rhai::{Dynamic, EvalAltResult};

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
    /// Reads what Rhai gave back; `exit` is what the script called `exit` with.
    pub(crate) fn of(result: Result<Dynamic, Box<EvalAltResult>>, exit: Option<u8>) -> Self {
        match (result, exit) {
            (_, Some(0)) | (Ok(_), None) => Self::Finished,
            (_, Some(number)) => Self::Exit(number),
            (Err(error), None) if is_termination(&error) => Self::Interrupted,
            (Err(error), None) => Self::Thrown(error),
        }
    }
}

/// Says whether an error is the end of the script, and nothing that went wrong in it.
pub(crate) fn is_termination(error: &EvalAltResult) -> bool {
    matches!(error.unwrap_inner(), EvalAltResult::ErrorTerminated(..))
}
