//! What `import` does.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rhai::{AST, Dynamic, Engine, EvalAltResult, FnNamespace, Module, ModuleResolver, Position, Scope, Shared};

use super::{ImportProblem, Library, LoadError, is_closure};
use crate::values::{Fault, FaultKind};

thread_local! {
    /// The modules whose bodies are running on this thread, outermost first.
    static LOADING: RefCell<Vec<PathBuf>> = const { RefCell::new(Vec::new()) };
}

/// Imports scripts of the library; each module's body runs once.
pub(crate) struct Resolver {
    library: Library,
    modules: Mutex<BTreeMap<PathBuf, Shared<Module>>>,
}

impl Resolver {
    pub(crate) fn new(library: Library) -> Self {
        Self { library, modules: Mutex::default() }
    }

    fn cycle(&self, real: &Path) -> Option<ImportProblem> {
        LOADING.with_borrow(|loading| {
            let first = loading.iter().position(|path| path == real)?;
            let steps = loading[first..].iter().map(PathBuf::as_path).chain([real]);
            Some(ImportProblem::Cycle(steps.map(|path| self.library.root().shown(path)).collect()))
        })
    }
}

impl ModuleResolver for Resolver {
    fn resolve(
        &self,
        engine: &Engine,
        source: Option<&str>,
        path: &str,
        position: Position,
    ) -> Result<Shared<Module>, Box<EvalAltResult>> {
        let problem = |problem: &ImportProblem| {
            let fault = Fault::new(FaultKind::Import, problem.to_string());
            Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(fault), position))
        };
        let real = self.library.root().locate(source, path).map_err(|error| problem(&error))?;
        if let Some(module) = self.modules.lock().unwrap_or_else(PoisonError::into_inner).get(&real) {
            return Ok(Shared::clone(module));
        }
        if let Some(cycle) = self.cycle(&real) {
            return Err(problem(&cycle));
        }
        let name = self.library.root().shown(&real);
        let inside = |error| Box::new(EvalAltResult::ErrorInModule(name.clone(), error, position));
        let ast = self.library.load(engine, &real).map_err(|error| match error {
            LoadError::Import(error) => problem(&error),
            LoadError::Syntax { error, .. } => inside(error.into()),
        })?;
        let _loading = Loading::enter(real.clone());
        let mut module = Module::eval_ast_as_new(Scope::new(), &ast, engine).map_err(inside)?;
        release_closures(&mut module, &ast);
        let module = Shared::new(module);
        self.modules.lock().unwrap_or_else(PoisonError::into_inner).insert(real, Shared::clone(&module));
        Ok(module)
    }
}

/// Lets the closures of a module be called wherever they are handed to: Rhai looks for them by their name, which is a hash, in
/// the place of the call.
fn release_closures(module: &mut Module, ast: &AST) {
    let mut keys = Module::new();
    for closure in ast.iter_fn_def().filter(|function| is_closure(&function.name)) {
        let key = keys.set_script_fn(closure.clone());
        #[expect(deprecated, reason = "nothing else keeps the surroundings of a function that a script defines")]
        module.update_fn_namespace(key, FnNamespace::Global);
    }
    module.build_index();
}

/// While it lives, a module's body is running.
struct Loading;

impl Loading {
    fn enter(real: PathBuf) -> Self {
        LOADING.with_borrow_mut(|loading| loading.push(real));
        Self
    }
}

impl Drop for Loading {
    fn drop(&mut self) {
        LOADING.with_borrow_mut(Vec::pop);
    }
}
