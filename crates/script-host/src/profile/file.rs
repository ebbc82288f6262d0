//! One file of profiles.

use std::collections::BTreeMap;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::key::{HEADERS, KEYS};
use super::layer::{Given, Layer, Location, Origin, holds_password, is_secret};
use super::toml_text::{Member, TomlText};
use crate::diagnostics::{Diagnostic, Kind};

/// What a file of profiles says.
#[derive(Debug)]
pub(super) struct File {
    pub(super) location: Arc<Location>,
    pub(super) default_profile: Option<String>,
    /// Folders whose project files are trusted. Only the user's own file says that.
    pub(super) trusted_projects: Vec<String>,
    pub(super) profiles: BTreeMap<String, Layer>,
}

/// How a secret may be named instead of being written down.
const WAYS: [&str; 2] = ["env", "command"];

impl File {
    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// With the line, when a key is unknown or a value does not fit.
    pub(super) fn parse(location: Location, text: &str) -> Result<Self, Diagnostic> {
        let location = Arc::new(location);
        let reader = Reader { toml: TomlText { shown: &location.shown, text }, location: &location };
        let root = reader.toml.parse()?;
        let mut file = Self {
            location: Arc::clone(&location),
            default_profile: None,
            trusted_projects: Vec::new(),
            profiles: BTreeMap::new(),
        };
        for member in reader.toml.members(root.get_ref()) {
            match (member.name, member.value.get_ref()) {
                ("default_profile", DeValue::String(name)) => file.default_profile = Some(name.to_string()),
                ("default_profile", _) => return Err(reader.toml.unfit(&member, "the name of a profile")),
                ("trusted_projects", _) if location.is_project => {
                    let what = "a project cannot trust itself: `trusted_projects`";
                    let hint = "it belongs into `~/.config/airway/config.toml`";
                    return Err(reader.toml.wrong(member.line, what).hint(hint));
                }
                ("trusted_projects", DeValue::Array(folders)) => {
                    for folder in folders {
                        let folder = folder.get_ref().as_str();
                        let folder = folder.ok_or_else(|| reader.toml.unfit(&member, "a list of folders"))?;
                        file.trusted_projects.push(folder.to_owned());
                    }
                }
                ("trusted_projects", _) => return Err(reader.toml.unfit(&member, "a list of folders")),
                ("profiles", DeValue::Table(profiles)) => {
                    for profile in reader.toml.members(profiles) {
                        let layer = reader.profile(&profile)?;
                        file.profiles.insert(profile.name.to_owned(), layer);
                    }
                }
                ("profiles", _) => return Err(reader.toml.unfit(&member, "a table of profiles")),
                _ => {
                    let known = ["default_profile", "profiles", "trusted_projects"];
                    return Err(reader.toml.unknown(&member, &known[..3 - usize::from(location.is_project)]));
                }
            }
        }
        Ok(file)
    }

    /// Returns the first secret that stands in the file as it is.
    pub(super) fn secret_in_clear(&self) -> Option<&str> {
        let entries = self.profiles.values().flat_map(Layer::entries);
        let mut secrets = entries.filter(|(path, entry)| match &entry.value {
            Given::Text(text) => is_secret(path) || holds_password(text),
            Given::Variable(_) | Given::Command(_) => false,
        });
        secrets.next().map(|(path, _)| path)
    }
}

struct Reader<'t> {
    toml: TomlText<'t>,
    location: &'t Arc<Location>,
}

impl<'t> Reader<'t> {
    fn profile(&self, profile: &Member<'_, 't>) -> Result<Layer, Diagnostic> {
        let DeValue::Table(table) = profile.value.get_ref() else {
            return Err(self.toml.unfit(profile, "a table of settings"));
        };
        let mut layer = Layer::default();
        let place = Place { reader: self, name: profile.name.into() };
        place.section("", table, &mut layer)?;
        Ok(layer)
    }
}

/// A profile that is being read.
struct Place<'r, 't> {
    reader: &'r Reader<'t>,
    name: Arc<str>,
}

