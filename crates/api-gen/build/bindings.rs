//! Rust text out of a normalised document.

use std::{
    any::Any,
    panic::{self, AssertUnwindSafe},
};

use airway_spec::normalise::RUNTIME_CRATE;
use openapiv3::OpenAPI;
use progenitor::{CrateVers, GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle};
use serde_json::Value;

/// Returns the bindings for a document.
///
/// # Errors
///
/// Returns what the generator says, also where it panics, in one line.
pub(crate) fn generate(document: &Value) -> Result<String, String> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let caught = panic::catch_unwind(AssertUnwindSafe(|| attempt(document)));
    panic::set_hook(hook);
    let result = caught.unwrap_or_else(|payload| Err(message(payload.as_ref())));
    result.map_err(|message| one_line(&message))
}

/// Positional calls: the builder style makes more than three times the code.
fn attempt(document: &Value) -> Result<String, String> {
    let document: OpenAPI = serde_json::from_value(document.clone()).map_err(|e| e.to_string())?;
    let mut settings = GenerationSettings::default();
    let session = "crate::Session".parse().expect("a path is a token stream");
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(session)
        .with_map_type("::std::collections::BTreeMap")
        .with_crate(RUNTIME_CRATE, CrateVers::Any, None);
    let tokens = Generator::new(&settings).generate_tokens(&document).map_err(|e| e.to_string())?;
    let file = syn::parse2(tokens).map_err(|e| e.to_string())?;
    Ok(without_schemas_in_docs(&prettyplease::unparse(&file)))
}

/// The generator repeats each schema, as JSON, in the documentation of its type.
fn without_schemas_in_docs(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut within = false;
    for line in text.lines() {
        let comment = line.trim_start();
        within |= comment == "///<details><summary>JSON schema</summary>";
        if !within && comment != "///" {
            kept.push_str(line);
            kept.push('\n');
        }
        within &= comment != "///</details>";
    }
    kept
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("it panics").to_owned()
}

fn one_line(message: &str) -> String {
    let line: Vec<&str> = message.split_whitespace().collect();
    let mut line = line.join(" ");
    if let Some((end, _)) = line.char_indices().nth(200) {
        line.truncate(end);
        line.push('…');
    }
    line
}
