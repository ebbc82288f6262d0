//! Rust closures as native functions: `|call: &Call<'_>, source: Source, options: CheckOptions| …`.

use std::any::TypeId;

use rhai::Dynamic;

use super::returned::Returned;
use super::{Arg, Call, Mismatch, Raise, Ty};

/// A native function with its types erased.
pub(super) type Thunk = dyn Fn(&Call<'_>, Vec<Dynamic>) -> Result<Dynamic, Raise> + Send + Sync;

/// A Rust function that can become a native function. `Args` are its parameters behind the call.
pub(crate) trait Native<Args>: Send + Sync + 'static {
    /// Type and optionality of each parameter.
    const PARAMS: &'static [(Ty, bool)];
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

macro_rules! native {
    ($($arg:ident $at:literal),*) => {
        impl<Fun, Ret, $($arg),*> Native<($($arg,)*)> for Fun
        where
            Fun: Fn(&Call<'_>, $($arg),*) -> Ret + Send + Sync + 'static,
            Ret: Returned,
            $($arg: Arg,)*
        {
            const PARAMS: &'static [(Ty, bool)] = &[$(($arg::TY, $arg::OPTIONAL)),*];
            const RETURNS: Ty = Ret::TY;

            fn ids() -> Vec<TypeId> {
                vec![$($arg::id()),*]
            }

            #[allow(unused_mut, unused_variables, non_snake_case, reason = "without parameters there is nothing to take")]
            fn invoke(&self, call: &Call<'_>, arguments: Vec<Dynamic>) -> Result<Dynamic, Raise> {
                let mut values = arguments.into_iter();
                $(let $arg = next::<$arg>(call, $at, &mut values)?;)*
                self(call, $($arg),*).give()
            }
        }
    };
}

native!();
native!(A 0);
native!(A 0, B 1);
native!(A 0, B 1, C 2);
native!(A 0, B 1, C 2, D 3);
native!(A 0, B 1, C 2, D 3, E 4);
native!(A 0, B 1, C 2, D 3, E 4, F 5);
