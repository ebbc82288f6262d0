//! Rust text out of a normalised document.

use std::{any::Any, panic, thread};

use airway_spec::normalise::RUNTIME_CRATE;
use openapiv3::OpenAPI;
use progenitor::{CrateVers, GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypePatch};
use serde_json::Value;

/// What is carried as text: the bulk of a catalog, and hardly ever looked into.
const SCHEMA: &str = "StreamJsonSchema";

/// The generator calls itself for each level of a schema, with large frames.
const STACK: usize = 512 << 20;

/// Returns the bindings for a document.
///
/// # Errors
///
/// Returns what the generator says, also where it panics, in one line.
pub(crate) fn generate(document: &Value) -> Result<String, String> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let result = thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK);
        let running = builder.spawn_scoped(scope, || attempt(document));
        match running.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(payload)) => Err(message(payload.as_ref())),
            Err(error) => Err(error.to_string()),
        }
    });
    panic::set_hook(hook);
    result.map_err(|message| one_line(&message))
}

/// Positional calls: the builder style makes more than three times the code.
fn attempt(document: &Value) -> Result<String, String> {
    let parsed: OpenAPI = serde_json::from_value(document.clone()).map_err(|e| e.to_string())?;
    let mut settings = GenerationSettings::default();
    let session = "crate::Session".parse().expect("a path is a token stream");
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(session)
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq")
        .with_crate(RUNTIME_CRATE, CrateVers::Any, None);
    let empty = TypePatch::default().with_derive("Default").clone();
    settings.with_replacement(SCHEMA, format!("::{RUNTIME_CRATE}::RawJson"), std::iter::empty());
    for name in names_of_what_is_read(document) {
        settings.with_patch(name, &empty);
    }
    let tokens = Generator::new(&settings).generate_tokens(&parsed).map_err(|e| e.to_string())?;
    let file = syn::parse2(tokens).map_err(|e| e.to_string())?;
    Ok(prettyplease::unparse(&file))
}

/// What servers send has no member that must be there, and so a default; the
/// generator does not see that, for the map of unknown members.
fn names_of_what_is_read(document: &Value) -> impl Iterator<Item = &String> {
    let schemas = document["components"]["schemas"].as_object();
    let is_read = |schema: &Value| {
        schema["properties"].is_object() && schema["additionalProperties"].is_object() && schema["required"].is_null()
    };
    let read = schemas.into_iter().flatten().filter(move |(_, schema)| is_read(schema));
    read.map(|(name, _)| name)
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
