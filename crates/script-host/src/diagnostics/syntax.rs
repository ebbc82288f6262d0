//! Texts that do not compile.

use rhai::{LexError, ParseError, ParseErrorType};

use super::wording::in_house_style;
use super::{Diagnostic, Kind, Place};
use crate::engine::is_unreserved;

/// Makes the diagnostic for a script that does not compile; `source` is the name under which its text is kept.
pub(crate) fn from_parse_error(error: &ParseError, source: &str) -> Diagnostic {
    let (title, hint) = worded(error.err_type());
    Diagnostic::error(Kind::Check, title).code("syntax").at(Place::new(source, error.position()), "").maybe_hint(hint)
}

fn worded(error: &ParseErrorType) -> (String, Option<String>) {
    let hint = |text: &str| Some(text.to_owned());
    match error {
        ParseErrorType::UnexpectedEOF => ("the script ends too early".into(), hint("a bracket or brace is still open")),
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
        ParseErrorType::BadInput(LexError::ImproperSymbol(symbol, _)) if symbol == "eval" => {
            ("`eval` is not available".into(), None)
        }
        ParseErrorType::BadInput(LexError::ImproperSymbol(symbol, advice)) => {
            let advice = (!advice.is_empty()).then(|| in_house_style(advice));
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
