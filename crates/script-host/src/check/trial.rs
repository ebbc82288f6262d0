//! What Rhai itself makes of an expression, tried on values that stand for their types.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rhai::{Dynamic, Engine, EvalAltResult, OptimizationLevel};

use crate::engine::in_place;
use crate::registry::Ty;
use crate::values::kind_of;

/// What a trial showed.
#[derive(Clone)]
pub(super) enum Tried {
    /// It depends on more than the types.
    Open,
    /// If it works, it gives a value of this type.
    Gives(Ty),
    /// It never works.
    Refused(Arc<EvalAltResult>),
}

/// Stand for values of this host, which have no operators but those that compare them.
#[derive(Clone, Copy, Default, PartialEq)]
struct One;
#[derive(Clone, Copy, Default, PartialEq)]
struct Other;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut engine = Engine::new();
    engine.set_optimization_level(OptimizationLevel::None).set_max_operations(1000);
    in_place::register(&mut engine);
    one_handle::<One>(&mut engine, "one");
    one_handle::<Other>(&mut engine, "other");
    engine
});

/// Everything that was tried, by its text.
static TRIED: LazyLock<Mutex<HashMap<String, Tried>>> = LazyLock::new(Mutex::default);

fn one_handle<T: Copy + Default + PartialEq + Send + Sync + 'static>(engine: &mut Engine, name: &'static str) {
    engine.register_fn(name, T::default).register_fn("to_string", move |_: T| name);
    engine.register_fn("==", |a: T, b: T| a == b).register_fn("!=", |a: T, b: T| a != b);
}

/// Tries an expression, in which `a` and `b` stand for values of these types.
pub(super) fn tried(expression: &str, a: Ty, b: Ty) -> Tried {
    attempts("let", expression, values_of(a), values_of(b))
}

/// Tries an operator on `a` and `b`, which may be handles.
pub(super) fn tried_operator(expression: &str, a: Ty, b: Ty) -> Tried {
    let values = |ty: Ty| match ty {
        Ty::Handle(_) if ty == a => &["one()"],
        Ty::Handle(_) => &["other()"],
        ty => values_of(ty),
    };
    attempts("let", expression, values(a), values(b))
}

/// Tries an expression, in which `a` stands for a constant and `b` for a variable of these types.
pub(super) fn tried_on_constant(expression: &str, a: Ty, b: Ty) -> Tried {
    attempts("const", expression, values_of(a), values_of(b))
}

fn attempts(keyword: &str, expression: &str, a: &[&str], b: &[&str]) -> Tried {
    let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (a, b)));
    let mut all = pairs.map(|(a, b)| once(format!("{keyword} a = {a}; let b = {b}; {expression}")));
    let Some(first) = all.next() else { return Tried::Open };
    all.fold(first, |before, next| match (&before, &next) {
        // Whatever comes of it is what comes of those that work.
        (_, Tried::Refused(_)) => before,
        (Tried::Refused(_), _) => next,
        (Tried::Gives(one), Tried::Gives(other)) if one == other => before,
        _ => Tried::Open,
    })
}

/// Returns values of a type, as they are written; none for what cannot be made here.
pub(super) fn values_of(ty: Ty) -> &'static [&'static str] {
    match ty {
        Ty::Nothing => &["()"],
        Ty::Bool => &["true"],
        Ty::Int => &["2"],
        Ty::Number => &["2.5", "2"],
        // What Rhai calls characters are strings in signatures.
        Ty::Text | Ty::Choice(_) => &["\"text\"", "'t'"],
        Ty::List(_) => &["[2, 2]"],
        Ty::Map | Ty::Options(_) => &["#{ a: 2 }"],
        Ty::Function => &["|| 2"],
        Ty::Any | Ty::Handle(_) | Ty::Either(_) => &[],
    }
}

fn once(script: String) -> Tried {
    let mut known = TRIED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(tried) = known.get(&script) {
        return tried.clone();
    }
    let tried = match ENGINE.eval::<Dynamic>(&script) {
        Ok(value) => type_of(&value).map_or(Tried::Open, Tried::Gives),
        Err(error) if is_refusal(error.unwrap_inner()) => Tried::Refused(Arc::from(error)),
        Err(_) => Tried::Open,
    };
    known.insert(script, tried.clone());
    tried
}

/// Says whether an error is about the types of values, not about these values.
fn is_refusal(error: &EvalAltResult) -> bool {
    matches!(
        error,
        EvalAltResult::ErrorFunctionNotFound(..)
            | EvalAltResult::ErrorMismatchDataType(..)
            | EvalAltResult::ErrorDotExpr(..)
            | EvalAltResult::ErrorIndexingType(..)
            | EvalAltResult::ErrorNonPureMethodCallOnConstant(..)
            | EvalAltResult::ErrorFor(..)
    )
}

fn type_of(value: &Dynamic) -> Option<Ty> {
    Some(match kind_of(value) {
        "nothing" => Ty::Nothing,
        "boolean" => Ty::Bool,
        "integer" => Ty::Int,
        "number" => Ty::Number,
        "string" => Ty::Text,
        "array" => Ty::List(&Ty::Any),
        "map" => Ty::Map,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expression: &str, a: Ty, b: Ty, expected: &str) {
        let found = match tried(expression, a, b) {
            Tried::Open => "open".to_owned(),
            Tried::Gives(ty) => ty.to_string(),
            Tried::Refused(_) => "refused".to_owned(),
        };
        assert_eq!(found, expected, "{expression} on {a} and {b}");
    }

    #[test]
    fn operators_are_what_rhai_makes_of_them() {
        check("a + b", Ty::Int, Ty::Int, "integer");
        check("a + b", Ty::Text, Ty::Int, "string");
        check("a + b", Ty::Bool, Ty::Int, "refused");
        check("a - b", Ty::Text, Ty::Int, "refused");
        check("a * b", Ty::List(&Ty::Any), Ty::Int, "refused");
        check("a < b", Ty::Text, Ty::Int, "boolean");
        check("!a", Ty::Int, Ty::Nothing, "refused");
        check("!a", Ty::Bool, Ty::Nothing, "boolean");
    }

    #[test]
    fn what_works_for_some_values_is_not_refused() {
        // An integer has bits, other numbers have none.
        check("a[0]", Ty::Number, Ty::Nothing, "boolean");
        check("a + b", Ty::Text, Ty::Int, "string");
    }

    #[test]
    fn what_depends_on_the_value_is_open() {
        // An index that is out of bounds for these values may be inside of others.
        check("a[5]", Ty::List(&Ty::Any), Ty::Nothing, "open");
        check("a - b", Ty::Any, Ty::Text, "open");
        check("a[b]", Ty::Handle("Job"), Ty::Text, "open");
    }

    #[test]
    fn handles_are_compared_and_put_into_texts() {
        #[track_caller]
        fn check(expression: &str, a: Ty, b: Ty, works: bool) {
            let refused = matches!(tried_operator(expression, a, b), Tried::Refused(_));
            assert_eq!(refused, !works, "{expression} on {a} and {b}");
        }
        let (source, job) = (Ty::Handle("Source"), Ty::Handle("Job"));
        check("a == b", source, source, true);
        check("a != b", source, job, true);
        check("a + b", Ty::Text, source, true);
        check("a + b", source, Ty::Text, true);
        check("a + b", source, Ty::Int, false);
        check("a - b", source, source, false);
        check("a < b", source, source, false);
        check("a < b", source, job, true);
        check("-a", source, Ty::Nothing, false);
    }
}
