//! Types of expressions, as far as they are certain.

use std::cell::RefCell;
use std::collections::HashMap;

use rhai::{ASTFlags, BinaryExpr, Dynamic, Expr, FnCallExpr, FnPtr, Token};

use super::declared::closure_name;
use super::files::Unit;
use super::trial::{Tried, tried_operator};
use crate::registry::{Index, Ty};
use crate::values::kind_of;

/// The certain variables of a file with their types.
pub(super) type Types = HashMap<String, Ty>;

/// The types of calls and operations that were inferred already: each is asked for with everything that it is a part of.
#[derive(Default)]
pub(super) struct Inferred(RefCell<HashMap<*const FnCallExpr, Ty>>);

/// What inference needs to know.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    pub(super) unit: &'k Unit,
    pub(super) index: &'k Index,
    pub(super) types: &'k Types,
    pub(super) inferred: &'k Inferred,
}

impl Known<'_> {
    /// Returns the type of an expression; `Any` when it is not certain.
    pub(super) fn infer(&self, expression: &Expr) -> Ty {
        match expression {
            Expr::DynamicConstant(value, _) => constant(value),
            Expr::BoolConstant(..) | Expr::And(..) | Expr::Or(..) => Ty::Bool,
            Expr::IntegerConstant(..) => Ty::Int,
            Expr::FloatConstant(..) => Ty::Number,
            Expr::StringConstant(..) | Expr::InterpolatedString(..) => Ty::Text,
            Expr::Array(..) => Ty::List(&Ty::Any),
            Expr::Map(..) => Ty::Map,
            Expr::Unit(_) => Ty::Nothing,
            Expr::Variable(variable, ..) if variable.2.is_empty() => {
                self.types.get(variable.1.as_str()).copied().unwrap_or(Ty::Any)
            }
            Expr::FnCall(call, _) if call.namespace.is_empty() => {
                let key = std::ptr::from_ref(&**call);
                if let Some(known) = self.inferred.0.borrow().get(&key) {
                    return *known;
                }
                let ty = self.of_function(call);
                self.inferred.0.borrow_mut().insert(key, ty);
                ty
            }
            Expr::Dot(dot, ..) => self.of_chain(self.infer(&dot.lhs), &dot.rhs),
            Expr::Index(index, flags, _) => self.of_index_chain(self.infer(&index.lhs), index, *flags),
            Expr::Stmt(_) if closure_name(expression).is_some() => Ty::Function,
            _ => Ty::Any,
        }
    }

    fn of_function(&self, call: &FnCallExpr) -> Ty {
        match &call.op_token {
            Some(token) => self.of_operator(call, token),
            None if call.name == "curry" => Ty::Function,
            None => {
                let given: Vec<Ty> = call.args.iter().map(|argument| self.infer(argument)).collect();
                self.of_call(&call.name, &given, call.args.len())
            }
        }
    }

    /// Returns an operation as it is tried, on `a` and `b`, with the types of both; `None` for what is none.
    pub(super) fn operation(&self, call: &FnCallExpr) -> Option<(String, Ty, Ty)> {
        let name = call.name.as_str();
        match call.args.as_slice() {
            [a] => Some((format!("{name}a"), self.infer(a), Ty::Nothing)),
            [a, b] => Some((format!("a {name} b"), self.infer(a), self.infer(b))),
            _ => None,
        }
    }

    fn of_operator(&self, call: &FnCallExpr, token: &Token) -> Ty {
        if gives_bool(token) {
            return Ty::Bool;
        }
        match self.tried(call) {
            Tried::Gives(ty) => ty,
            _ => Ty::Any,
        }
    }

    /// Says what comes of an operation.
    pub(super) fn tried(&self, call: &FnCallExpr) -> Tried {
        let Some((text, a, b)) = self.operation(call) else { return Tried::Open };
        let is_own = |ty| matches!(ty, Ty::Handle(handle) if self.index.has_operator(&call.name, handle));
        if is_own(a) || is_own(b) { Tried::Open } else { tried_operator(&text, a, b) }
    }

    /// Returns what `receiver.rest` gives.
    fn of_chain(&self, receiver: Ty, rest: &Expr) -> Ty {
        match rest {
            Expr::Dot(dot, ..) => self.of_chain(self.of_step(receiver, &dot.lhs), &dot.rhs),
            Expr::Index(index, flags, _) => self.of_index_chain(self.of_step(receiver, &index.lhs), index, *flags),
            step => self.of_step(receiver, step),
        }
    }

    fn of_index_chain(&self, receiver: Ty, parts: &BinaryExpr, flags: ASTFlags) -> Ty {
        let item = self.of_index(receiver);
        match index_parts(parts, flags).1 {
            Some(Expr::Dot(dot, ..)) => self.of_chain(item, &dot.rhs),
            Some(Expr::Index(index, flags, _)) => self.of_index_chain(item, index, *flags),
            _ => item,
        }
    }

    /// Returns what `receiver[…]` gives.
    pub(super) fn of_index(&self, receiver: Ty) -> Ty {
        match receiver.present() {
            Ty::List(item) => *item,
            receiver => self.index.indexed(receiver).unwrap_or(Ty::Any),
        }
    }

    /// Returns what `receiver.step` gives.
    pub(super) fn of_step(&self, receiver: Ty, step: &Expr) -> Ty {
        let receiver = receiver.present();
        match step {
            Expr::Property(property, _) if has_own_properties(receiver) => {
                self.index.property(receiver, &property.2).unwrap_or(Ty::Any)
            }
            Expr::MethodCall(call, _) => {
                let given = [receiver].into_iter().chain(call.args.iter().map(|argument| self.infer(argument)));
                self.of_call(&call.name, &given.collect::<Vec<_>>(), call.args.len())
            }
            _ => Ty::Any,
        }
    }

    /// `script_arity` is how many arguments a function of the script would be given.
    fn of_call(&self, name: &str, given: &[Ty], script_arity: usize) -> Ty {
        if self.unit.arities(name).any(|arity| arity == script_arity) || self.unit.may_have_had(name) {
            return Ty::Any;
        }
        // They give nothing because they do not return: `ok || fail("no")`.
        if matches!(name, "exit" | "fail") {
            return Ty::Any;
        }
        let fitting = self.index.signatures(name).iter().filter(|signature| signature.accepts(given));
        let mut results = fitting.map(|signature| signature.returns);
        match results.next() {
            Some(first) if results.all(|other| other == first) => first,
            _ => Ty::Any,
        }
    }
}

