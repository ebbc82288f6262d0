//! Every script file of a run, read and compiled once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rhai::{AST, Engine, ParseError, Scope};

use super::{ImportProblem, Root, Sources, compile};

/// The name of a script that comes from standard input.
pub(crate) const STANDARD_INPUT: &str = "-";

/// Says whether a path means standard input.
pub(crate) fn is_standard_input(path: &Path) -> bool {
    path == Path::new(STANDARD_INPUT) || path == Path::new("/dev/stdin")
}

/// The compiled files below a root. Clones share one content.
#[derive(Clone)]
pub(crate) struct Library {
    root: Root,
    sources: Sources,
    compiled: Arc<Mutex<BTreeMap<PathBuf, Arc<AST>>>>,
}

/// Why a file is no script.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    /// It cannot be found or read.
    #[error(transparent)]
    Import(#[from] ImportProblem),
    /// It does not compile; its text is in the sources under this name.
    #[error("`{name}` does not compile")]
    Syntax { name: String, error: ParseError },
}

impl Library {
    pub(crate) fn new(root: Root, sources: Sources) -> Self {
        Self { root, sources, compiled: Arc::default() }
    }

    pub(crate) fn root(&self) -> &Root {
        &self.root
    }

    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Returns the compiled file, from memory when it was asked for before.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or does not compile.
    pub(crate) fn load(&self, engine: &Engine, real: &Path) -> Result<Arc<AST>, LoadError> {
        if let Some(ast) = self.compiled.lock().unwrap_or_else(PoisonError::into_inner).get(real) {
            return Ok(Arc::clone(ast));
        }
        let shown = self.root.shown(real);
        let text = if real == Path::new(STANDARD_INPUT) {
            std::io::read_to_string(std::io::stdin())
        } else {
            std::fs::read_to_string(real)
        };
        let text = text.map_err(|reason| ImportProblem::Unreadable { shown: shown.clone(), reason })?;
        // Editors on Windows begin files with a mark that is no part of the script.
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let ast = Arc::new(self.compile(engine, &shown, text)?);
        self.compiled.lock().unwrap_or_else(PoisonError::into_inner).insert(real.to_path_buf(), Arc::clone(&ast));
        Ok(ast)
    }

    fn compile(&self, engine: &Engine, name: &str, text: &str) -> Result<AST, LoadError> {
        self.sources.add(name, text);
        let mut ast =
            compile(engine, &Scope::new(), text).map_err(|error| LoadError::Syntax { name: name.to_owned(), error })?;
        ast.set_source(name);
        self.sources.add_closures(name, &ast);
        Ok(ast)
    }
}
