//! A script and everything that it imports.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rhai::{
    AST, ASTNode, Array, Dynamic, Engine, Expr, FnAccess, ImmutableString, Map, Module, ParseError, Position,
    ScriptFuncDef, Stmt,
};

use super::recovery::{Lost, Recovered, recover};
use crate::diagnostics::{Diagnostic, Kind, Label, Place, from_parse_error};
use crate::engine::{ImportProblem, Library, LoadError, Sources, is_closure};

/// All files of a script, each once.
pub(super) struct Files {
    main: PathBuf,
    sources: Sources,
    units: BTreeMap<PathBuf, Unit>,
    /// What is wrong with the imports and with files that do not compile.
    pub(super) findings: Vec<Diagnostic>,
}

/// One file.
pub(super) struct Unit {
    /// The name under which it was compiled.
    pub(super) name: Arc<str>,
    pub(super) ast: Arc<AST>,
    /// Its functions: name, number of parameters, whether importers see it.
    pub(super) functions: Vec<(String, usize, bool)>,
    /// What it exports besides functions.
    pub(super) exports: Vec<String>,
    /// The names under which it imports; `None` for a file that is not known.
    pub(super) imports: BTreeMap<String, Option<PathBuf>>,
    /// Under what a map may hold something: keys, properties, texts.
    words: HashSet<String>,
    /// Functions that are methods of a type, which all files have: `fn int.plus(n)`.
    typed: HashSet<String>,
    /// Functions that use `this`: they are meant to be methods.
    pub(super) methods: HashSet<String>,
    /// What was taken out of a file that does not compile; `None` for one that does.
    pub(super) lost: Option<Lost>,
}

impl Files {
    /// Loads a script and what it imports, as far as paths are literal.
    pub(super) fn load(engine: &Engine, library: &Library, main: &Path) -> Self {
        let mut files = Self {
            main: main.to_path_buf(),
            sources: library.sources().clone(),
            units: BTreeMap::new(),
            findings: Vec::new(),
        };
        files.visit(engine, library, main, &mut Vec::new(), None);
        files
    }

    pub(super) fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// Says whether some file may put a closure into a map under this name.
    pub(super) fn may_hold(&self, name: &str) -> bool {
        self.units().any(|unit| unit.words.contains(name))
    }

    /// Says whether some file defines a method of this name for values of a type.
    pub(super) fn has_typed(&self, name: &str) -> bool {
        self.units().any(|unit| unit.typed.contains(name))
    }

    pub(super) fn paths(&self) -> Vec<PathBuf> {
        self.units.keys().cloned().collect()
    }

    pub(super) fn unit(&self, path: &Path) -> Option<&Unit> {
        self.units.get(path)
    }

    pub(super) fn text(&self, name: &str) -> Option<Arc<str>> {
        self.sources.text(name)
    }

    /// Keeps a string literal from being shown with its line.
    pub(super) fn mask(&self, name: &str, position: Position) {
        if let Some(place) = Place::new(name, position) {
            self.mask_at(&place);
        }
    }

    /// Keeps the string literal at a place from being shown.
    pub(super) fn mask_at(&self, place: &Place) {
        self.sources.mask(place);
    }

    /// Returns the script itself, if it compiles.
    pub(super) fn main(&self) -> Option<Arc<AST>> {
        self.units.get(&self.main).filter(|unit| unit.lost.is_none()).map(|unit| Arc::clone(&unit.ast))
    }

