//! Operators, conditions and loops on values that they do not work on.

use rhai::{EvalAltResult, Expr, FnCallExpr, Position, Stmt};

use super::trial::{Tried, tried};
use super::walk::Walk;
use crate::diagnostics::worded;
use crate::registry::Ty;
use crate::values::with_article;

impl Walk<'_> {
    /// Looks at `a - b` and `!a`.
    pub(super) fn operator(&mut self, call: &FnCallExpr, position: Position) {
        let Some((_, a, b)) = self.known().operation(call) else { return };
        if call.name == "!" && !Ty::Bool.accepts(a) {
            let title = format!("`!` does not work on {}", with_article(&a.to_string()));
            return self.fails("wrong-type", position, title, compare(a));
        }
        if matches!(self.known().tried(call), Tried::Refused(_)) {
            let operands = [a, b].into_iter().take(call.args.len()).map(|ty| with_article(&ty.to_string()));
            let title = format!("`{}` does not work on {}", call.name, operands.collect::<Vec<_>>().join(" and "));
            self.fails("wrong-type", position, title, None);
        }
    }

    /// Looks at a call of a function of Rhai's, whose signatures say little: `in` is one of `contains`.
    pub(super) fn rhai_call(&mut self, call: &FnCallExpr, given: &[Ty], position: Position) {
        let known = self.index.signatures(&call.name);
        let (text, a, b) = match given {
            [a] => (format!("{}(a)", call.name), *a, Ty::Nothing),
            [a, b] => (format!("{}(a, b)", call.name), *a, *b),
            _ => return,
        };
        if known.iter().any(|signature| !signature.text.is_empty()) || given.contains(&Ty::Function) {
            return;
        }
        // Of a function that is named in a string, it is the name that is not found.
        let Tried::Refused(error) = tried(&text, a, b) else { return };
        if let EvalAltResult::ErrorFunctionNotFound(signature, _) = error.unwrap_inner()
            && signature.split(' ').next() == Some(call.name.as_str())
        {
            let wording = worded(error.unwrap_inner(), self.index);
            self.fails("wrong-type", position, wording.title, None);
        }
    }

    /// Looks at what must be true or false.
    pub(super) fn condition(&mut self, condition: &Expr) {
        let found = self.known().infer(condition);
        if !Ty::Bool.accepts(found) {
            let title = format!("expected a boolean, found {}", with_article(&found.to_string()));
            self.fails("wrong-type", condition.start_position(), title, compare(found));
        }
    }

    /// Looks at the conditions of a statement, and at what a loop goes through.
    pub(super) fn flow(&mut self, statement: &Stmt) {
        match statement {
            Stmt::If(flow, _) | Stmt::Do(flow, ..) => self.condition(&flow.expr),
            // Without a condition it is a `loop`.
            Stmt::While(flow, _) if !matches!(flow.expr, Expr::Unit(_)) => self.condition(&flow.expr),
            Stmt::For(header, _) => {
                let through = &header.2.expr;
                let found = self.known().infer(through);
                if let Ty::Handle(handle) = found
                    && !self.index.is_iterable(handle)
                {
                    let title = format!("a `for` loop cannot go through {}", with_article(handle));
                    return self.fails("wrong-type", through.start_position(), title, None);
                }
                if let Tried::Refused(error) = tried("for x in a {}", found, Ty::Nothing) {
                    let wording = worded(error.unwrap_inner(), self.index);
                    let hint = wording.hints.into_iter().next().filter(|_| matches!(found, Ty::Map | Ty::Options(_)));
                    self.fails("wrong-type", through.start_position(), wording.title, hint);
                }
            }
            _ => {}
        }
    }

    /// Looks at `receiver[index]`.
    pub(super) fn index(&mut self, receiver: Ty, index: &Expr) {
        let given = self.known().infer(index);
        if let (Ty::Handle(handle), None) = (receiver.present(), self.index.indexed(receiver.present())) {
            let title = format!("{} cannot be indexed", with_article(handle));
            return self.fails("wrong-type", index.start_position(), title, None);
        }
        if let Tried::Refused(error) = tried("a[b]", receiver, given) {
            let wording = worded(error.unwrap_inner(), self.index);
            self.fails("wrong-type", index.start_position(), wording.title, None);
        }
    }
}

/// Advice where something that may be missing stands for a condition.
fn compare(found: Ty) -> Option<String> {
    matches!(found, Ty::Either([_, Ty::Nothing])).then(|| "compare it with `()`".to_owned())
}
