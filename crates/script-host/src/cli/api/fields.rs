//! Requests put together from `-f`, `-F` and a file.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;
use std::path::Path;

use airway_client::Operation;
use serde_json::{Map, Value};

use crate::diagnostics::{Diagnostic, Kind, in_words};

/// One `-f` or `-F`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Field {
    /// The members that lead to it, outermost first; never empty.
    path: Vec<String>,
    /// Whether it is one more item of a list.
    is_item: bool,
    value: Value,
}

/// Why a field cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum FieldError {
    #[error("it must be `NAME=TEXT`")]
    NoText,
    #[error("it must be `NAME:=JSON`, such as `count:=3`")]
    NoJson,
    #[error("JSON is given with `-F`")]
    Json,
    #[error("the name is empty, or a part of it")]
    Name,
    #[error("`[]` can only stand at the end of the name")]
    Brackets,
    // The value itself may be a secret.
    #[error("what stands behind `:=` is not JSON; text is given with `-f`")]
    NotJson,
    #[error("field `{0}` is given twice")]
    Twice(String),
    #[error("field `{0}` cannot have members or items: it is another value already")]
    Taken(String),
}

/// Reads `NAME=TEXT`.
pub(super) fn parse_text(text: &str) -> Result<Field, FieldError> {
    let (name, value) = text.split_once('=').ok_or(FieldError::NoText)?;
    if name.ends_with(':') {
        return Err(FieldError::Json);
    }
    Field::new(name, value.into())
}

/// Reads `NAME:=JSON`.
pub(super) fn parse_json(text: &str) -> Result<Field, FieldError> {
    let (name, value) = text.split_once(":=").ok_or(FieldError::NoJson)?;
    Field::new(name, serde_json::from_str(value).map_err(|_| FieldError::NotJson)?)
}

/// Returns what is to be sent: the file with the fields put into it. Nothing given is `null` where that will do.
pub(super) fn input(
    operation: &Operation,
    file: Option<&Path>,
    fields: impl Iterator<Item = Field>,
) -> Result<Value, Diagnostic> {
    let mut fields = fields.peekable();
    let needs_object = operation.request.as_ref().is_none_or(|request| request.required) || fields.peek().is_some();
    let mut input = match file {
        Some(file) => read(file)?,
        None if needs_object => Value::Object(Map::new()),
        None => Value::Null,
    };
    if fields.peek().is_some() && !input.is_object() {
        let title = "fields can only be put into a request that is an object";
        return Err(Diagnostic::error(Kind::Usage, title).hint("leave `-f` and `-F` out"));
    }
    let mut given = BTreeSet::new();
    for field in fields {
        let name = field.to_string();
        let is_new = field.is_item || given.insert(name.clone());
        let put = if is_new { field.put_into(&mut input) } else { Err(FieldError::Twice(name)) };
        put.map_err(|error| Diagnostic::error(Kind::Usage, error.to_string()))?;
    }
    Ok(input)
}

fn read(file: &Path) -> Result<Value, Diagnostic> {
    let is_stdin = file == Path::new("-");
    let name = if is_stdin { "standard input".to_owned() } else { format!("`{}`", file.display()) };
    let mut text = Vec::new();
    let read = if is_stdin {
        std::io::stdin().read_to_end(&mut text).map(|_| ())
    } else {
        std::fs::read(file).map(|bytes| text = bytes)
    };
    read.map_err(|error| Diagnostic::error(Kind::Usage, format!("cannot read {name}")).note(in_words(&error)))?;
    serde_json::from_slice(&text).map_err(|error| {
        let note = format!("{}, at line {} column {}", why(&error), error.line(), error.column());
        Diagnostic::error(Kind::Usage, format!("{name} is not JSON")).note(note)
    })
}

/// The error's own text can repeat what was read.
fn why(error: &serde_json::Error) -> &'static str {
    if error.is_eof() { "it ends too early" } else { "it cannot be read" }
}

impl Field {
    fn new(name: &str, value: Value) -> Result<Self, FieldError> {
        let (name, is_item) = name.strip_suffix("[]").map_or((name, false), |name| (name, true));
        let path: Vec<String> = name.split('.').map(|part| part.trim().to_owned()).collect();
        if path.iter().any(String::is_empty) {
            return Err(FieldError::Name);
        }
        if path.iter().any(|part| part.contains(['[', ']'])) {
            return Err(FieldError::Brackets);
        }
        Ok(Self { path, is_item, value })
    }

    fn put_into(self, input: &mut Value) -> Result<(), FieldError> {
        let taken = |depth: usize| FieldError::Taken(self.path[..depth].join("."));
        let mut place = input;
        for (depth, part) in self.path.iter().enumerate() {
            if depth > 0 && place.is_null() {
                *place = Value::Object(Map::new());
            }
            let members = place.as_object_mut().ok_or_else(|| taken(depth))?;
            place = members.entry(part.as_str()).or_insert(Value::Null);
        }
        if self.is_item {
            if place.is_null() {
                *place = Value::Array(Vec::new());
            }
            place.as_array_mut().ok_or_else(|| taken(self.path.len()))?.push(self.value);
        } else {
            *place = self.value;
        }
        Ok(())
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn put(base: Value, fields: &[Result<Field, FieldError>]) -> Result<Value, FieldError> {
        let mut input = base;
        for field in fields {
            field.as_ref().unwrap().clone().put_into(&mut input)?;
        }
        Ok(input)
    }

    #[test]
    fn names_lead_into_objects_and_lists() {
        let fields = [
            parse_text("name=a=b"),
            parse_text("empty="),
            parse_json("pagination.pageSize:=5"),
            parse_text("tags[]=x"),
            parse_json("tags[]:={\"y\":1}"),
            parse_text("url=http://h:=1"),
        ];
        assert_eq!(
            put(json!({"name": "from the file", "kept": true, "pagination": {"rowOffset": 1}}), &fields).unwrap(),
            json!({
                "name": "a=b", "empty": "", "kept": true, "url": "http://h:=1",
                "pagination": {"rowOffset": 1, "pageSize": 5}, "tags": ["x", {"y": 1}],
            })
        );
    }

    #[test]
    fn fields_that_are_not_in_order_are_refused() {
        let of = |result: Result<Field, FieldError>| result.unwrap_err();
        assert_eq!(of(parse_text("name")), FieldError::NoText);
        assert_eq!(of(parse_text("count:=3")), FieldError::Json);
        assert_eq!(of(parse_text("=x")), FieldError::Name);
        assert_eq!(of(parse_text("a..b=x")), FieldError::Name);
        assert_eq!(of(parse_text("a[].b=x")), FieldError::Brackets);
        assert_eq!(of(parse_text("a[0]=x")), FieldError::Brackets);
        assert_eq!(of(parse_json("count=3")), FieldError::NoJson);
        assert_eq!(of(parse_json("count:=three")), FieldError::NotJson);
    }

    #[test]
    fn a_value_cannot_be_an_object_or_a_list_as_well() {
        let taken = |name: &str| Err(FieldError::Taken(name.to_owned()));
        assert_eq!(put(json!({}), &[parse_text("a.b=1"), parse_text("a.b.c=2")]), taken("a.b"));
        assert_eq!(put(json!({"a": "x"}), &[parse_text("a[]=1")]), taken("a"));
        assert_eq!(put(json!({"a": [1]}), &[parse_text("a.b=1")]), taken("a"));
    }
}
