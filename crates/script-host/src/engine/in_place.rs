//! Methods that change their receiver and also return it.
//!
//! In stock Rhai `"  x ".trim()` is `()`: an easy mistake that goes far before it shows.

use rhai::{
    Array, Dynamic, Engine, EvalAltResult, FnPtr, FuncRegistration, ImmutableString, NativeCallContext, Position,
};

use super::sizes::text_within;
use crate::values::{Fault, FaultKind, kind_of};

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
    method("replace").register_into_engine(engine, replace);
    method("replace")
        .register_into_engine(engine, |text: &mut ImmutableString, from: &str, to: char| replace(text, from, &one(to)));
    method("replace")
        .register_into_engine(engine, |text: &mut ImmutableString, from: char, to: &str| replace(text, &one(from), to));
    method("replace").register_into_engine(engine, |text: &mut ImmutableString, from: char, to: char| {
        replace(text, &one(from), &one(to))
    });
}

fn replace(text: &mut ImmutableString, from: &str, to: &str) -> Fallible<ImmutableString> {
    let count = text.matches(from).count();
    text_within(text.len().saturating_add(count.saturating_mul(to.len())))?;
    let replaced = text.replace(from, to);
    *text = replaced.into();
    Ok(text.clone())
}

fn one(character: char) -> String {
    character.to_string()
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
    for (name, copying, is_descending) in [("sort", "order", false), ("sort_desc", "order_desc", true)] {
        let ordered = move |ctx: &NativeCallContext<'_>, array: &Array| {
            merge_sort(array.clone(), &mut |a, b| {
                let (less, more) = if is_descending { (b, a) } else { (a, b) };
                is_less(ctx, more, less).map(|is_wrong| !is_wrong)
            })
        };
        method(name).register_into_engine(
            engine,
            move |ctx: NativeCallContext<'_>, array: &mut Array| -> Fallible<Array> {
                let sorted = ordered(&ctx, array)?;
                Ok(set(array, sorted))
            },
        );
        engine.register_fn(copying, move |ctx: NativeCallContext<'_>, array: &mut Array| ordered(&ctx, array));
    }
    for name in ["order", "order_by"] {
        engine.register_fn(name, |ctx: NativeCallContext<'_>, array: &mut Array, comparer: FnPtr| {
            merge_sort(array.clone(), &mut |a, b| comes_before(&ctx, &comparer, a, b))
        });
    }
    for name in ["sort", "sort_by"] {
        method(name).register_into_engine(
            engine,
            |ctx: NativeCallContext<'_>, array: &mut Array, comparer: FnPtr| -> Fallible<Array> {
                let mut before = |a: &Dynamic, b: &Dynamic| comes_before(&ctx, &comparer, a, b);
                let sorted = merge_sort(array.clone(), &mut before)?;
                Ok(set(array, sorted))
            },
        );
    }
}

/// Compares two values of one kind; also numbers with and without a fraction, and what has a `<` of its own.
fn is_less(ctx: &NativeCallContext<'_>, a: &Dynamic, b: &Dynamic) -> Fallible<bool> {
    if let (Some(a), Some(b)) = (a.read_lock::<ImmutableString>(), b.read_lock::<ImmutableString>()) {
        return Ok(*a < *b);
    }
    if a.is_unit() && b.is_unit() {
        return Ok(false);
    }
    let (kind, other) = (kind_of(a), kind_of(b));
    let is_number = |kind: &str| matches!(kind, "integer" | "number");
    // Of values of two types Rhai says that none is less.
    if kind != other && !(is_number(kind) && is_number(other)) {
        return Err(not_sorted("elements of different types cannot be sorted"));
    }
    ctx.call_native_fn::<bool>("<", (a.clone(), b.clone())).map_err(|error| match *error {
        EvalAltResult::ErrorFunctionNotFound(..) => not_sorted(format!("elements of type {kind} cannot be sorted")),
        _ => error,
    })
}

