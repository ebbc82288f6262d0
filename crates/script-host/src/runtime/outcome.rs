//! How a script ended.

use rhai::{Dynamic, EvalAltResult};

use super::{Ending, Exceeded};

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
    /// It went beyond a limit.
    Stopped(Exceeded, Box<EvalAltResult>),
    /// A native function or the engine panicked.
    Panicked(String),
}

impl Outcome {
    /// Reads what Rhai gave back of a run.
    pub(crate) fn of(result: Result<Dynamic, Box<EvalAltResult>>, ending: &Ending) -> Self {
        match (result, ending.code(), ending.exceeded()) {
            (_, Some(0), _) | (Ok(_), None, _) => Self::Finished,
            (_, Some(number), _) => Self::Exit(number),
            (Err(error), None, Some(limit)) if is_termination(&error) => Self::Stopped(limit, error),
            (Err(error), None, None) if is_termination(&error) => Self::Interrupted,
            (Err(error), None, _) => Self::Thrown(error),
        }
    }
}

/// Says whether an error is the end of the script, and nothing that went wrong in it.
pub(crate) fn is_termination(error: &EvalAltResult) -> bool {
    matches!(error.unwrap_inner(), EvalAltResult::ErrorTerminated(..))
}
