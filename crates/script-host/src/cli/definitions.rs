//! `airway definitions`: the functions of scripts in the form that editors read.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Surroundings, complain};
use crate::diagnostics::{Diagnostic, ExitCode, Kind, in_words};
use crate::registry::{IN_PLACE, Registry};

/// Write definition files (.d.rhai) for editors
#[derive(Args, Debug)]
pub(super) struct Definitions {
    /// The folder to write them to; it is made if it does not exist
    folder: PathBuf,
}

impl Definitions {
    pub(super) fn execute(self, _: &Surroundings) -> ExitCode {
        match write(&self.folder) {
            Ok(()) => ExitCode::Ok,
            Err(error) => {
                let title = format!("cannot write definitions to `{}`", self.folder.display());
                complain(&Diagnostic::error(Kind::Usage, title).note(in_words(&error)))
            }
        }
    }
}

fn write(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let registry = Registry::complete();
    fs::write(folder.join("airway.d.rhai"), registry.definitions())?;
    let own: Vec<&str> = registry.of(None).filter(|it| it.is_native()).map(|it| it.name).collect();
    // What every Rhai has: `print`, the methods of strings, arrays and maps.
    for (name, content) in rhai::Engine::new().definitions().iter_files() {
        fs::write(folder.join(name), of_airway(&content, &own))?;
    }
    Ok(())
}

/// Makes definitions of Rhai's own functions fit: some return what they changed, `eval` is not available, and those of the
/// host's `own` take their place.
fn of_airway(definitions: &str, own: &[&str]) -> String {
    let definitions = definitions.replace("\r\n", "\n");
    let is_there = |entry: &&str| {
        let mut heads = entry.lines().filter_map(|line| line.strip_prefix("fn ")?.split_once('('));
        heads.all(|(name, _)| name != "eval" && !own.contains(&name))
    };
    let entries: Vec<String> = definitions.split("\n\n").filter(is_there).map(with_results).collect();
    entries.join("\n\n")
}

fn with_results(entry: &str) -> String {
    let lines = entry.split('\n').map(|line| {
        let head = line.strip_prefix("fn ").and_then(|head| head.strip_suffix("-> ();"));
        let (name, params) = head.and_then(|head| head.split_once('(')).unwrap_or_default();
        let owner = params.split([',', ')']).next().and_then(|first| first.split_once(": ")).map(|(_, ty)| ty);
        let owner = owner.filter(|owner| IN_PLACE.contains(&name) && matches!(*owner, "string" | "array"));
        owner.map_or_else(|| line.to_owned(), |owner| line.replace("-> ();", &format!("-> {owner};")))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_that_return_what_they_changed_are_defined_so() {
        let all: String =
            rhai::Engine::new().definitions().iter_files().map(|(_, text)| of_airway(&text, &["exit"])).collect();
        let has = |line: &str| all.lines().any(|found| found == line);
        assert!(has("fn sort(array: array) -> array;"));
        assert!(has("fn replace(string: string, find_string: string, substitute_string: string) -> string;"));
        assert!(has("fn clear(array: array) -> ();"));
        assert!(has("fn print(data: ?);"));
        assert!(!all.contains("fn eval(") && !all.contains("fn exit("));
    }
}
