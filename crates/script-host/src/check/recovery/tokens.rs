//! A text in tokens, as coarse as brackets and statements need, of texts that do not compile as well.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, a keyword or a number.
    Word,
    /// An opening bracket; what closes it, and whether it begins a map.
    Open {
        closer: char,
        map: bool,
    },
    Close(char),
    Semicolon,
    /// A comment or template that does not end at all.
    Endless,
    /// Anything else: strings, operators, commas.
    Other,
}

/// A token and the characters that it is made of.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// Returns the tokens of a text; spaces and comments are none.
pub(super) fn tokens(text: &[char]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = if text.starts_with(&['#', '!']) { line_end(text, 0) } else { 0 };
    while at < text.len() {
        let (kind, end) = token(text, at);
        if let Some(kind) = kind {
            tokens.push(Token { kind, range: at..end });
        }
        at = end;
    }
    tokens
}

/// Reads what stands at a place: its kind, none for what is no token, and its end.
fn token(text: &[char], at: usize) -> (Option<Kind>, usize) {
    let open = |closer, map, length| (Some(Kind::Open { closer, map }), at + length);
    let endless = |end: Option<usize>, kind| end.map_or((Some(Kind::Endless), text.len()), |end| (kind, end));
    match text[at] {
        c if c.is_whitespace() => (None, at + 1),
        '/' if text.get(at + 1) == Some(&'/') => (None, line_end(text, at)),
        '/' if text.get(at + 1) == Some(&'*') => endless(comment_end(text, at), None),
        '#' if text.get(at + 1) == Some(&'{') => open('}', true, 2),
        '#' => match raw_string_end(text, at) {
            Some(end) => endless(end, Some(Kind::Other)),
            // It is good for nothing else.
            None => open('}', true, 1),
        },
        '{' => open('}', false, 1),
        '(' => open(')', false, 1),
        '[' => open(']', false, 1),
        c @ ('}' | ')' | ']') => (Some(Kind::Close(c)), at + 1),
        ';' => (Some(Kind::Semicolon), at + 1),
        quote @ ('"' | '\'') => match string_end(text, at, quote) {
            Some(end) => (Some(Kind::Other), end),
            // What was meant to stand in it, and what behind it, cannot be told: brackets behind it count.
            None => (Some(Kind::Other), at + 1),
        },
        '`' => endless(template_end(text, at), Some(Kind::Other)),
        c if is_word(c) => {
            let length = text[at..].iter().take_while(|c| is_word(**c)).count();
            (Some(Kind::Word), at + length)
        }
        _ => (Some(Kind::Other), at + 1),
    }
}

pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn line_end(text: &[char], at: usize) -> usize {
    text[at..].iter().position(|c| *c == '\n').map_or(text.len(), |length| at + length)
}

/// Comments can stand in comments.
fn comment_end(text: &[char], from: usize) -> Option<usize> {
    let (mut at, mut depth) = (from, 0);
    while at + 1 < text.len() {
        let step = match (text[at], text[at + 1]) {
            ('/', '*') => 1,
            ('*', '/') => -1,
            _ => 0,
        };
        depth += step;
        at += if step == 0 { 1 } else { 2 };
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

fn string_end(text: &[char], from: usize, quote: char) -> Option<usize> {
    let mut at = from + 1;
    while at < text.len() {
        match text[at] {
            // A line that ends in a backslash goes on in the next one.
            '\\' => at += 1,
            '\n' => return None,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The end of `#"…"#`, with as many signs on each side; nothing outside when there is no such string.
#[expect(clippy::option_option, reason = "no string, one without an end, one that ends")]
fn raw_string_end(text: &[char], from: usize) -> Option<Option<usize>> {
    let signs = text[from..].iter().take_while(|c| **c == '#').count();
    let inside = from + signs + 1;
    if text.get(inside - 1) != Some(&'"') {
        return None;
    }
    let ends =
        |at: &usize| text[*at] == '"' && text[at + 1..].iter().take(signs).filter(|c| **c == '#').count() == signs;
    Some((inside..text.len()).find(ends).map(|at| at + 1 + signs))
}

/// The end of a text in backticks, with the code in it and the texts in that.
fn template_end(text: &[char], from: usize) -> Option<usize> {
    // The braces that are open in each piece of code, innermost last.
    let mut code: Vec<usize> = Vec::new();
    let (mut at, mut is_text) = (from + 1, true);
    while at < text.len() {
        let next = text.get(at + 1);
        match text[at] {
            '`' if is_text && next == Some(&'`') => at += 1,
            '`' if is_text && code.is_empty() => return Some(at + 1),
            '`' => is_text = !is_text,
            '$' if is_text && next == Some(&'{') => {
                code.push(0);
                is_text = false;
                at += 1;
            }
            _ if is_text => {}
            quote @ ('"' | '\'') => at = string_end(text, at, quote).map_or(at, |end| end - 1),
            '{' => code.iter_mut().last().into_iter().for_each(|open| *open += 1),
            '}' => match code.last_mut() {
                Some(0) => {
                    code.pop();
                    is_text = true;
                }
                Some(open) => *open -= 1,
                None => {}
            },
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let text: Vec<char> = text.chars().collect();
        let found: Vec<String> = tokens(&text).iter().map(|token| text[token.range.clone()].iter().collect()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn brackets_in_strings_and_comments_are_none() {
        check("f(\"a)\\\"\", ')') // }", &["f", "(", "\"a)\\\"\"", ",", "')'", ")"]);
        check("a /* { /* { */ */ b", &["a", "b"]);
        check("#!/usr/bin/env airway {\nx", &["x"]);
        check("#{ a: #\"}\"# }", &["#{", "a", ":", "#\"}\"#", "}"]);
    }

    #[test]
    fn a_template_holds_code_that_holds_templates() {
        check("`a${f(`}`, \"`\", #{ b: 1 })}` + x", &["`a${f(`}`, \"`\", #{ b: 1 })}`", "+", "x"]);
        check("`a``b` c", &["`a``b`", "c"]);
    }

    #[test]
    fn what_does_not_end_is_told_apart() {
        let kinds = |text: &str| tokens(&text.chars().collect::<Vec<_>>()).iter().map(|t| t.kind).collect::<Vec<_>>();
        assert_eq!(kinds("\"a;\nb"), [Kind::Other, Kind::Word, Kind::Semicolon, Kind::Word]);
        assert_eq!(kinds("a `b;\nb"), [Kind::Word, Kind::Endless]);
        assert_eq!(kinds("a /* b"), [Kind::Word, Kind::Endless]);
    }
}
