//! What people write who come from another language, and what it is called here.

use rhai::{LexError, ParseError, ParseErrorType};

use super::Place;

/// Returns advice for a text that does not compile at `place`, if that looks like another language.
pub(super) fn advice(error: &ParseError, place: &Place, text: &str) -> Option<&'static str> {
    let span = place.span(text)?;
    let (before, here, behind) = (text[..span.start].trim_end(), &text[span.clone()], &text[span.end..]);
    let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    let statement = before.rsplit([';', '{', '}', '\n']).next().unwrap_or_default().trim_start();
    let is_in = |list: &[&str], text: &str| list.contains(&text);
    Some(match error.err_type() {
        ParseErrorType::Reserved(symbol) if symbol == "#" => "comments begin with `//`",
        ParseErrorType::Reserved(symbol) if symbol == "print" => "it is written `print(…)`",
        ParseErrorType::Reserved(symbol) if is_in(&["++", "--"], symbol) => "count with `x += 1` and `x -= 1`",
        ParseErrorType::BadInput(LexError::ImproperSymbol(symbol, _)) if is_in(&["===", "!=="], symbol) => {
            "it is written `==` and `!=`"
        }
        ParseErrorType::BadInput(LexError::ImproperSymbol(symbol, _)) if symbol == "->" => {
            "functions do not say what they return"
        }
        ParseErrorType::BadInput(LexError::ImproperSymbol(symbol, _)) if is_in(&[":=", "<-"], symbol) => {
            "a value is given with `=`"
        }
        ParseErrorType::BadInput(LexError::MalformedChar(text)) if !text.is_empty() => {
            "strings stand in double quotes, or in backticks"
        }
        ParseErrorType::VariableExpected if statement.starts_with("for") => "it is written `for i in 0..10 { … }`",
        ParseErrorType::UnknownOperator(operator) if operator == "?" => {
            "choose with `if a { b } else { c }`; `a ?? b` is `b` when `a` is `()`"
        }
        ParseErrorType::UnknownOperator(operator) if is_in(&["++", "--"], operator) => {
            "count with `x += 1` and `x -= 1`"
        }
        _ if here == "try" => "`try` has no value: declare the variable before it, and set it inside",
        _ if here == "and" => "it is written `&&`",
        _ if here == "or" => "it is written `||`",
        _ if word == "not" => "it is written `!`",
        _ if here == "then" => "it is written `if a { b } else { c }`",
        _ if is_in(&["elif", "elsif", "elseif"], here) || is_in(&["elif", "elsif", "elseif"], word) => {
            "it is written `else if`"
        }
        _ if is_in(&["except", "rescue"], here) || is_in(&["except", "rescue"], word) => {
            "it is written `catch (e) { … }`"
        }
        _ if word == "foreach" => "it is written `for item in list { … }`",
        _ if word == "match" => "it is written `switch x { 1 => …, _ => … }`",
        _ if here == "as" => "values are converted with `to_int()`, `to_float()` and `to_string()`",
        _ if is_in(&["def", "function", "func"], word) => "functions begin with `fn`",
        _ if is_in(&["var", "val", "local"], word) => "variables begin with `let`",
        _ if word == "await" => "nothing is awaited: calls return when they are done",
        _ if word == "lambda" || here == "=" && behind.starts_with('>') => "closures are written `|x| x + 1`",
        _ if word == "f" && before.len() == span.start && here.starts_with('"') => {
            "values stand in strings with backticks: `hello ${name}`"
        }
        ParseErrorType::MissingToken(wanted, purpose) if wanted == ":" && purpose.contains("map") => {
            "keys and values are written `key: value`"
        }
        ParseErrorType::MissingToken(wanted, purpose) if wanted == "}" && purpose.contains("map") => {
            "is a comma missing before it?"
        }
        ParseErrorType::MissingToken(wanted, _) if wanted == "{" && here == ":" => "blocks stand in braces",
        ParseErrorType::MissingToken(wanted, _) if wanted == "," && here == ":" => "parameters have no types",
        ParseErrorType::MissingToken(wanted, _) if wanted == ";" && here == ":" && statement.starts_with("let ") => {
            "variables have no types"
        }
        ParseErrorType::MissingToken(wanted, _) if wanted == ";" && here == ":" && is_key_of_block(before) => {
            "maps are written `#{ key: value }`"
        }
        _ => return None,
    })
}

/// Says whether a text ends with `{ "key"` or `{ key`, of which nothing makes a map.
fn is_key_of_block(before: &str) -> bool {
    let key = before.trim_end_matches(|c: char| c.is_alphanumeric() || "_-\"'".contains(c)).trim_end();
    key.len() < before.len() && key.ends_with('{')
}

/// Returns what a name of another language is called here.
pub(crate) fn of_another_language(name: &str) -> Option<&'static str> {
    Some(match name {
        "True" | "TRUE" => "it is written `true`",
        "False" | "FALSE" => "it is written `false`",
        "None" | "NULL" | "nil" | "undefined" => "it is written `()`, or `null`",
        "self" => "it is written `this`",
        "lambda" => "closures are written `|x| x + 1`",
        _ => return None,
    })
}