impl<'t> Place<'_, 't> {
    fn section(&self, prefix: &str, table: &DeTable<'t>, layer: &mut Layer) -> Result<(), Diagnostic> {
        for member in self.reader.toml.members(table) {
            let path = format!("{prefix}{}", member.name);
            let known: Vec<&str> = KEYS.iter().filter_map(|key| first_part(key.path, prefix)).collect();
            let is_section = KEYS.iter().any(|key| key.path.starts_with(&format!("{path}."))) || path == HEADERS;
            match member.value.get_ref() {
                DeValue::Table(section) if path == HEADERS => self.headers(section, layer)?,
                DeValue::Table(section) if is_section => self.section(&format!("{path}."), section, layer)?,
                _ if is_section => return Err(self.reader.toml.unfit(&member, "a table")),
                _ if known.contains(&member.name) => self.value(&path, &member, layer)?,
                _ => return Err(self.reader.toml.unknown(&member, &known)),
            }
        }
        Ok(())
    }

    fn headers(&self, table: &DeTable<'t>, layer: &mut Layer) -> Result<(), Diagnostic> {
        for member in self.reader.toml.members(table) {
            self.value(&format!("{HEADERS}.{}", member.name.to_ascii_lowercase()), &member, layer)?;
        }
        Ok(())
    }

    fn value(&self, path: &str, member: &Member<'_, 't>, layer: &mut Layer) -> Result<(), Diagnostic> {
        let given = match member.value.get_ref() {
            DeValue::String(text) => Given::Text(text.to_string()),
            DeValue::Integer(number) => Given::Text(number.as_str().to_owned()),
            DeValue::Boolean(value) => Given::Text(value.to_string()),
            DeValue::Table(named) => self.named(member, named)?,
            _ => return Err(self.reader.toml.unfit(member, "a text, a number, or `{ env = \"NAME\" }`")),
        };
        let origin =
            Origin::Profile { name: Arc::clone(&self.name), file: Arc::clone(self.reader.location), line: member.line };
        // A token that a command prints is had again when it has run out.
        match given {
            Given::Command(line) if path == "auth.token" => {
                layer.set("auth.token_command", Given::Text(line), origin);
            }
            given => layer.set(path, given, origin),
        }
        Ok(())
    }

    /// `{ env = "NAME" }` or `{ command = "…" }`.
    fn named(&self, member: &Member<'_, 't>, table: &DeTable<'t>) -> Result<Given, Diagnostic> {
        let ways = self.reader.toml.members(table);
        if let Some(unknown) = ways.iter().find(|way| !WAYS.contains(&way.name)) {
            return Err(self.reader.toml.unknown(unknown, &WAYS));
        }
        match ways.as_slice() {
            [way] => match (way.name, way.value.get_ref()) {
                ("env", DeValue::String(name)) => Ok(Given::Variable(name.to_string())),
                (_, DeValue::String(line)) => Ok(Given::Command(line.to_string())),
                _ => Err(self.reader.toml.unfit(way, "a text")),
            },
            _ => {
                Err(self.reader.toml.wrong(member.line, &format!("`{}` needs either `env` or `command`", member.name)))
            }
        }
    }
}

/// What stands in a path behind a prefix, up to the next dot.
fn first_part(path: &'static str, prefix: &str) -> Option<&'static str> {
    path.strip_prefix(prefix)?.split('.').next()
}

/// Refuses a file that holds secrets and can be read by others.
#[cfg(unix)]
pub(super) fn refuse_open_secrets(file: &File, metadata: &std::fs::Metadata) -> Result<(), Diagnostic> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    match file.secret_in_clear() {
        Some(path) if mode & 0o077 != 0 => {
            let shown = &file.location.shown;
            let title = format!("`{shown}` holds a secret (`{path}`) and can be read by others (mode {mode:o})");
            let command = format!("run: chmod 600 {}", quoted(shown));
            Err(Diagnostic::error(Kind::Usage, title).hint(command))
        }
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
pub(super) fn refuse_open_secrets(_: &File, _: &std::fs::Metadata) -> Result<(), Diagnostic> {
    Ok(())
}

/// A path as the shell takes it; the tilde stays outside of the quotes.
#[cfg(unix)]
fn quoted(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-~".contains(c);
    if path.chars().all(is_plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests;
