//! What a parameter of a native function can be.

use std::any::TypeId;

use rhai::{Array, Dynamic, FnPtr, ImmutableString, Map};
use serde_json::Value;

use super::{Handle, Mismatch, Ty};
use crate::values::{Secret, kind_of, to_json};

/// A Rust type that a script value becomes on its way into a native function.
pub(crate) trait Arg: Sized {
    /// What the reference prints and the check compares.
    const TY: Ty;
    /// Whether the argument may be left out.
    const OPTIONAL: bool = false;

    /// Returns the type that Rhai chooses a method's receiver by.
    fn id() -> TypeId {
        TypeId::of::<Dynamic>()
    }

    /// Takes the value.
    ///
    /// # Errors
    ///
    /// When it does not fit.
    fn take(value: Dynamic) -> Result<Self, Mismatch>;

    /// Returns what stands for an argument that was left out.
    fn absent() -> Option<Self> {
        None
    }
}

/// Says why a value does not fit a parameter or option; the check asks about literals.
pub(crate) type Refusal = fn(Dynamic) -> Option<Mismatch>;

/// The refusal of a type.
pub(crate) fn refusal<T: Arg>(value: Dynamic) -> Option<Mismatch> {
    T::take(value).err()
}

fn cast<T: Clone + Send + Sync + 'static>(value: Dynamic, wanted: Ty) -> Result<T, Mismatch> {
    value.try_cast_result::<T>().map_err(|value| Mismatch::wrong_type(wanted, kind_of(&value)))
}

impl<T: Handle> Arg for T {
    const TY: Ty = Ty::Handle(T::NAME);

    fn id() -> TypeId {
        TypeId::of::<T>()
    }

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        cast(value, Self::TY)
    }
}

impl Arg for Dynamic {
    const TY: Ty = Ty::Any;

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        Ok(value)
    }
}

macro_rules! plain {
    ($($type:ty => $ty:expr),* $(,)?) => {$(
        impl Arg for $type {
            const TY: Ty = $ty;

            fn id() -> TypeId {
                TypeId::of::<Self>()
            }

            fn take(value: Dynamic) -> Result<Self, Mismatch> {
                cast(value, Self::TY)
            }
        }
    )*};
}

plain! { bool => Ty::Bool, i64 => Ty::Int, FnPtr => Ty::Function, Array => Ty::List(&Ty::Any), Map => Ty::Map }

impl Arg for f64 {
    const TY: Ty = Ty::Number;

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a script that means 2^53 and more does not say it as a number of seconds"
        )]
        match value.as_int() {
            Ok(whole) => Ok(whole as Self),
            Err(_) => cast(value, Self::TY),
        }
    }
}

impl Arg for String {
    const TY: Ty = Ty::Text;

    fn id() -> TypeId {
        TypeId::of::<ImmutableString>()
    }

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        // A secret is a string to everybody but the reader.
        if let Some(secret) = value.read_lock::<Secret>() {
            return Ok(secret.0.placeholder().to_owned());
        }
        cast::<ImmutableString>(value, Self::TY).map(ImmutableString::into_owned)
    }
}

impl<T: Arg> Arg for Option<T> {
    const TY: Ty = T::TY;
    const OPTIONAL: bool = true;

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        if value.is_unit() { Ok(None) } else { T::take(value).map(Some) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// A list of one type; plain `Array` is a list of anything.
pub(crate) struct ListOf<T>(pub(crate) Vec<T>);

impl<T: Arg> Arg for ListOf<T> {
    const TY: Ty = Ty::List(&T::TY);

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        let items = cast::<Array>(value, Self::TY)?.into_iter().enumerate();
        let taken = items.map(|(at, item)| T::take(item.flatten()).map_err(|error| error.within(&format!("[{at}]"))));
        taken.collect::<Result<_, _>>().map(Self)
    }
}

/// Any value that has a JSON form.
pub(crate) struct Json(pub(crate) Value);

impl Arg for Json {
    const TY: Ty = Ty::Any;

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        to_json(&value).map(Self).map_err(not_json)
    }
}

/// A map that has a JSON form.
pub(crate) struct JsonMap(pub(crate) serde_json::Map<String, Value>);

impl Arg for JsonMap {
    const TY: Ty = Ty::Map;

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        match to_json(&value).map_err(not_json)? {
            Value::Object(members) => Ok(Self(members)),
            _ => Err(Mismatch::wrong_type(Self::TY, kind_of(&value))),
        }
    }
}

fn not_json(error: crate::values::NotJson) -> Mismatch {
    Mismatch::value(error.reason).within(error.path.trim_start_matches('.'))
}
