//! One script from its file to its exit code.

mod left_behind;
mod workbench;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rhai::{AST, Dynamic};

use crate::check::{Checked, check};
use crate::diagnostics::{Diagnostic, ExitCode, Kind, Record, from_thrown, in_words, nearest};
use crate::engine::{self, Root, Sources};
use crate::runtime::{Exceeded, Interrupts, Outcome, Screen, keep_panics_quiet, on_script_thread, supervise};
use crate::values::visible;

pub(crate) use left_behind::tell as tell_left_behind;
pub(crate) use workbench::{Grants, Request, Workbench};

/// What is needed to look at or run one script.
pub(crate) struct Session {
    bench: Workbench,
    /// Without symbolic links.
    script: PathBuf,
}

impl Session {
    /// Prepares everything; nothing of the script is read yet.
    ///
    /// # Errors
    ///
    /// When the script cannot be found, or the machine has no room for threads.
    pub(crate) fn new(script: &Path, request: Request) -> Result<Self, Diagnostic> {
        if engine::is_standard_input(script) {
            let root = Root::of_folder(Path::new(".")).map_err(|error| {
                Diagnostic::error(Kind::Usage, "cannot look into the current folder").note(in_words(&error))
            })?;
            return Ok(Self { bench: Workbench::new(root, request)?, script: PathBuf::from(engine::STANDARD_INPUT) });
        }
        let shown = script.display();
        let missing = |error: std::io::Error| {
            let diagnostic = Diagnostic::error(Kind::Usage, format!("cannot find script `{shown}`"));
            diagnostic.note(in_words(&error)).maybe_hint(similar(script).map(|near| format!("did you mean `{near}`?")))
        };
        let real = script.canonicalize().map_err(missing)?;
        if real.is_dir() {
            return Err(Diagnostic::error(Kind::Usage, format!("`{shown}` is a folder and no script")));
        }
        let root = Root::of_script(script).map_err(missing)?;
        Ok(Self { bench: Workbench::new(root, request)?, script: real })
    }

    /// Returns the path of the script, without symbolic links.
    pub(crate) fn script(&self) -> &Path {
        &self.script
    }

    /// Looks at the script without running it.
    pub(crate) fn check(&self) -> Checked {
        check(&self.bench.engine, &self.bench.library, &self.bench.index, &self.script)
    }

    /// Shows what was found.
    pub(crate) fn show(&self, diagnostics: &[Diagnostic]) {
        self.bench.screen.show(diagnostics, self.bench.library.sources());
    }

    /// Returns what was found, an object per line.
    pub(crate) fn as_json(&self, diagnostics: &[Diagnostic]) -> String {
        let sources = self.bench.library.sources();
        let record = |diagnostic| format!("{}\n", serde_json::json!(Record::of(diagnostic, sources)));
        diagnostics.iter().map(record).collect()
    }

    /// Returns the name of the script as the person wrote it.
    pub(crate) fn shown_name(&self) -> String {
        self.bench.library.root().shown(&self.script)
    }

    /// Checks the script, runs it when nothing stands against that, and shows how it went.
    pub(crate) fn run(self) -> ExitCode {
        let checked = self.check();
        self.show(&checked.told(self.bench.host.settings.is_sandbox()));
        let Some(main) = checked.main.clone().filter(|_| checked.worst().is_none()) else {
            return checked.worst().unwrap_or(ExitCode::CheckFailed);
        };
        let (host, needs) = (&self.bench.host, &checked.needs);
        host.variables.declare(needs.declared_variables());
        let mut unmet = needs.unmet(&host.given, &host.environment);
        unmet.extend(needs.forbidden(host));
        let (made_up, problems) = self.bench.tokio.block_on(needs.look_for_secrets(host));
        unmet.extend(problems);
        if !unmet.is_empty() {
            self.show(&unmet);
            return ExitCode::Usage;
        }
        for name in made_up {
            self.bench.screen.say(format_args!("note: secret `{name}` is not set; the sandbox gets a made-up value"));
        }
        self.execute(main)
    }

