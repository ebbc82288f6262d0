//! A team's own connectors: a file each, or a folder each with the specification and the catalog as the connector
//! prints them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Connector, team};
use crate::ids;

/// Why a folder of connectors cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FolderError {
    #[error("connector folder `{}` cannot be read", path.display())]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("connector file `{}` cannot be read", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("connector file `{}` is neither JSON nor YAML: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: String },
    #[error("connector file `{}` does not describe a connector: {problem}", path.display())]
    Shape { path: PathBuf, problem: team::Problem },
    #[error("connector file `{}` has the id of `{}`", path.display(), other.display())]
    Twice { path: PathBuf, other: PathBuf },
}

/// What a connector's file is called in a folder of its own.
const CONNECTOR: &str = "connector";
const ENDINGS: [&str; 3] = ["json", "yaml", "yml"];

/// Reads every connector of a folder, in the order of the names of files and folders.
pub(super) fn read(folder: &Path) -> Result<Vec<Connector>, FolderError> {
    let failed = |source| FolderError::Folder { path: folder.to_owned(), source };
    let mut paths = fs::read_dir(folder)
        .map_err(failed)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    paths.sort();
    let mut found: Vec<(PathBuf, Connector)> = Vec::new();
    for path in paths {
        let file = if path.is_dir() { beside(&path, CONNECTOR) } else { Some(path).filter(|path| is_data(path)) };
        let Some(path) = file else { continue };
        let connector = read_one(&path)?;
        if let Some((other, _)) = found.iter().find(|(_, known)| known.id == connector.id) {
            return Err(FolderError::Twice { other: other.clone(), path });
        }
        found.push((path, connector));
    }
    Ok(found.into_iter().map(|(_, connector)| connector).collect())
}

fn is_data(path: &Path) -> bool {
    path.extension().is_some_and(|it| ENDINGS.iter().any(|ending| it == *ending))
}

/// Returns the file of this name in a folder, whatever it ends in.
fn beside(folder: &Path, name: &str) -> Option<PathBuf> {
    ENDINGS.iter().map(|ending| folder.join(name).with_extension(ending)).find(|path| path.is_file())
}

fn read_one(path: &Path) -> Result<Connector, FolderError> {
    let mut file = value_of(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let has_own_folder = path.file_stem().is_some_and(|stem| stem == CONNECTOR);
    for (member, name) in [("specification", "spec"), ("catalog", "catalog")] {
        let named = match file.get(member) {
            Some(Value::String(name)) => Some(folder.join(name)),
            None if has_own_folder => beside(folder, name),
            _ => None,
        };
        if let (Some(named), Value::Object(members)) = (named, &mut file) {
            members.insert(member.to_owned(), value_of(&named)?);
        }
    }
    team::connector(file).map_err(|problem| FolderError::Shape { path: path.to_owned(), problem })
}

/// Reads a file; of several JSON lines, as connectors print them, the one that is a specification or a catalog.
fn value_of(path: &Path) -> Result<Value, FolderError> {
    let text = fs::read_to_string(path).map_err(|source| FolderError::File { path: path.to_owned(), source })?;
    let message = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        matches!(message["type"].as_str(), Some("SPEC" | "CATALOG")).then_some(message)
    };
    if let Some(message) = text.lines().find_map(message) {
        return Ok(message);
    }
    // YAML holds JSON.
    serde_saphyr::from_str(&text).map_err(|error| {
        let reason = error.to_string();
        let reason = reason.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        FolderError::Unreadable { path: path.to_owned(), reason }
    })
}

/// Returns the id of a connector that names none: the same one in every run.
pub(super) fn id_of(kind: &str, name: &str) -> String {
    ids::uuid(ids::hash(kind), ids::hash(name))
}