#[expect(clippy::unnecessary_box_returns, reason = "Rhai boxes its errors")]
fn not_sorted(message: impl Into<String>) -> Box<EvalAltResult> {
    let fault = Fault::new(FaultKind::Rhai("type"), message);
    Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(fault), Position::NONE))
}

/// Asks a script which of two values comes first: a number below 0, or `true`, for the first one.
fn comes_before(ctx: &NativeCallContext<'_>, comparer: &FnPtr, a: &Dynamic, b: &Dynamic) -> Fallible<bool> {
    let answer = comparer.call_within_context::<Dynamic>(ctx, (a.clone(), b.clone()))?;
    match (answer.as_int(), answer.as_bool()) {
        (Ok(order), _) => Ok(order <= 0),
        (_, Ok(before)) => Ok(before),
        (Err(found), _) => {
            Err(Box::new(EvalAltResult::ErrorMismatchDataType("i64".to_owned(), found.to_owned(), Position::NONE)))
        }
    }
}

/// Sorts without a word about orders that make no sense, and stops at the first error: Rhai's own goes on without it.
fn merge_sort(
    mut items: Array,
    comes_before: &mut impl FnMut(&Dynamic, &Dynamic) -> Fallible<bool>,
) -> Fallible<Array> {
    if items.len() < 2 {
        return Ok(items);
    }
    let right = items.split_off(items.len() / 2);
    let mut out = Array::with_capacity(items.len() + right.len());
    let mut left = merge_sort(items, comes_before)?.into_iter().peekable();
    let mut right = merge_sort(right, comes_before)?.into_iter().peekable();
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let next = if comes_before(a, b)? { left.next() } else { right.next() };
        out.extend(next);
    }
    out.extend(left);
    out.extend(right);
    Ok(out)
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
        check("`${[2, 1.5, 3].sort()}`", "[1.5, 2, 3]");
        check("`${[\"b\", \"a\"].order()}`", "[\"a\", \"b\"]");
        check("`${[true, false, true].order_desc()}`", "[true, true, false]");
        check("`${[(), ()].sort()}${['b', 'a'].sort()}`", "[(), ()][a, b]");
        check("`${[3, 1, 2].sort(|a, b| b - a)}`", "[3, 2, 1]");
        check("const L = [3, 1, 2]; `${L.order_by(|a, b| b - a)}${L.order()}${L}`", "[3, 2, 1][1, 2, 3][3, 1, 2]");
        check("`${[3, 1, 2].reverse()}`", "[2, 1, 3]");
    }

    #[test]
    fn an_error_of_a_comparison_is_an_error_of_the_sort() {
        let mut engine = Engine::new();
        register(&mut engine);
        let error = engine.eval::<Array>("[2, 1].sort(|a, b| throw \"no\")").unwrap_err();
        assert!(error.unwrap_inner().to_string().contains("no"), "{error}");
        for (values, kind) in [("[1, \"a\"]", "different types"), ("[[1], [0]]", "type array")] {
            let error = engine.eval::<Array>(&format!("{values}.sort()")).unwrap_err();
            assert_eq!(Fault::of_thrown(&error).message(), format!("elements of {kind} cannot be sorted"));
        }
        let error = engine.eval::<Array>("[2, 1].sort(|a, b| \"x\")").unwrap_err();
        assert!(matches!(*error, EvalAltResult::ErrorMismatchDataType(..)), "{error}");
        let senseless = "let n = 0; let a = []; a.pad(100, 1); a.sort(|a, b| { n += 1; n % 3 - 1 }).len";
        assert_eq!(engine.eval::<i64>(senseless).unwrap(), 100);
        check("`${[[2, 0], [1, 1], [2, 2], [1, 3]].sort(|a, b| a[0] - b[0])}`", "[[1, 1], [1, 3], [2, 0], [2, 2]]");
        check("`${[3, 1, 2].sort(|a, b| a < b)}`", "[1, 2, 3]");
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
