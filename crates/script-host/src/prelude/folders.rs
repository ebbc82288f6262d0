//! The folders that a script may read from and write to.

use std::path::{Path, PathBuf};

use crate::diagnostics::in_words;

/// Granted folders. Everything else on the machine is out of reach.
#[derive(Clone, Debug, Default)]
pub(crate) struct Folders {
    /// What relative paths are relative to, without symbolic links.
    base: PathBuf,
    read: Vec<PathBuf>,
    write: Vec<PathBuf>,
}

/// Why a path cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Denied {
    #[error("no file `{0}`")]
    Missing(String),
    #[error("cannot write `{0}`: its folder does not exist")]
    NoFolder(String),
    #[error("`{path}` is outside of the folders that the script may {verb}")]
    Outside { path: String, verb: &'static str },
    #[error("`{0}` is not a regular file")]
    NoFile(String),
}

impl Denied {
    /// What is missing is the folder to write to.
    fn of_folder(self) -> Self {
        match self {
            Self::Missing(path) => Self::NoFolder(path),
            other => other,
        }
    }

    /// Returns what would allow it.
    pub(super) fn hint(&self) -> Option<String> {
        match self {
            Self::Outside { verb, .. } => Some(format!("grant its folder with `--allow-{verb} DIR`")),
            Self::Missing(_) | Self::NoFolder(_) | Self::NoFile(_) => None,
        }
    }
}

/// A folder that cannot be granted.
#[derive(Debug, thiserror::Error)]
#[error("cannot grant `{}`: {}", .0.display(), in_words(.1))]
pub(crate) struct NoFolder(PathBuf, std::io::Error);

impl Folders {
    /// Grants a script its own folder.
    pub(crate) fn of_script(folder: &Path) -> Self {
        let own = vec![folder.to_path_buf()];
        Self { base: folder.to_path_buf(), read: own.clone(), write: own }
    }

    /// Grants more folders, or single files, with all that is in them.
    ///
    /// # Errors
    ///
    /// When one does not exist.
    pub(crate) fn grant(mut self, read: &[PathBuf], write: &[PathBuf]) -> Result<Self, NoFolder> {
        let resolved = |path: &PathBuf| path.canonicalize().map_err(|error| NoFolder(path.clone(), error));
        for path in read {
            self.read.push(resolved(path)?);
        }
        for path in write {
            self.write.push(resolved(path)?);
        }
        Ok(self)
    }

    /// Returns the file to read for a path that a script names.
    ///
    /// # Errors
    ///
    /// When there is no such file, or it lies outside of every granted folder, also by way of `..` or a symbolic link.
    pub(super) fn to_read(&self, path: &str) -> Result<PathBuf, Denied> {
        let real = self.base.join(path).canonicalize().map_err(|_| self.missing(path, "read"))?;
        regular(granted(&self.read, real, path, "read")?, path)
    }

    /// Returns the file to write for a path that a script names. Its folder must exist.
    ///
    /// # Errors
    ///
    /// As with reading.
    pub(super) fn to_write(&self, path: &str) -> Result<PathBuf, Denied> {
        let wanted = self.base.join(path);
        let real = match (wanted.canonicalize(), wanted.parent(), wanted.file_name()) {
            (Ok(real), _, _) => real,
            // A link that leads nowhere would still be followed on writing.
            _ if wanted.is_symlink() => return Err(Denied::Outside { path: path.to_owned(), verb: "write" }),
            (Err(_), Some(folder), Some(name)) => {
                folder.canonicalize().map_err(|_| self.missing(path, "write").of_folder())?.join(name)
            }
            _ => return Err(Denied::Missing(path.to_owned())),
        };
        let real = granted(&self.write, real, path, "write")?;
        if real.exists() { regular(real, path) } else { Ok(real) }
    }

    /// Does not tell what exists outside of the granted folders.
    fn missing(&self, path: &str, verb: &'static str) -> Denied {
        let inside = !path.contains("..") && self.base.join(path).starts_with(&self.base);
        if inside { Denied::Missing(path.to_owned()) } else { Denied::Outside { path: path.to_owned(), verb } }
    }
}

fn granted(folders: &[PathBuf], real: PathBuf, path: &str, verb: &'static str) -> Result<PathBuf, Denied> {
    if folders.iter().any(|folder| real.starts_with(folder)) {
        Ok(real)
    } else {
        Err(Denied::Outside { path: path.to_owned(), verb })
    }
}

/// A pipe or a device would hold the script up for ever, or be no data at all.
fn regular(real: PathBuf, path: &str) -> Result<PathBuf, Denied> {
    if real.is_file() { Ok(real) } else { Err(Denied::NoFile(path.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn only_the_own_folder_is_read_and_written() {
        let temporary = tempfile::tempdir().unwrap();
        let top = temporary.path().canonicalize().unwrap();
        let own = top.join("own");
        fs::create_dir(&own).unwrap();
        fs::write(own.join("a.json"), "1").unwrap();
        fs::write(top.join("out.json"), "1").unwrap();
        std::os::unix::fs::symlink(&top, own.join("link")).unwrap();
        std::os::unix::fs::symlink(top.join("new.json"), own.join("dangling")).unwrap();
        let folders = Folders::of_script(&own);

        assert_eq!(folders.to_read("a.json").unwrap(), own.join("a.json"));
        assert_eq!(folders.to_write("new.json").unwrap(), own.join("new.json"));
        for path in ["../out.json", "link/out.json", "/etc/passwd", "../none.json"] {
            let denied = format!("`{path}` is outside of the folders that the script may read");
            assert_eq!(folders.to_read(path).unwrap_err().to_string(), denied);
        }
        for path in ["../new.json", "link/new.json", "dangling", "/tmp/new.json"] {
            let denied = format!("`{path}` is outside of the folders that the script may write");
            assert_eq!(folders.to_write(path).unwrap_err().to_string(), denied);
        }
        assert_eq!(folders.to_read("none.json").unwrap_err().to_string(), "no file `none.json`");
    }

    #[test]
    fn a_grant_is_for_reading_or_for_writing_and_for_what_is_in_it() {
        let temporary = tempfile::tempdir().unwrap();
        let top = temporary.path().canonicalize().unwrap();
        for folder in ["own", "in", "out"] {
            fs::create_dir(top.join(folder)).unwrap();
        }
        fs::write(top.join("in/a.json"), "1").unwrap();
        fs::write(top.join("single.json"), "1").unwrap();
        std::os::unix::fs::symlink(&top, top.join("out/link")).unwrap();
        let read = [top.join("in"), top.join("single.json")];
        let folders = Folders::of_script(&top.join("own")).grant(&read, &[top.join("own/../out")]).unwrap();

        assert_eq!(folders.to_read("../in/a.json").unwrap(), top.join("in/a.json"));
        assert_eq!(folders.to_read(top.join("single.json").to_str().unwrap()).unwrap(), top.join("single.json"));
        assert_eq!(folders.to_write("../out/new.json").unwrap(), top.join("out/new.json"));
        for path in ["../in/new.json", "../in/a.json", "../out/link/new.json", "../outside/new.json", "../output.json"]
        {
            let denied = format!("`{path}` is outside of the folders that the script may write");
            assert_eq!(folders.to_write(path).unwrap_err().to_string(), denied);
        }
        assert_eq!(folders.to_read("../in").unwrap_err().to_string(), "`../in` is not a regular file");
        let missing = Folders::default().grant(&[top.join("none")], &[]).unwrap_err().to_string();
        assert_eq!(missing, format!("cannot grant `{}`: no such file or directory", top.join("none").display()));
    }
}
