//! The types of parameters, options and results, as the reference prints and the check compares them.

use std::fmt;

use super::OptionKey;

/// A type in a signature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ty {
    /// Everything.
    Any,
    /// `()`.
    Nothing,
    Bool,
    Int,
    /// An integer or a floating-point number.
    Number,
    Text,
    List(&'static Ty),
    Map,
    /// A map with known keys.
    Options(&'static [OptionKey]),
    Function,
    /// One of a few strings.
    Choice(&'static [&'static str]),
    /// A value of this host, such as `Source`.
    Handle(&'static str),
    Either(&'static [Ty]),
}

impl Ty {
    /// Says whether a value of type `given` may stand where this type is wanted. `Any` fits everywhere: the check
    /// reports only what is certainly wrong.
    pub(crate) fn accepts(self, given: Self) -> bool {
        match (self, given) {
            (_, Self::Either(given)) => given.iter().any(|given| self.accepts(*given)),
            (Self::Either(wanted), _) => wanted.iter().any(|wanted| wanted.accepts(given)),
            (Self::Any, _)
            | (_, Self::Any)
            | (Self::Number, Self::Int)
            | (Self::Text | Self::Choice(_), Self::Text | Self::Choice(_))
            | (Self::Map | Self::Options(_), Self::Map | Self::Options(_)) => true,
            (Self::List(wanted), Self::List(given)) => wanted.accepts(*given),
            (wanted, given) => wanted == given,
        }
    }

    /// Says whether a value of type `given` may be an argument or option of this type: a secret is a string to everybody
    /// but the reader.
    pub(crate) fn takes(self, given: Self) -> bool {
        self.accepts(given) || given == Self::Handle("Secret") && self.accepts(Self::Text)
    }

    /// Returns the type of a value that may also be missing, as that of one that is there.
    pub(crate) fn present(self) -> Self {
        match self {
            Self::Either([ty, Self::Nothing]) => *ty,
            ty => ty,
        }
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any value"),
            Self::Nothing => f.write_str("nothing"),
            Self::Bool => f.write_str("boolean"),
            Self::Int => f.write_str("integer"),
            Self::Number => f.write_str("number"),
            Self::Text => f.write_str("string"),
            Self::List(Self::Any) => f.write_str("array"),
            Self::List(item) => write!(f, "array of {item}s"),
            Self::Map | Self::Options(_) => f.write_str("map"),
            Self::Function => f.write_str("function"),
            Self::Choice(words) => {
                let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                write!(f, "one of {}", quoted.join(", "))
            }
            Self::Handle(name) => f.write_str(name),
            Self::Either([Self::Choice(_), Self::List(choice @ Self::Choice(_))]) => {
                write!(f, "{choice}, or an array of them")
            }
            Self::Either(types) => {
                let names: Vec<String> = types.iter().map(ToString::to_string).collect();
                f.write_str(&names.join(" or "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ty;

    #[test]
    fn what_is_unknown_fits_everywhere() {
        assert!(Ty::Text.accepts(Ty::Any));
        assert!(Ty::Handle("Source").accepts(Ty::Either(&[Ty::Int, Ty::Any])));
    }

    #[test]
    fn an_integer_is_a_number_but_not_the_reverse() {
        assert!(Ty::Number.accepts(Ty::Int));
        assert!(!Ty::Int.accepts(Ty::Number));
        assert!(!Ty::Text.accepts(Ty::Int));
    }

    #[test]
    fn a_secret_stands_where_a_string_does() {
        assert!(Ty::Text.takes(Ty::Handle("Secret")) && !Ty::Text.accepts(Ty::Handle("Secret")));
        assert!(!Ty::Handle("Secret").takes(Ty::Text));
    }

    #[test]
    fn one_of_several_is_enough() {
        let wanted = Ty::Either(&[Ty::Text, Ty::Handle("Source")]);
        assert!(wanted.accepts(Ty::Handle("Source")));
        assert!(!wanted.accepts(Ty::Handle("Job")));
        assert_eq!(wanted.to_string(), "string or Source");
    }
}
