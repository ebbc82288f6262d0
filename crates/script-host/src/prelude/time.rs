//! `sleep`, `now` and `duration`.

use std::any::TypeId;
use std::time::Duration as StdDuration;

use jiff::{SignedDuration, Timestamp};
use rhai::Dynamic;

use crate::registry::{Arg, Call, Handle, Mismatch, Raise, Registry, Ty};
use crate::values::{FaultKind, kind_of};

/// A length of time, as scripts hold it.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Duration(pub(crate) StdDuration);

/// A length of time as an argument: `"1h 30m"`, a number of seconds, or a `Duration`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span(pub(crate) StdDuration);

impl Handle for Duration {
    const NAME: &'static str = "Duration";
    const DOC: &'static str = "A length of time.";

    fn show(&self) -> String {
        SignedDuration::try_from(self.0).map_or_else(|_| format!("{}s", self.0.as_secs()), |span| format!("{span:#}"))
    }

    fn same(&self, other: &Self) -> bool {
        self == other
    }
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
    let span = text.parse::<SignedDuration>().ok().and_then(|span| StdDuration::try_from(span).ok());
    span.ok_or_else(|| {
        let hint = "write it as \"90s\", \"15m\" or \"1h 30m\"".to_owned();
        Mismatch::value_with_hint(format!("`{text}` is no length of time"), Some(hint))
    })
}

pub(super) fn describe(api: &mut Registry) {
    api.handle::<Duration>();
    api.function("duration")
        .doc("Returns a length of time.")
        .param("length", "such as \"90s\" or \"1h 30m\", or a number of seconds")
        .example(r#"print(duration("90s").seconds);"#)
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
        check(15_i64, Ok(15));
        check(2.5, Ok(2));
        check(Dynamic::from(Duration(StdDuration::from_secs(3))), Ok(3));
    }

    #[test]
    fn nonsense_is_refused() {
        check("soon", Err("`f`: `soon` is no length of time"));
        check("-5s", Err("`f`: `-5s` is no length of time"));
        check(-1_i64, Err("`f`: -1 seconds are no length of time"));
        check(true, Err("`f`: `` must be a string or number or Duration, not a boolean"));
    }
}
