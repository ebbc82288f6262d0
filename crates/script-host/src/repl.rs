//! `airway repl`: scripts line by line.

mod commands;
mod completion;
mod cursor;
mod history;
mod prompt;
mod state;

use std::io::IsTerminal;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rhai::Dynamic;
use rustyline::Editor;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use tokio::runtime::Runtime;

use crate::diagnostics::{Diagnostic, ExitCode, Kind, from_thrown, in_words};
use crate::runtime::{Host, Interrupts, Outcome, Screen, keep_panics_quiet, on_script_thread, supervise};
use crate::session::{Workbench, tell_left_behind};
use commands::{Command, Told};
use history::History;
use prompt::Prompt;
use state::State;

/// What is shown before a line.
const PROMPT: &str = "airway> ";

/// A read–evaluate–print loop.
pub(crate) struct Repl {
    tokio: Runtime,
    screen: Screen,
    host: Host,
    state: Arc<Mutex<State>>,
}

impl Repl {
    pub(crate) fn new(bench: Workbench) -> Self {
        let Workbench { tokio, screen, host, engine, index, library, .. } = bench;
        let state = State::new(engine, index, library);
        Self { tokio, screen, host, state: Arc::new(Mutex::new(state)) }
    }

    /// Reads and evaluates until the end of the input, `:quit` or `exit`.
    pub(crate) fn run(self) -> ExitCode {
        keep_panics_quiet();
        let is_terminal = std::io::stdin().is_terminal();
        let mut editor = match Editor::<Prompt, FileHistory>::with_config(prompt::settings()) {
            Ok(editor) => editor,
            Err(error) => return self.fail(&error),
        };
        editor.set_helper(Some(Prompt::new(Arc::clone(&self.state))));
        let history = History::load(&mut editor, &self.host.environment, is_terminal);
        if is_terminal {
            let version = env!("CARGO_PKG_VERSION");
            self.screen.say(format_args!("airway {version}: `:help` says what there is, Ctrl-D ends it"));
        }
        let code = loop {
            let line = match editor.readline(PROMPT) {
                Ok(line) => line,
                Err(ReadlineError::Interrupted) => continue,
                Err(ReadlineError::Eof) => break ExitCode::Ok,
                Err(error) => break self.fail(&error),
            };
            history.keep(&mut editor);
            if let Some(code) = self.line(&line) {
                break code;
            }
        };
        self.tokio.block_on(self.host.server.shut_down());
        self.tokio.shutdown_background();
        code
    }

    /// Does what a line says; returns the exit code when that ends the loop.
    fn line(&self, line: &str) -> Option<ExitCode> {
        let line = line.trim();
        match Command::of(line) {
            None if line.is_empty() => None,
            None => self.evaluate(None, line),
            Some(Command::Quit) => Some(ExitCode::Ok),
            Some(Command::Load(file)) => self.load(Path::new(&file)),
            Some(command) => {
                // Showing something needs the state again.
                let told = command.tell(&self.lock());
                match told {
                    Told::Text(text) => self.screen.print(text.trim_end()),
                    Told::Problem(diagnostic) => self.show(*diagnostic),
                }
                None
            }
        }
    }

    fn load(&self, file: &Path) -> Option<ExitCode> {
        match std::fs::read_to_string(file) {
            Ok(text) => self.evaluate(Some(&file.display().to_string()), &text),
            Err(error) => {
                let title = format!("cannot read script `{}`", file.display());
                self.show(Diagnostic::error(Kind::Usage, title).note(in_words(&error)));
                None
            }
        }
    }

    /// Evaluates a text on a thread where functions may wait. Ctrl-C ends the evaluation and nothing else.
    fn evaluate(&self, name: Option<&str>, text: &str) -> Option<ExitCode> {
        let name = name.map_or_else(|| self.lock().next_name(), str::to_owned);
        let token = self.host.ending.token().child_token();
        let (state, screen, host) = (Arc::clone(&self.state), self.screen.clone(), self.host.clone());
        let (source, text) = (name.clone(), text.to_owned());
        let work = move || {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            match state.evaluate(&source, &text, &host) {
                Ok(value) => {
                    if let Some(shown) = value {
                        screen.print(&shown);
                    }
                    Outcome::of(Ok(Dynamic::UNIT), &host.ending)
                }
                Err(error) => Outcome::of(Err(error), &host.ending),
            }
        };
        let supervised = self.tokio.block_on(async {
            let interrupts = Interrupts::listen()?;
            let outcome = on_script_thread(token.clone(), work)?;
            Ok::<_, std::io::Error>(supervise(interrupts, outcome, &token, &self.screen).await)
        });
        let outcome = match supervised {
            Ok(supervised) => supervised.lenient(),
            Err(error) => Outcome::Panicked(in_words(&error)),
        };
        if let Some(live) = self.screen.live() {
            live.clear();
        }
        self.tell(outcome, &name)
    }

    fn tell(&self, outcome: Outcome, name: &str) -> Option<ExitCode> {
        match outcome {
            Outcome::Finished | Outcome::Interrupted if self.screen.pipe_closed() => return Some(ExitCode::Unread),
            Outcome::Finished if self.host.ending.code().is_some() => return Some(ExitCode::Ok),
            Outcome::Finished => {}
            Outcome::Exit(number) => return Some(ExitCode::Script(number)),
            Outcome::Interrupted => {
                self.screen.say("interrupted");
                tell_left_behind(&self.host, true);
            }
            Outcome::Thrown(error) => {
                let state = self.lock();
                let diagnostic = from_thrown(&error, name, state.sources(), state.index());
                drop(state);
                self.show(diagnostic);
            }
            Outcome::Stopped(limit, error) => {
                let state = self.lock();
                let diagnostic = limit.at(from_thrown(&error, name, state.sources(), state.index()));
                drop(state);
                let code = diagnostic.kind.exit_code();
                self.show(diagnostic);
                // What grew without end is still there.
                return Some(code);
            }
            Outcome::Panicked(words) => {
                let diagnostic = Diagnostic::error(Kind::Bug, "airway failed at something it should be able to do");
                self.show(diagnostic.note(words).hint("please report this"));
            }
        }
        None
    }

    fn fail(&self, error: &ReadlineError) -> ExitCode {
        self.show(Diagnostic::error(Kind::Usage, "cannot read from this terminal").note(in_words(error)));
        ExitCode::Usage
    }

    fn show(&self, diagnostic: Diagnostic) {
        self.screen.show(&[diagnostic], self.lock().sources());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
