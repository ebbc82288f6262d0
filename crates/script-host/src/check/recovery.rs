//! What else is wrong in a text that does not compile: Rhai's parser stops at its first mistake.
//!
//! The statement of a mistake is taken out, everything else keeps its line and column, and the rest is parsed again. What
//! may only follow from a mistake, or from its having been taken out, is not reported.

mod layout;
mod tokens;

use std::collections::HashSet;
use std::ops::Range;

use rhai::{AST, Engine, ParseError, ParseErrorType, Position, Scope};

use layout::Layout;

use crate::engine::compile;

/// More mistakes of one file than this are not looked for.
const MOST: usize = 50;

/// Behind the first mistake of a text of more characters, or with deeper brackets, nothing is looked for: nobody wrote it.
const LONGEST: usize = 100_000;
const DEEPEST: usize = 300;

/// What is known of a text that does not compile.
pub(super) struct Recovered {
    /// Its mistakes, the first one first.
    pub(super) mistakes: Vec<Mistake>,
    /// The text without them; empty when nothing sound is left.
    pub(super) ast: AST,
    pub(super) lost: Lost,
}

/// Why a text does not compile.
pub(super) struct Mistake {
    pub(super) error: ParseError,
    /// The line of the first brace that is open there and never closed, if it is about that.
    pub(super) open_since: Option<usize>,
}

/// What was taken out of a text, or put in, to make it compile.
#[derive(Default)]
pub(super) struct Lost {
    words: HashSet<String>,
    /// Whether nothing is left.
    everything: bool,
    /// Whether statements were told apart that may have been one.
    pub(super) split: bool,
}

impl Lost {
    /// Says whether something of this name may have been taken out.
    pub(super) fn has(&self, name: &str) -> bool {
        self.everything || self.words.contains(name)
    }
}

/// Looks for the mistakes behind the `first` one of a text.
pub(super) fn recover(engine: &Engine, text: &str, first: ParseError) -> Recovered {
    let mut rest = Rest { text: text.chars().collect(), cut: Vec::new(), lost: Lost::default(), line: None };
    let (mut mistakes, mut error) = (Vec::new(), first);
    let rounds = if rest.text.len() > LONGEST || deepest(&rest.text) > DEEPEST { 0 } else { MOST };
    if rounds == 0 {
        mistakes.push(Mistake { error: error.clone(), open_since: None });
    }
    for _ in 0..rounds {
        let mended = rest.mend(&error);
        if mended.is_new || mistakes.is_empty() {
            mistakes.push(Mistake { error, open_since: mended.open_since });
        }
        if !mended.changed {
            break;
        }
        match compile(engine, &Scope::new(), &rest.text.iter().collect::<String>()) {
            Ok(ast) => return Recovered { mistakes, ast, lost: rest.lost },
            Err(next) => error = next,
        }
    }
    Recovered { mistakes, ast: AST::empty(), lost: Lost { everything: true, ..rest.lost } }
}

/// Returns how deep the brackets of a text are at most.
fn deepest(text: &[char]) -> usize {
    let mut depth = 0_usize;
    let depths = text.iter().map(|c| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth
    });
    depths.max().unwrap_or_default()
}

/// What is left of a text.
struct Rest {
    text: Vec<char>,
    /// Where something was taken out: line and column stay the same whatever happens elsewhere.
    cut: Vec<(usize, usize)>,
    lost: Lost,
    /// The line of the mistake before.
    line: Option<usize>,
}

/// What was done about a mistake.
#[derive(Default)]
struct Mended {
    /// Whether it is a mistake of its own.
    is_new: bool,
    changed: bool,
    open_since: Option<usize>,
}

impl Rest {
    fn mend(&mut self, error: &ParseError) -> Mended {
        let Some(at) = self.offset(error.position()) else { return Mended::default() };
        let layout = Layout::of(&self.text);
        let kind = error.err_type();
        let is_missing_end = matches!(kind, ParseErrorType::MissingToken(token, _) if token == ";");
        // In the line of a mistake, brackets and semicolons are what is left of it.
        let line = error.position().line();
        let is_left_over = std::mem::replace(&mut self.line, line) == line
            && (is_missing_end || matches!(self.text.get(at), Some(')' | ']')));
        let is_misplaced = matches!(kind, ParseErrorType::WrongFnDefinition | ParseErrorType::WrongExport);
        let is_over = matches!(kind, ParseErrorType::UnexpectedEOF) || at >= self.text.len();
        let unclosed = layout.unclosed.filter(|open| (is_misplaced || is_over) && *open <= at);
        if let Some(open) = unclosed {
            // What belongs inside of it, and what behind it, cannot be told.
            let start = layout.outermost(open).map_or(open, |statement| statement.range.start);
            let open_since = self.text[..open].iter().filter(|c| **c == '\n').count() + 1;
            // A mistake inside of it may have taken its end along.
            let is_new = !self.is_cut(start..self.text.len());
            let changed = self.cut(start..self.text.len());
            return Mended { is_new, changed, open_since: Some(open_since) };
        }
        if let Some(end) = layout.line_before(at, &self.text).filter(|_| is_missing_end) {
            return Mended { is_new: !is_left_over, ..self.end_statement(end) };
        }
        let Some(statement) = layout.at(at, &self.text) else { return Mended::default() };
        let range = statement.range.clone();
        let is_new = !statement.stray && !is_left_over && !self.is_cut(range.clone());
        Mended { is_new, changed: self.cut(range), open_since: None }
    }

