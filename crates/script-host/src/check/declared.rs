//! Which variables of a file have a type that is certain.

use std::collections::{HashMap, HashSet};

use rhai::{ASTFlags, ASTNode, Expr, FnCallExpr, FnPtr, Stmt};

use super::files::Unit;
use super::infer::first_step;
use crate::engine::is_closure;

/// Methods of maps that leave them as they are.
const READING: [&str; 8] = ["contains", "get", "is_empty", "keys", "len", "to_json", "to_string", "values"];

/// Functions that change the map that is their first argument.
const CHANGING: [&str; 7] = ["clear", "drain", "fill_with", "mixin", "remove", "retain", "set"];

/// What a file declares.
#[derive(Default)]
pub(super) struct Declared {
    /// How often a name is declared: by `let`, as a parameter, as a loop variable.
    times: HashMap<String, usize>,
    changed: HashSet<String>,
    /// Variables that something is put into or taken out of.
    touched: HashSet<String>,
    /// Variables that are declared with `const`.
    pub(super) constants: HashSet<String>,
    /// The parameters of each closure, captured variables first.
    closures: HashMap<String, Vec<String>>,
    /// Whether a function of the file gives a new value to what it is called on.
    changes_this: bool,
    /// All names of variables, for suggestions.
    pub(super) names: HashSet<String>,
}

impl Declared {
    pub(super) fn of(unit: &Unit) -> Self {
        let mut declared = Self::default();
        let mut captured: HashMap<String, usize> = HashMap::new();
        unit.ast.walk(&mut |path: &[ASTNode<'_>]| {
            match path.last() {
                Some(ASTNode::Stmt(Stmt::Var(var, flags, _))) => {
                    declared.add(&var.0.name);
                    if flags.contains(ASTFlags::CONSTANT) {
                        declared.constants.insert(var.0.name.to_string());
                    }
                }
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
                Some(ASTNode::Expr(Expr::Dot(dot, ..))) => declared.used(&dot.lhs, &dot.rhs),
                Some(ASTNode::Expr(Expr::FnCall(call, _)) | ASTNode::Stmt(Stmt::FnCall(call, _)))
                    if CHANGING.contains(&call.name.as_str()) =>
                {
                    if let Some(Expr::Variable(name, ..)) = call.args.first() {
                        declared.touched.insert(name.1.to_string());
                    }
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
            let own = if is_closure(function.name) {
                let params = function.params.iter().map(|param| (*param).to_owned()).collect();
                declared.closures.insert(function.name.to_owned(), params);
                captured.get(function.name).copied().unwrap_or(0)
            } else {
                0
            };
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
            Expr::ThisPtr(_) => self.changes_this = true,
            Expr::Dot(dot, ..) | Expr::Index(dot, ..) => {
                if let Expr::Variable(name, ..) = &dot.lhs {
                    self.touched.insert(name.1.to_string());
                }
            }
            _ => {}
        }
    }

    /// Takes note of `variable.method(…)`.
    fn used(&mut self, receiver: &Expr, rest: &Expr) {
        if let (Expr::Variable(name, ..), Expr::MethodCall(call, _)) = (receiver, first_step(rest))
            && !READING.contains(&call.name.as_str())
        {
            self.touched.insert(name.1.to_string());
        }
    }

    /// Says whether a name stands for the same value everywhere in the file.
    pub(super) fn is_certain(&self, name: &str) -> bool {
        self.times.get(name) == Some(&1) && !self.changed.contains(name) && !self.changes_this
    }

    /// Says whether a name stands for a constant everywhere in the file.
    pub(super) fn is_constant(&self, name: &str) -> bool {
        self.is_certain(name) && self.constants.contains(name)
    }

    /// Returns how many parameters a closure has, without what it captures; `None` for what is no closure in the text.
    pub(super) fn parameters(&self, closure: &Expr) -> Option<usize> {
        let all = self.closures.get(&closure_name(closure)?)?;
        all.len().checked_sub(curried(closure).map_or(0, |call| call.args.len() - 1))
    }

    /// Returns the first parameter of a closure, behind what it captures.
    pub(super) fn first_parameter(&self, closure: &Expr) -> Option<String> {
        let all = self.closures.get(&closure_name(closure)?)?;
        all.get(curried(closure).map_or(0, |call| call.args.len() - 1)).cloned()
    }

    /// Says whether a map that a name stands for has the same keys everywhere in the file.
    pub(super) fn is_untouched(&self, name: &str) -> bool {
        self.is_certain(name) && !self.touched.contains(name)
    }
}

/// Returns the name that Rhai made up for a closure.
pub(super) fn closure_name(closure: &Expr) -> Option<String> {
    let made = match closure {
        Expr::DynamicConstant(..) => closure,
        closure => curried(closure)?.args.first()?,
    };
    let Expr::DynamicConstant(value, _) = made else { return None };
    let name = value.read_lock::<FnPtr>()?.fn_name().to_owned();
    is_closure(&name).then_some(name)
}

/// Returns the variables that a closure captures; `None` for what captures none.
pub(super) fn captures(closure: &Expr) -> Option<Vec<&str>> {
    closure_name(closure)?;
    let names = curried(closure)?.args.iter().skip(1).filter_map(|argument| match argument {
        Expr::Variable(name, ..) => Some(name.1.as_str()),
        _ => None,
    });
    Some(names.collect())
}

/// Returns the call by which Rhai makes a closure with captured variables: in a block, which shares them first.
fn curried(closure: &Expr) -> Option<&FnCallExpr> {
    let call = match closure {
        Expr::FnCall(call, _) => call,
        Expr::Stmt(block) => match block.statements() {
            [Stmt::Share(_), Stmt::FnCall(call, _)] => call,
            [Stmt::Share(_), Stmt::Expr(made)] => return curried(made),
            _ => return None,
        },
        _ => return None,
    };
    (call.name == "curry").then_some(call)
}
