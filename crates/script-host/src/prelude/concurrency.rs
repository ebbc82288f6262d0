//! `parallel_map`, `parallel`, `retry` and `timeout`.

use std::time::Duration as StdDuration;

use rhai::{Array, Dynamic, EvalAltResult, FnPtr};

use super::Span;
use crate::registry::{Call, ListOf, Mismatch, Raise, Registry};
use crate::runtime::{current_token, is_catchable, is_termination, parallel, private, snapshot, stopped, with_token};
use crate::values::{Fault, FaultKind};

choices! {
    /// What happens when a closure fails.
    enum OnError {
        /// The others are stopped, and its error is the error of the call.
        Stop = "stop",
        /// The others go on; its error stands where its result would.
        Collect = "collect",
    }
}

options! {
    /// Options of `parallel_map` and `parallel`.
    struct ParallelOptions {
        /// how many run at a time
        concurrency: i64 = 8,
        /// "stop" at the first error, or "collect" the errors among the results
        on_error: OnError = OnError::Stop,
    }
}

options! {
    /// Options of `retry`.
    struct RetryOptions {
        /// how often to try at most
        attempts: i64 = 3,
        /// how long to wait between two attempts
        delay: Span = Span(StdDuration::from_secs(1)),
        /// by how much each wait is longer than the one before
        backoff: f64 = 1.0,
    }
}

pub(super) fn describe(api: &mut Registry) {
    api.method("parallel_map")
        .doc("Calls the closure for every item, several at a time, and returns the results in the order of the items. The closure sees a copy of the variables around it.")
        .param("closure", "called with one item")
        .param("options", "how")
        .example("let doubled = [1, 2, 3].parallel_map(|x| x * 2);\nexpect_eq(doubled, [2, 4, 6]);")
        .native(|call: &Call<'_>, items: Array, closure: FnPtr, options: ParallelOptions| {
            let closure = snapshot(closure);
            let with_item = |item: Dynamic| {
                let mut closure = closure.clone();
                closure.add_curry(private(item.flatten()));
                closure
            };
            run(call, "parallel_map", &items.into_iter().map(with_item).collect::<Vec<_>>(), &options)
        });
    api.function("parallel")
        .doc("Calls all closures, several at a time, and returns their results in order. A closure sees a copy of the variables around it.")
        .param("closures", "each without parameters")
        .param("options", "how")
        .example("let both = parallel([|| 1, || 2]);\nexpect_eq(both, [1, 2]);")
        .native(|call: &Call<'_>, closures: ListOf<FnPtr>, options: ParallelOptions| {
            run(call, "parallel", &closures.0.into_iter().map(snapshot).collect::<Vec<_>>(), &options)
        });
    api.function("retry")
        .doc("Calls the closure until it does not fail, and returns what it returns. The last failure is the failure of `retry`.")
        .param("options", "how often")
        .param("closure", "with the number of the attempt, from 1, or without parameters")
        .example("let answer = retry(#{ attempts: 2, delay: 0 }, |attempt| if attempt < 2 { throw \"not yet\" } else { 42 });\nexpect_eq(answer, 42);")
        .native(|call: &Call<'_>, options: RetryOptions, closure: FnPtr| retry(call, &options, &closure));
    api.function("timeout")
        .doc("Calls the closure and returns what it returns; fails with kind `timeout` when that takes too long.")
        .param("length", "such as \"10m\", or a number of seconds")
        .param("closure", "without parameters")
        .example(r#"expect_eq(timeout("10s", || 1 + 1), 2);"#)
        .native(|call: &Call<'_>, length: Span, closure: FnPtr| timeout(call, length, &closure));
}

fn run(call: &Call<'_>, name: &str, closures: &[FnPtr], options: &ParallelOptions) -> Result<Array, Raise> {
    let limit = usize::try_from(options.concurrency).ok().filter(|limit| (1..=256).contains(limit));
    let limit = limit.ok_or_else(|| bad_number(name, "concurrency", 256, options.concurrency))?;
    Ok(parallel(call.context(), closures, limit, options.on_error == OnError::Collect)?)
}

fn bad_number(function: &str, option: &str, most: i64, found: i64) -> Fault {
    let mismatch = Mismatch::value(format!("must be 1 to {most}, not {found}")).within(option);
    Fault::new(FaultKind::Argument, mismatch.message(function))
}

fn retry(call: &Call<'_>, options: &RetryOptions, closure: &FnPtr) -> Result<Dynamic, Raise> {
    let wrong = |option: &str, rule: &str| {
        let mismatch = Mismatch::value(rule).within(option);
        Raise::new(FaultKind::Argument, mismatch.message("retry"))
    };
    if options.attempts < 1 {
        return Err(wrong("attempts", "must be at least 1"));
    }
    if !(1.0..=1000.0).contains(&options.backoff) {
        return Err(wrong("backoff", "must be 1 to 1000"));
    }
    let mut delay = options.delay.0;
    for attempt in 1.. {
        match attempt_once(call, closure, attempt) {
            Err(error) if attempt < options.attempts && is_catchable(&error) => {}
            answer => return Ok(answer?),
        }
        call.run(async {
            tokio::time::sleep(delay).await;
            Ok::<_, Raise>(())
        })?;
        delay = StdDuration::try_from_secs_f64(delay.as_secs_f64() * options.backoff).unwrap_or(StdDuration::MAX);
    }
    Ok(Dynamic::UNIT)
}

/// The closure may or may not take the number of the attempt.
fn attempt_once(call: &Call<'_>, closure: &FnPtr, attempt: i64) -> Result<Dynamic, Box<EvalAltResult>> {
    match call.call_back(closure, (attempt,)) {
        Err(error) if is_without_parameters(&error, closure) => call.call_back(closure, ()),
        answer => answer,
    }
}

fn is_without_parameters(error: &EvalAltResult, closure: &FnPtr) -> bool {
    matches!(error, EvalAltResult::ErrorFunctionNotFound(signature, _) if signature.starts_with(closure.fn_name()))
}

fn timeout(call: &Call<'_>, length: Span, closure: &FnPtr) -> Result<Dynamic, Raise> {
    let token = current_token().child_token();
    let alarm = token.clone();
    let timer = call.host().tokio.spawn(async move {
        tokio::time::sleep(length.0).await;
        alarm.cancel();
    });
    let answer = with_token(token, || call.call_back(closure, ()));
    timer.abort();
    match answer {
        Err(error) if is_termination(&error) && !stopped() => {
            Err(Raise::new(FaultKind::Timeout, format!("no result within {:?}", length.0)))
        }
        answer => Ok(answer?),
    }
}
