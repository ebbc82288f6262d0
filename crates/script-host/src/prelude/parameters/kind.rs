//! The types of parameters.

use std::fmt;

use rhai::{Array, Dynamic, Map};
use serde_json::Value;

use crate::registry::Mismatch;
use crate::values::{from_json, kind_of};

choices! {
    /// The types a parameter can have.
    pub(crate) enum ParamKind {
        /// As it was written.
        Text = "string",
        /// A whole number.
        Integer = "integer",
        /// Any number.
        Number = "number",
        /// `true` or `false`.
        Boolean = "boolean",
        /// Strings with commas between them; any values in a file.
        List = "list",
        /// JSON; a table in a file.
        Map = "map",
    }
}

impl ParamKind {
    /// Returns the type of a default.
    ///
    /// # Errors
    ///
    /// When no parameter can have it.
    pub(super) fn of(default: &Dynamic) -> Result<Self, Mismatch> {
        Ok(match kind_of(default) {
            "string" => Self::Text,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            "array" => Self::List,
            "map" => Self::Map,
            other => return Err(Mismatch::value(format!("a default cannot be of type {other}"))),
        })
    }

    /// Returns the value that a text of the command line or the environment stands for; `None` when it is none.
    pub(super) fn parse(self, text: &str) -> Option<Dynamic> {
        match self {
            Self::Text => Some(text.into()),
            Self::Integer => text.parse::<i64>().ok().map(Dynamic::from),
            Self::Number => text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Dynamic::from),
            Self::Boolean => text.parse::<bool>().ok().map(Dynamic::from),
            Self::List if text.is_empty() => Some(Array::new().into()),
            Self::List => Some(text.split(',').map(|item| item.trim().into()).collect::<Array>().into()),
            Self::Map => serde_json::from_str(text).ok().and_then(|value| self.accept(&value)),
        }
    }

    /// Returns the value of a file as one of this type; `None` when it is of another.
    pub(super) fn accept(self, value: &Value) -> Option<Dynamic> {
        match (self, value) {
            (Self::Number, Value::Number(number)) => number.as_f64().map(Dynamic::from),
            (Self::Integer, Value::Number(number)) => number.as_i64().map(Dynamic::from),
            (Self::Text, Value::String(_))
            | (Self::Boolean, Value::Bool(_))
            | (Self::List, Value::Array(_))
            | (Self::Map, Value::Object(_)) => Some(from_json(value)),
            _ => None,
        }
    }

    /// Returns the default as a value of this type; `None` when it is of another.
    pub(super) fn adopt(self, default: &Dynamic) -> Option<Dynamic> {
        match (self, Self::of(default)) {
            (Self::Number, Ok(Self::Integer)) => {
                default.as_int().ok().and_then(|whole| Self::Number.parse(&whole.to_string()))
            }
            (wanted, Ok(found)) if wanted == found => Some(default.clone()),
            _ => None,
        }
    }

    /// Returns "an integer", "`true` or `false`".
    pub(super) fn described(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::Boolean => "`true` or `false`",
            Self::List => "a list",
            Self::Map => "a map",
        }
    }
}

impl fmt::Display for ParamKind {
    /// Writes what stands for the value in a help text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "STRING",
            Self::Integer => "INTEGER",
            Self::Number => "NUMBER",
            Self::Boolean => "true|false",
            Self::List => "A,B,…",
            Self::Map => "JSON",
        })
    }
}

/// Returns a default as it would be written behind `-p name=`.
pub(super) fn written(value: &Dynamic) -> String {
    if let Some(items) = value.read_lock::<Array>() {
        return items.iter().map(Dynamic::to_string).collect::<Vec<_>>().join(",");
    }
    if value.is::<Map>() {
        return crate::values::to_json(value).map_or_else(|_| value.to_string(), |json| json.to_string());
    }
    value.to_string()
}
