//! What persists between the lines of a session.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rhai::{AST, Dynamic, Engine, EvalAltResult, Expr, ImmutableString, Map, Module, Scope, ScriptFuncDef, Stmt};

use crate::check::{declared_variables, type_of};
use crate::engine::{Library, Sources, compile, is_closure};
use crate::prelude::Params;
use crate::registry::{Index, Ty};
use crate::runtime::Host;
use crate::values::ty_of;

type Fallible<T> = Result<T, Box<EvalAltResult>>;

/// The engine with the variables, functions and imports so far.
pub(super) struct State {
    engine: Engine,
    index: Arc<Index>,
    library: Library,
    scope: Scope<'static>,
    /// Functions only.
    functions: AST,
    /// What imported modules have, by the name they are imported as.
    modules: BTreeMap<String, Imported>,
    lines: usize,
    /// What was entered so far of a text that goes on.
    unfinished: String,
}

/// What an imported module has.
#[derive(Default)]
struct Imported {
    /// With what is to be said of each.
    functions: BTreeMap<String, String>,
    variables: Vec<String>,
}

impl State {
    pub(super) fn new(engine: Engine, index: Arc<Index>, library: Library) -> Self {
        Self {
            engine,
            index,
            library,
            scope: Scope::new(),
            functions: AST::empty(),
            modules: BTreeMap::new(),
            lines: 0,
            unfinished: String::new(),
        }
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    pub(super) fn sources(&self) -> &Sources {
        self.library.sources()
    }

    /// Returns a name for the text of the next line, under which errors show it.
    pub(super) fn next_name(&mut self) -> String {
        self.lines += 1;
        format!("<{}>", self.lines)
    }

    /// Evaluates a text; returns what its last expression is, in debug form, unless that is nothing.
    ///
    /// # Errors
    ///
    /// What the text throws, or why it does not compile.
    pub(super) fn evaluate(&mut self, name: &str, text: &str, host: &Host) -> Fallible<Option<String>> {
        let sources = self.library.sources().clone();
        sources.add(name, text);
        let mut ast = compile(&self.engine, &self.scope, text)?;
        ast.set_source(name);
        sources.add_closures(name, &ast);
        sources.add_functions(name, &ast);
        host.variables.declare(declared_variables(&ast).iter().map(String::as_str));
        self.import(name, &ast)?;
        self.globals(&ast);
        let mut all = self.functions.merge(&ast);
        all.set_source(name);
        let result = self.engine.eval_ast_with_scope::<Dynamic>(&mut self.scope, &all);
        all.clear_statements();
        self.functions = all;
        let value = result?;
        Ok(if value.is_unit() { None } else { Some(self.shown(value)) })
    }

    /// Keeps imported modules beyond the line that imports them.
    fn import(&mut self, name: &str, ast: &AST) -> Fallible<()> {
        let imports = ast.statements().iter().filter_map(|statement| match statement {
            Stmt::Import(import, _) => match &import.0 {
                Expr::StringConstant(path, position) if !import.1.name.is_empty() => {
                    Some((import.1.name.clone(), path.clone(), *position))
                }
                _ => None,
            },
            _ => None,
        });
        for (alias, path, position) in imports.collect::<Vec<_>>() {
            let module = self.engine.module_resolver().resolve(&self.engine, Some(name), &path, position)?;
            let functions = module.iter_script_fn_info().map(|(.., function)| function);
            let functions = functions.filter(|function| !is_closure(&function.name));
            let imported = Imported {
                functions: functions.map(|function| (function.name.to_string(), described(function))).collect(),
                variables: module.iter_var().map(|(name, _)| name.to_owned()).collect(),
            };
            self.modules.insert(alias.to_string(), imported);
            self.engine.register_static_module(alias.as_str(), module);
        }
        Ok(())
    }

    /// Lets functions see the constants of earlier lines as `global::NAME`. Those of the same text Rhai has itself.
    fn globals(&mut self, ast: &AST) {
        let mut constants = Module::new();
        for (name, _, value) in self.scope.iter().filter(|(_, is_constant, _)| *is_constant) {
            constants.set_var(name, value.clone());
        }
        if constants.is_empty() {
            return;
        }
        for (name, _, value) in ast.iter_literal_variables(true, false) {
            constants.set_var(name, value);
        }
        self.engine.register_static_module("global", constants.into());
    }

    fn shown(&self, value: Dynamic) -> String {
        let plain = value.to_string();
        let mut scope = Scope::new();
        scope.push_dynamic("value", value);
        self.engine.eval_expression_with_scope(&mut scope, "value.to_debug()").unwrap_or(plain)
    }

    /// Returns the type that an expression certainly has, without evaluating it.
    ///
    /// # Errors
    ///
    /// Why it does not compile.
    pub(super) fn type_of(&self, expression: &str) -> Result<Ty, rhai::ParseError> {
        let ast = self.engine.compile_expression_with_scope(&self.scope, expression)?;
        if let Some(value) = self.value_at(expression.trim()) {
            return Ok(ty_of(&value, &self.index));
        }
        let known: HashMap<String, Ty> =
            self.scope.iter().map(|(name, _, value)| (name.to_owned(), ty_of(&value, &self.index))).collect();
        Ok(type_of(&self.functions.merge(&ast), &self.index, &known))
    }

    /// Returns what a variable holds, or a key of a map in one: `config.source`.
    fn value_at(&self, path: &str) -> Option<Dynamic> {
        let (variable, keys) = path.split_once('.').unwrap_or((path, ""));
        let mut value = self.scope.get(variable)?.flatten_clone();
        for key in keys.split('.').filter(|key| !key.is_empty()) {
            let inner = value.read_lock::<Map>()?.get(key.trim_end_matches('?'))?.flatten_clone();
            value = inner;
        }
        Some(value)
    }

    /// Returns the keys of the map or the parameters at a path.
    pub(super) fn keys_of(&self, path: &str) -> Vec<String> {
        let Some(value) = self.value_at(path) else { return Vec::new() };
        let keys: Vec<String> = match (value.read_lock::<Map>(), value.read_lock::<Params>()) {
            (Some(map), _) => map.keys().map(ToString::to_string).collect(),
            (_, Some(params)) => params.iter().map(|(name, _)| name.to_owned()).collect(),
            _ => Vec::new(),
        };
        let is_word = |key: &String| key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        keys.into_iter().filter(is_word).collect()
    }

    /// Returns the names of the functions and of the variables of an imported module.
    pub(super) fn module(&self, name: &str) -> (Vec<&str>, &[String]) {
        let Some(imported) = self.modules.get(name) else { return (Vec::new(), &[]) };
        (imported.functions.keys().map(String::as_str).collect(), &imported.variables)
    }

    /// Returns what imported modules have: `shop::source(…)`.
    pub(super) fn names_of_modules(&self) -> Vec<String> {
        let of = |(module, imported): (&String, &Imported)| {
            let functions = imported.functions.keys().map(|name| format!("{module}::{name}(…)"));
            functions.chain(imported.variables.iter().map(|name| format!("{module}::{name}"))).collect::<Vec<_>>()
        };
        self.modules.iter().flat_map(of).collect()
    }

    /// Returns what is said of a function that was defined or imported here.
    pub(super) fn help_of(&self, name: &str) -> Option<String> {
        let name = name.trim_end_matches(['(', ')']);
        if let Some((module, name)) = name.split_once("::") {
            return self.modules.get(module)?.functions.get(name).cloned();
        }
        let own = self.functions.iter_fn_def().filter(|function| function.name == name);
        let texts: Vec<String> = own.map(|function| described(function)).collect();
        (!texts.is_empty()).then(|| texts.join("\n\n"))
    }

    /// Returns the names of variables and functions that were defined.
    pub(super) fn names(&self) -> (Vec<String>, Vec<String>) {
        let mut variables: Vec<String> = self.scope.iter().map(|(name, ..)| name.to_owned()).collect();
        variables.sort_unstable();
        variables.dedup();
        let functions = self.functions.iter_functions().map(|function| function.name);
        let mut functions: Vec<String> = functions.filter(|name| !is_closure(name)).map(str::to_owned).collect();
        functions.sort_unstable();
        functions.dedup();
        (variables, functions)
    }

    /// Says whether a text needs more lines, and keeps it if it does.
    pub(super) fn goes_on(&mut self, text: &str) -> bool {
        let goes_on = self.is_incomplete(text);
        self.unfinished = if goes_on { text.to_owned() } else { String::new() };
        goes_on
    }

    /// Takes what was entered of a text that did not go on.
    pub(super) fn take_unfinished(&mut self) -> String {
        std::mem::take(&mut self.unfinished)
    }

    /// Says whether a text needs more lines before it can be evaluated.
    pub(super) fn is_incomplete(&self, text: &str) -> bool {
        use rhai::{LexError, ParseErrorType};
        let Err(error) = compile(&self.engine, &self.scope, text) else { return false };
        let last = (text.lines().count().max(1), text.lines().last().unwrap_or_default().chars().count());
        let position = error.position();
        let is_behind = position
            .line()
            .is_some_and(|line| line > last.0 || (line == last.0 && position.position().unwrap_or(0) > last.1));
        match error.err_type() {
            // A comment goes on in the next line.
            ParseErrorType::UnexpectedEOF | ParseErrorType::BadInput(LexError::Runtime(_)) => true,
            // Only text in back-ticks goes over several lines.
            ParseErrorType::BadInput(LexError::UnterminatedString) => text.matches('`').count() % 2 == 1,
            _ => is_behind,
        }
    }

    /// Splits a text of several lines that makes no whole: into what can be evaluated one after the other, and the rest.
    pub(super) fn parts<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let compiles = |text: &str| compile(&self.engine, &self.scope, text).is_ok();
        let (mut parts, mut from, mut to) = (Vec::new(), 0, 0);
        for line in text.split_inclusive('\n').filter(|_| !compiles(text)) {
            to += line.len();
            let part = &text[from..to];
            if compiles(part) {
                parts.push(part);
                from = to;
            } else if !self.is_incomplete(part) {
                break;
            }
        }
        parts.push(&text[from..]);
        parts.retain(|part| !part.trim().is_empty());
        parts
    }
}

