//! One function of the API, described.

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;

use super::Ty;
use super::arg::Refusal;
use super::native::Thunk;

/// A function, method, property or index that scripts can use.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    /// Without the receiver of a method.
    pub(crate) params: Vec<Param>,
    pub(crate) returns: Ty,
    /// What it does, in a sentence or a few.
    pub(crate) doc: &'static str,
    /// A script that shows it, run by a test.
    pub(crate) example: &'static str,
    /// Whether a call does nothing but return something.
    pub(crate) pure: bool,
    /// How Rhai knows the receiver and the parameters.
    pub(super) ids: Vec<TypeId>,
    /// Types of the first argument for which Rhai has a function of this name.
    pub(super) replaced: &'static [fn() -> TypeId],
    /// `None` for what is part of the language itself.
    pub(super) native: Option<Arc<Thunk>>,
}

/// How a function is called.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    /// `name(…)`
    Function,
    /// `receiver.name(…)`, with the type of the receiver
    Method(Ty),
    /// `receiver.name`
    Property(Ty),
    /// `receiver[…]`, and `receiver.anything` for string indexes
    Index(Ty),
}

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) ty: Ty,
    pub(crate) optional: bool,
    pub(crate) doc: &'static str,
    /// Why a value does not fit.
    pub(crate) refusal: Refusal,
}

impl Function {
    /// Says whether this host serves it, and not Rhai.
    pub(crate) fn is_native(&self) -> bool {
        self.native.is_some()
    }

    /// Returns the type of the receiver, if there is one.
    pub(crate) fn receiver(&self) -> Option<Ty> {
        match self.shape {
            Shape::Function => None,
            Shape::Method(receiver) | Shape::Property(receiver) | Shape::Index(receiver) => Some(receiver),
        }
    }

    /// Returns how many arguments a call needs at least, without the receiver.
    pub(crate) fn fewest(&self) -> usize {
        self.params.iter().filter(|param| !param.optional).count()
    }
}

impl fmt::Display for Function {
    /// Writes the signature: `job.wait(options?) -> Job`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let params: Vec<String> = self
            .params
            .iter()
            .map(|param| format!("{}{}: {}", param.name, if param.optional { "?" } else { "" }, param.ty))
            .collect();
        let params = params.join(", ");
        match self.shape {
            Shape::Function => write!(f, "{}({params})", self.name)?,
            Shape::Method(receiver) => write!(f, "{receiver}.{}({params})", self.name)?,
            Shape::Property(receiver) => write!(f, "{receiver}.{}", self.name)?,
            Shape::Index(receiver) => write!(f, "{receiver}[{params}]")?,
        }
        match self.returns {
            Ty::Nothing => Ok(()),
            returns => write!(f, " -> {returns}"),
        }
    }
}
