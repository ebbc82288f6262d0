//! Words that stock Rhai reserves for a future it has not met, given back to scripts.

use std::cell::Cell;

use rhai::{Engine, LexError, Token};

/// Names that methods, properties, variables, parameters and map keys may have. Functions of scripts may not: Rhai's parser asks
/// its own list.
const UNRESERVED: [&str; 25] = [
    "async",
    "await",
    "case",
    "default",
    "go",
    "goto",
    "is",
    "match",
    "module",
    "new",
    "nil",
    "package",
    "protected",
    "public",
    "shared",
    "spawn",
    "static",
    "super",
    "sync",
    "thread",
    "use",
    "var",
    "void",
    "with",
    "yield",
];

/// What may follow the token before.
#[derive(Clone, Copy, PartialEq)]
enum Next {
    /// The key of a map.
    Key,
    /// The name of a function.
    Function,
    Other,
}

thread_local! {
    static NEXT: Cell<Next> = const { Cell::new(Next::Other) };
}

/// Says whether Rhai reserves a word that scripts may use.
pub(crate) fn is_unreserved(word: &str) -> bool {
    UNRESERVED.contains(&word)
}

/// Makes `connection.sync()`, `#{ default: 1 }`, `#{ do: 1 }` and their like legal, and `null` a literal for `()`.
pub(crate) fn unreserve(engine: &mut Engine) {
    #[expect(deprecated, reason = "marked volatile upstream; the version is pinned and the tests below hold it")]
    engine.on_parse_token(|token, _, _| {
        // A loop never stands behind `#{` or a comma.
        let here = NEXT.replace(match token {
            Token::MapStart | Token::Comma => Next::Key,
            Token::Fn => Next::Function,
            _ => Next::Other,
        });
        match token {
            Token::Do if here == Next::Key => Token::Identifier(Box::new("do".into())),
            // What is too large for an integer would silently be another number.
            Token::FloatConstant(number) if is_whole(&number.1) => {
                Token::LexError(LexError::MalformedNumber(number.1.to_string()).into())
            }
            Token::Reserved(word) if word.as_str() == "null" => Token::Unit,
            // As it is, the error of the parser names it.
            Token::Reserved(word) if here != Next::Function && is_unreserved(&word) => Token::Identifier(word),
            token => token,
        }
    });
}

fn is_whole(number: &str) -> bool {
    number.chars().all(|c| c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use rhai::Map;

    #[track_caller]
    fn check(script: &str, expected: i64) {
        let mut engine = Engine::new();
        unreserve(&mut engine);
        engine.register_fn("sync", |map: &mut Map| i64::try_from(map.len()).unwrap());
        assert_eq!(engine.eval::<i64>(script).map_err(|error| error.to_string()), Ok(expected), "{script}");
    }

    #[test]
    fn reserved_words_are_methods_keys_variables_and_parameters() {
        check("let c = #{a: 1, b: 2}; c.sync()", 2);
        check("let m = #{default: 1, public: 2, new: 3}; m.default + m.public + m.new", 6);
        check("let default = 4; default", 4);
        check("fn f(new) { new + 1 } f(1)", 2);
        check("let m = #{}; m.match = 5; m.match", 5);
        check("let m = #{a: #{default: 1}}; `${m.a.default}`.len()", 1);
    }

    #[test]
    fn do_is_a_map_key_and_begins_a_loop() {
        check("let m = #{ do: 7 }; m[\"do\"]", 7);
        check("let m = #{ a: 1, do: 7, b: 2 }; m[\"do\"]", 7);
        check("let n = 0; do { n += 1 } while n < 5; n", 5);
    }

    #[test]
    fn every_unreserved_word_is_a_map_key() {
        for word in UNRESERVED {
            check(&format!("let m = #{{ {word}: 7 }}; m.{word}"), 7);
        }
    }

    #[test]
    fn an_integer_that_is_too_large_is_no_number() {
        check("let n = 9_223_372_036_854_775_807; if 1.5e3 > 1.0 { n - 9_223_372_036_854_775_806 } else { 0 }", 1);
        let mut engine = Engine::new();
        unreserve(&mut engine);
        let error = engine.compile("let n = 9_223_372_036_854_775_808;").unwrap_err();
        let number = "9223372036854775808".to_owned();
        assert_eq!(*error.err_type(), rhai::ParseErrorType::BadInput(LexError::MalformedNumber(number)));
    }

    #[test]
    fn null_is_the_unit_value() {
        check("let a = null; if a == () { 1 } else { 0 }", 1);
    }
}
