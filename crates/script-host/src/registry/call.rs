//! A native function's view of the call that it serves.

use std::future::Future;

use rhai::{Dynamic, EvalAltResult, FnPtr, NativeCallContext};

use super::{Function, Mismatch, Raise, Shape};
use crate::runtime::Host;
use crate::values::{Fault, FaultKind};

/// The call of a native function: who called, from where, and the host that serves it.
pub(crate) struct Call<'a> {
    pub(super) host: &'a Host,
    pub(super) function: &'a Function,
    pub(super) context: NativeCallContext<'a>,
}

impl Call<'_> {
    /// Returns the host.
    pub(crate) fn host(&self) -> &Host {
        self.host
    }

    /// Returns Rhai's own view of the call, for functions that call back into the script.
    pub(crate) fn context(&self) -> &NativeCallContext<'_> {
        &self.context
    }

    /// Waits for a future on the script's thread.
    ///
    /// # Errors
    ///
    /// What the future fails with, or the end of the script when it is interrupted meanwhile.
    pub(crate) fn run<T, E: Into<Raise>>(&self, future: impl Future<Output = Result<T, E>>) -> Result<T, Raise> {
        let position = self.context.call_position();
        let interrupted = |reason| Box::new(EvalAltResult::ErrorTerminated(reason, position));
        self.host.block_on(future).map_err(interrupted)?.map_err(Into::into)
    }

    /// Calls a closure of the script.
    ///
    /// # Errors
    ///
    /// What the closure fails with.
    pub(crate) fn call_back(
        &self,
        closure: &FnPtr,
        arguments: impl rhai::FuncArgs,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        closure.call_within_context(&self.context, arguments)
    }

    /// Returns the error for argument number `at`, the receiver included, that does not fit.
    pub(super) fn refuse(&self, at: usize, mismatch: Mismatch) -> Raise {
        let at = if matches!(self.function.shape, Shape::Function) { Some(at) } else { at.checked_sub(1) };
        let param = at.and_then(|at| self.function.params.get(at));
        let mismatch = match param {
            Some(param) if !matches!(param.ty, super::Ty::Options(_)) => mismatch.within(param.name),
            _ => mismatch,
        };
        let fault = Fault::new(FaultKind::Argument, mismatch.message(self.function.name));
        fault.hint(mismatch.hint()).into()
    }
}
