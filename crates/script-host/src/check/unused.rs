//! Results that are thrown away: a statement that does nothing at all.

use rhai::{Expr, FnCallExpr, Position, Stmt};

use super::walk::Walk;
use crate::registry::{Effect, Ty};

/// What is thrown away, where, and advice.
type Unused = (String, Position, Option<&'static str>);

impl Walk<'_> {
    /// Looks at a statement, which may be the value of its block.
    pub(super) fn unused(&mut self, statement: &Stmt, is_value: bool) {
        let found = match statement {
            _ if is_value => None,
            Stmt::FnCall(call, position) => self.unused_call(call, *position),
            Stmt::Expr(expression) => self.unused_expression(expression),
            _ => None,
        };
        if let Some((what, position, hint)) = found {
            let title = format!("the result of {what} is thrown away");
            self.report("unused-result", position, title, hint.map(str::to_owned));
        }
    }

    fn unused_expression(&self, expression: &Expr) -> Option<Unused> {
        match expression {
            Expr::FnCall(call, position) => self.unused_call(call, *position),
            Expr::Dot(dot, ..) => {
                let assignable = matches!(dot.lhs, Expr::Variable(..) | Expr::ThisPtr(_));
                // A call that does something is worth a line, whatever is asked of its result.
                if let Expr::FnCall(call, position) = &dot.lhs {
                    self.unused_call(call, *position)?;
                }
                self.unused_chain(self.known().infer(&dot.lhs), assignable, &dot.rhs)
            }
            _ => None,
        }
    }

    fn unused_call(&self, call: &FnCallExpr, position: Position) -> Option<Unused> {
        if call.op_token.is_some() {
            let hint = (call.name == "==").then_some("a value is given with `=`");
            return self.is_plain_operator(call).then(|| (format!("`{}`", call.name), position, hint));
        }
        let given: Vec<Ty> = call.args.iter().map(|argument| self.known().infer(argument)).collect();
        let is_script =
            self.unit.has_function(&call.name) || self.unit.may_have_had(&call.name) || !call.namespace.is_empty();
        let nothing = !is_script && self.effect(&call.name, &given, true) == Effect::None;
        nothing.then(|| (format!("`{}`", call.name), position, None))
    }

    /// Operators on values that are not of the script's own making do nothing but compute.
    fn is_plain_operator(&self, call: &FnCallExpr) -> bool {
        !self.unit.has_function(&call.name)
            && Effect::of_operator(&call.name) == Effect::None
            && call.args.iter().all(|argument| !matches!(argument, Expr::Stmt(_)))
    }

    fn unused_chain(&self, receiver: Ty, assignable: bool, rest: &Expr) -> Option<Unused> {
        match rest {
            Expr::Dot(dot, ..) => {
                let next = self.known().of_step(receiver, &dot.lhs);
                // Fields of a variable can be changed in place; what a method returned cannot.
                let assignable = assignable && matches!(dot.lhs, Expr::Property(..));
                let only_reads = match &dot.lhs {
                    Expr::MethodCall(call, _) => self.method_effect(receiver, call) != Effect::Unknown,
                    _ => true,
                };
                if only_reads { self.unused_chain(next, assignable, &dot.rhs) } else { None }
            }
            Expr::Property(property, position) if matches!(receiver.present(), Ty::Handle(_)) => {
                self.index.property(receiver.present(), &property.2)?;
                Some((format!("`{}`", property.2), *position, None))
            }
            Expr::MethodCall(call, position) => match self.method_effect(receiver, call) {
                Effect::None => Some((format!("`{}`", call.name), *position, None)),
                Effect::Receiver if !assignable => Some((format!("`{}`", call.name), *position, None)),
                _ => None,
            },
            _ => None,
        }
    }

    fn method_effect(&self, receiver: Ty, call: &FnCallExpr) -> Effect {
        let name = call.name.as_str();
        if self.unit.has_function(name) || self.unit.may_have_had(name) {
            return Effect::Unknown;
        }
        let receiver = receiver.present();
        // A map may hold a closure of that name.
        if matches!(receiver, Ty::Any | Ty::Map) && self.declared.keys.contains(name) {
            return Effect::Unknown;
        }
        let arguments = call.args.iter().map(|argument| self.known().infer(argument));
        let given: Vec<Ty> = [receiver].into_iter().chain(arguments).collect();
        self.effect(name, &given, false)
    }

    /// Returns what every function that may be meant does: `Unknown` when they do different things.
    fn effect(&self, name: &str, given: &[Ty], plain: bool) -> Effect {
        let known = self.index.signatures(name).iter();
        let mut fitting = known.filter(|known| known.accepts(given) && !(plain && known.is_method));
        let Some(first) = fitting.next().map(|signature| signature.effect) else { return Effect::Unknown };
        if fitting.all(|other| other.effect == first) { first } else { Effect::Unknown }
    }
}
