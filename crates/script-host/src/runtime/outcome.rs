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
    /// Reads what Rhai gave back.
    pub(crate) fn of(result: Result<Dynamic, Box<EvalAltResult>>) -> Self {
        let error = match result {
            Ok(_) => return Self::Finished,
            Err(error) => error,
        };
        match error.unwrap_inner() {
            EvalAltResult::Exit(value, _) => Self::exit(value),
            EvalAltResult::ErrorTerminated(..) => Self::Interrupted,
            _ => Self::Thrown(error),
        }
    }

    fn exit(value: &Dynamic) -> Self {
        match value.as_int().map(u8::try_from) {
            Ok(Ok(0)) | Err(_) => Self::Finished,
            Ok(Ok(number)) => Self::Exit(number),
            Ok(Err(_)) => Self::Exit(u8::MAX),
        }
    }
}
