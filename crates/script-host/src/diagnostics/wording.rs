//! Rhai's own run-time errors in the words of this house.

use rhai::EvalAltResult;

use super::of_another_language;
use crate::engine::is_closure;
use crate::registry::{Index, Signature, Ty};
use crate::values::with_article;

/// An error in words: what it is, a few words for the caret, advice.
#[derive(Debug, PartialEq)]
pub(crate) struct Wording {
    pub(crate) title: String,
    pub(crate) label: String,
    pub(crate) hints: Vec<String>,
}

impl Wording {
    fn plain(title: impl Into<String>) -> Self {
        Self { title: title.into(), label: String::new(), hints: Vec::new() }
    }

    fn hint(mut self, hint: Option<impl Into<String>>) -> Self {
        self.hints.extend(hint.map(Into::into));
        self
    }
}

/// Puts an error of Rhai into words.
pub(crate) fn worded(error: &EvalAltResult, index: &Index) -> Wording {
    match error {
        EvalAltResult::ErrorFunctionNotFound(signature, _) => not_callable(signature, index),
        EvalAltResult::ErrorDotExpr(text, _) => no_property(text, index),
        EvalAltResult::ErrorVariableNotFound(name, _) => {
            Wording::plain(format!("unknown variable `{name}`")).hint(of_another_language(name))
        }
        EvalAltResult::ErrorModuleNotFound(name, _) => Wording::plain(format!("unknown module `{name}`"))
            .hint(Some(format!("import it first: `import \"…\" as {name};`"))),
        EvalAltResult::ErrorIndexNotFound(index, _) => Wording::plain(format!("there is nothing at `{index}`")),
        EvalAltResult::ErrorPropertyNotFound(name, _) => Wording::plain(format!("there is no property `{name}`")),
        EvalAltResult::ErrorFor(_) => Wording::plain("a `for` loop cannot go through this value")
            .hint(Some("go through the `keys()` or `values()` of a map")),
        EvalAltResult::ErrorArrayBounds(len, at, _) => {
            Wording::plain(format!("index {at} is outside of the array")).hint(Some(items("element", *len)))
        }
        EvalAltResult::ErrorStringBounds(len, at, _) => {
            Wording::plain(format!("index {at} is outside of the string")).hint(Some(items("character", *len)))
        }
        EvalAltResult::ErrorMismatchDataType(wanted, found, _)
        | EvalAltResult::ErrorMismatchOutputType(wanted, found, _) => mismatch(wanted, found, index),
        EvalAltResult::ErrorIndexingType(text, _) => {
            let ty = text.split([' ', '[']).next().unwrap_or_default();
            Wording::plain(format!("{} cannot be indexed like this", with_article(&shown(ty, index))))
        }
        EvalAltResult::ErrorStackOverflow(_) => Wording::plain("functions call each other too deeply")
            .hint(Some("at most 200 calls can be open at a time: does a recursion never end?")),
        EvalAltResult::ErrorDataTooLarge(what, _) => Wording::plain(format!("the {what} would be too large")),
        EvalAltResult::ErrorAssignmentToConstant(name, _) => {
            Wording::plain(format!("`{name}` is a constant and cannot be changed"))
        }
        EvalAltResult::ErrorNonPureMethodCallOnConstant(name, _) => {
            Wording::plain(format!("`{name}` would change a constant"))
        }
        EvalAltResult::ErrorDataRace(name, _) if name.starts_with("argument #") => {
            let function = name.rsplit('\'').nth(1).unwrap_or(name);
            let title = format!("the closure given to `{function}` uses the variable that `{function}` is called on");
            Wording::plain(title).hint(Some(format!("call `{function}` on a copy: `let copy = …; copy.{function}(…)`")))
        }
        EvalAltResult::ErrorDataRace(name, _) => Wording::plain(format!("`{name}` is in use by another closure"))
            .hint(Some("return values from closures that run in parallel instead of changing what is around them")),
        EvalAltResult::ErrorParsing(error, _) => Wording::plain(in_house_style(&error.to_string())),
        other => Wording::plain(in_house_style(without_position(&other.to_string()))),
    }
}

fn items(thing: &str, count: usize) -> String {
    match count {
        0 => "it is empty".to_owned(),
        1 => format!("it has 1 {thing}"),
        _ => format!("it has {count} {thing}s"),
    }
}

