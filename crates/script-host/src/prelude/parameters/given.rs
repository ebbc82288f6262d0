//! Values that were given for parameters from outside.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::diagnostics::{in_words, of_yaml};

/// What was given for the parameters of a script.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    texts: BTreeMap<String, String>,
    values: BTreeMap<String, (Value, PathBuf)>,
}

/// One value as it was given.
pub(super) enum GivenValue<'g> {
    /// With `-p`.
    Text(&'g str),
    /// In a file.
    Value(&'g Value, &'g Path),
}

/// A file of parameters that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadFile {
    #[error("cannot read parameters from `{}`: {}", .0.display(), in_words(.1))]
    Unreadable(PathBuf, std::io::Error),
    #[error("`{}` must end in `.toml`, `.yaml`, `.yml` or `.json`", .0.display())]
    UnknownFormat(PathBuf),
    #[error("`{}` does not hold parameters", .0.display())]
    Malformed(PathBuf, String),
    #[error("`{}` must hold a table from the names of parameters to their values", .0.display())]
    NoTable(PathBuf),
}

impl BadFile {
    /// Returns what the reader of the format said.
    pub(crate) fn details(&self) -> Option<&str> {
        match self {
            Self::Malformed(_, details) => Some(details.trim_end()),
            _ => None,
        }
    }
}

impl Given {
    /// Makes it of the `name=value` of the command line; of two values for one name the last counts.
    pub(crate) fn of_texts(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { texts: texts.into_iter().collect(), values: BTreeMap::new() }
    }

    /// Adds the values in a file, over those of files before it.
    ///
    /// # Errors
    ///
    /// When it cannot be read or holds something else.
    pub(crate) fn add_file(&mut self, file: &Path) -> Result<(), BadFile> {
        let text = std::fs::read_to_string(file).map_err(|error| BadFile::Unreadable(file.to_path_buf(), error))?;
        let malformed = |error: String| BadFile::Malformed(file.to_path_buf(), error);
        let value = match file.extension().and_then(|end| end.to_str()) {
            Some("json") => serde_json::from_str(&text).map_err(|error| malformed(error.to_string())),
            Some("yaml" | "yml") => serde_saphyr::from_str(&text).map_err(|error| malformed(of_yaml(&error))),
            Some("toml") => toml::from_str(&text).map(of_toml).map_err(|error| malformed(error.to_string())),
            _ => Err(BadFile::UnknownFormat(file.to_path_buf())),
        }?;
        let Value::Object(members) = value else { return Err(BadFile::NoTable(file.to_path_buf())) };
        self.values.extend(members.into_iter().map(|(name, value)| (name, (value, file.to_path_buf()))));
        Ok(())
    }

    /// Returns the names for which something was given.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let in_files = self.values.keys().filter(|name| !self.texts.contains_key(*name));
        self.texts.keys().chain(in_files).map(String::as_str)
    }

    /// Returns what counts for a parameter: the command line goes before files.
    pub(super) fn get(&self, name: &str) -> Option<GivenValue<'_>> {
        let in_file = || self.values.get(name).map(|(value, file)| GivenValue::Value(value, file));
        self.texts.get(name).map(|text| GivenValue::Text(text)).or_else(in_file)
    }
}

/// TOML has dates where JSON has strings.
fn of_toml(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(of_toml).collect(),
        toml::Value::Table(members) => members.into_iter().map(|(name, value)| (name, of_toml(value))).collect(),
    }
}

/// A text that gives no parameter.
#[derive(Clone, Debug, thiserror::Error)]
#[error("not of the form `name=value`")]
pub(crate) struct NotGiven;

/// Reads `name=value`.
///
/// # Errors
///
/// When there is no `=`, or no name before it.
pub(crate) fn parse_given(text: &str) -> Result<(String, String), NotGiven> {
    let (name, value) = text.split_once('=').ok_or(NotGiven)?;
    let name = name.trim();
    if name.is_empty() { Err(NotGiven) } else { Ok((name.to_owned(), value.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, text: &str, expected: Result<&str, &str>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        let mut given = Given::default();
        let added = given.add_file(&file);
        let shown = file.display().to_string();
        let found = added.map(|()| serde_json::json!(given.values).to_string().replace(&shown, "FILE"));
        let found = found.map_err(|error| error.to_string().replace(&shown, "FILE"));
        assert_eq!(found.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn the_three_formats_mean_the_same() {
        let expected = Ok(r#"{"hours":[6,"FILE"],"tags":[["a"],"FILE"]}"#);
        check("p.json", r#"{"hours": 6, "tags": ["a"]}"#, expected);
        check("p.yaml", "hours: 6\ntags: [a]\n", expected);
        check("p.toml", "hours = 6\ntags = [\"a\"]\n", expected);
    }

    #[test]
    fn a_date_in_toml_is_a_text() {
        check("p.toml", "since = 2026-01-31\n", Ok(r#"{"since":["2026-01-31","FILE"]}"#));
    }

    #[test]
    fn other_files_are_refused() {
        check("p.ini", "", Err("`FILE` must end in `.toml`, `.yaml`, `.yml` or `.json`"));
        check("p.json", "[1]", Err("`FILE` must hold a table from the names of parameters to their values"));
        check("p.json", "{", Err("`FILE` does not hold parameters"));
    }
}
