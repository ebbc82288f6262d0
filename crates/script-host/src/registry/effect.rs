//! What calls do besides returning something: without any of it, a result that is thrown away is a mistake.

use super::Ty;

/// What a call does besides returning something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing.
    None,
    /// It changes its receiver.
    Receiver,
    /// It may do anything.
    Unknown,
}

/// Functions of Rhai's that only return something.
const PURE: [&str; 52] = [
    "abs",
    "all",
    "ceiling",
    "chars",
    "contains",
    "ends_with",
    "exp",
    "extract",
    "filter",
    "find",
    "find_map",
    "floor",
    "get",
    "index_of",
    "int",
    "is_anonymous",
    "is_empty",
    "is_even",
    "is_nan",
    "is_odd",
    "is_zero",
    "keys",
    "len",
    "ln",
    "log",
    "max",
    "min",
    "order",
    "order_by",
    "order_desc",
    "parse_float",
    "parse_int",
    "range",
    "reduce",
    "reduce_rev",
    "round",
    "sign",
    "some",
    "split",
    "split_rev",
    "sqrt",
    "starts_with",
    "sub_string",
    "to_array",
    "to_blob",
    "to_debug",
    "to_float",
    "to_int",
    "to_lower",
    "to_string",
    "to_upper",
    "values",
];

/// Functions that change their receiver and return it.
pub(crate) const IN_PLACE: [&str; 9] =
    ["make_lower", "make_upper", "pad", "replace", "reverse", "sort", "sort_by", "sort_desc", "trim"];

impl Effect {
    /// Returns what an operator does.
    pub(crate) fn of_operator(name: &str) -> Self {
        let assigns = name.ends_with('=') && !matches!(name, "==" | "!=" | "<=" | ">=");
        if assigns { Self::Unknown } else { Self::None }
    }

    pub(super) fn of_rhai(name: &str, params: &[Ty]) -> Self {
        match name {
            // A closure may do anything.
            _ if params.contains(&Ty::Function) && !IN_PLACE.contains(&name) => Self::Unknown,
            // An array keeps the first part.
            "split" if params.first() != Some(&Ty::Text) => Self::Receiver,
            name if PURE.contains(&name) => Self::None,
            name if IN_PLACE.contains(&name) => Self::Receiver,
            _ => Self::Unknown,
        }
    }
}
