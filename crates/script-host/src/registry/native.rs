//! Rust closures as native functions: `|call: &Call<'_>, source: Source, options: CheckOptions| …`.

use std::any::TypeId;

use rhai::Dynamic;

use super::arg::{Refusal, refusal};
use super::returned::Returned;
use super::{Arg, Call, Mismatch, Raise, Ty};

/// A native function with its types erased.
pub(super) type Thunk = dyn Fn(&Call<'_>, Vec<Dynamic>) -> Result<Dynamic, Raise> + Send + Sync;

/// A Rust function that can become a native function. `Args` are its parameters behind the call.
pub(crate) trait Native<Args>: Send + Sync + 'static {
    /// Type and optionality of each parameter, and what a value is refused for.
    const PARAMS: &'static [(Ty, bool, Refusal)];
    /// The type of the result.
    const RETURNS: Ty;

    /// Returns the type that Rhai knows each parameter by.
    fn ids() -> Vec<TypeId>;

    /// Takes the arguments and calls the function.
    ///
    /// # Errors
    ///
    /// When an argument does not fit, or the function fails.
    fn invoke(&self, call: &Call<'_>, arguments: Vec<Dynamic>) -> Result<Dynamic, Raise>;
}

fn next<T: Arg>(call: &Call<'_>, at: usize, values: &mut std::vec::IntoIter<Dynamic>) -> Result<T, Raise> {
    let taken = match values.next() {
        Some(value) => T::take(value.flatten()),
        None => T::absent().ok_or_else(|| Mismatch::value("an argument is missing")),
    };
    taken.map_err(|mismatch| call.refuse(at, mismatch))
}

impl<Fun, Ret> Native<()> for Fun
where
    Fun: Fn(&Call<'_>) -> Ret + Send + Sync + 'static,
    Ret: Returned,
{
    const PARAMS: &'static [(Ty, bool, Refusal)] = &[];
    const RETURNS: Ty = Ret::TY;

    fn ids() -> Vec<TypeId> {
        Vec::new()
    }

    fn invoke(&self, call: &Call<'_>, _: Vec<Dynamic>) -> Result<Dynamic, Raise> {
        self(call).give()
    }
}

macro_rules! native {
    ($($arg:ident $value:ident $at:literal),+) => {
        impl<Fun, Ret, $($arg),+> Native<($($arg,)+)> for Fun
        where
            Fun: Fn(&Call<'_>, $($arg),+) -> Ret + Send + Sync + 'static,
            Ret: Returned,
            $($arg: Arg,)+
        {
            const PARAMS: &'static [(Ty, bool, Refusal)] = &[$(($arg::TY, $arg::OPTIONAL, refusal::<$arg>)),+];
            const RETURNS: Ty = Ret::TY;

            fn ids() -> Vec<TypeId> {
                vec![$($arg::id()),+]
            }

            fn invoke(&self, call: &Call<'_>, arguments: Vec<Dynamic>) -> Result<Dynamic, Raise> {
                let mut values = arguments.into_iter();
                $(let $value = next::<$arg>(call, $at, &mut values)?;)+
                self(call, $($value),+).give()
            }
        }
    };
}

native!(A a 0);
native!(A a 0, B b 1);
native!(A a 0, B b 1, C c 2);
native!(A a 0, B b 1, C c 2, D d 3);
native!(A a 0, B b 1, C c 2, D d 3, E e 4);
