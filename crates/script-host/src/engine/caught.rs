//! The variables of `catch`: what Rhai puts there for errors of its own are errors like all others.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rhai::{AST, ASTNode, Dynamic, Expr, Scope, Stmt};

use crate::values::Fault;

/// The names that scripts catch errors by. Clones share one content.
///
/// Every use of a variable asks for its name: a bit tells nearly all of them apart from those few.
#[derive(Clone, Default)]
pub(crate) struct Caught(Arc<AtomicU64>);

impl Caught {
    /// Takes note of the names in a text.
    pub(super) fn add(&self, ast: &AST) {
        ast.walk(&mut |path: &[ASTNode<'_>]| {
            if let Some(ASTNode::Stmt(Stmt::TryCatch(flow, _))) = path.last()
                && let Expr::Variable(name, ..) = &flow.expr
            {
                self.0.fetch_or(bit(&name.1), Ordering::Relaxed);
            }
            true
        });
    }

    /// Returns the error that a variable holds in the form that Rhai gives its own.
    pub(super) fn error(&self, name: &str, scope: &Scope<'_>) -> Option<Dynamic> {
        if self.0.load(Ordering::Relaxed) & bit(name) == 0 {
            return None;
        }
        Fault::of_caught(scope.get(name)?).map(Dynamic::from)
    }
}

fn bit(name: &str) -> u64 {
    let first = name.bytes().next().unwrap_or_default();
    1 << ((usize::from(first) + 7 * name.len()) % 64)
}
