//! The lines of earlier sessions.

use std::path::{Path, PathBuf};

use rustyline::Editor;
use rustyline::history::FileHistory;

use super::prompt::Prompt;
use crate::runtime::Environment;

/// The file that keeps what was typed; none where it is not typed.
pub(super) struct History(Option<PathBuf>);

impl History {
    /// Reads it. A history that cannot be read or kept stops nobody.
    pub(super) fn load(editor: &mut Editor<Prompt, FileHistory>, environment: &Environment, is_terminal: bool) -> Self {
        let file = file(environment).filter(|_| is_terminal);
        if let Some(file) = &file {
            let _ = file.parent().map(std::fs::create_dir_all);
            let _ = editor.load_history(file);
        }
        Self(file)
    }

    /// Writes the line that was typed last.
    pub(super) fn keep(&self, editor: &mut Editor<Prompt, FileHistory>) {
        if let Some(file) = &self.0 {
            let _ = editor.append_history(file);
        }
    }
}

/// Where state of users is kept: `$XDG_STATE_HOME`, on Windows `%LOCALAPPDATA%`, else `~/.local/state`.
fn file(environment: &Environment) -> Option<PathBuf> {
    let set = |name: &str| environment.get(name).filter(|value| Path::new(value).is_absolute()).map(PathBuf::from);
    let folder = set("XDG_STATE_HOME").or_else(|| set("LOCALAPPDATA"));
    let folder = folder.or_else(|| Some(set("HOME")?.join(".local/state")))?;
    Some(folder.join("airway/history"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(variables: &[(&str, &str)], expected: Option<&str>) {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let found = file(&Environment::Fixed(variables.collect()));
        assert_eq!(found.as_deref(), expected.map(Path::new));
    }

    #[test]
    fn it_is_in_the_folder_for_state() {
        check(&[("HOME", "/h")], Some("/h/.local/state/airway/history"));
        check(&[("HOME", "/h"), ("XDG_STATE_HOME", "/s")], Some("/s/airway/history"));
        check(&[("HOME", "/h"), ("XDG_STATE_HOME", "")], Some("/h/.local/state/airway/history"));
        check(&[], None);
    }
}