fn mismatch(wanted: &str, found: &str, index: &Index) -> Wording {
    let (wanted, found) = (shown(wanted, index), shown(found, index));
    match (wanted.is_empty(), found.is_empty()) {
        (false, false) => Wording::plain(format!("expected {}, found {}", with_article(&wanted), with_article(&found))),
        (false, true) => Wording::plain(format!("expected {}", with_article(&wanted))),
        _ => Wording::plain(format!("{} does not fit here", with_article(&found))),
    }
}

/// A type as Rhai prints it, in words for people.
fn shown(rhai: &str, index: &Index) -> String {
    match index.type_named(rhai.trim()) {
        _ if rhai.trim() == "char" => "character".to_owned(),
        Ty::Any => rhai.trim().rsplit("::").next().unwrap_or_default().to_owned(),
        ty => ty.to_string(),
    }
}

/// Rhai says the same of unknown functions, wrong counts and wrong types: `name (type, type)`.
fn not_callable(signature: &str, index: &Index) -> Wording {
    // Some functions say in its place what is wrong.
    if signature.contains(' ') && !signature.contains('(') {
        return Wording::plain(in_house_style(signature));
    }
    let (name, types) = signature.split_once(" (").unwrap_or((signature, ""));
    let types = types.strip_suffix(')').unwrap_or(types);
    let types: Vec<&str> = types.split(", ").filter(|ty| !ty.is_empty()).collect();
    let words: Vec<String> = types.iter().map(|ty| with_article(&shown(ty, index))).collect();
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return Wording::plain(format!("`{name}` does not work on {}", words.join(" and ")));
    }
    if is_closure(name) {
        return Wording::plain("the closure has another number of parameters than it is called with");
    }
    let receiver = types.first().map(|ty| index.type_named(ty));
    let known = index.signatures(name);
    if let Some(hint) = receiver.and_then(|receiver| called_property(receiver, name, index)) {
        let receiver = receiver.map_or_else(String::new, |receiver| receiver.to_string());
        return Wording::plain(format!("{receiver} has no method `{name}`")).hint(Some(hint));
    }
    if known.is_empty() {
        let near = index.nearest_function(name, None, []).map(|near| format!("did you mean `{near}`?"));
        return match receiver {
            Some(Ty::Handle(receiver)) => {
                let near = index.nearest_function(name, Some(Ty::Handle(receiver)), []);
                let near = near.map(|near| format!("did you mean `{near}`?"));
                Wording::plain(format!("{receiver} has no method `{name}`")).hint(near)
            }
            _ => Wording::plain(format!("unknown function `{name}`")).hint(near),
        };
    }
    let given = if words.is_empty() { "nothing".to_owned() } else { words.join(", ") };
    let mut wording = Wording::plain(format!("`{name}` cannot be called with {given}"));
    // Methods of other types are of no use here.
    let is_elsewhere = |signature: &&Signature| match (signature.is_method, signature.params.first(), receiver) {
        (true, Some(owner), Some(receiver)) => !owner.accepts(receiver) || receiver == Ty::Any,
        _ => false,
    };
    let fitting = known.iter().filter(|signature| !is_elsewhere(signature));
    let texts = fitting.map(|signature| signature.text.as_str()).filter(|text| !text.is_empty()).take(3);
    wording.hints.extend(texts.map(|text| format!("it is `{text}`")));
    wording
}

/// Returns advice when a property of a handle is called like a method.
pub(crate) fn called_property(receiver: Ty, name: &str, index: &Index) -> Option<String> {
    let is_method = index.signatures(name).iter().any(|known| known.params.first() == Some(&receiver));
    (index.properties_of(receiver).contains(&name) && matches!(receiver, Ty::Handle(_)) && !is_method)
        .then(|| format!("`{name}` is a property: write it without `()`"))
}

