//! Faults as people write them: files of JSON or YAML, and the short form of the command line.

use std::path::Path;

use serde_json::{Map, Value};

use super::error::Problem;
use super::{Fault, FaultError, reading};

type Result<T> = std::result::Result<T, FaultError>;

/// Reads one fault, a list of them, or a map with the list as `faults`.
pub(super) fn list(text: &str) -> Result<Vec<Fault>> {
    let value: Value = serde_saphyr::from_str(text).map_err(|error| unreadable(&error))?;
    let items = match &value {
        Value::Array(items) => items.as_slice(),
        Value::Object(members) if members.len() == 1 && members.contains_key("faults") => match &members["faults"] {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        },
        one => return Ok(vec![reading::fault(one)?]),
    };
    let faults = items.iter().enumerate();
    faults.map(|(at, item)| reading::fault(item).map_err(|error| error.of_number(at + 1))).collect()
}

pub(super) fn file(path: &Path) -> Result<Vec<Fault>> {
    list(&std::fs::read_to_string(path).map_err(|error| FaultError::new(Problem::File(error.to_string())))?)
}

/// Reads JSON or YAML in braces, or `operation=…,when=…,do=…`.
pub(super) fn one(text: &str) -> Result<Fault> {
    if text.trim_start().starts_with('{') {
        let value: Value = serde_saphyr::from_str(text).map_err(|error| unreadable(&error))?;
        return reading::fault(&value);
    }
    let mut members = Map::new();
    for (name, value) in assignments(text) {
        let value = if name == "operation" { Value::from(value) } else { short(value)? };
        members.insert(name.to_owned(), value);
    }
    reading::fault(&Value::Object(members))
}

/// Cuts at the commas that are followed by a name and an equals sign, outside of braces.
fn assignments(text: &str) -> Vec<(&str, &str)> {
    let (mut pieces, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 && names_a_member(&text[at + 1..]) => {
                pieces.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&text[start..]);
    pieces.into_iter().map(|piece| piece.split_once('=').map_or((piece.trim(), ""), |(a, b)| (a.trim(), b))).collect()
}

fn names_a_member(text: &str) -> bool {
    let name = text.split_once('=').map_or("", |(name, _)| name.trim());
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// Reads `name`, `name:value`, or JSON in braces. A value is a number or a truth where it reads as one, else a text.
fn short(text: &str) -> Result<Value> {
    if text.trim_start().starts_with('{') {
        return serde_saphyr::from_str(text).map_err(|error| unreadable(&error));
    }
    Ok(match text.split_once(':') {
        None => Value::from(text),
        Some((name, rest)) if rest.trim_start().starts_with('{') => {
            let inner: Value = serde_saphyr::from_str(rest).map_err(|error| unreadable(&error))?;
            Value::Object(Map::from_iter([(name.to_owned(), inner)]))
        }
        // `schema_change:remove_column:orders.id`
        Some((name, rest)) if name == "schema_change" => {
            Value::Object(Map::from_iter([(name.to_owned(), short(rest)?)]))
        }
        Some((name, rest)) => {
            let inner = rest.parse::<serde_json::Number>().map_or_else(|_| Value::from(rest), Value::Number);
            Value::Object(Map::from_iter([(name.to_owned(), inner)]))
        }
    })
}

fn unreadable(error: &serde_saphyr::Error) -> FaultError {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    FaultError::new(Problem::Unreadable(first))
}
