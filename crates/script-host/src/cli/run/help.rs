//! `airway run SCRIPT --help`: what a script is for, and what it wants to be told.

use std::fmt::Write;

use clap::CommandFactory;

use super::super::{Arguments, print};
use crate::check::{Checked, Param};
use crate::diagnostics::ExitCode;
use crate::session::Session;

/// Columns between which the second column of a table begins.
const INDENT: std::ops::RangeInclusive<usize> = 12..=32;

/// Prints the help of `airway run` itself.
pub(super) fn of_command() -> ExitCode {
    let mut command = Arguments::command();
    command.build();
    if let Some(run) = command.find_subcommand_mut("run") {
        // There is nobody left to tell that the stream is gone.
        let _ = run.print_help();
    }
    ExitCode::Ok
}

/// Prints the help of a script. It need not pass the check for that, only compile.
pub(super) fn show(session: &Session) -> ExitCode {
    let checked = session.check();
    if checked.main.is_none() {
        session.show(&checked.findings);
        return checked.worst().unwrap_or(ExitCode::CheckFailed);
    }
    print(&text(&session.shown_name(), &checked));
    ExitCode::Ok
}

fn text(script: &str, checked: &Checked) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    if let Some(purpose) = checked.main.as_ref().map(|main| purpose(main.doc())).filter(|text| !text.is_empty()) {
        let _ = writeln!(out, "{purpose}\n");
    }
    let (params, open) = checked.needs.described_parameters();
    let params: Vec<(String, String)> = params.iter().map(described).collect();
    let usage = if params.is_empty() && !open { "" } else { " [-p NAME=VALUE]…" };
    let _ = writeln!(out, "Usage: airway run {script}{usage} [OPTIONS]");
    if !params.is_empty() {
        let _ = write!(out, "\nParameters:\n{}", table(&params));
        let note = "Each can also come from a file of `--params FILE`, or from the environment variable \
            AIRWAY_PARAM_ and its name in capitals.";
        let _ = writeln!(out, "\n{}", filled(note));
    }
    if open {
        let _ = writeln!(out, "\n{}", filled("Some parameters are only known when the script runs."));
    }
    let secrets: Vec<&str> = checked.needs.secrets().collect();
    if !secrets.is_empty() {
        let _ = writeln!(out, "\nSecrets:\n  {}", secrets.join("\n  "));
    }
    let _ = writeln!(out, "\n{}", filled("Options of every script: airway run --help"));
    out
}

/// Options keep their hyphens.
fn filled(text: &str) -> String {
    let options = textwrap::Options::new(width()).word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options.word_separator(textwrap::WordSeparator::AsciiSpace))
}

fn described(param: &Param) -> (String, String) {
    let unknown = || (format!("-p {}=…", param.name), "[described when the script runs]".to_owned());
    param.spec.as_ref().map_or_else(unknown, crate::prelude::ParamSpec::described)
}

fn width() -> usize {
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0)).min(100)
}

fn table(rows: &[(String, String)]) -> String {
    let longest = rows.iter().map(|(name, _)| textwrap::core::display_width(name) + 4).max().unwrap_or(0);
    let indent = longest.clamp(*INDENT.start(), *INDENT.end());
    let blank = " ".repeat(indent);
    let mut out = String::new();
    for (name, about) in rows {
        let lead = format!("  {name}");
        let room = textwrap::core::display_width(&lead);
        let lead =
            if room + 2 > indent { format!("{lead}\n{blank}") } else { format!("{lead}{}", " ".repeat(indent - room)) };
        let options = textwrap::Options::new(width()).subsequent_indent(&blank);
        let about = textwrap::fill(about, options.initial_indent(&blank));
        let _ = writeln!(out, "{lead}{}", about.trim_start());
    }
    out
}

/// Takes the marks off the comment at the top of a script.
fn purpose(doc: &str) -> String {
    let lines = doc.lines().map(|line| line.trim_start().trim_start_matches("//!"));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_purpose_is_the_comment_without_its_marks() {
        assert_eq!(purpose("//! Copies the shop.\n//!\n//!   Twice.\n"), "Copies the shop.\n\n  Twice.");
    }
}
