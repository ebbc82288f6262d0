//! How a native function fails.

use rhai::{Dynamic, EvalAltResult, Position};

use crate::diagnostics::Place;
use crate::values::{Fault, FaultKind};

/// What a native function returns instead of a value.
pub(crate) enum Raise {
    /// An error that scripts can catch.
    Fault(Fault),
    /// What a script function called from here ended with, or an interruption.
    Rhai(Box<EvalAltResult>),
}

impl Raise {
    /// Makes an error of a kind with a message.
    pub(crate) fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self::Fault(Fault::new(kind, message))
    }

    /// Returns what Rhai expects.
    #[expect(clippy::unnecessary_box_returns, reason = "Rhai boxes its errors")]
    pub(super) fn into_rhai(self, place: Option<Place>, position: Position) -> Box<EvalAltResult> {
        match self {
            Self::Fault(fault) => {
                Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(fault.thrown_at(place)), position))
            }
            Self::Rhai(error) => error,
        }
    }
}

impl From<Fault> for Raise {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Box<EvalAltResult>> for Raise {
    fn from(error: Box<EvalAltResult>) -> Self {
        Self::Rhai(error)
    }
}
