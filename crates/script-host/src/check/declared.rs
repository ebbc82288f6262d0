//! Which variables of a file have a type that is certain.

use std::collections::{HashMap, HashSet};

use rhai::{ASTNode, Expr, FnPtr, Stmt};

use super::files::Unit;
use crate::engine::is_closure;

/// What a file declares.
#[derive(Default)]
pub(super) struct Declared {
    /// How often a name is declared: by `let`, as a parameter, as a loop variable.
    times: HashMap<String, usize>,
    changed: HashSet<String>,
    /// Keys of map literals and properties that are set: a method of such a name may be a closure in a map.
    pub(super) keys: HashSet<String>,
    /// All names of variables, for suggestions.
    pub(super) names: HashSet<String>,
}

impl Declared {
    pub(super) fn of(unit: &Unit) -> Self {
        let mut declared = Self::default();
        let mut captured: HashMap<String, usize> = HashMap::new();
        unit.ast.walk(&mut |path: &[ASTNode<'_>]| {
            match path.last() {
                Some(ASTNode::Stmt(Stmt::Var(var, ..))) => declared.add(&var.0.name),
                Some(ASTNode::Stmt(Stmt::For(header, _))) => {
                    declared.add(&header.0.name);
                    header.1.iter().for_each(|counter| declared.add(&counter.name));
                }
                Some(ASTNode::Stmt(Stmt::TryCatch(flow, _))) => {
                    if let Expr::Variable(name, ..) = &flow.expr {
                        declared.add(&name.1);
                    }
                }
                Some(ASTNode::Stmt(Stmt::Assignment(assignment))) => declared.assigned(&assignment.1.lhs),
                Some(ASTNode::Expr(Expr::Map(map, _))) => {
                    declared.keys.extend(map.0.iter().map(|(key, _)| key.name.to_string()));
                }
                Some(ASTNode::Expr(Expr::FnCall(call, _))) if call.name == "curry" => {
                    if let Some(closure) = call.args.first().and_then(closure_name) {
                        captured.insert(closure, call.args.len() - 1);
                    }
                }
                _ => {}
            }
            true
        });
        for function in unit.ast.iter_functions() {
            // The first parameters of a closure are the variables that it captures: the same ones as outside.
            let own = if is_closure(function.name) { captured.get(function.name).copied().unwrap_or(0) } else { 0 };
            function.params.iter().skip(own).for_each(|param| declared.add(param));
        }
        declared
    }

    fn add(&mut self, name: &str) {
        *self.times.entry(name.to_owned()).or_default() += 1;
        self.names.insert(name.to_owned());
    }

    fn assigned(&mut self, target: &Expr) {
        match target {
            Expr::Variable(name, ..) => {
                self.changed.insert(name.1.to_string());
            }
            Expr::Dot(dot, ..) | Expr::Index(dot, ..) => self.assigned_property(&dot.rhs),
            _ => {}
        }
    }

    fn assigned_property(&mut self, target: &Expr) {
        match target {
            Expr::Property(property, _) => {
                self.keys.insert(property.2.to_string());
            }
            Expr::Dot(dot, ..) | Expr::Index(dot, ..) => {
                self.assigned_property(&dot.lhs);
                self.assigned_property(&dot.rhs);
            }
            _ => {}
        }
    }

    /// Says whether a name stands for the same value everywhere in the file.
    pub(super) fn is_certain(&self, name: &str) -> bool {
        self.times.get(name) == Some(&1) && !self.changed.contains(name)
    }
}

fn closure_name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::DynamicConstant(value, _) => value.read_lock::<FnPtr>().map(|closure| closure.fn_name().to_owned()),
        _ => None,
    }
}
