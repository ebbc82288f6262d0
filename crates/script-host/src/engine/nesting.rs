//! Values inside of values: printing and comparing them never goes deeper than a person would read.
//!
//! Rhai's own functions call each other for every level, until the stack is used up.

use std::cell::Cell;
use std::fmt::Write;

use rhai::{Array, Dynamic, Engine, EvalAltResult, FnPtr, ImmutableString, Map, NativeCallContext, Scope};

use crate::runtime::{Ending, Exceeded};

type Fallible<T> = Result<T, Box<EvalAltResult>>;

/// Deeper values are printed as `…`, and are not equal to anything.
const SHOWN: usize = 100;

/// Deeper values end the script. Copying and dropping them takes a call per level; the stacks of scripts have room for
/// several times as many.
const DEEPEST: usize = 1_000;

/// A variable is looked at each time that so many were used.
const EVERY: u32 = 64;

/// Registers the functions.
pub(super) fn register(engine: &mut Engine) {
    for name in ["to_string", "to_debug", "print", "debug"] {
        engine.register_fn(name, |ctx: NativeCallContext<'_>, array: &mut Array| shown(&ctx, &array.clone().into()));
        engine.register_fn(name, |ctx: NativeCallContext<'_>, map: &mut Map| shown(&ctx, &map.clone().into()));
    }
    for (name, wanted) in [("==", true), ("!=", false)] {
        engine.register_fn(name, move |ctx: NativeCallContext<'_>, a: Array, b: Array| -> Fallible<bool> {
            Ok(same(&ctx, &a.into(), &b.into(), 0)? == wanted)
        });
        engine.register_fn(name, move |ctx: NativeCallContext<'_>, a: Map, b: Map| -> Fallible<bool> {
            Ok(same(&ctx, &a.into(), &b.into(), 0)? == wanted)
        });
    }
}

/// Stops scripts whose values grow ever deeper; to be called when a variable is used.
pub(super) fn watch(name: &str, scope: &Scope<'_>, ending: &Ending) {
    if is_time() && scope.get(name).is_some_and(|value| depth(value, 0) > DEEPEST) {
        ending.exceed(Exceeded::Nesting);
    }
}

fn is_time() -> bool {
    thread_local! {
        static USED: Cell<u32> = const { Cell::new(0) };
    }
    USED.with(|used| {
        used.set(used.get().wrapping_add(1));
        used.get().is_multiple_of(EVERY)
    })
}

/// Returns how deep a value is along one way: into the first thing of each that holds others. What grows by itself, grows
/// there; a wide value is not searched.
fn depth(value: &Dynamic, at: usize) -> usize {
    const WIDE: usize = 8;
    let into = |item: Option<&Dynamic>| item.map_or(at, |item| depth(item, at + 1));
    let holds = |item: &&Dynamic| item.is_shared() || item.is_array() || item.is_map() || item.is::<FnPtr>();
    if at > DEEPEST {
        at
    } else if let Some(array) = value.read_lock::<Array>() {
        into(array.iter().take(WIDE).chain(array.iter().rev().take(WIDE)).find(holds))
    } else if let Some(map) = value.read_lock::<Map>() {
        into(map.values().take(WIDE).find(holds))
    } else if let Some(closure) = value.read_lock::<FnPtr>() {
        into(closure.curry().iter().find(holds))
    } else {
        at
    }
}

fn shown(ctx: &NativeCallContext<'_>, value: &Dynamic) -> String {
    let mut out = String::new();
    write(ctx, value, 0, &mut out);
    out
}

fn write(ctx: &NativeCallContext<'_>, value: &Dynamic, depth: usize, out: &mut String) {
    if depth > SHOWN {
        out.push('…');
    } else if let Some(array) = value.read_lock::<Array>() {
        out.push('[');
        for (at, item) in array.iter().enumerate() {
            out.push_str(if at == 0 { "" } else { ", " });
            write(ctx, item, depth + 1, out);
        }
        out.push(']');
    } else if let Some(map) = value.read_lock::<Map>() {
        out.push_str("#{");
        for (at, (key, item)) in map.iter().enumerate() {
            // Writing to a string does not fail.
            let _ = write!(out, "{}{key:?}: ", if at == 0 { "" } else { ", " });
            write(ctx, item, depth + 1, out);
        }
        out.push('}');
    } else {
        let text = ctx.call_native_fn::<ImmutableString>("to_debug", (value.clone(),));
        out.push_str(&text.unwrap_or_else(|_| value.to_string().into()));
    }
}

fn same(ctx: &NativeCallContext<'_>, a: &Dynamic, b: &Dynamic, depth: usize) -> Fallible<bool> {
    if depth > SHOWN {
        return Ok(false);
    }
    if let (Some(a), Some(b)) = (a.read_lock::<Array>(), b.read_lock::<Array>()) {
        let mut pairs = a.iter().zip(b.iter());
        return Ok(a.len() == b.len()
            && pairs.try_fold(true, |so_far, (a, b)| {
                Ok::<_, Box<EvalAltResult>>(so_far && same(ctx, a, b, depth + 1)?)
            })?);
    }
    if let (Some(a), Some(b)) = (a.read_lock::<Map>(), b.read_lock::<Map>()) {
        if a.len() != b.len() {
            return Ok(false);
        }
        for (key, item) in a.iter() {
            let Some(other) = b.get(key) else { return Ok(false) };
            if !same(ctx, item, other, depth + 1)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    if a.is_unit() || b.is_unit() {
        return Ok(a.is_unit() && b.is_unit());
    }
    match ctx.call_native_fn::<bool>("==", (a.clone(), b.clone())) {
        // Values of different kinds have no `==`: they are not equal.
        Err(error) if matches!(*error, EvalAltResult::ErrorFunctionNotFound(..)) => Ok(false),
        answer => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine() -> Engine {
        let mut engine = Engine::new();
        register(&mut engine);
        engine
    }

    #[track_caller]
    fn check(script: &str, expected: &str) {
        assert_eq!(engine().eval::<String>(script).map_err(|error| error.to_string()), Ok(expected.to_owned()));
    }

    #[test]
    fn values_print_as_rhai_prints_them() {
        for script in ["[1, \"a\\\"b\", 'c', (), 1.5, true, [#{ a: [], \"b c\": 1 }]]", "#{}", "[|x| x].len()"] {
            let text = format!("`${{{script}}}`");
            check(&text, &Engine::new().eval::<String>(&text).unwrap());
        }
    }

    #[test]
    fn values_are_compared_as_rhai_compares_them() {
        for (a, b) in [
            ("[1, [2]]", "[1, [2]]"),
            ("[1]", "[1.0]"),
            ("[1]", "[\"1\"]"),
            ("#{a: [1]}", "#{a: [1]}"),
            ("[()]", "[()]"),
            ("[1]", "[1, 2]"),
            ("#{a: 1}", "#{b: 1}"),
        ] {
            for operator in ["==", "!="] {
                let script = format!("let a = {a}; let b = {b}; `${{a {operator} b}}`");
                check(&script, &Engine::new().eval::<String>(&script).unwrap());
            }
        }
    }

    #[test]
    fn what_is_nested_deeply_is_cut() {
        let script = "let a = []; for i in 0..300 { a = [a] } `${a}`.len() + if a == a { 1 } else { 0 }";
        assert_eq!(engine().eval::<i64>(script).unwrap(), 101 + 1 + 101);
    }
}
