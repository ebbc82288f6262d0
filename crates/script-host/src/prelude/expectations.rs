//! `expect`, `expect_eq`, `fail` and `exit`.

use rhai::{Dynamic, EvalAltResult, ImmutableString, NativeCallContext};

use crate::registry::{Call, Raise, Registry};
use crate::values::{Fault, FaultKind};

pub(super) fn describe(api: &mut Registry) {
    api.function("expect")
        .doc("Fails unless the condition holds; uncaught, the run ends with exit code 4.")
        .param("condition", "what must be true")
        .param("message", "what to say otherwise")
        .example(r#"expect(1 + 1 == 2, "arithmetic is broken");"#)
        .native(
            |_: &Call<'_>, condition: bool, message: Option<String>| {
                if condition { Ok(()) } else { Err(unmet(message, "the expectation does not hold")) }
            },
        );
    api.function("expect_eq")
        .doc("Fails unless both values are equal; uncaught, the run ends with exit code 4.")
        .param("found", "the value that was computed")
        .param("expected", "the value that it should be")
        .param("message", "what to say otherwise")
        .example(r#"expect_eq([1, 2].len(), 2, "an array lost an item");"#)
        .native(expect_eq);
    api.function("fail")
        .doc("Ends the script with an error, unless something catches it.")
        .param("message", "why")
        .example(r#"if false { fail("there is nothing to sync") }"#)
        .native(|_: &Call<'_>, message: String| -> Result<(), Raise> { Err(Raise::new(FaultKind::Failed, message)) });
    api.function("exit")
        .doc("Ends the run, from wherever it is called: with exit code 0, or the given one.")
        .param("code", "0 to 255")
        .example("if false { exit(3) }")
        .native(|call: &Call<'_>, code: Option<i64>| -> Result<(), Raise> {
            let code = u8::try_from(code.unwrap_or(0))
                .map_err(|_| Raise::new(FaultKind::Argument, "`exit`: `code` must be 0 to 255".to_owned()))?;
            call.host().ending.exit(code);
            let ended = EvalAltResult::ErrorTerminated("exit".into(), call.context().call_position());
            Err(Raise::Rhai(Box::new(ended)))
        });
}

fn expect_eq(call: &Call<'_>, found: Dynamic, expected: Dynamic, message: Option<String>) -> Result<(), Raise> {
    let context = call.context();
    let equal = context.call_native_fn::<bool>("==", (found.clone(), expected.clone()));
    // Values of different kinds have no `==`: they are not equal.
    if equal.unwrap_or(false) {
        return Ok(());
    }
    let note = format!("expected: {}\nfound:    {}", shown(context, expected), shown(context, found));
    Err(match unmet(message, "the values differ") {
        Raise::Fault(fault) => fault.note(note).into(),
        other @ Raise::Rhai(_) => other,
    })
}

fn shown(context: &NativeCallContext<'_>, value: Dynamic) -> String {
    let plain = value.to_string();
    context.call_native_fn::<ImmutableString>("to_debug", (value,)).map_or(plain, |text| text.to_string())
}

fn unmet(message: Option<String>, default: &str) -> Raise {
    Fault::new(FaultKind::Expectation, message.unwrap_or_else(|| default.to_owned())).into()
}
