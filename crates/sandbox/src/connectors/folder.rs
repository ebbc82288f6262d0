//! A team's own connectors: one JSON or YAML file each.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Connector;
use crate::ids;

/// Why a folder of connectors cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FolderError {
    #[error("connector folder `{}` cannot be read", path.display())]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("connector file `{}` cannot be read", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("connector file `{}` is no YAML", path.display())]
    Yaml { path: PathBuf, source: Box<serde_saphyr::Error> },
    #[error("connector file `{}` does not describe a connector", path.display())]
    Shape { path: PathBuf, source: serde_json::Error },
    #[error("connector file `{}` has the id `{id}`, which is no UUID", path.display())]
    Id { path: PathBuf, id: String },
    #[error("connector file `{}` has a specification that is no draft-07 schema", path.display())]
    Specification { path: PathBuf },
}

/// Reads every `.json`, `.yaml` and `.yml` file of a folder, in the order of their names.
pub(super) fn read(folder: &Path) -> Result<Vec<Connector>, FolderError> {
    let failed = |source| FolderError::Folder { path: folder.to_owned(), source };
    let mut paths = fs::read_dir(folder)
        .map_err(failed)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    paths.retain(|path| path.extension().is_some_and(|it| it == "json" || it == "yaml" || it == "yml"));
    paths.sort();
    paths.into_iter().map(read_one).collect()
}

fn read_one(path: PathBuf) -> Result<Connector, FolderError> {
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(source) => return Err(FolderError::File { path, source }),
    };
    // YAML holds JSON.
    let value: Value = match serde_saphyr::from_str(&text) {
        Ok(value) => value,
        Err(source) => return Err(FolderError::Yaml { path, source: Box::new(source) }),
    };
    let connector: Connector = match serde_json::from_value(value) {
        Ok(connector) => connector,
        Err(source) => return Err(FolderError::Shape { path, source }),
    };
    if !ids::is_uuid(&connector.id) {
        return Err(FolderError::Id { path, id: connector.id });
    }
    if !jsonschema::draft7::meta::is_valid(&connector.specification) {
        return Err(FolderError::Specification { path });
    }
    Ok(connector)
}
