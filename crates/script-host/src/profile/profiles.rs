//! The user's file and the project's, and a profile out of both.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::file::{File, refuse_open_secrets};
use super::layer::{Layer, Location};
use crate::diagnostics::{Diagnostic, Kind, in_words, nearest};
use crate::runtime::Environment;

/// The files of profiles that there are.
#[derive(Debug, Default)]
pub(crate) struct Profiles {
    /// The project's before the user's: the order in which keys are looked up.
    files: Vec<File>,
    /// Whether the user trusts this project's file.
    is_trusted: bool,
    /// The folder of the project, without symbolic links.
    folder: PathBuf,
}

const PROJECT_FILE: &str = "airway.toml";

impl Profiles {
    /// Reads `airway.toml` in `folder` and the user's file, each if it is there.
    ///
    /// # Errors
    ///
    /// When one of them cannot be read or understood, or holds secrets and can be read by others.
    pub(crate) fn read(environment: &Environment, folder: &Path) -> Result<Self, Diagnostic> {
        let home = environment.get("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
        let project =
            Location { path: folder.join(PROJECT_FILE), shown: format!("./{PROJECT_FILE}"), is_project: true };
        let user = user_file(environment, home.as_deref()).map(|path| {
            let below_home = home.as_deref().and_then(|home| path.strip_prefix(home).ok());
            let shown = below_home.map_or_else(|| path.display().to_string(), |path| format!("~/{}", path.display()));
            Location { path, shown, is_project: false }
        });
        let mut files = Vec::new();
        for location in [Some(project), user].into_iter().flatten() {
            files.extend(read(location)?);
        }
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let trusted =
            files.iter().flat_map(|file| &file.trusted_projects).map(|named| expanded(named, home.as_deref()));
        let is_trusted = trusted.into_iter().any(|named| named.canonicalize().is_ok_and(|named| named == folder));
        Ok(Self { files, is_trusted, folder })
    }

    /// Returns the name of the profile that the files name as theirs, the project's first.
    pub(super) fn default_name(&self) -> Option<&str> {
        self.files.iter().find_map(|file| file.default_profile.as_deref())
    }

    /// Returns what each file says of a profile, the project's first.
    ///
    /// # Errors
    ///
    /// When no file has it, with the nearest name.
    pub(super) fn layers(&self, name: &str) -> Result<Vec<Layer>, Diagnostic> {
        let layers: Vec<Layer> = self.files.iter().filter_map(|file| file.profiles.get(name)).cloned().collect();
        if layers.is_empty() { Err(self.unknown(name)) } else { Ok(layers) }
    }

    /// Says whether a file may name commands, variables and whoever stands between here and a server.
    pub(super) fn trusts(&self, file: &Location) -> bool {
        !file.is_project || self.is_trusted
    }

    /// Returns the project's folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn unknown(&self, name: &str) -> Diagnostic {
        let error = Diagnostic::error(Kind::Usage, format!("there is no profile `{name}`"));
        let names: BTreeSet<&str> =
            self.files.iter().flat_map(|file| file.profiles.keys()).map(String::as_str).collect();
        let files: Vec<String> = self.files.iter().map(|file| format!("`{}`", file.location.shown)).collect();
        if files.is_empty() {
            return error
                .hint("profiles stand in `~/.config/airway/config.toml` and `./airway.toml`; neither is there");
        }
        let error = error.note(format!("looked for in {}", files.join(" and ")));
        match nearest(name, names.iter().copied()) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None if names.is_empty() => error,
            None => error.hint(format!("there are: {}", names.into_iter().collect::<Vec<_>>().join(", "))),
        }
    }
}

/// `$XDG_CONFIG_HOME/airway/config.toml`, or the same below `~/.config`.
fn user_file(environment: &Environment, home: Option<&Path>) -> Option<PathBuf> {
    // What is not absolute there does not count, says the specification.
    let configured = environment.get("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = configured.or_else(|| Some(home?.join(".config")))?;
    Some(folder.join("airway").join("config.toml"))
}

fn read(location: Location) -> Result<Option<File>, Diagnostic> {
    let unreadable = |error: std::io::Error| {
        Diagnostic::error(Kind::Usage, format!("cannot read `{}`", location.shown)).note(in_words(&error))
    };
    let text = match std::fs::read_to_string(&location.path) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    let metadata = std::fs::metadata(&location.path).map_err(unreadable)?;
    let file = File::parse(location, &text)?;
    refuse_open_secrets(&file, &metadata)?;
    Ok(Some(file))
}

/// A path with `~` as people write it.
pub(super) fn expanded(path: &str, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}
