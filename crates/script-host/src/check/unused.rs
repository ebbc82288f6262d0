//! Results that are thrown away: a statement that does nothing at all.

use rhai::{Expr, FnCallExpr, Position, Stmt};

use super::declared::closure_name;
use super::walk::Walk;
use crate::registry::{Effect, Ty};
use crate::values::with_article;

/// What is thrown away, where, and advice.
type Unused = (String, Position, Option<&'static str>);

/// What a name is found by before a script runs, so that a line of it may be there for that alone.
const LOOKED_FOR: &str = "secret";

impl Walk<'_> {
    /// Looks at a statement, which may be the value of its block.
    pub(super) fn unused(&mut self, statement: &Stmt, is_value: bool) {
        let found = match statement {
            _ if is_value || self.is_trial(statement) => None,
            Stmt::FnCall(call, position) => self.unused_call(call, *position),
            Stmt::Expr(expression) => self.unused_expression(expression),
            _ => None,
        };
        if let Some((what, position, hint)) = found {
            let title = format!("the result of {what} is thrown away");
            return self.warn("unused-result", position, title, hint.map(str::to_owned));
        }
        let value = match statement {
            _ if is_value || self.is_trial(statement) => None,
            Stmt::FnCall(call, position) => self.unused_secret(call, *position),
            Stmt::Expr(expression) => self.unused_value(expression),
            _ => None,
        };
        // What does not work at all is not said to do nothing as well.
        if let Some((title, position)) = value.filter(|(_, position)| !self.is_at_fault(*position)) {
            self.warn("unused-value", position, title, None);
        }
    }

    fn unused_secret(&self, call: &FnCallExpr, position: Position) -> Option<(String, Position)> {
        let is_own = self.unit.has_function(LOOKED_FOR) || self.unit.may_have_had(LOOKED_FOR);
        let is_it = call.name == LOOKED_FOR && call.namespace.is_empty() && !is_own;
        is_it.then(|| (format!("the result of `{LOOKED_FOR}` is thrown away"), position))
    }

    /// A value that nobody gets: a variable, a literal, a field.
    fn unused_value(&self, expression: &Expr) -> Option<(String, Position)> {
        let what = match expression {
            Expr::FnCall(call, position) if !is_value(expression) => return self.unused_secret(call, *position),
            // What is not known is reported as such.
            Expr::Variable(name, None, _) if name.0.is_none() => return None,
            Expr::Variable(name, ..) => format!("`{}`", name.1),
            Expr::Unit(_) => return None,
            Expr::Stmt(_) if closure_name(expression).is_none() => return None,
            _ if !is_value(expression) => return None,
            Expr::Dot(..) | Expr::Index(..) => match last_step(expression) {
                Expr::Property(property, position) => {
                    return Some((format!("`{}` by itself does nothing", property.2), *position));
                }
                _ => "a value".to_owned(),
            },
            value => match self.known().infer(value) {
                Ty::Any => "a value".to_owned(),
                ty => with_article(&ty.to_string()),
            },
        };
        Some((format!("{what} by itself does nothing"), expression.start_position()))
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
        if matches!(receiver, Ty::Any | Ty::Map) && self.files.may_hold(name) {
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

/// Says whether an expression only reads variables and what is in them, and makes values of that.
fn is_value(expression: &Expr) -> bool {
    match expression {
        Expr::Variable(..) | Expr::ThisPtr(_) | Expr::Property(..) => true,
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => is_value(&parts.lhs) && is_value(&parts.rhs),
        Expr::InterpolatedString(parts, _) | Expr::Array(parts, _) => parts.iter().all(is_value),
        Expr::Map(map, _) => map.0.iter().all(|(_, value)| is_value(value)),
        Expr::And(parts, _) | Expr::Or(parts, _) | Expr::Coalesce(parts, _) => parts.iter().all(is_value),
        Expr::FnCall(..) => closure_name(expression).is_some(),
        Expr::Stmt(_) if closure_name(expression).is_some() => true,
        // What is put into a text stands in a block.
        Expr::Stmt(block) => matches!(block.statements(), [Stmt::Expr(value)] if is_value(value)),
        other => other.is_constant(),
    }
}

fn last_step(chain: &Expr) -> &Expr {
    match chain {
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => last_step(&parts.rhs),
        step => step,
    }
}
