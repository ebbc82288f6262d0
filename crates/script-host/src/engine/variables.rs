//! Variables that mean more to scripts than what Rhai holds: errors that were caught, and handles that closures captured.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use rhai::{AST, ASTNode, Dynamic, Expr, Scope, Stmt};

use crate::values::{Fault, kind_of};

/// The names of such variables. Clones share one content.
///
/// Every use of a variable asks for its name: a bit tells nearly all of them apart from those few.
#[derive(Clone, Default)]
pub(crate) struct Variables(Arc<Content>);

#[derive(Default)]
struct Content {
    bits: AtomicU64,
    names: RwLock<Names>,
}

#[derive(Default)]
struct Names {
    caught: HashSet<String>,
    captured: HashSet<String>,
    /// What stands for a value cannot be assigned to.
    assigned: HashSet<String>,
}

impl Variables {
    /// Takes note of the names in a text.
    pub(super) fn add(&self, ast: &AST) {
        let mut names = self.0.names.write().unwrap_or_else(PoisonError::into_inner);
        ast.walk(&mut |path: &[ASTNode<'_>]| {
            match path.last() {
                Some(ASTNode::Stmt(Stmt::TryCatch(flow, _))) => names.caught.extend(name(&flow.expr)),
                Some(ASTNode::Stmt(Stmt::Assignment(assignment))) => names.assigned.extend(name(&assignment.1.lhs)),
                Some(ASTNode::Expr(Expr::FnCall(call, _))) if call.name == "curry" => {
                    names.captured.extend(call.args.iter().skip(1).filter_map(name));
                }
                _ => {}
            }
            true
        });
        let bits = names.caught.iter().chain(&names.captured).fold(0, |bits, name| bits | bit(name));
        self.0.bits.fetch_or(bits, Ordering::Relaxed);
    }

    /// Returns what a variable stands for when that is not what it holds: an error of this host for one of Rhai's own, and
    /// a handle by itself for one that is shared with a closure. Rhai locks a shared one for as long as a chain of calls on
    /// it takes, and the closures in that chain could not use it.
    pub(super) fn meant(&self, name: &str, scope: &Scope<'_>) -> Option<Dynamic> {
        if self.0.bits.load(Ordering::Relaxed) & bit(name) == 0 {
            return None;
        }
        let names = self.0.names.read().unwrap_or_else(PoisonError::into_inner);
        if names.assigned.contains(name) {
            return None;
        }
        let value = scope.get(name)?;
        let error = if names.caught.contains(name) { Fault::of_caught(value) } else { None };
        if error.is_some() || !value.is_shared() {
            return error.map(Dynamic::from);
        }
        let inside = value.flatten_clone();
        kind_of(&inside).starts_with(|c: char| c.is_ascii_uppercase()).then_some(inside)
    }
}

fn name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Variable(variable, ..) => Some(variable.1.to_string()),
        _ => None,
    }
}

fn bit(name: &str) -> u64 {
    let first = name.bytes().next().unwrap_or_default();
    1 << ((usize::from(first) + 7 * name.len()) % 64)
}
