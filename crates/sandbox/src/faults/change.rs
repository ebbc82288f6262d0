//! A source that looks different from one discover to the next.

use serde::Serialize;
use serde_json::{Value, json};

/// How a source changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SchemaChange {
    /// A stream appears.
    AddStream(String),
    /// A stream is gone.
    RemoveStream(String),
    /// A text column appears, given as `stream.column`.
    AddColumn(String),
    /// A column is gone, given as `stream.column`.
    RemoveColumn(String),
    /// A stream's primary key becomes this column, given as `stream.column`.
    ChangeKey(String),
}

impl SchemaChange {
    /// The names of all changes, as they are written.
    pub(super) const NAMES: [&'static str; 5] =
        ["add_stream", "remove_stream", "add_column", "remove_column", "change_key"];

    /// Returns what is wanted instead of what is given, where that names no stream, or no column of one.
    pub(super) fn wants(&self) -> Option<(&'static str, &str, &'static str)> {
        let column = |text: &str| text.split_once('.').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
        let (at, given) = match self {
            Self::AddStream(name) => (0, name),
            Self::RemoveStream(name) => (1, name),
            Self::AddColumn(path) => (2, path),
            Self::RemoveColumn(path) => (3, path),
            Self::ChangeKey(path) => (4, path),
        };
        match at {
            0 | 1 if given.is_empty() => Some((Self::NAMES[at], given, "a stream such as `orders`")),
            2.. if !column(given) => Some((Self::NAMES[at], given, "a column such as `orders.updated_at`")),
            _ => None,
        }
    }

    /// Changes what a source reports.
    pub(crate) fn apply(&self, streams: &mut Vec<Value>) {
        let split = |text: &str| text.split_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap_or_default();
        match self {
            Self::AddStream(name) => {
                let mut stream = streams.first().cloned().unwrap_or_else(|| json!({}));
                stream["name"] = json!(name);
                streams.push(stream);
            }
            Self::RemoveStream(name) => streams.retain(|stream| stream["name"] != name.as_str()),
            Self::AddColumn(path) => {
                let (stream, column) = split(path);
                for found in streams.iter_mut().filter(|it| it["name"] == stream) {
                    found["jsonSchema"]["properties"][&column] = json!({"type": "string"});
                }
            }
            Self::RemoveColumn(path) => {
                let (stream, column) = split(path);
                for found in streams.iter_mut().filter(|it| it["name"] == stream) {
                    if let Some(properties) = found["jsonSchema"]["properties"].as_object_mut() {
                        properties.remove(&column);
                    }
                }
            }
            Self::ChangeKey(path) => {
                let (stream, column) = split(path);
                for found in streams.iter_mut().filter(|it| it["name"] == stream) {
                    found["sourceDefinedPrimaryKey"] = json!([[column]]);
                }
            }
        }
    }
}