fn constant(value: &Dynamic) -> Ty {
    if value.is::<FnPtr>() {
        return Ty::Function;
    }
    match kind_of(value) {
        "map" => Ty::Map,
        "array" => Ty::List(&Ty::Any),
        "string" => Ty::Text,
        "integer" => Ty::Int,
        _ => Ty::Any,
    }
}

/// Returns what stands between the brackets of an index, and the chain that goes on behind them.
pub(super) fn index_parts(parts: &BinaryExpr, flags: ASTFlags) -> (&Expr, Option<&Expr>) {
    match &parts.rhs {
        chain @ (Expr::Dot(inner, ..) | Expr::Index(inner, ..)) if !flags.contains(ASTFlags::BREAK) => {
            (&inner.lhs, Some(chain))
        }
        index => (index, None),
    }
}

/// Says whether the properties of a type are those of the type: what a map has under a name may be anything.
fn has_own_properties(ty: Ty) -> bool {
    matches!(ty, Ty::Bool | Ty::Int | Ty::Number | Ty::Text | Ty::List(_) | Ty::Handle(_))
}

/// Returns the first step of what comes behind a dot.
pub(super) fn first_step(rest: &Expr) -> &Expr {
    match rest {
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => &parts.lhs,
        step => step,
    }
}

fn gives_bool(token: &Token) -> bool {
    matches!(
        token,
        Token::EqualsTo
            | Token::NotEqualsTo
            | Token::LessThan
            | Token::LessThanEqualsTo
            | Token::GreaterThan
            | Token::GreaterThanEqualsTo
            | Token::Bang
            | Token::In
            | Token::NotIn
    )
}
