//! The programs in `examples/`: each runs to its end and says what it should.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What every example says at least, line by line.
const EXAMPLES: [(&str, &[&str]); 5] = [
    (
        "client_credentials",
        &[
            "8 answers",
            "workspace `Default Workspace`",
            "1 token",
            "no token was had from `applications/token`",
            "hint: are client id and secret right? Airbyte shows them in its settings, under applications",
        ],
    ),
    ("many_jobs", &["public.customers: succeeded, ", "public.orders: succeeded, ", "public.products: succeeded, "]),
    (
        "pipeline",
        &[
            "created source `PostgreSQL - Ecommerce`",
            "created destination `MinIO - Bronze`",
            "created connection `PostgreSQL → MinIO`",
            "started connection `PostgreSQL → MinIO`",
            "job 1: ",
        ],
    ),
    (
        "raw_calls",
        &[
            "made tag \"nightly\"",
            "1 tag",
            "the request does not fit operation `tags/create`",
            "  field `/workspaceID` is unknown; did you mean `workspaceId`?",
        ],
    ),
    ("streaming_lists", &["a page of 100", "a page of 98", "a page of 53"]),
];

/// Where cargo puts examples: beside the folder of this test.
fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    folder.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

#[test]
fn every_example_runs() {
    for (name, expected) in EXAMPLES {
        let program = program(name);
        assert!(program.exists(), "{} is not built: cargo test -p airway-client builds it", program.display());
        let output = Command::new(program).env_remove("AIRBYTE_SERVER").output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{name}: {said}{}", String::from_utf8_lossy(&output.stderr));
        let mut lines = said.lines();
        for line in expected {
            assert!(
                lines.any(|said| said.starts_with(line)),
                "{name}: `{line}` is missing or at the wrong place in\n{said}"
            );
        }
    }
}

#[test]
fn every_example_is_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let there: BTreeSet<String> = files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(there, EXAMPLES.iter().map(|(name, _)| (*name).to_owned()).collect());
}
