//! What one place says: values by key, each with where exactly it stands.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::key::{HEADERS, Key, is_secret_header};
use crate::runtime::Environment;

/// What one place says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layer(BTreeMap<String, Entry>);

/// A value and where it comes from.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(super) value: Given,
    pub(super) origin: Origin,
}

/// A value as it was given.
#[derive(Clone)]
pub(crate) enum Given {
    /// The value itself.
    Text(String),
    /// It is in this environment variable.
    Variable(String),
    /// This command prints it.
    Command(String),
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// An option of the command line.
    Flag(&'static str),
    /// An environment variable.
    Variable(&'static str),
    /// A profile in a file.
    Profile { name: Arc<str>, file: Arc<Location>, line: usize },
}

/// A file of profiles.
#[derive(Debug)]
pub(crate) struct Location {
    pub(super) path: PathBuf,
    /// As it is named to people.
    pub(super) shown: String,
    /// Whether it belongs to the project: whoever can write there need not be the user.
    pub(super) is_project: bool,
}

impl Layer {
    /// Notes a value.
    pub(crate) fn set(&mut self, path: impl Into<String>, value: Given, origin: Origin) {
        self.0.insert(path.into(), Entry { value, origin });
    }

    /// Notes what an option of the command line says, if it is given.
    pub(crate) fn flag(&mut self, path: &str, flag: &'static str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.set(path, Given::Text(value.into()), Origin::Flag(flag));
        }
    }

    /// Reads the environment; what is empty there is not set.
    pub(crate) fn of_environment(environment: &Environment) -> Self {
        let mut layer = Self::default();
        for key in super::KEYS {
            let Some(value) = environment.get(key.variable).filter(|value| !value.trim().is_empty()) else { continue };
            let origin = Origin::Variable(key.variable);
            if key.path != HEADERS {
                layer.set(key.path, Given::Text(value), origin);
                continue;
            }
            for line in value.lines().filter(|line| !line.trim().is_empty()) {
                layer.set_header(line, origin.clone());
            }
        }
        layer
    }

    /// Notes a header as it is written in requests. What has no colon is noted too, and refused with its origin when it is used.
    pub(crate) fn set_header(&mut self, line: &str, origin: Origin) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let path = format!("{HEADERS}.{}", name.trim().to_ascii_lowercase());
        self.set(path, Given::Text(value.trim().to_owned()), origin);
    }

    pub(super) fn get(&self, path: &str) -> Option<&Entry> {
        self.0.get(path)
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.0.iter().map(|(path, entry)| (path.as_str(), entry))
    }

    /// Returns this layer without what its owner would show to its own server only.
    pub(super) fn without_login(&self) -> Self {
        let stays = |path: &str| !path.starts_with("auth.") && !path.starts_with("headers.");
        Self(self.0.iter().filter(|(path, _)| stays(path)).map(|(path, entry)| (path.clone(), entry.clone())).collect())
    }
}

/// Says whether a key is that of a header.
pub(super) fn is_header(path: &str) -> bool {
    path.strip_prefix(HEADERS).is_some_and(|rest| rest.starts_with('.'))
}

/// Says whether the value of a key is a secret, as far as its name tells.
pub(super) fn is_secret(path: &str) -> bool {
    match path.strip_prefix("headers.") {
        Some(name) => is_secret_header(name),
        None => Key::of(path).is_some_and(|key| key.is_secret),
    }
}

/// Says whether a text is an address with a password in it.
pub(super) fn holds_password(text: &str) -> bool {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default().rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "`{flag}`"),
            Self::Variable(name) => write!(f, "`{name}`"),
            Self::Profile { name, file, line } => write!(f, "profile `{name}` in `{}`, line {line}", file.shown),
        }
    }
}

impl fmt::Debug for Entry {
    /// Without the value, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({})", self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_addresses_are_noticed() {
        for (text, expected) in [
            ("http://me:pw@proxy:3128", true),
            ("me:pw@proxy", true),
            ("http://proxy:3128/a@b", false),
            ("http://me@proxy", false),
        ] {
            assert_eq!(holds_password(text), expected, "{text}");
        }
    }
}
