//! Assignments to what cannot be changed: properties of handles, and constants.

use rhai::{ASTFlags, Expr, FnCallExpr, ImmutableString, Position};

use super::infer::{first_step, index_parts};
use super::trial::{Tried, tried, tried_on_constant};
use super::walk::Walk;
use crate::diagnostics::worded;
use crate::registry::Ty;

impl Walk<'_> {
    /// Looks at the left side of an assignment.
    pub(super) fn assignment(&mut self, target: &Expr, captured: &[ImmutableString]) {
        let (Expr::Dot(parts, ..) | Expr::Index(parts, ..)) = target else { return };
        if let Expr::Variable(name, _, position) = &parts.lhs
            && self.is_constant(&name.1, captured)
        {
            let title = format!("`{}` is a constant and cannot be changed", name.1);
            return self.fails("constant", *position, title, None);
        }
        let receiver = self.known().infer(&parts.lhs);
        match target {
            Expr::Index(parts, flags, _) => self.assigned_index(receiver, parts, *flags),
            _ => self.assigned_chain(receiver, &parts.rhs),
        }
    }

    fn assigned_chain(&mut self, receiver: Ty, rest: &Expr) {
        match rest {
            Expr::Dot(parts, ..) => self.assigned_chain(self.known().of_step(receiver, &parts.lhs), &parts.rhs),
            Expr::Index(parts, flags, _) => {
                self.assigned_index(self.known().of_step(receiver, &parts.lhs), parts, *flags);
            }
            Expr::Property(property, position) => self.assigned_property(receiver.present(), &property.2, *position),
            _ => {}
        }
    }

    fn assigned_index(&mut self, receiver: Ty, parts: &rhai::BinaryExpr, flags: ASTFlags) {
        let item = self.known().of_index(receiver);
        match (index_parts(parts, flags), receiver.present()) {
            ((_, Some(Expr::Dot(parts, ..))), _) => self.assigned_chain(item, &parts.rhs),
            ((_, Some(Expr::Index(parts, flags, _))), _) => self.assigned_index(item, parts, *flags),
            ((index, None), Ty::Handle(handle)) => {
                self.fails("constant", index.start_position(), format!("what is in {handle} cannot be set"), None);
            }
            _ => {}
        }
    }

    /// No handle has properties that can be set, nor has a string or an array.
    fn assigned_property(&mut self, receiver: Ty, name: &str, position: Position) {
        if self.index.property(receiver, name).is_none() {
            return;
        }
        let Ty::Handle(handle) = receiver else {
            if let Tried::Refused(error) = tried(&format!("a.{name} = 2"), receiver, Ty::Nothing) {
                let wording = worded(error.unwrap_inner(), self.index);
                self.fails("constant", position, wording.title, None);
            }
            return;
        };
        let updates = self.index.signatures("update").iter().find(|known| known.params.first() == Some(&receiver));
        let keys = updates.into_iter().flat_map(|update| &update.params).filter_map(|ty| match ty {
            Ty::Options(keys) => Some(*keys),
            _ => None,
        });
        let is_option = keys.flatten().any(|key| key.name == name);
        let hint = match handle {
            "Params" => Some("keep what is computed in a variable".to_owned()),
            _ => is_option.then(|| format!("it is changed with `update(#{{ {name}: … }})`")),
        };
        self.fails("constant", position, format!("property `{name}` of {handle} cannot be set"), hint);
    }

    /// Looks at `CONSTANT.method(…)`.
    pub(super) fn constant_method(&mut self, receiver: &Expr, rest: &Expr, captured: &[ImmutableString]) {
        let (Expr::Variable(name, ..), step) = (receiver, first_step(rest)) else { return };
        let Expr::MethodCall(call, position) = step else { return };
        if !self.is_constant(&name.1, captured) || self.unit.has_function(&call.name) {
            return;
        }
        let (ty, call): (Ty, &FnCallExpr) = (self.known().infer(receiver), call);
        let arguments = vec!["2"; call.args.len()].join(", ");
        if let Tried::Refused(error) = tried_on_constant(&format!("a.{}({arguments})", call.name), ty, Ty::Nothing)
            && matches!(error.unwrap_inner(), rhai::EvalAltResult::ErrorNonPureMethodCallOnConstant(..))
        {
            let title = format!("`{}` would change the constant `{}`", call.name, name.1);
            self.fails("constant", *position, title, None);
        }
    }

    fn is_constant(&self, name: &str, captured: &[ImmutableString]) -> bool {
        self.declared.is_constant(name) && !captured.iter().any(|known| known == name) && !self.unit.may_have_had(name)
    }
}
