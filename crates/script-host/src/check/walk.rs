//! Looking at every expression of a file.

use std::collections::{HashMap, HashSet};

use rhai::{ASTFlags, ASTNode, Expr, Ident, ImmutableString, Position, Stmt};

use super::declared::Declared;
use super::files::{Files, Unit};
use super::infer::{Inferred, Known, Types};
use super::needs::Needs;
use crate::diagnostics::{Diagnostic, Kind, Place, Severity, nearest, of_another_language};
use crate::registry::{Index, Ty};

/// Everything that the check of one file needs and finds.
pub(super) struct Walk<'w> {
    pub(super) unit: &'w Unit,
    pub(super) files: &'w Files,
    pub(super) index: &'w Index,
    pub(super) needs: &'w Needs,
    pub(super) declared: &'w Declared,
    pub(super) types: Types,
    inferred: Inferred,
    /// Variables that stand for a literal map.
    pub(super) maps: HashMap<String, Literal>,
    /// Variables that stand for a closure in the text, with the number of its parameters.
    pub(super) closures: HashMap<String, usize>,
    /// Whether the present expression is in a `try` or a closure, which may want it to fail.
    may_be_meant: bool,
    /// Statements in a `try` or a closure: that they do not fail may be what they are for.
    trials: HashSet<Position>,
    /// Where something was reported.
    faults: HashSet<Position>,
    findings: Vec<Diagnostic>,
}

/// A map in the text.
#[derive(Clone)]
pub(super) struct Literal {
    pub(super) entries: Vec<(Ident, Expr)>,
    pub(super) at: Position,
}

/// Returns what is wrong in a file.
pub(super) fn findings(unit: &Unit, files: &Files, index: &Index, needs: &Needs) -> Vec<Diagnostic> {
    let declared = Declared::of(unit);
    let mut walk = Walk {
        unit,
        files,
        index,
        needs,
        declared: &declared,
        types: Types::new(),
        inferred: Inferred::default(),
        maps: HashMap::new(),
        closures: HashMap::new(),
        may_be_meant: false,
        trials: HashSet::new(),
        faults: HashSet::new(),
        findings: Vec::new(),
    };
    walk.hidden_functions();
    unit.walk(|path, captured| {
        if let Some((node, parents)) = path.split_last() {
            walk.may_be_meant = captured.is_some() || parents.iter().any(is_try);
            if let (ASTNode::Stmt(statement), true) = (node, walk.may_be_meant) {
                walk.trials.insert(statement.position());
            }
            walk.node(node, parents.last(), captured.unwrap_or_default());
        }
    });
    // Half of a statement does nothing, but that is not what is wrong with it.
    if !unit.lost.as_ref().is_some_and(|lost| lost.split) {
        unit.statements(|statement, is_value| walk.unused(statement, is_value));
    }
    // What was taken out may have declared what they use.
    if unit.lost.is_none() {
        walk.changed_copies();
        walk.kept_closures();
    }
    walk.exposed_secrets();
    walk.findings
}

