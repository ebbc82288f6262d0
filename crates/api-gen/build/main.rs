//! Writes the bindings and the index of operations into `OUT_DIR`, from the
//! project's own document or from the one that `AIRWAY_OPENAPI` names.

#![expect(clippy::print_stdout, reason = "cargo reads what a build script prints")]

mod bindings;

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use airway_spec::{Document, OperationIndex, SpecError, isolate::isolate, normalise};

const VARIABLE: &str = "AIRWAY_OPENAPI";

fn main() -> ExitCode {
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

fn generate() -> Result<(), Box<dyn Error>> {
    let path = document_path()?;
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    println!("cargo::rerun-if-changed={}", path.display());
    println!("cargo::rerun-if-changed=build");

    let document = Document::load(&path)?;
    let normalised = normalise::for_generator(&document)?;
    let (bindings, refused) = isolate(&normalised.document, &mut bindings::generate);
    for left_out in normalised.left_out.iter().chain(&refused) {
        println!("cargo::warning={left_out}");
    }
    let bindings = bindings.ok_or("the generator refuses the document as a whole")?;

    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("bindings.rs"), bindings)?;
    let index = OperationIndex::of(&document);
    fs::write(out.join("operations.json"), serde_json::to_string(&index)?)?;
    Ok(())
}

/// A relative path counts from the root of the project: cargo does not tell a
/// build script where it was called.
fn document_path() -> Result<PathBuf, env::VarError> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let named = env::var_os(VARIABLE).filter(|name| !name.is_empty());
    let relative = named.unwrap_or_else(|| "openapi/airbyte-config.yaml".into());
    let path = root.join(relative);
    Ok(path.canonicalize().unwrap_or(path))
}

fn report(error: &(dyn Error + 'static)) {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        line = format!("{line}: {cause}");
        source = cause.source();
    }
    println!("cargo::error={}", line.replace('\n', " "));
    if let Some(spec) = error.downcast_ref::<SpecError>() {
        println!("cargo::error=hint: {}", spec.hint());
    }
}
