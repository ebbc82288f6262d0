//! Requests put together from `-f`, `-F` and a file.

use std::io::Read;
use std::path::{Path, PathBuf};

use airway_client::Operation;
use serde_json::{Map, Value};

use crate::diagnostics::{Diagnostic, Kind, in_words};

/// What the command line says about a request.
pub(super) struct Given {
    pub(super) file: Option<PathBuf>,
    /// `NAME=TEXT`
    pub(super) texts: Vec<String>,
    /// `NAME:=JSON`
    pub(super) values: Vec<String>,
}

/// One `-f` or `-F`.
#[derive(Clone, Debug, PartialEq)]
struct Field {
    /// The members that lead to it, outermost first; never empty.
    path: Vec<String>,
    /// Whether it is one more item of a list.
    is_item: bool,
    value: Value,
}

/// Why a field cannot be used. The value is never shown: it may be a secret.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum FieldError {
    #[error("`-f` wants `NAME=TEXT`")]
    NoText,
    #[error("`-F` wants `NAME:=JSON`, such as `count:=3`")]
    NoJson,
    #[error("field `{0}` has JSON behind `-f`, which is for text: use `-F`")]
    Json(String),
    #[error("field `{0}` has something else than JSON behind `-F`; text is given with `-f`")]
    NotJson(String),
    #[error("`{0}` is no name for a field: a part of it is empty")]
    EmptyName(String),
    #[error("`{0}` is no name for a field: `[]` can only stand at its end")]
    Brackets(String),
    #[error("field `{0}` is given twice")]
    Twice(String),
    #[error("field `{0}` cannot have members or items: it is another value already")]
    Taken(String),
}

fn text(given: &str) -> Result<Field, FieldError> {
    let (name, value) = given.split_once('=').ok_or(FieldError::NoText)?;
    match name.strip_suffix(':') {
        Some(name) => Err(FieldError::Json(name.to_owned())),
        None => Field::new(name, value.into()),
    }
}

fn json(given: &str) -> Result<Field, FieldError> {
    let (name, value) = given.split_once(":=").ok_or(FieldError::NoJson)?;
    Field::new(name, serde_json::from_str(value).map_err(|_| FieldError::NotJson(name.to_owned()))?)
}

impl Given {
    /// Returns what is to be sent: the file with the fields put into it. Nothing given is `null` where that will do.
    pub(super) fn input(&self, operation: &Operation) -> Result<Value, Diagnostic> {
        let usage = |error: FieldError| Diagnostic::error(Kind::Usage, error.to_string());
        let fields = self.texts.iter().map(|given| text(given)).chain(self.values.iter().map(|given| json(given)));
        let fields: Vec<Field> = fields.collect::<Result<_, _>>().map_err(usage)?;
        let needs_object = !fields.is_empty() || operation.request.as_ref().is_none_or(|request| request.required);
        let mut input = match &self.file {
            Some(file) => read(file)?,
            None if needs_object => Value::Object(Map::new()),
            None => Value::Null,
        };
        if !fields.is_empty() && !input.is_object() {
            let title = "fields can only be put into a request that is an object";
            return Err(Diagnostic::error(Kind::Usage, title).hint("leave `-f` and `-F` out"));
        }
        put_all(fields, &mut input).map_err(usage)?;
        Ok(input)
    }
}

fn put_all(fields: Vec<Field>, input: &mut Value) -> Result<(), FieldError> {
    let mut given: Vec<Vec<String>> = Vec::new();
    for field in fields {
        // It would take the place of what was given for it or for a part of it.
        if !field.is_item && given.iter().any(|path| path.starts_with(&field.path)) {
            return Err(FieldError::Twice(field.path.join(".")));
        }
        given.push(field.path.clone());
        field.put_into(input)?;
    }
    Ok(())
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
        let whole = name;
        let (name, is_item) = name.strip_suffix("[]").map_or((name, false), |name| (name, true));
        let path: Vec<String> = name.split('.').map(|part| part.trim().to_owned()).collect();
        if path.iter().any(String::is_empty) {
            return Err(FieldError::EmptyName(whole.to_owned()));
        }
        if path.iter().any(|part| part.contains(['[', ']'])) {
            return Err(FieldError::Brackets(whole.to_owned()));
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn put(mut input: Value, fields: impl IntoIterator<Item = Result<Field, FieldError>>) -> Result<Value, FieldError> {
        put_all(fields.into_iter().collect::<Result<_, _>>()?, &mut input)?;
        Ok(input)
    }

    #[test]
    fn names_lead_into_objects_and_lists() {
        let fields = [
            text("name=a=b"),
            text("empty="),
            json("pagination.pageSize:=5"),
            text("tags[]=x"),
            json("tags[]:={\"y\":1}"),
            text("url=http://h:=1"),
        ];
        let base = json!({"name": "from the file", "kept": true, "pagination": {"rowOffset": 1}});
        assert_eq!(
            put(base, fields).unwrap(),
            json!({
                "name": "a=b", "empty": "", "kept": true, "url": "http://h:=1",
                "pagination": {"rowOffset": 1, "pageSize": 5}, "tags": ["x", {"y": 1}],
            })
        );
    }

    #[test]
    fn fields_that_are_not_in_order_are_refused_without_their_value() {
        let of = |result: Result<Field, FieldError>| result.unwrap_err().to_string();
        assert_eq!(of(text("hunter2")), "`-f` wants `NAME=TEXT`");
        assert_eq!(of(text("a:=hunter2")), "field `a` has JSON behind `-f`, which is for text: use `-F`");
        assert_eq!(of(text("=hunter2")), "`` is no name for a field: a part of it is empty");
        assert_eq!(of(text("a..b=hunter2")), "`a..b` is no name for a field: a part of it is empty");
        assert_eq!(of(text("a[].b=hunter2")), "`a[].b` is no name for a field: `[]` can only stand at its end");
        assert_eq!(of(text("a[0]=hunter2")), "`a[0]` is no name for a field: `[]` can only stand at its end");
        assert_eq!(of(json("a=hunter2")), "`-F` wants `NAME:=JSON`, such as `count:=3`");
        assert_eq!(
            of(json("a:=hunter2")),
            "field `a` has something else than JSON behind `-F`; text is given with `-f`"
        );
    }

    #[test]
    fn a_field_has_one_value() {
        let taken = |name: &str| Err(FieldError::Taken(name.to_owned()));
        assert_eq!(put(json!({}), [text("a.b=1"), text("a.b.c=2")]), taken("a.b"));
        assert_eq!(put(json!({"a": "x"}), [text("a[]=1")]), taken("a"));
        assert_eq!(put(json!({"a": [1]}), [text("a.b=1")]), taken("a"));
        assert_eq!(put(json!({}), [text("a=1"), json("a:=2")]), Err(FieldError::Twice("a".to_owned())));
        assert_eq!(put(json!({}), [text("a.b=1"), json("a:={}")]), Err(FieldError::Twice("a".to_owned())));
    }
}