    fn visit(&mut self, engine: &Engine, library: &Library, path: &Path, open: &mut Vec<PathBuf>, from: Option<Place>) {
        if let Some(first) = open.iter().position(|step| step == path) {
            let steps = open[first..].iter().map(PathBuf::as_path).chain([path]);
            let cycle = ImportProblem::Cycle(steps.map(|step| library.root().shown(step)).collect());
            self.findings.push(Diagnostic::error(Kind::Check, cycle.to_string()).code("import-cycle").at(from, ""));
            return;
        }
        if self.units.contains_key(path) {
            return;
        }
        let name: Arc<str> = library.root().shown(path).into();
        let (ast, lost) = match library.load(engine, path) {
            Ok(ast) => (ast, None),
            Err(LoadError::Import(problem)) => return self.findings.push(unreadable(&problem, from)),
            Err(LoadError::Syntax { error, .. }) => {
                let (ast, lost) = self.rest(engine, &name, error, from.as_ref());
                (Arc::new(ast), Some(lost))
            }
        };
        let (mut unit, imports) = Unit::of(Arc::clone(&name), ast);
        unit.lost = lost;
        open.push(path.to_path_buf());
        for (alias, imported, position) in imports {
            let place = Place::new(Arc::clone(&name), position);
            match library.root().locate(Some(&name), &imported) {
                Ok(real) => {
                    self.visit(engine, library, &real, open, place);
                    unit.imports.insert(alias, Some(real));
                }
                Err(problem) => {
                    let finding = Diagnostic::error(Kind::Check, problem.to_string()).code("import");
                    self.findings.push(finding.at(place, ""));
                    unit.imports.insert(alias, None);
                }
            }
        }
        open.pop();
        self.units.insert(path.to_path_buf(), unit);
    }

    /// Reports the mistakes of a file that does not compile, and returns what is left of it.
    fn rest(&mut self, engine: &Engine, name: &Arc<str>, error: ParseError, from: Option<&Place>) -> (AST, Lost) {
        let text = self.text(name).unwrap_or_default();
        let Recovered { mistakes, mut ast, lost } = recover(engine, &text, error);
        for mistake in mistakes {
            let mut finding = from_parse_error(&mistake.error, name, &text);
            if let Some(line) = mistake.open_since {
                finding.hints = vec![format!("what is opened in line {line}, or something behind it, is never closed")];
            }
            finding.stack.extend(from.map(|place| Label { place: place.clone(), text: "imported here".into() }));
            self.findings.push(finding);
        }
        ast.set_source(&**name);
        (ast, lost)
    }
}

fn unreadable(problem: &ImportProblem, from: Option<Place>) -> Diagnostic {
    // The script itself is named on the command line, not in a script.
    let kind = if from.is_some() { Kind::Check } else { Kind::Usage };
    Diagnostic::error(kind, problem.to_string()).at(from, "")
}

/// Returns a function alone: Rhai exports no other way into the body of a single one. Bodies are shared, not copied.
fn alone(function: &Arc<ScriptFuncDef>) -> AST {
    AST::new_from_module(Module::from([Arc::clone(function)]))
}

/// Returns everything in a file under which a map may hold something.
fn words(ast: &AST) -> HashSet<String> {
    let mut words = HashSet::new();
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        match path.last() {
            Some(ASTNode::Expr(Expr::Map(map, _))) => words.extend(map.0.iter().map(|(key, _)| key.name.to_string())),
            Some(ASTNode::Expr(Expr::StringConstant(text, _))) => {
                words.insert(text.to_string());
            }
            Some(ASTNode::Expr(Expr::Property(property, _))) => {
                words.insert(property.2.to_string());
            }
            Some(ASTNode::Expr(Expr::DynamicConstant(value, _))) => words_of_value(value, &mut words),
            _ => {}
        }
        true
    });
    words
}

fn words_of_value(value: &Dynamic, words: &mut HashSet<String>) {
    if let Some(text) = value.read_lock::<ImmutableString>() {
        words.insert(text.to_string());
    }
    if let Some(items) = value.read_lock::<Array>() {
        items.iter().for_each(|item| words_of_value(item, words));
    }
    if let Some(members) = value.read_lock::<Map>() {
        words.extend(members.keys().map(ToString::to_string));
        members.values().for_each(|member| words_of_value(member, words));
    }
}

