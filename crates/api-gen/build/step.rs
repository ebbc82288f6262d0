//! The build step: a document in, bindings and index out.

use std::{error::Error, fs, path::Path};

use airway_spec::{Document, OperationIndex, SpecError, isolate::isolate, normalise};

use crate::bindings;

/// Writes the bindings and the index of operations of a document into a folder
/// and returns what is left out, each with the reason.
///
/// # Errors
///
/// Fails when the document cannot be used, or a file cannot be written.
pub(crate) fn run(document: &Path, out: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let document = Document::load(document)?;
    let normalised = normalise::for_generator(&document)?;
    let (bindings, refused) = isolate(&normalised.document, &mut bindings::generate);
    let left_out = normalised.left_out.iter().chain(&refused).map(ToString::to_string).collect();
    let bindings = bindings.ok_or("the generator refuses the document as a whole")?;
    fs::write(out.join("bindings.rs"), bindings)?;
    let index = OperationIndex::of(&document);
    fs::write(out.join("operations.json"), serde_json::to_string(&index)?)?;
    Ok(left_out)
}

/// Returns what went wrong in one line, and in a second one what to do about
/// it where that is known.
pub(crate) fn in_words(error: &(dyn Error + 'static)) -> Vec<String> {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        line = format!("{line}: {cause}");
        source = cause.source();
    }
    let hint = error.downcast_ref::<SpecError>().map(|spec| format!("hint: {}", spec.hint()));
    [line.replace('\n', " ")].into_iter().chain(hint).collect()
}
