//! From a diagnostic to text, in the manner of rustc.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Label, Severity};
use crate::engine::Sources;

/// More calls than this are summed up in a note.
const FRAMES_SHOWN: usize = 8;

/// What is not written to a terminal is read in a wide window.
const WIDTH: usize = 140;

/// Below this, source lines would be cut to nothing.
const NARROWEST: usize = 40;

/// Returns the diagnostic as text with a line feed at its end, coloured: the stream takes colours away where they are
/// not wanted. Secrets are *not* yet taken out.
pub(crate) fn render(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let terminal = terminal_size::terminal_size_of(std::io::stderr());
    let width = terminal.map(|(width, _)| usize::from(width.0).max(NARROWEST));
    let renderer = Renderer::styled().term_width(width.unwrap_or(WIDTH));
    match width {
        Some(width) => lay_out(&wrapped(diagnostic, width), sources, &renderer),
        None => lay_out(diagnostic, sources, &renderer),
    }
}

/// Breaks lines between words, where a terminal would break them anywhere.
fn wrapped(diagnostic: &Diagnostic, width: usize) -> Diagnostic {
    let fill = |text: &str, lead: &str| {
        let options = textwrap::Options::new(width.saturating_sub(lead.len())).break_words(false);
        let options = options.word_separator(textwrap::WordSeparator::AsciiSpace);
        textwrap::fill(text, options.word_splitter(textwrap::WordSplitter::NoHyphenation))
    };
    let mut wrapped = diagnostic.clone();
    wrapped.title = fill(&diagnostic.title, "warning: ");
    wrapped.notes.iter_mut().for_each(|note| *note = fill(note, "note: "));
    wrapped.hints.iter_mut().for_each(|hint| *hint = fill(hint, "hint: "));
    wrapped
}

fn lay_out(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let no_snippet = None::<Snippet<'_, Annotation<'_>>>;
    let mut report = level.primary_title(diagnostic.title.as_str()).elements(no_snippet);
    if let Some(primary) = &diagnostic.primary {
        report = with_snippet(report, primary, AnnotationKind::Primary, sources);
    }
    for frame in diagnostic.stack.iter().take(FRAMES_SHOWN) {
        report = with_snippet(report, frame, AnnotationKind::Context, sources);
    }
    let mut groups = vec![report];
    if diagnostic.stack.len() > FRAMES_SHOWN {
        let text = format!("{} more calls led here", diagnostic.stack.len() - FRAMES_SHOWN);
        groups.push(Group::with_title(Level::NOTE.secondary_title(text)));
    }
    for note in &diagnostic.notes {
        groups.push(Group::with_title(Level::NOTE.secondary_title(note.as_str())));
    }
    for hint in &diagnostic.hints {
        groups.push(Group::with_title(Level::HELP.with_name("hint").secondary_title(hint.as_str())));
    }
    if diagnostic.primary.is_some() {
        return format!("{}\n", renderer.render(&groups));
    }
    // Without a source line there is no gutter to draw between the parts.
    let parts: Vec<String> = groups.into_iter().map(|group| renderer.render(&[group])).collect();
    format!("{}\n", parts.join("\n"))
}

fn with_snippet<'a>(group: Group<'a>, label: &'a Label, kind: AnnotationKind, sources: &Sources) -> Group<'a> {
    let Some(text) = sources.text(&label.place.source) else { return group };
    let Some(span) = label.place.span(&text) else { return group };
    let mut annotation = kind.span(span);
    if !label.text.is_empty() {
        annotation = annotation.label(label.text.as_str());
    }
    group.element(Snippet::source(text.to_string()).path(&*label.place.source).annotation(annotation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Kind, Place};

    #[track_caller]
    fn check(text: &str, line: usize, column: usize, width: usize, expected: &str) {
        let sources = Sources::default();
        sources.add("a.rhai", text);
        let place = Place { source: "a.rhai".into(), line, column };
        let diagnostic = Diagnostic::error(Kind::Check, "what is wrong").at(Some(place), "").hint("what to do");
        assert_eq!(lay_out(&diagnostic, &sources, &Renderer::plain().term_width(width)), expected);
    }

    #[test]
    fn the_caret_is_below_its_word_behind_tabs_wide_letters_and_emoji() {
        let lines = [
            ("\tlet a = bad;", 10, "    let a = bad;\n  |             ^^^"),
            ("let a = \"日本語\" + bad;", 17, "let a = \"日本語\" + bad;\n  |                    ^^^"),
            ("let a = \"🚀\" + bad;", 15, "let a = \"🚀\" + bad;\n  |                ^^^"),
            ("let ü = bad;", 9, "let ü = bad;\n  |         ^^^"),
        ];
        for (line, column, shown) in lines {
            let expected =
                format!("error: what is wrong\n --> a.rhai:1:{column}\n  |\n1 | {shown}\n  |\nhint: what to do\n");
            check(line, 1, column, WIDTH, &expected);
        }
    }

    #[test]
    fn words_stay_whole_on_a_narrow_terminal() {
        let diagnostic = Diagnostic::error(Kind::Check, "the configuration does not fit connector `Postgres`")
            .note("`replication_method.method` is `Standrd`, which is not one of CDC, Xmin, Standard");
        let shown = lay_out(&wrapped(&diagnostic, NARROWEST), &Sources::default(), &Renderer::plain());
        assert_eq!(
            shown,
            "error: the configuration does not fit\n       connector `Postgres`\n\
             note: `replication_method.method` is\n      `Standrd`, which is not one of\n      CDC, Xmin, Standard\n"
        );
    }

    #[test]
    fn a_long_line_is_cut_around_its_caret_on_a_narrow_terminal() {
        let text = format!("let a = [{}bad, {}];", "1234, ".repeat(30), "5678, ".repeat(30));
        let sources = Sources::default();
        sources.add("a.rhai", &text);
        let place = Place { source: "a.rhai".into(), line: 1, column: 190 };
        let diagnostic = Diagnostic::error(Kind::Check, "what is wrong").at(Some(place), "");
        let shown = lay_out(&diagnostic, &sources, &Renderer::plain().term_width(NARROWEST));
        assert!(shown.lines().all(|line| line.chars().count() <= NARROWEST + 10), "{shown}");
        let lines: Vec<&str> = shown.lines().collect();
        let (source, caret) = (lines[3], lines[4]);
        let at = caret.chars().position(|c| c == '^').unwrap();
        assert_eq!(source.chars().skip(at).take(3).collect::<String>(), "bad", "{shown}");
    }
}
