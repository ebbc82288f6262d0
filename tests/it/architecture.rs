//! The arrows between the crates, and which of them may know what.

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
