//! The arrows between the crates, and which of them may know what.

use std::fs;
use std::path::{Path, PathBuf};

use airway_client::{Effect, operations};
use cargo_metadata::{DependencyKind, MetadataCommand, Package};

use crate::support::root;

/// Who may depend on whom.
const ARROWS: [(&str, &[&str]); 6] = [
    ("airway-contract", &[]),
    ("airway-spec", &[]),
    ("airway-api-gen", &["airway-spec"]),
    ("airway-client", &["airway-spec", "airway-api-gen"]),
    ("airway-sandbox", &["airway-spec"]),
    ("airway-script-host", &["airway-client", "airway-sandbox"]),
];

/// Libraries that only some crates may know.
const RESERVED: [(&str, &[&str]); 8] = [
    ("reqwest", &["airway-api-gen", "airway-client"]),
    ("progenitor", &["airway-api-gen"]),
    ("rhai", &["airway-script-host"]),
    ("clap", &["airway-script-host"]),
    ("annotate-snippets", &["airway-script-host"]),
    ("indicatif", &["airway-script-host"]),
    ("axum", &["airway-sandbox"]),
    ("rusqlite", &["airway-sandbox"]),
];

fn packages() -> Vec<Package> {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml")).no_deps().other_options(["--offline".to_owned()]);
    command.exec().expect("cargo metadata").packages
}

/// Returns every edge that must not be.
fn wrong_edges(packages: &[(String, Vec<String>)]) -> Vec<String> {
    let allowed = |of: &str| ARROWS.iter().find(|(name, _)| *name == of).map(|(_, to)| *to);
    let mut wrong = Vec::new();
    for (package, dependencies) in packages {
        let Some(arrows) = allowed(package) else {
            wrong.push(format!("{package} has no place among the crates"));
            continue;
        };
        for dependency in dependencies {
            let outside = dependency.starts_with("airway-") && !arrows.contains(&dependency.as_str());
            let holders = RESERVED.iter().find(|(name, _)| name == dependency).map(|(_, holders)| *holders);
            if outside || holders.is_some_and(|holders| !holders.contains(&package.as_str())) {
                wrong.push(format!("{package} must not depend on {dependency}"));
            }
        }
    }
    wrong
}

#[test]
fn the_crates_depend_on_each_other_as_drawn() {
    let packages: Vec<(String, Vec<String>)> = packages()
        .into_iter()
        .map(|package| {
            let used = package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
            (package.name.to_string(), used.map(|dependency| dependency.name.clone()).collect())
        })
        .collect();
    assert_eq!(packages.len(), ARROWS.len());
    assert_eq!(wrong_edges(&packages), Vec::<String>::new());
}

#[test]
fn a_wrong_edge_is_named() {
    let package = |name: &str, to: &[&str]| (name.to_owned(), to.iter().map(|to| (*to).to_owned()).collect());
    let packages = [
        package("airway-sandbox", &["airway-client", "axum", "serde"]),
        package("airway-client", &["airway-api-gen", "rhai"]),
        package("airway-new", &[]),
    ];
    assert_eq!(
        wrong_edges(&packages),
        [
            "airway-sandbox must not depend on airway-client",
            "airway-client must not depend on rhai",
            "airway-new has no place among the crates",
        ]
    );
}

/// The files that may speak to a server without further ado: the gate, what it stands on, and what asks for tokens.
const AT_THE_WIRE: [&str; 5] =
    ["airbyte/call.rs", "airbyte/gate.rs", "airbyte/paging.rs", "airbyte/raw.rs", "doctor/probing.rs"];

/// The name of a generated function.
fn snake(id: &str) -> String {
    let mut name = String::new();
    for letter in id.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The client's own code by file, with what its one macro makes of sources and destinations written out.
fn code_of_the_client() -> Vec<(String, String)> {
    let folder = root().join("crates/client/src");
    let mut files = Vec::new();
    rust_files(&folder, &mut files);
    let written_out = |text: &str, kind: &str| {
        let short = text.replace("concat!($folder, \"", &format!("concat!(\"{kind}s")).replace("$kind", kind);
        let short = short.replace(&format!("concat!(stringify!({kind}), \""), &format!("concat!(\"{kind}"));
        short
            .replace("concat!(\"", "\"")
            .replace("[<", "")
            .replace(">]", "")
            .replace(&format!(" {kind}"), kind)
            .replace(&format!("{kind} _"), &format!("{kind}_"))
    };
    files
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).unwrap();
            let text = if text.contains("pastey::paste!") {
                written_out(&text, "source") + &written_out(&text, "destination")
            } else {
                text
            };
            (path.strip_prefix(&folder).unwrap().display().to_string().replace('\\', "/"), text)
        })
        .collect()
}

#[test]
fn every_write_of_the_client_passes_the_gate() {
    let code = code_of_the_client();
    let (mut passing, mut wrong) = (Vec::new(), Vec::new());
    for operation in operations() {
        let call = format!(".{}(", snake(&operation.id));
        for (file, text) in code.iter().filter(|(_, text)| text.contains(&call)) {
            let named = format!("\"{}\"", operation.name());
            let asked = text.contains(&format!(".call({named}"));
            if operation.effect == Effect::Read {
                continue;
            }
            if !text.contains("Write::new(") || !text.contains(&named) || asked {
                wrong.push(format!("{file} sends `{}` past the gate", operation.name()));
            }
            passing.push(operation.name());
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    // Written out by hand, so that a search that finds nothing is noticed.
    passing.sort_unstable();
    passing.dedup();
    assert_eq!(
        passing,
        [
            "connections/clear",
            "connections/clear/stream",
            "connections/create",
            "connections/delete",
            "connections/refresh",
            "connections/reset",
            "connections/reset/stream",
            "connections/sync",
            "connections/update",
            "destination_definitions/create_custom",
            "destination_definitions/update",
            "destinations/create",
            "destinations/delete",
            "destinations/partial_update",
            "destinations/update",
            "jobs/cancel",
            "source_definitions/create_custom",
            "source_definitions/update",
            "sources/create",
            "sources/delete",
            "sources/partial_update",
            "sources/update",
            "state/create_or_update_safe",
            "tags/create",
            "tags/update",
            "workspaces/create",
        ]
    );
}

#[test]
fn only_the_gate_and_what_it_stands_on_send_what_they_are_given() {
    let senders = [".send(", ".send_raw", ".repeating(", ".raw("];
    let code = code_of_the_client();
    let sends = |text: &str| senders.iter().any(|sender| text.contains(sender));
    let found: Vec<&str> = code.iter().filter(|(_, text)| sends(text)).map(|(file, _)| file.as_str()).collect();
    let others: Vec<&&str> = found.iter().filter(|file| !AT_THE_WIRE.contains(file)).collect();
    assert_eq!(others, Vec::<&&str>::new());
}
