//! Places in scripts, and the bytes they cover.

use std::ops::Range;
use std::sync::Arc;

use rhai::Position;

/// A character of a script.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The name under which the text was compiled.
    pub(crate) source: Arc<str>,
    /// From 1.
    pub(crate) line: usize,
    /// From 1, in characters.
    pub(crate) column: usize,
}

impl Place {
    /// Makes a place of what Rhai knows; `None` when it knows nothing.
    pub(crate) fn new(source: impl Into<Arc<str>>, position: Position) -> Option<Self> {
        let line = position.line()?;
        Some(Self { source: source.into(), line, column: position.position().unwrap_or(1) })
    }

    /// Returns the bytes of `text` from this place to the end of the word, string or symbol that starts there.
    ///
    /// Rhai keeps the start of things only. An end of file is the last character of the text.
    pub(crate) fn span(&self, text: &str) -> Option<Range<usize>> {
        let line_start: usize = text.split_inclusive('\n').take(self.line - 1).map(str::len).sum();
        let line = text.get(line_start..)?.split('\n').next()?.trim_end_matches('\r');
        let offset = line.char_indices().nth(self.column - 1).map_or(line.len(), |(at, _)| at);
        let length = word_length(&line[offset..]);
        let start = line_start + offset;
        if length > 0 {
            return Some(start..start + length);
        }
        // Behind the end of a line: the caret goes below its last character.
        let last = text[..start].trim_end_matches(['\n', '\r', ' ', '\t']);
        let from = last.char_indices().next_back().map_or(0, |(at, _)| at);
        Some(from..last.len().max(from))
    }
}

fn word_length(rest: &str) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    match rest.chars().next() {
        None => 0,
        Some(first) if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
        // Rhai places an unknown property at its dot.
        Some('.' | '?') if rest.trim_start_matches(['?', '.']).starts_with(is_word) => {
            let dots = rest.len() - rest.trim_start_matches(['?', '.']).len();
            dots + word_length(&rest[dots..])
        }
        Some(quote @ ('"' | '\'' | '`')) => closing_quote(rest, quote),
        Some(first) => first.len_utf8(),
    }
}

fn closing_quote(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote != '`' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    quote.len_utf8()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, line: usize, column: usize, covered: &str) {
        let place = Place { source: "x".into(), line, column };
        let span = place.span(text).unwrap();
        assert_eq!(&text[span], covered);
    }

    #[test]
    fn a_place_covers_the_word_that_starts_there() {
        check("let ab_1 = cd;\n  foo(2)", 1, 5, "ab_1");
        check("let ab_1 = cd;\n  foo(2)", 2, 3, "foo");
        check("let ab_1 = cd;\n  foo(2)", 2, 6, "(");
        check("a.b?.cd;", 1, 2, ".b");
        check("a.b?.cd;", 1, 4, "?.cd");
    }

    #[test]
    fn columns_count_characters_and_not_bytes() {
        check("let é = \"ü→\" + y;", 1, 9, "\"ü→\"");
        check("let é = \"ü→\" + y;", 1, 16, "y");
    }

    #[test]
    fn an_escaped_quote_does_not_end_a_string() {
        check(r#"f("a\"b", 1)"#, 1, 3, r#""a\"b""#);
        check(r#"f("open"#, 1, 3, "\"");
    }

    #[test]
    fn the_end_of_the_file_is_its_last_character() {
        check("let x = (1\n\n", 3, 1, "1");
        check("", 1, 1, "");
    }

    #[test]
    fn windows_line_ends_are_not_part_of_a_line() {
        check("let x\r\n= 1", 1, 6, "x");
        check("let x\r\n= 1", 2, 1, "=");
    }
}
