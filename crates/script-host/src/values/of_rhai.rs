//! Errors that Rhai itself raises, as scripts catch them.

use std::sync::LazyLock;

use rhai::{Dynamic, Engine, EvalAltResult, Map, Position};

use super::{Fault, FaultKind};
use crate::diagnostics::{Place, in_house_style, without_position, worded};
use crate::engine::is_closure;
use crate::registry::{Index, Registry};

/// What the texts of Rhai's errors begin with, and the word for it that scripts see as `e.kind`.
const KINDS: [(&str, &str); 22] = [
    ("Array index ", "bounds"),
    ("Bit-field index ", "bounds"),
    ("Cannot assign to indexer of constant", "constant"),
    ("Cannot modify ", "constant"),
    ("Data race detected", "race"),
    ("Data type incorrect", "type"),
    ("For loop expects", "type"),
    ("Function not found: ", "unknown"),
    ("Indexer unavailable: ", "type"),
    ("Invalid index: ", "bounds"),
    ("Module not found: ", "unknown"),
    ("No writable property ", "unknown"),
    ("Non-pure ", "constant"),
    ("Output type incorrect", "type"),
    ("Property not found: ", "unknown"),
    ("Stack overflow", "limit"),
    ("String index ", "bounds"),
    ("Syntax error: ", "syntax"),
    ("Too many ", "limit"),
    ("Unknown property ", "unknown"),
    ("Variable not found: ", "unknown"),
    ("'this' not bound", "type"),
];

/// What functions and properties are called, for better words and suggestions.
pub(super) static INDEX: LazyLock<Index> = LazyLock::new(|| Index::new(&Registry::complete(), &Engine::new()));

impl Fault {
    /// Returns an error of Rhai's own as one of this host.
    pub(super) fn of_rhai(error: &EvalAltResult) -> Self {
        Self::of_text(&error.to_string()).thrown_at(Place::new("", error.position()))
    }

    /// Returns what Rhai made of an error of its own for a `catch`, as an error of this host; `None` for any other value.
    pub(crate) fn of_caught(value: &Dynamic) -> Option<Self> {
        let map = value.read_lock::<Map>()?;
        let text = |key: &str| map.get(key)?.clone().into_string().ok();
        let number = |key: &str| usize::try_from(map.get(key)?.as_int().ok()?).ok();
        let is_rhai = text("error").is_some_and(|name| name.starts_with("Error") && !name.contains(' '));
        let message = text("message").filter(|_| is_rhai)?;
        let outside = number("line").map(|line| Place {
            source: text("source").unwrap_or_default().into(),
            line,
            column: number("position").unwrap_or(1),
        });
        let inside = inside(message.lines().next().unwrap_or_default());
        Some(Self::of_text(&message).thrown_at(inside.or(outside)))
    }

    /// The calls that led to an error stand below it, and its place behind.
    fn of_text(text: &str) -> Self {
        let first = without_position(text.lines().next().unwrap_or(text));
        let first = first.split(" @ '").next().unwrap_or(first);
        let kind = FaultKind::Rhai(kind(first));
        match read(first).map(|error| worded(&error, &INDEX)) {
            Some(wording) => Self::new(kind, wording.title).hint(wording.hints.first()),
            None => Self::new(kind, in_house_style(first)),
        }
    }
}

/// Reads the place of an error in a function: `… @ 'main.rhai' (line 1, position 2)`.
fn inside(text: &str) -> Option<Place> {
    let (source, position) = text.rsplit_once(" @ '")?.1.split_once("' (line ")?;
    let (line, column) = position.trim_end_matches(')').split_once(", position ")?;
    Some(Place { source: source.into(), line: line.parse().ok()?, column: column.parse().ok()? })
}

