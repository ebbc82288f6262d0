//! From a diagnostic to text, in the manner of rustc.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Label, Severity};
use crate::engine::Sources;

/// More calls than this are summed up in a note.
const FRAMES_SHOWN: usize = 8;

/// Returns the diagnostic as text with a line feed at its end, coloured: the stream takes colours away where they are
/// not wanted. Secrets are *not* yet taken out.
pub(crate) fn render(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let renderer = Renderer::styled();
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
