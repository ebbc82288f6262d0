//! The one door to environment variables.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostics::in_words;

/// Environment variables: of the process, or made up by a test.
#[derive(Clone, Debug, Default)]
pub(crate) enum Environment {
    /// What the process was started with.
    #[default]
    Process,
    /// What the process was started with, then what files add to it.
    WithFiles(Arc<BTreeMap<String, String>>),
    /// Exactly these.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests never depend on the machine"))]
    Fixed(BTreeMap<String, String>),
}

/// A file of variables that cannot be used. What stands in it is never shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadEnvFile {
    #[error("cannot read variables from `{}`: {}", .0.display(), in_words(.1))]
    Unreadable(PathBuf, std::io::Error),
    #[error("line {} of `{}` is not of the form `NAME=value`", .1, .0.display())]
    Malformed(PathBuf, usize),
}

impl Environment {
    /// Returns a variable; an empty one counts as set.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        match self {
            Self::Process => std::env::var(name).ok(),
            Self::WithFiles(added) => std::env::var(name).ok().or_else(|| added.get(name).cloned()),
            Self::Fixed(variables) => variables.get(name).cloned(),
        }
    }

    /// Adds the variables of files of `NAME=value` lines. Those of the process go before them, later files before
    /// earlier ones.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or holds something else.
    pub(crate) fn with_files(self, files: &[PathBuf]) -> Result<Self, BadEnvFile> {
        let mut added = BTreeMap::new();
        for file in files {
            let text = std::fs::read_to_string(file).map_err(|error| BadEnvFile::Unreadable(file.clone(), error))?;
            added.extend(variables(file, &text)?);
        }
        Ok(if files.is_empty() { self } else { Self::WithFiles(Arc::new(added)) })
    }
}

/// Values are taken as they stand: a `$` in a password is a `$`. Quotes around a whole value are not part of it.
fn variables(file: &Path, text: &str) -> Result<Vec<(String, String)>, BadEnvFile> {
    let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate();
    let lines = lines.map(|(at, line)| (at, line.trim()));
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(at, line)| {
            let (name, value) = line.strip_prefix("export ").unwrap_or(line).split_once('=').unwrap_or_default();
            let (name, value) = (name.trim(), value.trim());
            if name.is_empty() || name.contains(char::is_whitespace) {
                return Err(BadEnvFile::Malformed(file.to_path_buf(), at + 1));
            }
            let quoted = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
            Ok((name.to_owned(), quoted('"').or_else(|| quoted('\'')).unwrap_or(value).to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_as_they_stand() {
        let text = "\u{feff}# a comment\n\nA=pa$$word # x\nexport B = 'c d' \r\nC=\"e=f\"\nD=\n";
        let expected = [("A", "pa$$word # x"), ("B", "c d"), ("C", "e=f"), ("D", "")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(variables(Path::new("x"), text).unwrap(), expected);
    }

    #[test]
    fn a_line_that_is_none_is_named_and_not_shown() {
        let said = variables(Path::new("secrets.env"), "A=1\nhunter2\n").unwrap_err().to_string();
        assert_eq!(said, "line 2 of `secrets.env` is not of the form `NAME=value`");
    }
}
