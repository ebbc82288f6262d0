//! `sleep`, `now` and `duration`.

use std::any::TypeId;
use std::cmp::Ordering;
use std::time::Duration as StdDuration;

use jiff::{SignedDuration, Timestamp};
use rhai::{Dynamic, Engine, EvalAltResult, ImmutableString, Position};

use crate::registry::{Arg, Call, Handle, Mismatch, Raise, Registry, Ty};
use crate::values::{Fault, FaultKind, kind_of};

/// A length of time, as scripts hold it.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Duration(pub(crate) StdDuration);

/// A length of time as an argument: `"1h 30m"`, a number of seconds, or a `Duration`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span(pub(crate) StdDuration);

impl Handle for Duration {
    const NAME: &'static str = "Duration";
    const DOC: &'static str = "A length of time. It is compared with, added to and taken from others, which can also be strings or numbers of seconds: `job.duration > \"15m\"`, `duration(\"1h\") + \"30m\"`.";

    fn show(&self) -> String {
        SignedDuration::try_from(self.0).map_or_else(|_| format!("{}s", self.0.as_secs()), |span| format!("{span:#}"))
    }

    fn same(&self, other: &Self) -> bool {
        self == other
    }

    fn operators(engine: &mut Engine) {
        type Holds = fn(Ordering) -> bool;
        let comparisons: [(&str, Holds); 4] =
            [("<", Ordering::is_lt), ("<=", Ordering::is_le), (">", Ordering::is_gt), (">=", Ordering::is_ge)];
        for (operator, holds) in comparisons {
            // Rhai's own answer for values of two types is always `false`.
            engine.register_fn(operator, move |a: Self, b: Dynamic| compared(operator, a, b).map(holds));
            engine.register_fn(operator, move |a: Dynamic, b: Self| {
                compared(operator, b, a).map(|order| holds(order.reverse()))
            });
            engine.register_fn(operator, move |a: Self, b: Self| holds(a.0.cmp(&b.0)));
        }
        let equal = |a: Self, b: Dynamic| Span::take(b.flatten()).is_ok_and(|b| a.0 == b.0);
        engine.register_fn("==", equal).register_fn("!=", move |a: Self, b: Dynamic| !equal(a, b));
        let add = |a: Self, b: Dynamic| {
            let sum = a.0.checked_add(other("+", b)?);
            sum.map(Self).ok_or_else(|| refused("`+`: the lengths of time are too long together"))
        };
        let subtract = |a: Self, b: Dynamic| {
            let rest = a.0.checked_sub(other("-", b)?);
            rest.map(Self).ok_or_else(|| refused("`-`: a length of time cannot be negative"))
        };
        // Rhai's own answer for a text is a longer text.
        engine.register_fn("+", move |a: Self, b: ImmutableString| add(a, b.into()));
        engine.register_fn("-", move |a: Self, b: ImmutableString| subtract(a, b.into()));
        engine.register_fn("+", add).register_fn("-", subtract);
    }
}

/// Compares with another length of time, however that is written.
fn compared(operator: &str, length: Duration, with: Dynamic) -> Result<Ordering, Box<EvalAltResult>> {
    Ok(length.0.cmp(&other(operator, with)?))
}

/// Returns the length of time beside an operator.
fn other(operator: &str, value: Dynamic) -> Result<StdDuration, Box<EvalAltResult>> {
    let taken = Span::take(value.flatten()).map(|span| span.0);
    taken.map_err(|mismatch| refused(mismatch.within("length").message(operator)))
}

#[expect(clippy::unnecessary_box_returns, reason = "Rhai boxes its errors")]
fn refused(message: impl Into<String>) -> Box<EvalAltResult> {
    let fault = Fault::new(FaultKind::Argument, message);
    Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(fault), Position::NONE))
}

impl Arg for Span {
    const TY: Ty = Ty::Either(&[Ty::Text, Ty::Number, Ty::Handle("Duration")]);

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        if let Some(duration) = value.read_lock::<Duration>() {
            return Ok(Self(duration.0));
        }
        if value.is_string() {
            return parse(&String::take(value)?).map(Self);
        }
        let found = kind_of(&value).to_owned();
        let seconds = f64::take(value).map_err(|_| Mismatch::wrong_type(Self::TY, &found))?;
        StdDuration::try_from_secs_f64(seconds)
            .map(Self)
            .map_err(|_| Mismatch::value(format!("{seconds} seconds are no length of time")))
    }
}

