//! Settings: from options, environment and files, and what becomes of logins.

#[cfg(unix)]
mod files;
#[cfg(unix)]
mod logins;
mod reaching;

use std::fs;
use std::path::Path;

use airway_sandbox::{Auth, Sandbox};
use tempfile::TempDir;

use crate::support::{Said, Tested, airway, run, start};

/// A folder with a project in `project` and a home in `home`, whose files only their owner may read.
struct Machine(TempDir);

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("home/.config/airway")).unwrap();
        fs::create_dir_all(folder.path().join("project")).unwrap();
        Self(folder)
    }

    fn project(&self) -> std::path::PathBuf {
        self.0.path().join("project").canonicalize().unwrap()
    }

    fn user_file(self, text: &str) -> Self {
        self.file("home/.config/airway/config.toml", text)
    }

    fn project_file(self, text: &str) -> Self {
        self.file("project/airway.toml", text)
    }

    fn file(self, name: &str, text: &str) -> Self {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        set_mode(&path, 0o600);
        self
    }

    /// Runs the binary in the project's folder.
    fn airway(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Said {
        let mut command = airway(arguments);
        command.current_dir(self.project()).env("HOME", self.0.path().join("home"));
        run(command.envs(environment.iter().copied()))
    }

    /// Runs a script in the project's folder.
    fn script(&self, script: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Said {
        fs::write(self.0.path().join("project/main.rhai"), script).unwrap();
        self.airway(&[&["run", "main.rhai"], arguments].concat(), environment)
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) {}

/// A server that wants client credentials.
fn locked() -> Tested {
    start(Sandbox::builder().auth(Auth::simple("the-id", "the-s3cret")))
}

const WHERE: &str = "print(connect().workspace().name);";
