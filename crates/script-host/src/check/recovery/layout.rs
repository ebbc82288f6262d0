//! Where the statements of a text begin and end, told by brackets and semicolons alone.

use std::ops::Range;

use super::tokens::{Kind, Token, tokens};

/// The statements of a text, those in blocks of others as well.
#[derive(Debug)]
pub(super) struct Layout {
    tokens: Vec<Token>,
    statements: Vec<Statement>,
    /// The first brace, comment or template that is never closed.
    pub(super) unclosed: Option<usize>,
}

/// A statement.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) range: Range<usize>,
    /// Whether it is a brace that closes nothing.
    pub(super) stray: bool,
    /// The number of its first token.
    first: usize,
}

/// An open bracket; the first one is the text itself.
struct Bracket {
    at: usize,
    closer: char,
    map: bool,
    /// The statement that is open in a block.
    statement: Option<usize>,
}

impl Bracket {
    fn is_block(&self) -> bool {
        !self.map && !matches!(self.closer, ')' | ']')
    }
}

/// Statements that begin with one of these end with a block.
const WITH_BLOCK: [&str; 10] = ["if", "for", "while", "loop", "do", "fn", "private", "switch", "try", "{"];

/// What follows on a block of the same statement.
const GOES_ON: [&str; 6] = ["else", "catch", "while", "until", ".", "?"];

/// Statements that begin with one of these stand in no map.
const NO_KEY: [&str; 8] = ["let", "const", "fn", "if", "for", "import", "export", "return"];

/// How many tokens of its line are looked at behind a semicolon.
const FAR: usize = 1_000;

impl Layout {
    /// Reads a text.
    pub(super) fn of(text: &[char]) -> Self {
        let text_itself = Bracket { at: 0, closer: '\0', map: false, statement: None };
        let mut reader = Reader { text, tokens: tokens(text), open: vec![text_itself], statements: Vec::new() };
        let mut endless = None;
        for at in 0..reader.tokens.len() {
            reader.read(at);
            endless = endless.or((reader.tokens[at].kind == Kind::Endless).then_some(reader.tokens[at].range.start));
        }
        let brace = reader.open.iter().find(|bracket| bracket.closer == '}').map(|bracket| bracket.at);
        Self { tokens: reader.tokens, statements: reader.statements, unclosed: brace.or(endless) }
    }

    /// Returns the innermost statement at a place; at what closes a block, or the text, the one that was open there.
    pub(super) fn at(&self, place: usize, text: &[char]) -> Option<&Statement> {
        let closes = text.get(place).is_none_or(|c| *c == '}');
        let holds = |range: &Range<usize>| range.contains(&place) || (closes && range.end == place);
        self.statements.iter().filter(|statement| holds(&statement.range)).max_by_key(|statement| statement.range.start)
    }

    /// Returns the outermost statement at a place.
    pub(super) fn outermost(&self, place: usize) -> Option<&Statement> {
        self.statements.iter().find(|statement| statement.range.contains(&place))
    }

    /// Returns where the token before a place ends, if that place is the first in its line.
    pub(super) fn line_before(&self, place: usize, text: &[char]) -> Option<usize> {
        let before = self.tokens.iter().take_while(|token| token.range.end <= place).last()?;
        text[before.range.end..place].contains(&'\n').then_some(before.range.end)
    }
}

struct Reader<'t> {
    text: &'t [char],
    tokens: Vec<Token>,
    open: Vec<Bracket>,
    statements: Vec<Statement>,
}

