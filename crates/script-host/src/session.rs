//! One script from its file to its exit code.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use airway_client::Vault;
use rhai::Engine;
use tokio::runtime::Runtime;

use crate::api::Server;
use crate::check::{Checked, check};
use crate::diagnostics::{Diagnostic, ExitCode, Kind, from_thrown, in_words, render};
use crate::engine::{Library, Root, Sources, build};
use crate::prelude::{Folders, Given};
use crate::registry::{Index, Registry};
use crate::runtime::{
    Ending, Environment, Host, Interrupts, Outcome, Parts, Screen, Settings, Verbosity, keep_panics_quiet,
    on_script_thread, supervise,
};

/// What is needed to look at or run one script.
pub(crate) struct Session {
    tokio: Runtime,
    screen: Screen,
    host: Host,
    engine: Engine,
    index: Index,
    library: Library,
    /// Without symbolic links.
    script: PathBuf,
}

/// What a session is asked for.
pub(crate) struct Request<'r> {
    pub(crate) script: &'r Path,
    pub(crate) given: Given,
    pub(crate) settings: Settings,
    pub(crate) environment: Environment,
    pub(crate) verbosity: Verbosity,
}

impl Session {
    /// Prepares everything; nothing of the script is read yet.
    ///
    /// # Errors
    ///
    /// When the script cannot be found, or the machine has no room for threads.
    pub(crate) fn new(request: Request<'_>) -> Result<Self, Diagnostic> {
        let shown = request.script.display();
        let missing = |error: std::io::Error| {
            Diagnostic::error(Kind::Usage, format!("cannot find script `{shown}`")).note(in_words(&error))
        };
        let script = request.script.canonicalize().map_err(missing)?;
        if script.is_dir() {
            return Err(Diagnostic::error(Kind::Usage, format!("`{shown}` is a folder and no script")));
        }
        let root = Root::of_script(request.script).map_err(missing)?;
        let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let tokio = tokio.map_err(|error| Diagnostic::error(Kind::Bug, "cannot start").note(in_words(&error)))?;
        let (vault, ending, sources) = (Vault::new(), Ending::default(), Sources::default());
        let screen = Screen::new(vault.clone(), request.verbosity, ending.token().clone());
        let library = Library::new(root.clone(), sources.clone());
        let host = Host::new(Parts {
            tokio: tokio.handle().clone(),
            vault,
            screen: screen.clone(),
            sources,
            environment: request.environment,
            given: request.given,
            folders: Folders::of_script(root.folder()),
            settings: request.settings,
            ending,
            server: Server::default(),
        });
        let mut registry = Registry::default();
        crate::prelude::describe(&mut registry);
        crate::api::describe(&mut registry);
        let engine = build(&registry, &host, library.clone());
        let index = Index::new(&registry, &engine);
        Ok(Self { tokio, screen, host, engine, index, library, script })
    }

    /// Looks at the script without running it.
    pub(crate) fn check(&self) -> Checked {
        check(&self.engine, &self.library, &self.index, &self.script)
    }

    /// Shows what was found.
    pub(crate) fn show(&self, diagnostics: &[Diagnostic]) {
        for (at, diagnostic) in diagnostics.iter().enumerate() {
            let gap = if at == 0 { "" } else { "\n" };
            self.screen.write(&format!("{gap}{}", render(diagnostic, self.library.sources())));
        }
    }

    /// Checks the script, runs it when nothing stands against that, and shows how it went.
    pub(crate) fn run(self) -> ExitCode {
        let checked = self.check();
        self.show(&checked.told(self.host.settings.is_sandbox()));
        let Some(main) = checked.main.clone().filter(|_| checked.worst().is_none()) else {
            return checked.worst().unwrap_or(ExitCode::CheckFailed);
        };
        let (host, sandbox) = (&self.host, self.host.settings.is_sandbox());
        let unmet = checked.needs.unmet(&host.given, &host.environment, sandbox);
        if !unmet.is_empty() {
            self.show(&unmet);
            return ExitCode::Usage;
        }
        if sandbox {
            for (name, _) in checked.needs.missing_secrets(&host.environment) {
                self.screen.say(format_args!("note: secret `{name}` is not set; the sandbox gets a made-up value"));
            }
        }
        self.execute(main)
    }

    fn execute(self, main: Arc<rhai::AST>) -> ExitCode {
        let Self { tokio, screen, host, engine, index, library, .. } = self;
        keep_panics_quiet();
        let (ending, name) = (host.ending.clone(), main.source().unwrap_or_default().to_owned());
        let token = ending.token().clone();
        let run = move || Outcome::of(engine.eval_ast::<rhai::Dynamic>(&main), ending.code());
        let started = tokio.block_on(async {
            // Before the script does anything: whoever sees its first line may press Ctrl-C.
            let interrupts = Interrupts::listen()?;
            on_script_thread(token.clone(), run).map(|outcome| (interrupts, outcome))
        });
        let outcome = match started {
            Ok((interrupts, outcome)) => tokio.block_on(supervise(interrupts, outcome, &token, &screen)),
            Err(error) => Outcome::Panicked(in_words(&error)),
        };
        let sources = library.sources();
        let show = |diagnostic: &Diagnostic| screen.write(&render(diagnostic, sources));
        let code = match outcome {
            Outcome::Finished => ExitCode::Ok,
            Outcome::Exit(number) => ExitCode::Script(number),
            Outcome::Interrupted if screen.pipe_closed() => ExitCode::Interrupted,
            Outcome::Interrupted => {
                screen.say("interrupted");
                ExitCode::Interrupted
            }
            Outcome::Thrown(error) => {
                let diagnostic = from_thrown(&error, &name, sources, &index);
                show(&diagnostic);
                diagnostic.kind.exit_code()
            }
            Outcome::Panicked(words) => {
                let diagnostic = Diagnostic::error(Kind::Bug, "airway failed at something it should be able to do");
                show(&diagnostic.note(words).hint("please report this, with the script if you can"));
                ExitCode::Bug
            }
        };
        tokio.block_on(host.server.shut_down());
        // A thread that does not stop must not keep the process alive.
        tokio.shutdown_background();
        code
    }
}
