//! Errors that a script threw and nothing caught.

use std::sync::Arc;

use rhai::{Array, Dynamic, EvalAltResult, ImmutableString, Map, Position};

use super::wording::worded;
use super::{Diagnostic, Kind, Label, Place};
use crate::engine::{Sources, is_closure};
use crate::registry::Index;
use crate::values::{Fault, kind_of};

/// Makes the diagnostic for an error; `main` is the name of the script that was started.
pub(crate) fn from_thrown(error: &EvalAltResult, main: &str, sources: &Sources, index: &Index) -> Diagnostic {
    let mut stack = Vec::new();
    let (innermost, source) = unwind(error, main.into(), sources, &mut stack);
    stack.reverse();
    let place = Place::new(source, innermost.position());
    let thrown = place.clone();
    let mut diagnostic = match innermost {
        EvalAltResult::ErrorRuntime(value, _) => from_value(value, place),
        EvalAltResult::ErrorParsing(kind, position) => {
            let error = rhai::ParseError(Box::new(kind.clone()), *position);
            let source = place.map_or_else(|| main.into(), |place| place.source);
            let text = sources.text(&source).unwrap_or_default();
            super::from_parse_error(&error, &source, &text)
        }
        other => {
            let mut wording = worded(other, index);
            if let EvalAltResult::ErrorFunctionNotFound(signature, _) = other {
                wording.title = sources.wrong_count(signature).unwrap_or(wording.title);
            }
            let mut diagnostic = Diagnostic::error(Kind::Script, wording.title).at(place, wording.label);
            diagnostic.hints = wording.hints;
            diagnostic
        }
    };
    // Caught, it lost the calls that led to it: Rhai gives only those from here on.
    let origin = diagnostic.primary.as_ref().map(|label| &label.place);
    if let Some(again) =
        thrown.filter(|thrown| origin.is_some_and(|origin| origin != thrown) && is_throw(thrown, sources))
    {
        stack.insert(0, Label { place: again, text: "thrown again here".into() });
    }
    diagnostic.stack = stack;
    diagnostic
}

fn is_throw(place: &Place, sources: &Sources) -> bool {
    let text = sources.text(&place.source);
    text.is_some_and(|text| place.span(&text).is_some_and(|span| &text[span] == "throw"))
}

/// Walks from the outermost call to the error itself. The place of a call is in the file of the *caller*.
fn unwind<'e>(
    error: &'e EvalAltResult,
    source: Arc<str>,
    sources: &Sources,
    stack: &mut Vec<Label>,
) -> (&'e EvalAltResult, Arc<str>) {
    let mut push = |position: Position, text: String| {
        let Some(place) = Place::new(Arc::clone(&source), position) else { return };
        // `list.map(closure)` is one place in the script, but two calls to Rhai.
        stack.pop_if(|outer| outer.place == place);
        stack.push(Label { place, text });
    };
    match error {
        EvalAltResult::ErrorInFunctionCall(name, callee, inner, position) => {
            let closure = is_closure(name);
            push(
                *position,
                if closure { "the closure is called here".into() } else { format!("in this call of `{name}`") },
            );
            // Rhai gives the caller's file for a closure: its true home is looked up.
            let home = sources.home_of(name);
            let home = home.or_else(|| (!callee.is_empty()).then(|| callee.as_str().into())).unwrap_or(source);
            unwind(inner, home, sources, stack)
        }
        EvalAltResult::ErrorInModule(name, inner, position) => {
            push(*position, "while importing this".into());
            unwind(inner, name.as_str().into(), sources, stack)
        }
        _ => (error, source),
    }
}

/// What was thrown: an error of this host, a map, a text, anything.
fn from_value(value: &Dynamic, thrown: Option<Place>) -> Diagnostic {
    if let Some(fault) = value.read_lock::<Fault>() {
        return from_fault(&fault, thrown);
    }
    if let Some(map) = value.read_lock::<Map>() {
        return from_map(&map, thrown);
    }
    let title = match value.read_lock::<ImmutableString>() {
        Some(text) if text.is_empty() => "the script threw an empty string".to_owned(),
        Some(text) => text.to_string(),
        None if value.is_unit() => "the script threw nothing in particular".to_owned(),
        None => format!("the script threw {}", shown(value, 0)),
    };
    Diagnostic::error(Kind::Script, title).at(thrown, "")
}

fn from_fault(fault: &Fault, thrown: Option<Place>) -> Diagnostic {
    // Caught and thrown again, it keeps the place where it came from.
    let place = fault.origin().cloned().or(thrown);
    let (title, details) = fault.message().split_once('\n').unwrap_or((fault.message(), ""));
    let title = if title.is_empty() { "the script failed" } else { title };
    let mut diagnostic = Diagnostic::error(fault.kind().class(), title).code(fault.kind().word()).at(place, "");
    if !details.is_empty() {
        let lines: Vec<&str> = details.lines().map(str::trim).collect();
        diagnostic.notes.push(lines.join("\n"));
    }
    diagnostic.notes.extend_from_slice(fault.notes());
    diagnostic.hints = fault.hints().to_vec();
    diagnostic
}

/// Of longer lists and maps, the first items are shown.
const SHOWN: usize = 8;

/// A value as a script writes it; of a handle, and of what is nested deeply, its kind.
fn shown(value: &Dynamic, depth: usize) -> String {
    let within = |open: &str, mut items: Vec<String>, count: usize, close: &str| {
        items.extend((count > SHOWN).then(|| format!("… {} more", count - SHOWN)));
        format!("{open}{}{close}", items.join(", "))
    };
    if let Some(items) = value.read_lock::<Array>().filter(|_| depth < 3) {
        let first = items.iter().take(SHOWN).map(|item| shown(item, depth + 1)).collect();
        return within("[", first, items.len(), "]");
    }
    if let Some(members) = value.read_lock::<Map>().filter(|_| depth < 3) {
        let first =
            members.iter().take(SHOWN).map(|(key, item)| format!("{key}: {}", shown(item, depth + 1))).collect();
        return within("#{", first, members.len(), "}");
    }
    match kind_of(value) {
        "string" | "integer" | "number" | "boolean" | "character" => format!("{value:?}"),
        "nothing" => "()".to_owned(),
        kind => kind.to_owned(),
    }
}

/// A map with a `message` is an error of the script's own making.
fn from_map(map: &Map, thrown: Option<Place>) -> Diagnostic {
    let text = |key: &str| map.get(key).and_then(|value| value.clone().into_string().ok());
    let number = |key: &str| map.get(key).and_then(|value| usize::try_from(value.as_int().ok()?).ok());
    let Some(message) = text("message") else {
        let title = format!("the script threw {}", shown(&Dynamic::from(map.clone()), 0));
        return Diagnostic::error(Kind::Script, title).at(thrown, "");
    };
    let origin = text("source").zip(number("line")).map(|(source, line)| Place {
        source: source.as_str().into(),
        line,
        column: number("position").unwrap_or(1),
    });
    Diagnostic::error(Kind::Script, message).at(origin.or(thrown), "").maybe_hint(text("hint"))
}