impl Reader<'_> {
    fn read(&mut self, at: usize) {
        let Token { kind, range } = self.tokens[at].clone();
        if !matches!(kind, Kind::Semicolon | Kind::Close('}')) {
            self.begin(at);
        }
        // Until something ends it, a statement lasts to the end of the text.
        match kind {
            Kind::Open { closer, map } => {
                if closer == '}' && !map && self.is_function() {
                    // The body begins, whether the list of parameters has ended or not.
                    while self.open.pop_if(|bracket| !bracket.is_block()).is_some() {}
                }
                self.open.push(Bracket { at: range.start, closer, map, statement: None });
            }
            Kind::Close(closer) => self.close(closer, at),
            Kind::Semicolon if self.ends(at) => self.end(range.end),
            Kind::Word | Kind::Semicolon | Kind::Endless | Kind::Other => {}
        }
    }

    /// Says whether the statement of the innermost block defines a function.
    fn is_function(&self) -> bool {
        let block = self.open.iter().rfind(|bracket| bracket.is_block());
        let Some(statement) = block.and_then(|block| block.statement) else { return false };
        self.text[self.statements[statement].range.start..].starts_with(&['f', 'n', ' '])
    }

    /// Begins a statement in the innermost block, if none is open there.
    fn begin(&mut self, at: usize) {
        if let Some(block) = self.open.last_mut().filter(|bracket| bracket.is_block() && bracket.statement.is_none()) {
            block.statement = Some(self.statements.len());
            let start = self.tokens[at].range.start;
            self.statements.push(Statement { range: start..self.text.len(), stray: false, first: at });
        }
    }

    /// Ends the statement of the innermost block, whatever brackets are open in it.
    fn end(&mut self, at: usize) {
        while self.open.pop_if(|bracket| !bracket.is_block()).is_some() {}
        self.end_in_block(at);
    }

    fn end_in_block(&mut self, at: usize) {
        if let Some(statement) = self.open.last_mut().and_then(|block| block.statement.take()) {
            self.statements[statement].range.end = at;
        }
    }

    /// Says whether a semicolon ends the statement: inside of brackets it stands there by mistake, or they do.
    fn ends(&self, at: usize) -> bool {
        let Some(bracket) = self.open.last().filter(|bracket| !bracket.is_block()) else { return true };
        let behind = &self.tokens[at + 1..];
        if bracket.map {
            return behind.first().is_some_and(|next| NO_KEY.contains(&self.text_of(next).as_str()));
        }
        let (mut depth, mut end) = (0_usize, self.tokens[at].range.end);
        for token in behind.iter().take(FAR) {
            if self.text[end..token.range.start].contains(&'\n') {
                return true;
            }
            end = token.range.end;
            match token.kind {
                Kind::Open { closer, .. } if closer == bracket.closer => depth += 1,
                Kind::Close(closer) if closer == bracket.closer && depth == 0 => return false,
                Kind::Close(closer) if closer == bracket.closer => depth -= 1,
                _ => {}
            }
        }
        true
    }

    fn close(&mut self, closer: char, at: usize) {
        let Range { start, end } = self.tokens[at].range;
        let matching = self.open.iter().rposition(|bracket| bracket.closer == closer);
        // A round bracket never closes what is around its block.
        let innermost_block = self.open.iter().rposition(Bracket::is_block).unwrap_or_default();
        // Where a map goes on behind it, it is the bracket that is too much.
        let goes_on = self.open.last().is_some_and(|bracket| bracket.map)
            && self.tokens.get(at + 1).is_some_and(|next| matches!(self.text[next.range.start], ',' | '}' | ':'));
        let fits = |found: &usize| closer == '}' || (*found > innermost_block && !goes_on);
        let Some(matching) = matching.filter(fits) else {
            if closer == '}' {
                self.end(start);
                self.statements.push(Statement { range: start..end, stray: true, first: at });
            }
            return;
        };
        if self.open[matching].is_block() {
            self.end(start);
        }
        self.open.truncate(matching);
        let is_block = self.open.last().is_some_and(Bracket::is_block);
        if closer == '}' && is_block && self.is_over(at) {
            self.end_in_block(end);
        }
    }

    /// Says whether the statement is over that the brace at `at` belongs to.
    fn is_over(&self, at: usize) -> bool {
        let statement = self.open.last().and_then(|block| block.statement);
        let Some(first) = statement.map(|statement| self.statements[statement].first) else { return false };
        let first = self.text_of(&self.tokens[first]);
        let Some(next) = self.tokens.get(at + 1) else { return true };
        let word = self.text_of(next);
        if GOES_ON.contains(&word.as_str()) {
            return matches!(word.as_str(), "while" | "until") && first != "do";
        }
        let is_below = self.text[self.tokens[at].range.end..next.range.start].contains(&'\n');
        WITH_BLOCK.contains(&first.as_str()) || (is_below && next.kind == Kind::Word)
    }

    fn text_of(&self, token: &Token) -> String {
        self.text[token.range.clone()].iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let text: Vec<char> = text.chars().collect();
        let layout = Layout::of(&text);
        let shown = |statement: &Statement| text[statement.range.clone()].iter().collect::<String>();
        assert_eq!(layout.statements.iter().map(shown).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn statements_end_with_a_semicolon_or_their_block() {
        check("let a = 1; b", &["let a = 1;", "b"]);
        check("if a { b; c } else { d } e;", &["if a { b; c } else { d }", "b;", "c ", "d ", "e;"]);
        check("do { a } while b; while c { d } e", &["do { a } while b;", "a ", "while c { d }", "d ", "e"]);
        check("let m = #{ a: #{ b: 1 } }; c", &["let m = #{ a: #{ b: 1 } };", "c"]);
        check("x.map(|y| { a; b }); c", &["x.map(|y| { a; b });", "a;", "b ", "c"]);
    }

    #[test]
    fn a_bracket_that_is_open_does_not_swallow_the_next_statement() {
        check("f(1;\ng(2);", &["f(1;", "g(2);"]);
        check("let a = [1, 2;\nlet b = 3;", &["let a = [1, 2;", "let b = 3;"]);
        check("for (i = 0; i < 3; i++) { a; }\nb;", &["for (i = 0; i < 3; i++) { a; }", "a;", "b;"]);
        check("f(#{ a: 1 );\nb;", &["f(#{ a: 1 );", "b;"]);
        check("f(#{\n a: g 1),\n b: 2\n});\nb;", &["f(#{\n a: g 1),\n b: 2\n});", "b;"]);
        check("f(#\n a: 1\n});\nb;", &["f(#\n a: 1\n});", "b;"]);
        check("f(#{\n a: \"x,\n b: 2\n});\nb;", &["f(#{\n a: \"x,\n b: 2\n});", "b;"]);
        check("let m = #{\n a: 1;\n b: 2\n};\nc;", &["let m = #{\n a: 1;\n b: 2\n};", "c;"]);
        check("let m = #{ a: 1;\nlet b = 2;", &["let m = #{ a: 1;", "let b = 2;"]);
        check("f(\"a);\nb;", &["f(\"a);", "b;"]);
        check("fn f(a { b }\nc;", &["fn f(a { b }", "b ", "c;"]);
        check("fn f() { g(1; }\nh(2);", &["fn f() { g(1; }", "g(1;", "h(2);"]);
    }

    #[test]
    fn braces_that_match_nothing_are_known() {
        let layout = |text: &str| Layout::of(&text.chars().collect::<Vec<_>>());
        assert_eq!(layout("a; if b { c; d").unclosed, Some(8));
        assert_eq!(layout("a; `b; ${c").unclosed, Some(3));
        assert_eq!(layout("a; { b } c").unclosed, None);
        let stray = layout("a; }\nb");
        let stray: Vec<_> = stray.statements.iter().filter(|s| s.stray).map(|s| s.range.clone()).collect();
        assert_eq!(stray, [Range { start: 3, end: 4 }]);
    }
}