/// Reads an error from its text, which is all that is left of it, where there are better words for it.
fn read(text: &str) -> Option<EvalAltResult> {
    let (start, rest) = text.split_once(": ").unwrap_or((text, ""));
    let none = Position::NONE;
    let (found, wanted) = rest.split_once(" (expecting ").unwrap_or((rest, ""));
    let (found, wanted) = (found.to_owned(), wanted.trim_end_matches(')').to_owned());
    Some(match start {
        "Function not found" => EvalAltResult::ErrorFunctionNotFound(rest.to_owned(), none),
        "Variable not found" => EvalAltResult::ErrorVariableNotFound(rest.to_owned(), none),
        "Data type incorrect" => EvalAltResult::ErrorMismatchDataType(wanted, found, none),
        "Output type incorrect" => EvalAltResult::ErrorMismatchOutputType(wanted, found, none),
        "Indexer unavailable" => EvalAltResult::ErrorIndexingType(rest.to_owned(), none),
        "For loop expects iterable type" => EvalAltResult::ErrorFor(none),
        "Stack overflow" => EvalAltResult::ErrorStackOverflow(none),
        _ if text.starts_with("Unknown property ") => EvalAltResult::ErrorDotExpr(text.to_owned(), none),
        _ => EvalAltResult::ErrorDataRace(text.strip_prefix("Data race detected on ")?.to_owned(), none),
    })
}

fn kind(text: &str) -> &'static str {
    let known = KINDS.iter().find_map(|(start, kind)| Some((text.strip_prefix(start)?, *kind)));
    match known {
        // An operator exists, though not for these operands, and a closure, though not with these parameters.
        Some((signature, "unknown")) if is_closure(signature) => "type",
        Some((signature, "unknown")) if !signature.starts_with(|c: char| c.is_alphanumeric() || "_'".contains(c)) => {
            "type"
        }
        Some((_, kind)) => kind,
        None if text.contains("overflow") || text.contains("by zero") => "arithmetic",
        None if text.contains("exceeds") => "limit",
        None => "script",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rhai::OptimizationLevel;

    #[track_caller]
    fn check(script: &str, kind: &str, message: &str) {
        let mut engine = Engine::new();
        engine.set_optimization_level(OptimizationLevel::None);
        let caught = engine
            .eval::<Dynamic>(&format!("let caught = (); try {{\n{script}\n}} catch (e) {{ caught = e }} caught"))
            .unwrap();
        let fault = Fault::of_caught(&caught).unwrap_or_else(|| panic!("{script}: {caught:?}"));
        assert_eq!((fault.kind().word(), fault.message()), (kind, message));
        assert_eq!(fault.origin().map(|place| place.line), Some(2));
        let error = engine.run(&format!("\n{script}")).unwrap_err();
        let direct = Fault::of_thrown(&error);
        assert_eq!((direct.kind().word(), direct.message()), (kind, message));
    }

    #[test]
    fn errors_of_rhai_have_a_kind_and_a_message() {
        check("let a = [1]; a[5]", "bounds", "array index 5 out of bounds: only 1 element in array");
        check("let s = \"a\"; s[5]", "bounds", "string index 5 out of bounds: only 1 character in string");
        check("let a = 1; a.size", "unknown", "an integer has no property `size`");
        check("nothing(1)", "unknown", "unknown function `nothing`");
        check("\"a\" - 1", "type", "`-` does not work on a string and an integer");
        check("let one = 1; if one { 2 }", "type", "expected a boolean, found an integer");
        check("let one = 1; for x in one { }", "type", "a `for` loop cannot go through this value");
        check("1 / 0", "arithmetic", "division by zero: 1 / 0");
        check("x + 1", "unknown", "unknown variable `x`");
        check("let f = || [1][3]; f.call()", "bounds", "array index 3 out of bounds: only 1 element in array");
    }

    #[test]
    fn a_map_of_the_scripts_own_stays_one() {
        for script in [
            "#{ error: \"no\", message: \"x\" }",
            "#{ error: \"Error here\", message: \"x\" }",
            "#{ message: \"x\" }",
            "1",
        ] {
            let value = Engine::new().eval::<Dynamic>(script).unwrap();
            assert!(Fault::of_caught(&value).is_none(), "{script}");
        }
    }
}