    /// Says whether something was taken out there.
    fn is_cut(&self, range: Range<usize>) -> bool {
        self.cut.iter().any(|cut| self.index(*cut).is_some_and(|at| range.contains(&at)))
    }

    /// Ends a statement behind its last token.
    fn end_statement(&mut self, at: usize) -> Mended {
        match self.text.get_mut(at) {
            Some(space) if *space == ' ' || *space == '\t' => *space = ';',
            // Behind the last token of a line nothing else moves.
            _ => self.text.insert(at, ';'),
        }
        self.lost.split = true;
        Mended { is_new: true, changed: true, open_since: None }
    }

    /// Takes characters out and keeps the words among them; says whether there were any.
    fn cut(&mut self, range: Range<usize>) -> bool {
        let taken: String = self.text[range.clone()].iter().collect();
        self.lost.words.extend(taken.split(|c| !tokens::is_word(c)).filter(|word| !word.is_empty()).map(str::to_owned));
        let before = &self.text[..range.start];
        let line = before.iter().filter(|c| **c == '\n').count();
        let column = before.iter().rev().take_while(|c| **c != '\n').count();
        self.cut.push((line, column));
        self.text[range].iter_mut().filter(|c| **c != '\n').for_each(|c| *c = ' ');
        !taken.trim().is_empty()
    }

    fn offset(&self, position: Position) -> Option<usize> {
        let line = position.line()? - 1;
        Some(self.index((line, position.position().unwrap_or(1).saturating_sub(1))).unwrap_or(self.text.len()))
    }

    fn index(&self, (line, column): (usize, usize)) -> Option<usize> {
        let ends = self.text.iter().enumerate().filter(|(_, c)| **c == '\n').map(|(at, _)| at + 1);
        let start = std::iter::once(0).chain(ends).nth(line)?;
        Some((start + column).min(self.text.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of the mistakes, and whether the rest compiles.
    #[track_caller]
    fn check(text: &str, lines: &[usize], sound: bool) {
        let mut engine = Engine::new();
        engine.set_optimization_level(rhai::OptimizationLevel::None);
        let first = engine.compile(text).unwrap_err();
        let recovered = recover(&engine, text, first);
        let found: Vec<usize> =
            recovered.mistakes.iter().filter_map(|mistake| mistake.error.position().line()).collect();
        let errors: Vec<String> = recovered.mistakes.iter().map(|mistake| mistake.error.to_string()).collect();
        assert_eq!((found.as_slice(), !recovered.lost.everything), (lines, sound), "{errors:#?}");
    }

    #[test]
    fn every_mistake_of_its_own_is_found() {
        check("let a = 1 2;\nlet b = ;\nprint(b;\nlet c = [1, 2;\nlet d = 3;", &[1, 2, 3, 4], true);
        check("fn f() {\n  let a = ;\n  a\n}\nfn g(a b) { a }\nf() g();", &[2, 5, 6], true);
        check("if true {\n  let a = 1 +\n}\nprint(1));", &[3, 4], true);
        check("let f = |x| {\n  let y = 1 2;\n  y\n};\nlet z = #{ a: 1 b: 2 };", &[2, 5], true);
    }

    #[test]
    fn a_statement_that_was_not_ended_costs_nothing() {
        check("print(1)\nprint(2)\nlet a = 3", &[2, 3], true);
        check("print(1) // a\nprint(2);\nlet b = ;", &[2, 3], true);
    }

    #[test]
    fn what_follows_from_a_mistake_is_none() {
        check("for (i = 0; i < 3; i++) {\n  print(i);\n}\nprint(2);", &[1], true);
        check("if true print(1); }\nprint(2);", &[1], true);
        check("let a = \"b;\nlet c = 1;\nlet d = ;", &[1, 3], true);
        check("let m = #{\n  a: 1;\n  b: 2\n};\nprint(m.a);", &[2], true);
        check("const f = (a) => {\n  a + 1\n};\nlet b = ;", &[1, 4], true);
        check("function f(a) {\n  a;\n}\nlet b = ;", &[1, 4], true);
        check("}\nlet b = ;", &[1, 2], true);
        check("for x in fs, 1) {\n  print(x);\n}\nlet b = ;", &[1, 4], true);
        check("let f = [1].map(|x| {\n  x\n).len();\nlet b = 1;", &[3], true);
    }

    #[test]
    fn behind_a_brace_that_is_never_closed_nothing_is_certain() {
        check("let a = ;\nif true {\n  print(1);\nprint(2);\n", &[1, 5], true);
        check("let a = ;\nif true {\n  print(1);\nfn f() { 1 }\nf();", &[1, 4], true);
        check("print(1);\nlet a = `b ${c};\n", &[2], true);
    }
}
