//! What can be said about a single line, outside of any file.

use std::sync::Arc;

use rhai::{AST, Expr, Stmt};

use super::files::Unit;
use super::infer::{Inferred, Known, Types};
use super::needs::Needs;
use crate::registry::{Index, Ty};

/// Returns the type of the last expression of a text; `Any` when it is not certain.
pub(crate) fn type_of(ast: &AST, index: &Index, variables: &Types) -> Ty {
    let unit = unit(ast);
    let known = Known { unit: &unit, index, types: variables, inferred: &Inferred::default() };
    match ast.statements().last() {
        Some(Stmt::Expr(expression)) => known.infer(expression),
        Some(Stmt::FnCall(call, position)) => known.infer(&Expr::FnCall(call.clone(), *position)),
        _ => Ty::Nothing,
    }
}

/// Returns the environment variables that a text declares in `params(…)`.
pub(crate) fn declared_variables(ast: &AST) -> Vec<String> {
    let mut needs = Needs::default();
    needs.collect(&unit(ast));
    needs.declared_variables().map(str::to_owned).collect()
}

fn unit(ast: &AST) -> Unit {
    Unit::of("".into(), Arc::new(ast.clone())).0
}