fn parse(text: &str) -> Result<StdDuration, Mismatch> {
    length_of_time(text).ok_or_else(|| {
        let hint = "write it as \"90s\", \"15m\", \"1h 30m\" or \"7d\"".to_owned();
        Mismatch::value_with_hint(format!("`{text}` is no length of time"), Some(hint))
    })
}

/// Reads a length of time such as "1h 30m" or "2 weeks": days have 24 hours. Months have no length.
pub(crate) fn length_of_time(text: &str) -> Option<StdDuration> {
    let span = text.parse::<jiff::Span>().ok()?;
    StdDuration::try_from(span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()?).ok()
}

pub(super) fn describe(api: &mut Registry) {
    api.handle::<Duration>();
    api.function("duration")
        .doc("Returns a length of time.")
        .param("length", "such as \"90s\", \"1h 30m\" or \"7d\", or a number of seconds")
        .example(r#"expect(duration("90s") + duration("1h") < "1d");"#)
        .pure()
        .native(|_: &Call<'_>, length: Span| Duration(length.0));
    api.property("seconds")
        .doc("The length in seconds.")
        .example(r#"print(duration("1m 30s").seconds);"#)
        .native(|_: &Call<'_>, duration: Duration| duration.0.as_secs_f64());
    api.function("sleep")
        .doc("Waits; Ctrl-C ends the wait.")
        .param("length", "such as \"90s\", or a number of seconds")
        .example("sleep(0);")
        .replacing_builtin(&[TypeId::of::<i64>, TypeId::of::<f64>])
        .native(|call: &Call<'_>, length: Span| -> Result<(), Raise> {
            call.run(async {
                tokio::time::sleep(length.0).await;
                Ok::<_, Raise>(())
            })
        });
    api.function("now")
        .doc("Returns the time in UTC, such as `2026-01-31T09:30:00Z`.")
        .example("print(now());")
        .pure()
        .native(|_: &Call<'_>| time_text(Timestamp::now()));
    api.function("ago")
        .doc("Returns the time so long ago in UTC, in the form of `now()`: times in this form can be compared.")
        .param("length", "such as \"24h\", or a number of seconds")
        .example("let job = connect().workspace().connection(\"Shop → Lake\").last_job();\nprint(job.created_at > ago(\"24h\"));")
        .pure()
        .native(|_: &Call<'_>, length: Span| {
            let then = SignedDuration::try_from(length.0).ok().and_then(|length| Timestamp::now().checked_sub(length).ok());
            then.map(time_text).ok_or_else(|| {
                let mismatch = Mismatch::value("there was no time so long ago").within("length");
                Raise::new(FaultKind::Argument, mismatch.message("ago"))
            })
        });
}

/// A time as scripts hold it: texts in this form stand in the order of the times.
pub(crate) fn time_text(time: Timestamp) -> String {
    time.round(jiff::Unit::Second).unwrap_or(time).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: impl Into<Dynamic>, expected: Result<u64, &str>) {
        let taken = Span::take(value.into()).map(|span| span.0.as_secs()).map_err(|error| error.message("f"));
        assert_eq!(taken, expected.map_err(str::to_owned));
    }

    #[test]
    fn a_length_of_time_is_a_text_or_a_number_of_seconds() {
        check("90s", Ok(90));
        check("1h 30m", Ok(5400));
        check("1h30m", Ok(5400));
        check("2 weeks", Ok(1_209_600));
        check("1d 12h", Ok(129_600));
        check(15_i64, Ok(15));
        check(2.5, Ok(2));
        check(Dynamic::from(Duration(StdDuration::from_secs(3))), Ok(3));
    }

    #[test]
    fn nonsense_is_refused() {
        check("soon", Err("`f`: `soon` is no length of time"));
        check("1 month", Err("`f`: `1 month` is no length of time"));
        check("-5s", Err("`f`: `-5s` is no length of time"));
        check(-1_i64, Err("`f`: -1 seconds are no length of time"));
        check(true, Err("`f`: `` must be a string or number or Duration, not a boolean"));
    }
}
