//! Several closures of one script at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rhai::{Array, Dynamic, EvalAltResult, FnPtr, Map, NativeCallContext, Position};

use super::thread::catching;
use super::{current_token, is_termination, with_token};
use crate::values::{Fault, FaultKind};

type Answer = Result<Dynamic, Box<EvalAltResult>>;

/// Closures run on threads of this size, of which only what is used is taken.
const STACK: usize = 64 << 20;

/// Calls every closure, at most `limit` at a time, and returns the results in the order of the closures. When errors are
/// to be collected, the error of a closure is its result.
///
/// # Errors
///
/// The first error in that order. It stops the closures that are still running.
pub(crate) fn parallel(
    context: &NativeCallContext<'_>,
    closures: &[FnPtr],
    limit: usize,
    collect: bool,
) -> Result<Array, Box<EvalAltResult>> {
    let next = AtomicUsize::new(0);
    let token = current_token().child_token();
    let answers: Vec<Mutex<Option<Answer>>> = closures.iter().map(|_| Mutex::new(None)).collect();
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(closure) = closures.get(at).filter(|_| !token.is_cancelled()) else { break };
            let answer = catching(|| closure.call_within_context::<Dynamic>(context, ())).unwrap_or_else(|panic| {
                let fault = Fault::new(FaultKind::Bug, panic);
                Err(Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(fault), context.call_position())))
            });
            let answer = match answer {
                Err(error) if collect && is_catchable(&error) => Ok(Dynamic::from(Fault::of_thrown(&error))),
                answer => answer,
            };
            if answer.is_err() {
                token.cancel();
            }
            *answers[at].lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        }
    };
    std::thread::scope(|scope| {
        for number in 0..limit.min(closures.len()) {
            let token = token.clone();
            let thread = std::thread::Builder::new().name(format!("script-{number}")).stack_size(STACK);
            // Without a single further thread the work is still done, by this one.
            if thread.spawn_scoped(scope, || with_token(token, work)).is_err() && number == 0 {
                work();
            }
        }
    });
    in_order(answers.into_iter().map(|answer| answer.into_inner().unwrap_or_else(PoisonError::into_inner)))
}

/// Says whether a script may go on after an error.
pub(crate) fn is_catchable(error: &EvalAltResult) -> bool {
    let inner = error.unwrap_inner();
    inner.is_catchable() && !inner.is_pseudo_error() && !inner.is_system_exception()
}

/// Reports an error rather than the interruptions that it caused in others.
fn in_order(answers: impl Iterator<Item = Option<Answer>>) -> Result<Array, Box<EvalAltResult>> {
    let (mut values, mut interruption) = (Array::new(), None);
    for answer in answers {
        match answer {
            Some(Ok(value)) => values.push(value),
            Some(Err(error)) if is_termination(&error) => interruption = Some(error),
            Some(Err(error)) => return Err(error),
            // Told to stop before it was begun.
            None => {
                interruption = Some(Box::new(EvalAltResult::ErrorTerminated("interrupted".into(), Position::NONE)));
            }
        }
    }
    interruption.map_or(Ok(values), Err)
}

/// Gives a closure private copies of the variables that it captured.
///
/// A captured variable is behind a lock that a method call on it holds to its end, which is a whole HTTP request; other
/// threads would fail with a data race.
pub(crate) fn snapshot(mut closure: FnPtr) -> FnPtr {
    let captured: Vec<Dynamic> = closure.curry().iter().map(|value| private(value.clone().flatten())).collect();
    closure.set_curry(captured);
    closure
}

/// Copies a value so that it shares nothing that a thread could wait for.
pub(crate) fn private(value: Dynamic) -> Dynamic {
    if value.is::<FnPtr>() {
        return Dynamic::from(snapshot(value.cast()));
    }
    if value.is_array() {
        return value.cast::<Array>().into_iter().map(|item| private(item.flatten())).collect::<Array>().into();
    }
    if value.is_map() {
        let members = value.cast::<Map>().into_iter().map(|(key, item)| (key, private(item.flatten())));
        return members.collect::<Map>().into();
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_begun_is_an_interruption_and_no_missing_value() {
        let one = || Some(Ok(Dynamic::ONE));
        assert_eq!(in_order([one(), one()].into_iter()).unwrap().len(), 2);
        assert!(is_termination(&in_order([one(), None].into_iter()).unwrap_err()));
        let error = Some(Err("no".into()));
        assert_eq!(in_order([None, error].into_iter()).unwrap_err().to_string(), "Runtime error: no");
    }
}
