//! The Markdown of the reference as text for a terminal.

use std::fmt::Write;

use textwrap::{Options, fill};

const BOLD: &str = "\u{1b}[1m";
const TITLE: &str = "\u{1b}[1m\u{1b}[36m";
const DIM: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

/// Wider lines are hard to read.
const WIDEST: usize = 100;

/// Returns Markdown as coloured text in so many columns. It knows what the reference is made of: headings, paragraphs,
/// lists of two levels and code.
pub(super) fn readable(markdown: &str, width: usize) -> String {
    let width = width.clamp(20, WIDEST);
    let (mut out, mut is_code) = (String::new(), false);
    for line in markdown.lines() {
        // Writing to a string does not fail.
        let _ = match line.trim_start() {
            fence if fence.starts_with("```") => {
                is_code = !is_code;
                continue;
            }
            _ if is_code => writeln!(out, "    {DIM}{line}{PLAIN}"),
            heading if heading.starts_with('#') => {
                let level = heading.find(|c| c != '#').unwrap_or(0);
                let style = if level == 1 { BOLD } else { TITLE };
                let text = fill(&heading.trim_start_matches(['#', ' ']).replace('`', ""), Options::new(width));
                let lines: Vec<String> = text.lines().map(|line| format!("{style}{line}{PLAIN}")).collect();
                writeln!(out, "{}", lines.join("\n"))
            }
            item if item.starts_with("- ") => {
                let indent = " ".repeat(line.len() - item.len() + 2);
                let behind = format!("{indent}  ");
                let options = Options::new(width).initial_indent(&indent).subsequent_indent(&behind);
                writeln!(out, "{}", fill(&item[2..].replace('`', ""), options))
            }
            text => writeln!(out, "{}", fill(text, Options::new(width))),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_text_without_its_marks() {
        let markdown = "## `f(x: string)`\n\nDoes this and that and more.\n\n- `x`: what to do\n  - `y` (string): how\n\n```rhai\nf(1)\n```\n";
        let expected = "\u{1b}[1m\u{1b}[36mf(x: string)\u{1b}[0m\n\nDoes this and that\nand more.\n\n  x: what to do\n    y (string): how\n\n    \u{1b}[2mf(1)\u{1b}[0m\n";
        assert_eq!(readable(markdown, 20), expected);
    }
}
