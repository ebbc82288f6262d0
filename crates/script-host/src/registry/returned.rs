//! What a native function can return.

use rhai::{Array, Dynamic, Map};

use super::{Handle, Json, Raise, Ty};
use crate::values::from_json;

/// A Rust type that becomes a script value on its way out of a native function.
pub(crate) trait Returned {
    /// What the reference prints and the check infers from.
    const TY: Ty;

    /// Gives the value to the script.
    ///
    /// # Errors
    ///
    /// When it stands for a failure.
    fn give(self) -> Result<Dynamic, Raise>;
}

impl<T: Handle> Returned for T {
    const TY: Ty = Ty::Handle(T::NAME);

    fn give(self) -> Result<Dynamic, Raise> {
        Ok(Dynamic::from(self))
    }
}

impl<T: Returned, E: Into<Raise>> Returned for Result<T, E> {
    const TY: Ty = T::TY;

    fn give(self) -> Result<Dynamic, Raise> {
        self.map_err(Into::into)?.give()
    }
}

impl<T: Returned> Returned for Option<T> {
    // The check stays silent where a value may be missing.
    const TY: Ty = Ty::Either(&[T::TY, Ty::Nothing]);

    fn give(self) -> Result<Dynamic, Raise> {
        self.map_or(Ok(Dynamic::UNIT), Returned::give)
    }
}

/// A list of one type; plain `Array` is a list of anything.
pub(crate) struct Items<T>(pub(crate) Vec<T>);

impl<T: Returned> Returned for Items<T> {
    const TY: Ty = Ty::List(&T::TY);

    fn give(self) -> Result<Dynamic, Raise> {
        self.0.into_iter().map(Returned::give).collect::<Result<Array, _>>().map(Dynamic::from)
    }
}

impl Returned for Json {
    const TY: Ty = Ty::Any;

    fn give(self) -> Result<Dynamic, Raise> {
        Ok(from_json(&self.0))
    }
}

impl Returned for Dynamic {
    const TY: Ty = Ty::Any;

    fn give(self) -> Result<Dynamic, Raise> {
        Ok(self)
    }
}

macro_rules! plain {
    ($($type:ty => $ty:expr),* $(,)?) => {$(
        impl Returned for $type {
            const TY: Ty = $ty;

            fn give(self) -> Result<Dynamic, Raise> {
                Ok(self.into())
            }
        }
    )*};
}

plain! {
    () => Ty::Nothing,
    bool => Ty::Bool,
    i64 => Ty::Int,
    f64 => Ty::Number,
    String => Ty::Text,
    Array => Ty::List(&Ty::Any),
    Map => Ty::Map,
}

impl Returned for &'static str {
    const TY: Ty = Ty::Text;

    fn give(self) -> Result<Dynamic, Raise> {
        Ok(self.into())
    }
}