impl Walk<'_> {
    pub(super) fn known(&self) -> Known<'_> {
        Known { unit: self.unit, index: self.index, types: &self.types, inferred: &self.inferred }
    }

    /// Says whether a name stands for the same value everywhere in the file.
    pub(super) fn is_certain(&self, name: &str) -> bool {
        self.declared.is_certain(name) && !self.unit.may_have_had(name)
    }

    /// Reports a finding.
    pub(super) fn report(&mut self, code: &'static str, position: Position, title: String, hint: Option<String>) {
        let place = Place::new(self.unit.name.clone(), position);
        self.faults.insert(position);
        self.findings.push(Diagnostic::error(Kind::Check, title).code(code).at(place, "").maybe_hint(hint));
    }

    /// Reports something that does not stand against running the script.
    pub(super) fn warn(&mut self, code: &'static str, position: Position, title: String, hint: Option<String>) {
        self.report(code, position, title, hint);
        if let Some(finding) = self.findings.last_mut() {
            finding.severity = Severity::Warning;
        }
    }

    /// Reports what fails when it runs: a script may want just that, and catch it.
    pub(super) fn fails(&mut self, code: &'static str, position: Position, title: String, hint: Option<String>) {
        if self.may_be_meant {
            self.warn(code, position, title, hint);
        } else {
            self.report(code, position, title, hint);
        }
    }

    /// Says whether a statement may be there for failing or not.
    pub(super) fn is_trial(&self, statement: &Stmt) -> bool {
        self.trials.contains(&statement.position())
    }

    /// Says whether something was reported at a place.
    pub(super) fn is_at_fault(&self, position: Position) -> bool {
        self.faults.contains(&position)
    }

    /// Adds facts to the finding that was reported last.
    pub(super) fn note(&mut self, notes: impl IntoIterator<Item = String>) {
        if let Some(finding) = self.findings.last_mut() {
            finding.notes.extend(notes);
        }
    }

    /// A function of the script wins over one of the host without a word.
    fn hidden_functions(&mut self) {
        for (name, arity, _) in &self.unit.functions {
            let known = self.index.signatures(name);
            if known.iter().any(|known| !known.text.is_empty() && !known.is_method && known.takes(*arity)) {
                let title = format!("function `{name}` of this script hides the one of airway");
                let finding = Diagnostic::error(Kind::Check, title).warning().code("hidden-function");
                self.findings.push(finding.at(self.definition(name), "").hint("give it another name"));
            }
        }
    }

    /// Finds `fn name` in the text: Rhai does not keep where a function is defined.
    fn definition(&self, name: &str) -> Option<Place> {
        let text = self.files.text(&self.unit.name)?;
        text.lines().enumerate().find_map(|(at, line)| {
            let after = line.find(name).filter(|from| line[..*from].trim_end().ends_with("fn"))?;
            let column = line[..after].chars().count() + 1;
            Some(Place { source: self.unit.name.clone(), line: at + 1, column })
        })
    }

    fn node(&mut self, node: &ASTNode<'_>, parent: Option<&ASTNode<'_>>, captured: &[ImmutableString]) {
        match node {
            ASTNode::Stmt(Stmt::Var(var, ..)) if self.is_certain(&var.0.name) => {
                let ty = self.known().infer(&var.1);
                self.types.insert(var.0.name.to_string(), ty);
                if let Some(count) = self.declared.parameters(&var.1) {
                    self.closures.insert(var.0.name.to_string(), count);
                }
                if let Expr::Map(map, at) = &var.1
                    && self.declared.is_untouched(&var.0.name)
                {
                    self.maps.insert(var.0.name.to_string(), Literal { entries: map.0.to_vec(), at: *at });
                }
            }
            ASTNode::Stmt(statement @ (Stmt::If(..) | Stmt::While(..) | Stmt::Do(..))) => self.flow(statement),
            ASTNode::Stmt(Stmt::Assignment(assignment)) => self.assignment(&assignment.1.lhs, captured),
            ASTNode::Expr(Expr::And(all, _) | Expr::Or(all, _)) => {
                for (at, each) in all.iter().enumerate() {
                    // What comes later may never be asked.
                    self.may_be_meant |= at > 0;
                    self.condition(each);
                }
            }
            ASTNode::Stmt(statement @ Stmt::For(header, _)) => {
                self.flow(statement);
                if self.is_certain(&header.0.name)
                    && let Ty::List(item) = self.known().infer(&header.2.expr)
                {
                    self.types.insert(header.0.name.to_string(), *item);
                }
            }
            ASTNode::Expr(Expr::FnCall(call, position)) | ASTNode::Stmt(Stmt::FnCall(call, position)) => {
                self.function_call(call, *position);
            }
            ASTNode::Expr(chain @ (Expr::Dot(parts, ..) | Expr::Index(parts, ..))) if !continues(chain, parent) => {
                let receiver = self.known().infer(&parts.lhs);
                if let Expr::Index(_, flags, _) = chain {
                    return self.index_chain(receiver, parts, *flags);
                }
                self.constant_method(&parts.lhs, &parts.rhs, captured);
                self.called(&parts.lhs, &parts.rhs);
                self.chain(receiver, &parts.rhs);
            }
            ASTNode::Expr(Expr::StringConstant(text, position)) if text.contains("${") => {
                self.uninterpolated(text, *position);
            }
            ASTNode::Expr(Expr::Variable(variable, short, position))
                if variable.0.is_none() && short.is_none() && !captured.contains(&variable.1) =>
            {
                self.variable(&variable.1, &variable.2.to_string(), *position);
            }
            _ => {}
        }
    }

    /// A text in double quotes with `${name}` in it, where `name` is a variable.
    fn uninterpolated(&mut self, text: &str, position: Position) {
        let place = Place::new(self.unit.name.clone(), position);
        let source = self.files.text(&self.unit.name).unwrap_or_default();
        let is_quoted = place.and_then(|place| place.span(&source)).is_some_and(|span| source[span].starts_with('"'));
        let mut names = text.split("${").skip(1).filter_map(|rest| rest.split(['}', '.', '(', '[']).next());
        if let Some(name) = names.find(|name| self.declared.names.contains(name.trim())).filter(|_| is_quoted) {
            let title = format!("`${{{}}}` stands in double quotes as it is", name.trim());
            self.warn("uninterpolated", position, title, Some("values stand in texts with backticks".to_owned()));
        }
    }

    /// A variable that the parser did not find in any scope.
    fn variable(&mut self, name: &str, namespace: &str, position: Position) {
        let module = namespace.trim_end_matches("::");
        if !module.is_empty() {
            return self.module_variable(module, name, position);
        }
        if self.unit.has_function(name) || self.unit.may_have_had(name) {
            return;
        }
        let hint = if let Some(habit) = of_another_language(name) {
            Some(habit.to_owned())
        } else if self.declared.constants.contains(name) {
            Some(format!("functions see constants as `global::{name}`"))
        } else if self.declared.names.contains(name) {
            Some(format!("`{name}` is out of scope here: functions see only their parameters"))
        } else if !self.index.signatures(name).is_empty() {
            Some(format!("`{name}` is a function: call it as `{name}(…)`"))
        } else {
            let near = nearest(name, self.declared.names.iter().map(String::as_str));
            near.map(|near| format!("did you mean `{near}`?"))
        };
        self.report("unknown-variable", position, format!("unknown variable `{name}`"), hint);
    }

    fn module_variable(&mut self, module: &str, name: &str, position: Position) {
        let Some(Some(path)) = self.unit.imports.get(module) else { return };
        let unit = self.files.unit(path).filter(|unit| !unit.may_have_had(name));
        let Some(exports) = unit.map(|unit| &unit.exports) else { return };
        let function = unit.and_then(|unit| unit.functions.iter().find(|(function, ..)| function == name));
        if let Some((_, count, _)) = function {
            let params = ["x", "y", "z"].iter().take(*count).copied().collect::<Vec<_>>().join(", ");
            let hint = format!("write `|{params}| {module}::{name}({params})`");
            let title = format!("`{module}::{name}` is a function and no value");
            return self.report("unknown-export", position, title, (*count <= 3).then_some(hint));
        }
        if !exports.iter().any(|export| export == name) {
            let hint = nearest(name, exports.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
            self.report("unknown-export", position, format!("module `{module}` exports no `{name}`"), hint);
        }
    }
}

fn is_try(node: &ASTNode<'_>) -> bool {
    matches!(node, ASTNode::Stmt(Stmt::TryCatch(..)))
}

/// Says whether an expression is the rest of a chain, which was looked at from its beginning.
fn continues(expression: &Expr, parent: Option<&ASTNode<'_>>) -> bool {
    match parent {
        // What stands alone between the brackets of an index begins a chain of its own.
        Some(ASTNode::Expr(Expr::Index(_, flags, _))) if flags.contains(ASTFlags::BREAK) => false,
        Some(ASTNode::Expr(Expr::Dot(parts, ..) | Expr::Index(parts, ..))) => {
            std::ptr::eq(&raw const parts.rhs, expression)
        }
        _ => false,
    }
}
