//! Writes the bindings and the index of operations into `OUT_DIR`, from the
//! project's own document or from the one that `AIRWAY_OPENAPI` names.

#![expect(clippy::print_stdout, reason = "cargo reads what a build script prints")]

mod bindings;
mod step;

use std::{
    env,
    error::Error,
    path::{Path, PathBuf},
    process::ExitCode,
};

const VARIABLE: &str = "AIRWAY_OPENAPI";

fn main() -> ExitCode {
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            for line in step::in_words(error.as_ref()) {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn generate() -> Result<(), Box<dyn Error>> {
    let path = document_path()?;
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    println!("cargo::rerun-if-changed={}", path.display());
    println!("cargo::rerun-if-changed=build");
    for left_out in step::run(&path, &PathBuf::from(env::var("OUT_DIR")?))? {
        println!("cargo::warning={left_out}");
    }
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
