//! The folders that a script may read from and write to.

use std::path::{Path, PathBuf};

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
    #[error("`{path}` is outside of the folders that the script may {verb}")]
    Outside { path: String, verb: &'static str },
}

impl Folders {
    /// Grants a script its own folder.
    pub(crate) fn of_script(folder: &Path) -> Self {
        let own = vec![folder.to_path_buf()];
        Self { base: folder.to_path_buf(), read: own.clone(), write: own }
    }

    /// Returns the file to read for a path that a script names.
    ///
    /// # Errors
    ///
    /// When there is no such file, or it lies outside of every granted folder, also by way of `..` or a symbolic link.
    pub(super) fn to_read(&self, path: &str) -> Result<PathBuf, Denied> {
        let real = self.base.join(path).canonicalize().map_err(|_| self.missing(path, "read"))?;
        granted(&self.read, real, path, "read")
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
                folder.canonicalize().map_err(|_| self.missing(path, "write"))?.join(name)
            }
            _ => return Err(Denied::Missing(path.to_owned())),
        };
        granted(&self.write, real, path, "write")
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
}
