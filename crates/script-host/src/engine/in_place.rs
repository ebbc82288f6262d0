//! Methods that change their receiver and also return it.
//!
//! In stock Rhai `"  x ".trim()` is `()`: an easy mistake that goes far before it shows.

use rhai::{Array, Engine, EvalAltResult, FnPtr, FuncRegistration, ImmutableString, NativeCallContext};

type Fallible<T> = Result<T, Box<EvalAltResult>>;

/// Registers the methods.
pub(crate) fn register(engine: &mut Engine) {
    strings(engine);
    arrays(engine);
}

fn method(name: &str) -> FuncRegistration {
    // Constants must stay what they are.
    FuncRegistration::new(name).with_purity(false)
}

fn strings(engine: &mut Engine) {
    fn set(text: &mut ImmutableString, value: impl Into<ImmutableString>) -> ImmutableString {
        *text = value.into();
        text.clone()
    }
    method("trim").register_into_engine(engine, |text: &mut ImmutableString| {
        let trimmed = text.trim().to_owned();
        set(text, trimmed)
    });
    method("make_upper").register_into_engine(engine, |text: &mut ImmutableString| {
        let upper = text.to_uppercase();
        set(text, upper)
    });
    method("make_lower").register_into_engine(engine, |text: &mut ImmutableString| {
        let lower = text.to_lowercase();
        set(text, lower)
    });
    method("replace").register_into_engine(engine, |text: &mut ImmutableString, from: &str, to: &str| {
        let replaced = text.replace(from, to);
        set(text, replaced)
    });
    method("replace").register_into_engine(engine, |text: &mut ImmutableString, from: &str, to: char| {
        let replaced = text.replace(from, to.encode_utf8(&mut [0; 4]));
        set(text, replaced)
    });
    method("replace").register_into_engine(engine, |text: &mut ImmutableString, from: char, to: &str| {
        let replaced = text.replace(from, to);
        set(text, replaced)
    });
    method("replace").register_into_engine(engine, |text: &mut ImmutableString, from: char, to: char| {
        let replaced = text.replace(from, to.encode_utf8(&mut [0; 4]));
        set(text, replaced)
    });
}

fn arrays(engine: &mut Engine) {
    fn set(array: &mut Array, value: Array) -> Array {
        value.clone_into(array);
        value
    }
    method("reverse").register_into_engine(engine, |array: &mut Array| {
        array.reverse();
        array.clone()
    });
    // Rhai's own `order…` functions return a sorted copy.
    for (name, ordered) in [("sort", "order"), ("sort_desc", "order_desc")] {
        method(name).register_into_engine(
            engine,
            move |ctx: NativeCallContext<'_>, array: &mut Array| -> Fallible<Array> {
                let sorted = ctx.call_native_fn::<Array>(ordered, (array.clone(),))?;
                Ok(set(array, sorted))
            },
        );
    }
    for name in ["sort", "sort_by"] {
        method(name).register_into_engine(
            engine,
            |ctx: NativeCallContext<'_>, array: &mut Array, comparer: FnPtr| -> Fallible<Array> {
                let sorted = ctx.call_native_fn::<Array>("order", (array.clone(), comparer))?;
                Ok(set(array, sorted))
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(script: &str, expected: &str) {
        let mut engine = Engine::new();
        register(&mut engine);
        assert_eq!(engine.eval::<String>(script).map_err(|error| error.to_string()), Ok(expected.to_owned()));
    }

    #[test]
    fn a_method_returns_what_it_made() {
        check(r#""  x ".trim()"#, "x");
        check(r#""a-b".replace("-", "+")"#, "a+b");
        check(r#""a-b".replace('-', "::")"#, "a::b");
        check("`${[3, 1, 2].sort()}`", "[1, 2, 3]");
        check("`${[3, 1, 2].sort_desc()}`", "[3, 2, 1]");
        check("`${[3, 1, 2].sort(|a, b| b - a)}`", "[3, 2, 1]");
        check("`${[3, 1, 2].reverse()}`", "[2, 1, 3]");
    }

    #[test]
    fn the_receiver_is_changed_as_before() {
        check(r#"let s = " x "; s.trim(); s"#, "x");
        check("let a = [2, 1]; a.sort(); `${a}`", "[1, 2]");
        check("let a = [2, 1]; a.reverse(); `${a}`", "[1, 2]");
    }

    #[test]
    fn a_constant_is_not_changed() {
        let mut engine = Engine::new();
        register(&mut engine);
        let error = engine.eval::<String>(r#"const S = " x "; S.trim()"#).unwrap_err();
        assert!(matches!(*error, EvalAltResult::ErrorNonPureMethodCallOnConstant(..)), "{error}");
    }
}
