//! What people call things who come from other languages.

/// Names of other languages, and what is called so here.
pub(super) const FOREIGN: [(&str, &str); 16] = [
    ("length", "len"),
    ("size", "len"),
    ("count", "len"),
    ("upper", "to_upper"),
    ("uppercase", "to_upper"),
    ("toUpperCase", "to_upper"),
    ("lower", "to_lower"),
    ("lowercase", "to_lower"),
    ("toLowerCase", "to_lower"),
    ("substr", "sub_string"),
    ("substring", "sub_string"),
    ("slice", "extract"),
    ("strip", "trim"),
    ("includes", "contains"),
    ("has", "contains"),
    ("forEach", "for_each"),
];

/// Functions that other languages have, and what they are called here.
pub(super) const FOREIGN_FUNCTIONS: [(&str, &str); 12] = [
    ("assert", "expect"),
    ("assert_eq", "expect_eq"),
    ("die", "fail"),
    ("echo", "print"),
    ("float", "to_float"),
    ("getenv", "env"),
    ("int", "to_int"),
    ("panic", "fail"),
    ("printf", "print"),
    ("println", "print"),
    ("raise", "fail"),
    ("str", "to_string"),
];
