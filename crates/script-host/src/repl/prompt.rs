//! What the line editor asks while somebody types.

use std::path::{MAIN_SEPARATOR, Path};
use std::sync::{Arc, Mutex, PoisonError};

use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::config::{CompletionType, Config};
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper, Result};

use super::commands::Command;
use super::completion::candidates;
use super::state::State;

/// Completes words, and knows when an input goes on in the next line.
pub(super) struct Prompt(Arc<Mutex<State>>);

/// Returns the settings of the editor.
pub(super) fn settings() -> Config {
    let settings = Config::builder().completion_type(CompletionType::List).auto_add_history(true);
    // A line that begins with a space is not kept.
    settings.history_ignore_space(true).tab_stop(4).build()
}

impl Prompt {
    pub(super) fn new(state: Arc<Mutex<State>>) -> Self {
        Self(state)
    }
}

impl Completer for Prompt {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> Result<(usize, Vec<Pair>)> {
        if matches!(Command::of(&line[..pos]), Some(Command::Load(_))) {
            let (start, mut files) = FilenameCompleter::new().complete_path(line, pos)?;
            let is_script = |path: &str| Path::new(path).extension().is_some_and(|extension| extension == "rhai");
            files.retain(|file| is_script(&file.replacement) || file.replacement.ends_with(MAIN_SEPARATOR));
            return Ok((start, files));
        }
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (length, found) = candidates(&line[..pos], &state);
        let pairs = found.into_iter().map(|found| Pair { display: found.shown, replacement: found.inserted });
        Ok((pos - length, pairs.collect()))
    }
}

impl Validator for Prompt {
    fn validate(&self, context: &mut ValidationContext<'_>) -> Result<ValidationResult> {
        let text = context.input();
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let goes_on = Command::of(text.trim()).is_none() && state.goes_on(text);
        Ok(if goes_on { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

impl Hinter for Prompt {
    type Hint = String;
}

impl Highlighter for Prompt {}

impl Helper for Prompt {}