impl Unit {
    /// Reads a file; also returns its literal imports: alias, path, position of the path.
    pub(super) fn of(name: Arc<str>, ast: Arc<AST>) -> (Self, Vec<(String, String, Position)>) {
        let (mut literal, mut imports, mut exports) = (Vec::new(), BTreeMap::new(), Vec::new());
        ast.walk(&mut |path: &[ASTNode<'_>]| {
            match path.last() {
                Some(ASTNode::Stmt(Stmt::Import(import, _))) => match &import.0 {
                    Expr::StringConstant(path, position) => {
                        literal.push((import.1.name.to_string(), path.to_string(), *position));
                    }
                    _ => {
                        imports.insert(import.1.name.to_string(), None);
                    }
                },
                Some(ASTNode::Stmt(Stmt::Export(export, _))) => {
                    let alias = if export.1.name.is_empty() { &export.0.name } else { &export.1.name };
                    exports.push(alias.to_string());
                }
                Some(ASTNode::Stmt(Stmt::Var(var, flags, _))) if flags.contains(rhai::ASTFlags::EXPORTED) => {
                    exports.push(var.0.name.to_string());
                }
                _ => {}
            }
            true
        });
        let functions = ast
            .iter_functions()
            .filter(|function| !is_closure(function.name))
            .map(|function| (function.name.to_owned(), function.params.len(), function.access == FnAccess::Public))
            .collect();
        let words = words(&ast);
        let (mut typed, mut methods) = (HashSet::new(), HashSet::new());
        for function in ast.iter_fn_def() {
            if function.this_type.is_some() {
                typed.insert(function.name.to_string());
            }
            alone(function).walk(&mut |path: &[ASTNode<'_>]| {
                let uses_this = matches!(path.last(), Some(ASTNode::Expr(Expr::ThisPtr(_))));
                if uses_this {
                    methods.insert(function.name.to_string());
                }
                !uses_this
            });
        }
        (Self { name, ast, functions, exports, imports, words, typed, methods, lost: None }, literal)
    }

    /// Returns the numbers of parameters that functions of this name take.
    pub(super) fn arities<'a>(&'a self, name: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.functions.iter().filter(move |(function, ..)| function == name).map(|(_, count, _)| *count)
    }

    /// Calls `look` with every node of the file and, in a closure, the captured variables and parameters. The parser leaves
    /// captured variables unresolved inside of a closure, and resolves them where it is made.
    pub(super) fn walk(&self, mut look: impl FnMut(&[ASTNode<'_>], Option<&[ImmutableString]>)) {
        for statement in self.ast.statements() {
            statement.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
                look(path, None);
                true
            });
        }
        for (function, alone) in self.ast.iter_fn_def().zip(self.bodies()) {
            let seen = is_closure(&function.name).then_some(&*function.params);
            alone.walk(&mut |path: &[ASTNode<'_>]| {
                look(path, seen);
                true
            });
        }
    }

    /// Calls `look` with every statement of every block, and whether it is the value of its block.
    pub(super) fn statements(&self, mut look: impl FnMut(&Stmt, bool)) {
        let mut block = |statements: &[Stmt], last_is_value: bool| {
            for (at, statement) in statements.iter().enumerate() {
                look(statement, last_is_value && at + 1 == statements.len());
            }
        };
        block(self.ast.statements(), true);
        self.walk(|path, _| match path.last() {
            Some(ASTNode::Stmt(Stmt::Block(inner)) | ASTNode::Expr(Expr::Stmt(inner))) => {
                block(inner.statements(), true);
            }
            Some(ASTNode::Stmt(Stmt::If(flow, _) | Stmt::TryCatch(flow, _))) => {
                block(flow.body.statements(), true);
                block(flow.branch.statements(), true);
            }
            // Nobody gets what the body of a loop ends with.
            Some(ASTNode::Stmt(Stmt::While(flow, _) | Stmt::Do(flow, ..))) => block(flow.body.statements(), false),
            Some(ASTNode::Stmt(Stmt::For(header, _))) => block(header.2.body.statements(), false),
            _ => {}
        });
        for body in self.bodies() {
            let mut count = 0;
            body.walk(&mut |path: &[ASTNode<'_>]| {
                count += usize::from(path.len() == 1);
                true
            });
            let mut at = 0;
            body.walk(&mut |path: &[ASTNode<'_>]| {
                if let [ASTNode::Stmt(statement)] = path {
                    at += 1;
                    look(statement, at == count);
                }
                true
            });
        }
    }

    /// Returns each function alone.
    pub(super) fn bodies(&self) -> impl Iterator<Item = AST> {
        self.ast.iter_fn_def().map(alone)
    }

    pub(super) fn has_function(&self, name: &str) -> bool {
        self.arities(name).next().is_some()
    }

    /// Says whether something of this name may have been in the part of the file that does not compile.
    pub(super) fn may_have_had(&self, name: &str) -> bool {
        self.lost.as_ref().is_some_and(|lost| lost.has(name))
    }
}