/// `Unknown property 'x' - a getter is not registered for type 'T'`
fn no_property(text: &str, index: &Index) -> Wording {
    let mut quoted = text.split('\'').skip(1).step_by(2);
    let (Some(property), Some(ty)) = (quoted.next(), quoted.next()) else {
        return Wording::plain(in_house_style(text));
    };
    let receiver = index.type_named(ty);
    let shown = match receiver {
        Ty::Handle(name) => name.to_owned(),
        _ => with_article(&shown(ty, index)),
    };
    if text.starts_with("No writable") {
        return Wording::plain(format!("property `{property}` of {shown} cannot be set"));
    }
    let near = index.nearest_property(receiver, property).map(|near| format!("did you mean `{near}`?"));
    let is_method = index.signatures(property).iter().any(|signature| signature.params.first() == Some(&receiver));
    let call = is_method.then(|| format!("`{property}` is a method: call it as `{property}()`"));
    Wording::plain(format!("{shown} has no property `{property}`")).hint(call.or(near))
}

/// Returns what a cause says, without the number that operating systems put behind it.
pub(crate) fn in_words(cause: &dyn std::error::Error) -> String {
    let text = cause.to_string();
    in_house_style(text.split(" (os error").next().unwrap_or(&text))
}

/// Returns what a reader of YAML says, without its advice to who wrote this program.
pub(crate) fn of_yaml(error: &impl std::fmt::Display) -> String {
    let advice = [
        ", set DuplicateKeyPolicy in Options if acceptable",
        "; use from_str_multiple or from_str_multiple_with_options",
    ];
    advice.iter().fold(error.to_string(), |text, advice| text.replace(advice, ""))
}

/// Takes the place off the end of a text of Rhai's: it is shown in another way.
pub(crate) fn without_position(text: &str) -> &str {
    text.rfind(" (line ").map_or(text, |at| &text[..at])
}

/// Rewrites a sentence of Rhai's: lower case, backticks, no full stop.
pub(crate) fn in_house_style(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open = false;
    for (at, c) in text.char_indices() {
        let before = text[..at].chars().next_back();
        let after = text[at + c.len_utf8()..].chars().next();
        let inside_word = before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric);
        match c {
            '\'' if open || !inside_word => {
                open = !open;
                out.push('`');
            }
            c => out.push(c),
        }
    }
    let mut words = out.trim_end_matches('.').chars();
    match (words.next(), out.chars().nth(1)) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(words).collect()
        }
        _ => out.trim_end_matches('.').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Registry;
    use rhai::Engine;

    #[track_caller]
    fn check(script: &str, title: &str, hints: &[&str]) {
        let mut registry = Registry::default();
        crate::prelude::describe(&mut registry);
        let engine = Engine::new();
        let index = Index::new(&registry, &engine);
        let error = engine.run(script).unwrap_err();
        let worded = worded(error.unwrap_inner(), &index);
        assert_eq!(
            (worded.title.as_str(), worded.hints.iter().map(String::as_str).collect::<Vec<_>>()),
            (title, hints.to_vec())
        );
    }

    #[test]
    fn calls_that_do_not_work_are_told_apart() {
        check("excpect(true)", "unknown function `excpect`", &["did you mean `expect`?"]);
        check(
            "expect_eq(1)",
            "`expect_eq` cannot be called with an integer",
            &["it is `expect_eq(found: any value, expected: any value, message?: string)`"],
        );
        check("1 - \"a\"", "`-` does not work on an integer and a string", &[]);
        check("-\"a\"", "`-` does not work on a string", &[]);
        check("[1, \"a\", 2].order()", "elements of different types cannot be sorted", &[]);
    }

    #[test]
    fn errors_of_values_say_what_is_there() {
        check("let a = [1]; a[3]", "index 3 is outside of the array", &["it has 1 element"]);
        check("let a = 1; a.size", "an integer has no property `size`", &[]);
        check("let a = 1; if a { a }", "expected a boolean, found an integer", &[]);
        check(
            "let a = 1; for x in a { }",
            "a `for` loop cannot go through this value",
            &["go through the `keys()` or `values()` of a map"],
        );
        check("let x = 1 / 0;", "division by zero: 1 / 0", &[]);
        check("x + 1", "unknown variable `x`", &[]);
    }

    #[test]
    fn sentences_are_brought_into_house_style() {
        assert_eq!(in_house_style("Expecting 'a' now."), "expecting `a` now");
        assert_eq!(in_house_style("This can't be"), "this can't be");
        assert_eq!(in_house_style("JSON is bad"), "JSON is bad");
    }
}
