//! Properties and methods: `receiver.property.method(…)`.

use rhai::{Expr, Position};

use super::walk::Walk;
use crate::diagnostics::nearest;
use crate::registry::Ty;

impl Walk<'_> {
    /// Looks at `receiver.rest`.
    pub(super) fn chain(&mut self, receiver: Ty, rest: &Expr) {
        match rest {
            Expr::Dot(dot, ..) => {
                let next = self.step(receiver, &dot.lhs);
                self.chain(next, &dot.rhs);
            }
            Expr::Index(index, ..) => {
                let next = self.step(receiver, &index.lhs);
                self.index_chain(next, &index.rhs);
            }
            step => {
                self.step(receiver, step);
            }
        }
    }

    /// Looks at what comes behind `receiver[…]`.
    pub(super) fn index_chain(&mut self, receiver: Ty, rest: &Expr) {
        let item = self.known().of_index(receiver);
        match rest {
            Expr::Dot(dot, ..) => self.chain(item, &dot.rhs),
            Expr::Index(index, ..) => self.index_chain(item, &index.rhs),
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
            }
            Expr::MethodCall(call, position) => self.method_call(receiver, call, *position),
            _ => {}
        }
        self.known().of_step(receiver, step)
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
