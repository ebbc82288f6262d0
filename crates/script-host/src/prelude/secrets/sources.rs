//! Where secrets come from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::process::Stdio;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use airway_client::Secret;
use tokio::process::Command;
use tokio::sync::OnceCell;

use crate::diagnostics::in_words;
use crate::runtime::Host;
use crate::values::{Fault, FaultKind};

/// The sources besides the environment, and what was found: every secret is looked for once.
#[derive(Debug, Default)]
pub(crate) struct SecretSources {
    /// The files that the environment has variables of.
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    command: Option<SecretCommand>,
    found: Mutex<BTreeMap<String, Arc<OnceCell<Option<Secret>>>>>,
}

/// A command that prints a secret. It is started without a shell.
#[derive(Clone, Debug)]
pub(crate) struct SecretCommand {
    program: String,
    arguments: Vec<String>,
}

/// What stands for the name of the secret in a command.
const NAME: &str = "{}";

/// A text that is no command.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum BadSecretCommand {
    #[error("it is empty, or a quote is not closed")]
    NoWords,
}

impl SecretSources {
    /// Makes the sources: files that belong to the environment, folders with a file per secret, then a command.
    pub(crate) fn new(files: Vec<PathBuf>, folders: Vec<PathBuf>, command: Option<SecretCommand>) -> Self {
        Self { files, folders, command, found: Mutex::default() }
    }

    /// Returns the sources besides the environment, in words.
    pub(super) fn described(&self) -> Vec<String> {
        let folders = self.files.iter().chain(&self.folders).map(|folder| format!("`{}`", folder.display()));
        folders.chain(self.command.iter().map(|command| format!("`{command}`"))).collect()
    }

    /// Returns the secret of that name, from the first source that has it; empty ones count as missing.
    ///
    /// # Errors
    ///
    /// When a source cannot be asked.
    pub(crate) async fn find(&self, name: &str, host: &Host) -> Result<Option<Secret>, Fault> {
        let cell = {
            let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(found.entry(name.to_owned()).or_default())
        };
        let looked = cell.get_or_try_init(|| async {
            let value = match host.environment.get(name).filter(|value| !value.is_empty()) {
                Some(value) => Some(value),
                None => self.elsewhere(name).await?,
            };
            Ok::<_, Fault>(value.map(|value| host.vault.conceal(value)))
        });
        looked.await.cloned()
    }

    async fn elsewhere(&self, name: &str) -> Result<Option<String>, Fault> {
        for folder in &self.folders {
            if let Some(value) = in_folder(folder, name)? {
                return Ok(Some(value));
            }
        }
        match &self.command {
            Some(command) => command.ask(name).await,
            None => Ok(None),
        }
    }
}

fn in_folder(folder: &Path, name: &str) -> Result<Option<String>, Fault> {
    // A name with slashes or dots would lead out of the folder.
    let mut steps = Path::new(name).components();
    if !matches!((steps.next(), steps.next()), (Some(Component::Normal(_)), None)) {
        return Ok(None);
    }
    let file = folder.join(name);
    match std::fs::read_to_string(&file) {
        Ok(text) => Ok(without_line_end(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let said = format!("cannot read secret `{name}` from `{}`: {}", file.display(), in_words(&error));
            Err(Fault::new(FaultKind::Environment, said))
        }
    }
}

/// Tools and editors put a line end behind a secret that is no part of it.
fn without_line_end(mut text: String) -> Option<String> {
    let kept = text.trim_end_matches(['\n', '\r']).len();
    text.truncate(kept);
    Some(text).filter(|text| !text.is_empty())
}

impl SecretCommand {
    async fn ask(&self, name: &str) -> Result<Option<String>, Fault> {
        let failed = |why: String| {
            Fault::new(FaultKind::Environment, format!("cannot get secret `{name}` from `{self}`: {why}"))
        };
        // It could be taken for an option of the command.
        if name.starts_with('-') {
            return Err(failed("a name cannot begin with `-`".into()));
        }
        let mut arguments: Vec<String> = self.arguments.iter().map(|argument| argument.replace(NAME, name)).collect();
        if arguments == self.arguments {
            arguments.push(name.to_owned());
        }
        let mut command = Command::new(&self.program);
        command.args(arguments).stdin(Stdio::inherit()).stderr(Stdio::inherit()).kill_on_drop(true);
        let output = command.stdout(Stdio::piped()).spawn().map_err(|error| failed(in_words(&error)))?;
        let output = output.wait_with_output().await.map_err(|error| failed(in_words(&error)))?;
        if !output.status.success() {
            return Err(failed(format!("it ended with {}", output.status)));
        }
        let text = String::from_utf8(output.stdout).map_err(|_| failed("it printed no text".into()))?;
        Ok(without_line_end(text))
    }
}

impl FromStr for SecretCommand {
    type Err = BadSecretCommand;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut words = shlex::split(text).ok_or(BadSecretCommand::NoWords)?.into_iter();
        let program = words.next().ok_or(BadSecretCommand::NoWords)?;
        Ok(Self { program, arguments: words.collect() })
    }
}

impl fmt::Display for SecretCommand {
    /// Only the program: arguments may hold tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.program)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(command: &str, name: &str) -> Result<Option<String>, String> {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let command: SecretCommand = command.parse().unwrap();
        tokio.block_on(command.ask(name)).map_err(|fault| fault.message().to_owned())
    }

    #[test]
    fn a_folder_holds_a_file_per_secret() {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().join("secrets");
        std::fs::create_dir_all(folder.join("..data")).unwrap();
        std::fs::write(top.path().join("outside"), "no").unwrap();
        std::fs::write(folder.join("..data/TOKEN"), " pa ss \r\n").unwrap();
        std::os::unix::fs::symlink("..data/TOKEN", folder.join("TOKEN")).unwrap();
        let found = |name: &str| in_folder(&folder, name).map_err(|fault| fault.message().to_owned());
        assert_eq!(found("TOKEN"), Ok(Some(" pa ss ".into())));
        for name in ["NONE", "../outside", "/etc/hostname", "", "..data/TOKEN"] {
            assert_eq!(found(name), Ok(None), "{name}");
        }
        let said = format!("cannot read secret `..data` from `{}`: is a directory", folder.join("..data").display());
        assert_eq!(found("..data"), Err(said));
    }

    #[test]
    fn a_command_gets_the_name_and_no_shell() {
        assert_eq!(asked("echo 'of {}'", "A;B"), Ok(Some("of A;B".into())));
        assert_eq!(asked("echo of", "$HOME"), Ok(Some("of $HOME".into())));
        assert_eq!(asked("true", "A"), Ok(None));
        let said = "cannot get secret `A` from `false`: it ended with exit status: 1";
        assert_eq!(asked("false --token=hunter2", "A"), Err(said.into()));
        let said = "cannot get secret `-A` from `echo`: a name cannot begin with `-`";
        assert_eq!(asked("echo", "-A"), Err(said.into()));
    }

    #[test]
    fn a_text_without_words_is_no_command() {
        assert!("".parse::<SecretCommand>().is_err());
        assert!("'open".parse::<SecretCommand>().is_err());
    }
}
