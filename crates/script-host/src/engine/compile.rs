//! Texts on their way into the parser.

use std::borrow::Cow;

use rhai::{AST, Engine, LexError, ParseError, ParseErrorType, Position, Scope};

/// Compiles a text. A first line for the shell is skipped, and a comment that does not end is a mistake: Rhai takes all
/// that follows for a part of it.
///
/// # Errors
///
/// When it does not compile.
pub(crate) fn compile(engine: &Engine, scope: &Scope<'_>, text: &str) -> Result<AST, ParseError> {
    let text = text.strip_prefix("#!").map_or(Cow::Borrowed(text), |rest| format!("// {rest}").into());
    let ast = engine.compile_with_scope(scope, &text)?;
    match open_comment(engine, scope, &text) {
        Some(at) => {
            let problem = LexError::Runtime("the comment does not end".to_owned());
            Err(ParseError(Box::new(ParseErrorType::BadInput(problem)), at))
        }
        None => Ok(ast),
    }
}

/// Returns where the comment begins in which the text ends.
fn open_comment(engine: &Engine, scope: &Scope<'_>, text: &str) -> Option<Position> {
    let compiles = |text: &str, end: &str| engine.compile_with_scope(scope, format!("{text}{end}")).is_ok();
    // Only in a comment a bracket may stand there.
    if !text.contains("/*") || !compiles(text, "\n)") {
        return None;
    }
    let begins = |at: &usize| {
        let before = &text[..*at];
        // Neither in a string nor in a comment of one line.
        is_open(&text[*at..]) && compiles(before, "") && !compiles(before, ")")
    };
    let at = text.match_indices("/*").map(|(at, _)| at).find(begins).or_else(|| text.rfind("/*"))?;
    let (line, column) =
        (text[..at].matches('\n').count() + 1, text[..at].chars().rev().take_while(|c| *c != '\n').count());
    Some(Position::new(u16::try_from(line).ok()?, u16::try_from(column + 1).ok()?))
}

/// Says whether the comment that the text begins with does not end. Comments can stand in comments.
fn is_open(text: &str) -> bool {
    let (mut rest, mut depth) = (text, 0_usize);
    while let Some(at) = rest.find(['/', '*']) {
        rest = &rest[at..];
        let step = if rest.starts_with("/*") || rest.starts_with("*/") { 2 } else { 1 };
        match &rest[..step] {
            "/*" => depth += 1,
            "*/" if depth == 1 => return false,
            "*/" => depth -= 1,
            _ => {}
        }
        rest = &rest[step..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(u16, u16)>) {
        let found = compile(&Engine::new(), &Scope::new(), text).err().map(|error| error.position());
        assert_eq!(found, expected.map(|(line, column)| Position::new(line, column)), "{text}");
    }

    #[test]
    fn a_comment_that_does_not_end_is_a_mistake_where_it_begins() {
        check("let a = 1;\n  /* open\nlet b = 2;", Some((2, 3)));
        check("/* a */ let s = \"/*\"; // /* b\n let t = `/*`; /* c /* d */ x", Some((2, 16)));
        check("let a = 1; /** doc", Some((1, 12)));
        // Rhai takes it for the beginning of a comment of documentation.
        check("/**/ 1", Some((1, 1)));
    }

    #[test]
    fn what_ends_is_none() {
        for text in ["/* a /* b */ */ 1", "\"/*\"", "1 // /*", "`/*`", "'*'"] {
            check(text, None);
        }
    }

    #[test]
    fn a_first_line_for_the_shell_is_skipped() {
        check("#!/usr/bin/env -S airway run\n1", None);
        check("#!/bin/x\nlet = 1;", Some((2, 5)));
        check("1;\n#!/bin/x", Some((2, 1)));
    }
}
