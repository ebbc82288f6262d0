//! Properties and methods: `receiver.property.method(…)`.

use rhai::{ASTFlags, BinaryExpr, Expr, Position};

use super::infer::index_parts;
use super::trial::{Tried, tried};
use super::walk::Walk;
use crate::diagnostics::{nearest, worded};
use crate::registry::Ty;

impl Walk<'_> {
    /// Looks at `receiver.rest`.
    pub(super) fn chain(&mut self, receiver: Ty, rest: &Expr) {
        match rest {
            Expr::Dot(dot, ..) => {
                let next = self.step(receiver, &dot.lhs);
                self.chain(next, &dot.rhs);
            }
            Expr::Index(index, flags, _) => {
                let next = self.step(receiver, &index.lhs);
                self.index_chain(next, index, *flags);
            }
            step => {
                self.step(receiver, step);
            }
        }
    }

    /// Looks at `receiver[…]` and what comes behind it.
    pub(super) fn index_chain(&mut self, receiver: Ty, parts: &BinaryExpr, flags: ASTFlags) {
        let (index, rest) = index_parts(parts, flags);
        self.index(receiver, index);
        let item = self.known().of_index(receiver);
        match rest {
            Some(Expr::Dot(dot, ..)) => self.chain(item, &dot.rhs),
            Some(Expr::Index(index, flags, _)) => self.index_chain(item, index, *flags),
            _ => {}
        }
    }

    /// Looks at one step and returns what it gives.
    fn step(&mut self, receiver: Ty, step: &Expr) -> Ty {
        // What may be missing has the members of what is there.
        let receiver = receiver.present();
        match step {
            Expr::Property(property, position) => {
                let name = property.2.as_str();
                if receiver == Ty::Handle("Params") {
                    return self.parameter(name, *position);
                }
                if matches!(receiver, Ty::Handle(_)) && self.index.property(receiver, name).is_none() {
                    let is_method =
                        self.index.signatures(name).iter().any(|known| known.params.first() == Some(&receiver));
                    let hint = if is_method {
                        Some(format!("`{name}` is a method: call it as `{name}()`"))
                    } else {
                        self.index.nearest_property(receiver, name).map(|near| format!("did you mean `{near}`?"))
                    };
                    self.report("unknown-property", *position, format!("{receiver} has no property `{name}`"), hint);
                }
                self.builtin_property(receiver, name, *position);
            }
            Expr::MethodCall(call, position) => self.method_call(receiver, call, *position),
            _ => {}
        }
        self.known().of_step(receiver, step)
    }

    /// A property of a string, an array, a number.
    fn builtin_property(&mut self, receiver: Ty, name: &str, position: Position) {
        // Of `()`, `?.` may ask for anything.
        if receiver == Ty::Nothing || self.index.property(receiver, name).is_some() || self.unit.may_have_had(name) {
            return;
        }
        if let Tried::Refused(error) = tried(&format!("a.{name}"), receiver, Ty::Nothing) {
            let wording = worded(error.unwrap_inner(), self.index);
            let meant = self.index.meant(receiver, name, || self.index.nearest_property(receiver, name));
            let is_method = || wording.hints.into_iter().find(|hint| hint.contains("is a method"));
            let hint = is_method().or_else(|| meant.map(|near| format!("did you mean `{near}`?")));
            self.fails("unknown-property", position, wording.title, hint);
        }
    }

    /// A parameter as a property of what `params` returned.
    fn parameter(&mut self, name: &str, position: Position) -> Ty {
        if let Some(names) = self.needs.parameters()
            && !names.contains(&name)
        {
            let hint = nearest(name, names).map(|near| format!("did you mean `{near}`?"));
            self.report("unknown-parameter", position, format!("the script has no parameter `{name}`"), hint);
        }
        Ty::Any
    }
}