    fn execute(self, main: Arc<AST>) -> ExitCode {
        let Workbench { tokio, screen, host, engine, index, library, wants_value } = self.bench;
        keep_panics_quiet();
        let (ending, name) = (host.ending.clone(), main.source().unwrap_or_default().to_owned());
        let token = ending.token().clone();
        let (types, out) = (Arc::clone(&index), screen.clone());
        let run = move || {
            let result = engine.eval_ast::<Dynamic>(&main);
            if let (Ok(value), true, None) = (&result, wants_value, ending.code()) {
                out.output_value(&visible(&engine, &types, value));
            }
            Outcome::of(result, &ending)
        };
        let _watch = host.limits.watch(&host, stop_at_once(&screen));
        let started = tokio.block_on(async {
            // Before the script does anything: whoever sees its first line may press Ctrl-C.
            let interrupts = Interrupts::listen()?;
            on_script_thread(token.clone(), run).map(|outcome| (interrupts, outcome))
        });
        let outcome = match started {
            Ok((interrupts, outcome)) => tokio.block_on(supervise(interrupts, outcome, &token, &screen)).outcome,
            Err(error) => Outcome::Panicked(in_words(&error)),
        };
        if let Some(live) = screen.live() {
            live.clear();
        }
        let show = |diagnostic| screen.show(&[diagnostic], library.sources());
        let code = match outcome {
            Outcome::Finished | Outcome::Interrupted if screen.lost().is_some() => {
                screen.lost().unwrap_or(ExitCode::Ok)
            }
            Outcome::Finished => ExitCode::Ok,
            Outcome::Exit(number) => ExitCode::Script(number),
            Outcome::Interrupted => {
                screen.say("interrupted");
                tell_left_behind(&host, false);
                ExitCode::Interrupted
            }
            Outcome::Thrown(error) => {
                let diagnostic = from_thrown(&error, &name, library.sources(), &index);
                let code = diagnostic.kind.exit_code();
                show(diagnostic);
                code
            }
            Outcome::Stopped(limit, error) => {
                let diagnostic = limit.at(from_thrown(&error, &name, library.sources(), &index));
                let code = diagnostic.kind.exit_code();
                show(diagnostic);
                code
            }
            Outcome::Panicked(words) => {
                let diagnostic = Diagnostic::error(Kind::Bug, "airway failed at something it should be able to do");
                show(diagnostic.note(words).hint("please report this, with the script if you can"));
                ExitCode::Bug
            }
        };
        tokio.block_on(host.server.shut_down());
        // A thread that does not stop must not keep the process alive.
        tokio.shutdown_background();
        code
    }
}

/// Ends the process when a script does not stop that takes ever more memory.
fn stop_at_once(screen: &Screen) -> impl FnOnce(Exceeded) + Send + 'static {
    let screen = screen.clone();
    move |limit| {
        let diagnostic = limit.at(Diagnostic::error(Kind::Script, ""));
        let code = diagnostic.kind.exit_code();
        screen.show(&[diagnostic], &Sources::default());
        std::process::exit(code.number().into());
    }
}

/// Returns the script beside a missing one that was probably meant.
fn similar(script: &Path) -> Option<String> {
    let wanted = script.file_name()?.to_str()?;
    let folder = script.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = std::fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    let names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    let scripts =
        names.iter().map(String::as_str).filter(|name| Path::new(name).extension().is_some_and(|end| end == "rhai"));
    // Without its ending it is the same name.
    let with_end = format!("{wanted}.rhai");
    let near = scripts.clone().find(|name| *name == with_end).or_else(|| nearest(wanted, scripts))?;
    Some(folder.map_or_else(|| near.to_owned(), |folder| folder.join(near).display().to_string()))
}
