//! The names the generator will make, worked out before it does: two things
//! that end up with one Rust name do not compile.

use std::collections::BTreeSet;

use heck::{ToPascalCase, ToSnakeCase};
use unicode_ident::{is_xid_continue, is_xid_start};

/// Returns the name a method, a field or an argument gets.
pub(crate) fn snake(name: &str) -> String {
    identifier(name, str::to_snake_case, "x")
}

/// Returns the name a type or an enum variant gets.
pub(crate) fn pascal(name: &str) -> String {
    identifier(name, str::to_pascal_case, "X")
}

fn identifier(name: &str, recase: fn(&str) -> String, filler: &str) -> String {
    let plain = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => recase(&name.replace('\'', "").replace(|c: char| !is_xid_continue(c), "-")),
    };
    match plain.chars().next() {
        None => filler.to_owned(),
        Some(first) if !is_xid_start(first) => format!("{filler}{plain}"),
        Some(_) if is_keyword(&plain) => plain + "_",
        Some(_) => plain,
    }
}

fn is_keyword(word: &str) -> bool {
    const KEYWORDS: &str = " abstract as async await become box break const continue crate do dyn \
        else enum extern false final fn for gen if impl in let loop macro match mod move mut \
        override priv pub ref return Self self static struct super trait true try type typeof \
        unsafe unsized use virtual where while yield ";
    KEYWORDS.contains(&format!(" {word} "))
}

/// The names given out so far in one scope.
#[derive(Debug, Default)]
pub(crate) struct Taken(BTreeSet<String>);

impl Taken {
    /// A scope in which some names cannot be given out.
    pub(crate) fn reserving(names: &[&str]) -> Self {
        Self(names.iter().map(|&name| name.to_owned()).collect())
    }

    /// Takes a name; false if it was taken before.
    pub(crate) fn take(&mut self, name: String) -> bool {
        self.0.insert(name)
    }

    /// Takes `name`, or the first of `name2`, `name3` … whose Rust form is free,
    /// and returns it in its original spelling.
    pub(crate) fn take_or_number(&mut self, name: &str, rust: fn(&str) -> String) -> String {
        if self.take(rust(name)) {
            return name.to_owned();
        }
        let mut number = 2_usize;
        loop {
            let candidate = format!("{name}{number}");
            if self.take(rust(&candidate)) {
                return candidate;
            }
            number += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_generator() {
        let cases = [
            ("createdAt", "created_at", "CreatedAt"),
            ("created_at", "created_at", "CreatedAt"),
            ("grant-type", "grant_type", "GrantType"),
            ("type", "type_", "Type"),
            ("self", "self_", "Self_"),
            ("", "x", "X"),
            ("_", "x", "X"),
            ("1st", "x1st", "X1st"),
            ("+1", "plus1", "plus1"),
            ("=", "x", "X"),
            ("it's", "its", "Its"),
        ];
        for (name, snake_name, pascal_name) in cases {
            assert_eq!(snake(name), snake_name, "{name}");
            assert_eq!(pascal(name), pascal_name, "{name}");
        }
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let mut taken = Taken::reserving(&["new"]);
        assert_eq!(taken.take_or_number("listAll", snake), "listAll");
        assert_eq!(taken.take_or_number("list_all", snake), "list_all2");
        assert_eq!(taken.take_or_number("ListAll", snake), "ListAll3");
        assert_eq!(taken.take_or_number("new", snake), "new2");
    }
}