/// The head of a function, and the comment above it.
fn described(function: &ScriptFuncDef) -> String {
    let lines = function.comments.iter().flat_map(|comment| comment.lines());
    let lines = lines.map(|line| line.trim_start_matches(['/', '*']).trim_end_matches("*/").trim());
    let comment: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let params: Vec<&str> = function.params.iter().map(ImmutableString::as_str).collect();
    let head = format!("{}({})", function.name, params.join(", "));
    if comment.is_empty() { head } else { format!("{head}\n\n{}", comment.join("\n")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rhai::Engine;

    fn state() -> State {
        let registry = crate::registry::Registry::default();
        let engine = Engine::new();
        let index = Arc::new(Index::new(&registry, &engine));
        let folder = tempfile::tempdir().unwrap();
        let root = crate::engine::Root::of_folder(folder.path()).unwrap();
        let library = Library::new(root, Sources::default());
        State::new(engine, index, library)
    }

    fn incomplete(text: &str) -> bool {
        state().is_incomplete(text)
    }

    #[test]
    fn pasted_lines_are_evaluated_as_far_as_they_are_complete() {
        let state = state();
        assert_eq!(state.parts("let a = 1\nlet b = [\n2]\na + b"), ["let a = 1\n", "let b = [\n2]\n", "a + b"]);
        assert_eq!(state.parts("let a = 1;\na"), ["let a = 1;\na"]);
        assert_eq!(state.parts("1\nlet = 2\n3"), ["1\n", "let = 2\n3"]);
        assert_eq!(state.parts("1"), ["1"]);
    }

    #[test]
    fn a_text_that_goes_on_is_told_from_one_that_is_wrong() {
        for text in ["fn f(a) {", "let x = [1,", "#{ a: 1", "f(", "let t = `a", "/* c", "if true { 1 } else {", "1 +"] {
            assert!(incomplete(text), "{text}");
        }
        for text in ["1 + 1", "let x = 1;", "x )", "let = 1", "\"open", "fn f() { 1 }", "}", ""] {
            assert!(!incomplete(text), "{text}");
        }
    }
}
