//! TOML with the line of every key, and its mistakes without the text they stand in, which may hold a secret.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostics::{Diagnostic, Kind, nearest};

/// A TOML document with the name it is shown under.
pub(super) struct TomlText<'t> {
    pub(super) shown: &'t str,
    pub(super) text: &'t str,
}

/// A key of a table with what it leads to.
pub(super) struct Member<'a, 't> {
    pub(super) name: &'a str,
    pub(super) line: usize,
    pub(super) value: &'a Spanned<DeValue<'t>>,
}

impl<'t> TomlText<'t> {
    pub(super) fn parse(&self) -> Result<Spanned<DeTable<'t>>, Diagnostic> {
        DeTable::parse(self.text).map_err(|error| {
            let line = error.span().map_or(1, |span| self.line(&span));
            let title = format!("`{}` cannot be read as TOML, line {line}", self.shown);
            Diagnostic::error(Kind::Usage, title).note(error.message().lines().next().unwrap_or_default())
        })
    }

    /// The members of a table, in the order in which they stand.
    pub(super) fn members<'a>(&self, table: &'a DeTable<'t>) -> Vec<Member<'a, 't>> {
        let mut members: Vec<Member<'a, 't>> = table
            .iter()
            .map(|(key, value)| Member { name: key.get_ref(), line: self.line(&key.span()), value })
            .collect();
        members.sort_by_key(|member| member.line);
        members
    }

    /// The line of a place, from 1.
    fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }

    /// A key that nobody knows, with the one that was probably meant.
    pub(super) fn unknown(&self, member: &Member<'_, 't>, known: &[&str]) -> Diagnostic {
        let hint = match nearest(member.name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known here: {}", known.join(", ")),
        };
        self.wrong(member.line, &format!("unknown key `{}`", member.name)).hint(hint)
    }

    /// A value of the wrong kind.
    pub(super) fn unfit(&self, member: &Member<'_, 't>, wanted: &str) -> Diagnostic {
        let found = member.value.get_ref().type_str();
        self.wrong(member.line, &format!("`{}` must be {wanted} and is of type {found}", member.name))
    }

    /// A mistake in a line.
    pub(super) fn wrong(&self, line: usize, what: &str) -> Diagnostic {
        Diagnostic::error(Kind::Usage, format!("{what} in `{}`, line {line}", self.shown))
    }
}
