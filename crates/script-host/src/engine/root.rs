//! The folder a script may import from.

use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostics::in_words;

/// The folder of the script that was started.
#[derive(Clone, Debug)]
pub(crate) struct Root {
    /// Without symbolic links.
    folder: PathBuf,
    /// As the person wrote it.
    shown: PathBuf,
}

/// Why an `import` leads nowhere.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportProblem {
    #[error("`{0}` is an absolute path: imports are relative to the importing file")]
    Absolute(String),
    #[error("no script `{0}` to import")]
    Missing(String),
    #[error("`{0}` is outside of the folder of the script that was started")]
    Outside(String),
    #[error("scripts import each other: {}", .0.join(" → "))]
    Cycle(Vec<String>),
    #[error("cannot read `{shown}`: {}", in_words(reason))]
    Unreadable { shown: String, reason: io::Error },
}

impl Root {
    /// Makes the root for a script file.
    ///
    /// # Errors
    ///
    /// When the file or its folder cannot be found.
    pub(crate) fn of_script(script: &Path) -> io::Result<Self> {
        let real = script.canonicalize()?;
        let folder = real.parent().map_or_else(|| PathBuf::from("/"), Path::to_path_buf);
        let shown = script.parent().map(Path::to_path_buf).unwrap_or_default();
        // Behind a symbolic link, the folder that the person wrote is another one.
        let there = if shown.as_os_str().is_empty() { Path::new(".") } else { &shown };
        let is_there = there.canonicalize().is_ok_and(|there| there == folder);
        Ok(Self { shown: if is_there { shown } else { folder.clone() }, folder })
    }

    /// Makes the root for what is typed in a folder.
    ///
    /// # Errors
    ///
    /// When the folder cannot be found.
    pub(crate) fn of_folder(folder: &Path) -> io::Result<Self> {
        Ok(Self { folder: folder.canonicalize()?, shown: PathBuf::new() })
    }

    /// Returns the folder, without symbolic links.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the path to print for a file below the root.
    pub(crate) fn shown(&self, real: &Path) -> String {
        let path = real.strip_prefix(&self.folder).map_or_else(|_| real.to_path_buf(), |rest| self.shown.join(rest));
        path.display().to_string()
    }

    /// Finds the file that `import "path"` means in the file that is shown as `importer`.
    ///
    /// # Errors
    ///
    /// When there is none, or it lies outside of the root, also by way of `..` or a symbolic link.
    pub(crate) fn locate(&self, importer: Option<&str>, path: &str) -> Result<PathBuf, ImportProblem> {
        if Path::new(path).is_absolute() {
            return Err(ImportProblem::Absolute(path.to_owned()));
        }
        // Scripts are known by the paths that are shown.
        let inside = importer.and_then(|importer| Path::new(importer).strip_prefix(&self.shown).ok()?.parent());
        let base = inside.map_or_else(|| self.folder.clone(), |inside| self.folder.join(inside));
        let mut wanted = base.join(path);
        if wanted.extension().is_none_or(|extension| extension != "rhai") {
            wanted.as_mut_os_string().push(".rhai");
        }
        let real = wanted.canonicalize().map_err(|_| ImportProblem::Missing(self.shown(&wanted)))?;
        if real.starts_with(&self.folder) { Ok(real) } else { Err(ImportProblem::Outside(path.to_owned())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    struct Folders {
        _temporary: tempfile::TempDir,
        root: Root,
        main: String,
    }

    fn folders() -> Folders {
        let temporary = tempfile::tempdir().unwrap();
        let inside = temporary.path().join("inside");
        fs::create_dir_all(inside.join("lib")).unwrap();
        for file in ["inside/main.rhai", "inside/lib/a.rhai", "inside/lib/v1.2.rhai", "outside.rhai"] {
            fs::write(temporary.path().join(file), "").unwrap();
        }
        std::os::unix::fs::symlink(temporary.path(), inside.join("link")).unwrap();
        let main = inside.join("main.rhai");
        let root = Root::of_script(&main).unwrap();
        Folders { main: main.display().to_string(), root, _temporary: temporary }
    }

    fn problem(folders: &Folders, path: &str) -> String {
        folders.root.locate(Some(&folders.main), path).unwrap_err().to_string()
    }

    #[test]
    fn an_import_is_relative_to_the_importing_file() {
        let folders = folders();
        let found = folders.root.locate(Some(&folders.main), "lib/a").unwrap();
        assert_eq!(found, folders.root.folder().join("lib/a.rhai"));
        let from_there = folders.root.locate(Some(&folders.root.shown(&found)), "../main").unwrap();
        assert_eq!(from_there, folders.root.folder().join("main.rhai"));
    }

    #[test]
    fn a_dot_in_a_name_is_no_extension() {
        let folders = folders();
        assert!(folders.root.locate(Some(&folders.main), "lib/v1.2").is_ok());
        assert!(folders.root.locate(Some(&folders.main), "lib/a.rhai").is_ok());
    }

    #[test]
    fn nothing_outside_of_the_root_is_imported() {
        let folders = folders();
        let outside = "is outside of the folder of the script that was started";
        assert_eq!(problem(&folders, "../outside"), format!("`../outside` {outside}"));
        assert_eq!(problem(&folders, "link/outside"), format!("`link/outside` {outside}"));
        assert_eq!(
            problem(&folders, "/etc/passwd"),
            "`/etc/passwd` is an absolute path: imports are relative to the importing file"
        );
    }

    #[test]
    fn a_missing_script_is_named_as_the_person_would() {
        let temporary = tempfile::tempdir().unwrap();
        let main = temporary.path().join("main.rhai");
        fs::write(&main, "").unwrap();
        let root = Root { shown: "scripts".into(), ..Root::of_script(&main).unwrap() };
        let problem = root.locate(Some("scripts/main.rhai"), "lib/none").unwrap_err().to_string();
        assert_eq!(problem, "no script `scripts/lib/none.rhai` to import");
    }
}
