//! Texts that do not compile.

use rhai::{LexError, ParseError, ParseErrorType};

use super::habits::advice;
use super::wording::in_house_style;
use super::{Diagnostic, Kind, Place};
use crate::engine::is_unreserved;

/// Makes the diagnostic for a script that does not compile; `source` is the name under which its `text` is kept.
pub(crate) fn from_parse_error(error: &ParseError, source: &str, text: &str) -> Diagnostic {
    let (title, hint) = worded(error.err_type());
    let place = Place::new(source, error.position());
    let habit = place.as_ref().and_then(|place| advice(error, place, text)).map(str::to_owned);
    let place = match error.err_type() {
        ParseErrorType::MissingToken(token, _) if token == ";" && habit.is_none() => {
            place.map(|place| behind(place, text))
        }
        _ => place,
    };
    Diagnostic::error(Kind::Check, title).code("syntax").at(place, "").maybe_hint(habit.or(hint))
}

/// The end of the line before, when it is there that something is missing: Rhai tells of the word that came instead.
fn behind(place: Place, text: &str) -> Place {
    let lines: Vec<&str> = text.lines().take(place.line).collect();
    let Some((line, before)) = lines.split_last() else { return place };
    let is_first = line.chars().take(place.column.saturating_sub(1)).all(char::is_whitespace);
    let last = before.iter().rposition(|line| !line.trim().is_empty()).filter(|_| is_first);
    match last.map(|last| (last, before[last].trim_end())) {
        // Where a comment may stand is for a reader of the language to say.
        Some((last, code)) if !code.contains("//") && !code.ends_with("*/") => {
            Place { line: last + 1, column: code.chars().count() + 1, ..place }
        }
        _ => place,
    }
}

fn worded(error: &ParseErrorType) -> (String, Option<String>) {
    let hint = |text: &str| Some(text.to_owned());
    match error {
        ParseErrorType::UnexpectedEOF => {
            ("the script ends too early".into(), hint("something is still open, or missing at its end"))
        }
        ParseErrorType::MissingToken(token, purpose) => {
            (format!("expected `{token}` {}", in_house_style(purpose)), None)
        }
        ParseErrorType::ExprExpected(kind) => (format!("expected {} expression", with_article(kind)), None),
        ParseErrorType::Reserved(word) if is_unreserved(word) => (
            format!("`{word}` cannot be the name of a function: Rhai reserves the word"),
            hint("variables, parameters and keys of maps may be called so"),
        ),
        ParseErrorType::Reserved(word) => (format!("`{word}` is a reserved word"), None),
        ParseErrorType::DuplicatedProperty(name) => (format!("the map has `{name}` twice"), None),
        ParseErrorType::FnDuplicatedDefinition(name, count) => {
            (format!("function `{name}` with {count} parameters is defined twice"), None)
        }
        ParseErrorType::ExprTooDeep => {
            ("the expression is nested too deeply".into(), hint("put inner parts into variables of their own"))
        }
        ParseErrorType::BadInput(LexError::UnterminatedString) => ("the string does not end".into(), None),
        ParseErrorType::BadInput(LexError::UnexpectedInput(text)) => {
            let is_letter = text.chars().all(char::is_alphabetic);
            let advice = "names are made of `a` to `z`, `A` to `Z`, digits and `_`";
            (format!("unexpected `{text}`"), is_letter.then(|| advice.to_owned()))
        }
        ParseErrorType::BadInput(LexError::MalformedNumber(text))
            if !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()) =>
        {
            (
                format!("`{text}` is too large for an integer"),
                hint("integers have 64 bits; with `.0` at its end it is a number"),
            )
        }
        ParseErrorType::BadInput(LexError::MalformedNumber(_)) => ("this is no number".to_owned(), None),
        ParseErrorType::BadInput(LexError::ImproperSymbol(symbol, _)) if symbol == "eval" => {
            ("`eval` is not available".into(), None)
        }
        ParseErrorType::BadInput(LexError::ImproperSymbol(symbol, advice)) => {
            // Which language it is not, everybody knows.
            let is_advice = !advice.is_empty() && !advice.contains("This is not");
            let advice = is_advice.then(|| in_house_style(advice));
            (format!("`{symbol}` does not exist here"), advice)
        }
        ParseErrorType::WrongFnDefinition => {
            ("functions are defined at the top of a file, not inside of something".into(), None)
        }
        other => (in_house_style(&other.to_string()), None),
    }
}

fn with_article(kind: &str) -> String {
    if kind.starts_with("the ") { kind.to_owned() } else { crate::values::with_article(kind) }
}
