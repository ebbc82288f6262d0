//! Trailing option maps: `job.wait(#{ timeout: "1h" })`.

use rhai::{Dynamic, Map};

use super::arg::Refusal;
use super::{Arg, Mismatch, Problem, Ty};

/// One key of an option map.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OptionKey {
    pub(crate) name: &'static str,
    pub(crate) ty: Ty,
    pub(crate) required: bool,
    pub(crate) doc: &'static str,
    /// Why a value does not fit.
    pub(crate) refusal: Refusal,
}

impl PartialEq for OptionKey {
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.ty, self.required) == (other.name, other.ty, other.required)
    }
}

/// Takes the options out of a map one by one.
pub(crate) struct OptionReader {
    map: Map,
}

impl OptionReader {
    /// Begins with a script value.
    ///
    /// # Errors
    ///
    /// When it is no map, or has keys other than `keys`.
    pub(crate) fn new(value: Dynamic, keys: &'static [OptionKey]) -> Result<Self, Mismatch> {
        let found = crate::values::kind_of(&value).to_owned();
        let map = value.try_cast::<Map>().ok_or_else(|| Mismatch::wrong_type(Ty::Options(keys), &found))?;
        match map.keys().find(|key| !keys.iter().any(|known| known.name == key.as_str())) {
            Some(key) => Err(Mismatch::new(Problem::UnknownKey { key: key.to_string(), keys })),
            None => Ok(Self { map }),
        }
    }

    /// Takes an option; `()` counts as absent.
    ///
    /// # Errors
    ///
    /// When its value does not fit, or it is absent and there is no default.
    pub(crate) fn take<T: Arg>(&mut self, key: &'static str, default: Option<T>) -> Result<T, Mismatch> {
        match self.map.remove(key).filter(|value| !value.is_unit()) {
            Some(value) => T::take(value.flatten()).map_err(|mismatch| mismatch.within(key)),
            None => default.or_else(T::absent).ok_or_else(|| Mismatch::new(Problem::MissingKey { key })),
        }
    }
}

/// Returns the key that a field of an options struct stands for: `r#type` is `type`.
pub(crate) const fn key_name(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}

/// Defines a struct of options. Every field is a key; its doc comment is the key's documentation; a field is required
/// unless it is an `Option` or has a default.
///
/// ```text
/// options! {
///     /// Options of `job.wait`.
///     pub(crate) struct WaitOptions {
///         /// how long to wait
///         timeout: Option<Span>,
///         /// what to do when the time has run out
///         on_timeout: OnTimeout = OnTimeout::Fail,
///     }
/// }
/// ```
macro_rules! options {
    ($(#[doc = $about:literal])* $vis:vis struct $name:ident {
        $($(#[doc = $doc:literal])* $field:ident: $ty:ty $(= $default:expr)?),* $(,)?
    }) => {
        $(#[doc = $about])*
        $vis struct $name { $($(#[doc = $doc])* $vis $field: $ty,)* }

        impl $name {
            /// The keys, in the order of the reference.
            pub(crate) const KEYS: &'static [$crate::registry::OptionKey] = &[$($crate::registry::OptionKey {
                name: $crate::registry::options::key_name(stringify!($field)),
                ty: <$ty as $crate::registry::Arg>::TY,
                required: !(<$ty as $crate::registry::Arg>::OPTIONAL || options!(@has $($default)?)),
                doc: concat!($($doc),*),
                refusal: $crate::registry::refusal::<$ty>,
            }),*];
        }

        impl $crate::registry::Arg for $name {
            const TY: $crate::registry::Ty = $crate::registry::Ty::Options(Self::KEYS);
            const OPTIONAL: bool = $crate::registry::options::all_optional(Self::KEYS);

            fn take(value: rhai::Dynamic) -> Result<Self, $crate::registry::Mismatch> {
                let mut options = $crate::registry::OptionReader::new(value, Self::KEYS)?;
                Ok(Self { $($field: options.take(
                    $crate::registry::options::key_name(stringify!($field)),
                    options!(@default $($default)?),
                )?),* })
            }

            fn absent() -> Option<Self> {
                Self::OPTIONAL.then(|| Self::take(rhai::Map::new().into()).ok()).flatten()
            }
        }
    };
    (@has) => { false };
    (@has $default:expr) => { true };
    (@default) => { None };
    (@default $default:expr) => { Some($default) };
}

/// Defines an enum that scripts write as one of a few strings.
macro_rules! choices {
    ($(#[doc = $about:literal])* $vis:vis enum $name:ident { $($(#[doc = $doc:literal])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[doc = $about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $name { $($(#[doc = $doc])* $variant,)* }

        impl $crate::registry::Arg for $name {
            const TY: $crate::registry::Ty = $crate::registry::Ty::Choice(&[$($word),*]);

            fn take(value: rhai::Dynamic) -> Result<Self, $crate::registry::Mismatch> {
                let word = <String as $crate::registry::Arg>::take(value)?;
                match word.as_str() {
                    $($word => Ok(Self::$variant),)*
                    _ => Err($crate::registry::options::no_such_choice(&word, &[$($word),*])),
                }
            }
        }
    };
}

/// Says whether an option map may be left out.
pub(crate) const fn all_optional(keys: &[OptionKey]) -> bool {
    let mut at = 0;
    while at < keys.len() {
        if keys[at].required {
            return false;
        }
        at += 1;
    }
    true
}

/// The mismatch of a string that is none of the choices.
pub(crate) fn no_such_choice(word: &str, words: &[&'static str]) -> Mismatch {
    let all: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    let hint = crate::diagnostics::nearest(word, words.iter().copied()).map(|near| format!("did you mean \"{near}\"?"));
    Mismatch::value_with_hint(format!("must be one of {}, not \"{word}\"", all.join(", ")), hint)
}
