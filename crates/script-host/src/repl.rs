//! `airway repl`: scripts line by line.

mod commands;
mod completion;
mod cursor;
mod history;
mod prompt;
mod state;

use std::io::IsTerminal;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
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
    /// Whether a person sits there, who sees what fails.
    is_terminal: bool,
    /// How the first thing that failed would have ended a script.
    failure: Option<ExitCode>,
    /// How many things failed.
    failures: usize,
    /// Whether something is being evaluated, so that Ctrl-C is about that.
    is_busy: Arc<AtomicBool>,
    /// Whether there was a Ctrl-C that an evaluation may not have heard: it came when that was ending.
    was_interrupted: Arc<AtomicBool>,
}

impl Repl {
    pub(crate) fn new(bench: Workbench) -> Self {
        let Workbench { tokio, screen, host, engine, index, library, .. } = bench;
        let state = State::new(engine, index, library);
        let (state, is_terminal) = (Arc::new(Mutex::new(state)), std::io::stdin().is_terminal());
        let (is_busy, was_interrupted) = (Arc::default(), Arc::default());
        Self { tokio, screen, host, state, is_terminal, failure: None, failures: 0, is_busy, was_interrupted }
    }

    /// Reads and evaluates until the end of the input, `:quit` or `exit`.
    pub(crate) fn run(mut self) -> ExitCode {
        keep_panics_quiet();
        if !self.is_terminal {
            self.end_at_interrupt();
        }
        let mut editor = match Editor::<Prompt, FileHistory>::with_config(prompt::settings()) {
            Ok(editor) => editor,
            Err(error) => return self.fail(&error),
        };
        editor.set_helper(Some(Prompt::new(Arc::clone(&self.state))));
        let history = History::load(&mut editor, &self.host.environment, self.is_terminal);
        if self.is_terminal {
            let version = env!("CARGO_PKG_VERSION");
            self.screen.say(format_args!("airway {version}: `:help` says what there is, Ctrl-D ends it"));
        }
        let code = loop {
            let line = match editor.readline(PROMPT) {
                Ok(line) => line,
                Err(ReadlineError::Interrupted) => continue,
                Err(ReadlineError::Eof) => {
                    // What a pipe began and did not end is no whole.
                    let rest = self.lock().take_unfinished();
                    if !self.is_terminal && !rest.trim().is_empty() {
                        self.entered(&rest);
                    }
                    break self.end();
                }
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
    fn line(&mut self, line: &str) -> Option<ExitCode> {
        let line = line.trim();
        match Command::of(line) {
            None if line.is_empty() => None,
            None => self.entered(line),
            Some(Command::Quit) => Some(self.end()),
            Some(Command::Load(file)) => self.load(Path::new(&file)),
            Some(command) => {
                // Showing something needs the state again.
                let told = command.tell(&self.lock());
                match told {
                    Told::Text(text) => self.screen.print(text.trim_end()),
                    Told::Problem(diagnostic) => self.failed(*diagnostic),
                }
                None
            }
        }
    }

    /// Evaluates what was entered: several lines that make no whole one after the other, until one fails.
    fn entered(&mut self, text: &str) -> Option<ExitCode> {
        let before = self.failures;
        let parts: Vec<String> = self.lock().parts(text).into_iter().map(str::to_owned).collect();
        for part in parts {
            let code = self.evaluate(None, &part);
            if code.is_some() || self.failures > before {
                return code;
            }
        }
        None
    }

    fn load(&mut self, file: &Path) -> Option<ExitCode> {
        match std::fs::read_to_string(file) {
            Ok(text) => self.evaluate(Some(&file.display().to_string()), &text),
            Err(error) => {
                let title = format!("cannot read script `{}`", file.display());
                self.failed(Diagnostic::error(Kind::Usage, title).note(in_words(&error)));
                None
            }
        }
    }

    /// Evaluates a text on a thread where functions may wait. Ctrl-C ends the evaluation and nothing else.
    fn evaluate(&mut self, name: Option<&str>, text: &str) -> Option<ExitCode> {
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
        self.was_interrupted.store(false, Ordering::SeqCst);
        self.is_busy.store(true, Ordering::SeqCst);
        let supervised = self.tokio.block_on(async {
            let interrupts = Interrupts::listen()?;
            let outcome = on_script_thread(token.clone(), work)?;
            Ok::<_, std::io::Error>(supervise(interrupts, outcome, &token, &self.screen).await)
        });
        self.is_busy.store(false, Ordering::SeqCst);
        let outcome = match supervised {
            Ok(supervised) => supervised.lenient(),
            Err(error) => Outcome::Panicked(in_words(&error)),
        };
        let outcome = match outcome {
            Outcome::Finished if self.was_interrupted.load(Ordering::SeqCst) => Outcome::Interrupted,
            outcome => outcome,
        };
        if let Some(live) = self.screen.live() {
            live.clear();
        }
        self.tell(outcome, &name)
    }

    fn tell(&mut self, outcome: Outcome, name: &str) -> Option<ExitCode> {
        match outcome {
            Outcome::Finished | Outcome::Interrupted if self.screen.lost().is_some() => return self.screen.lost(),
            Outcome::Finished if self.host.ending.code().is_some() => return Some(ExitCode::Ok),
            Outcome::Finished => {}
            Outcome::Exit(number) => return Some(ExitCode::Script(number)),
            Outcome::Interrupted => {
                self.screen.say("interrupted");
                tell_left_behind(&self.host, true);
                self.failures += 1;
                return (!self.is_terminal).then_some(ExitCode::Interrupted);
            }
            Outcome::Thrown(error) => {
                let state = self.lock();
                let diagnostic = from_thrown(&error, name, state.sources(), state.index());
                drop(state);
                self.failed(diagnostic);
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
                self.failed(diagnostic.note(words).hint("please report this"));
            }
        }
        None
    }

    /// Shows what went wrong, and takes note of it.
    fn failed(&mut self, diagnostic: Diagnostic) {
        self.failure.get_or_insert(diagnostic.kind.exit_code());
        self.failures += 1;
        self.show(diagnostic);
    }

    /// Returns the exit code at the end of the input: nobody but a script asks what failed before.
    fn end(&self) -> ExitCode {
        self.failure.filter(|_| !self.is_terminal).unwrap_or(ExitCode::Ok)
    }

    /// Lets Ctrl-C and SIGTERM end the process while a pipe is waited for.
    fn end_at_interrupt(&self) {
        let (is_busy, was_interrupted) = (Arc::clone(&self.is_busy), Arc::clone(&self.was_interrupted));
        self.tokio.spawn(async move {
            let Ok(mut interrupts) = Interrupts::listen() else { return };
            loop {
                interrupts.next().await;
                was_interrupted.store(true, Ordering::SeqCst);
                if !is_busy.load(Ordering::SeqCst) {
                    std::process::exit(ExitCode::Interrupted.number().into());
                }
            }
        });
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
