//! The Python of the older reference, as it stands, against `airway sandbox`.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::support::{airway, root};

/// A sandbox in a process of its own.
struct Serving {
    child: std::process::Child,
    url: String,
}

impl Serving {
    fn start(arguments: &[&str]) -> Self {
        let arguments: Vec<&str> = ["sandbox", "--port", "0"].iter().chain(arguments).copied().collect();
        let mut child = airway(&arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { child, url: url.trim().to_owned() }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_python_pipeline_starts_its_sync() {
    if !Command::new("python3")
        .args(["-c", "import requests"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|it| it.success())
    {
        println!("skipped: no python3 with requests on this machine");
        return;
    }
    let serving = Serving::start(&["--emulate", "1.5"]);
    let script = std::fs::read_to_string(root().join("tests/fixtures/reference/pipeline.py")).unwrap();
    // The port of the reference may be taken on this machine.
    let script = script.replace("http://localhost:8001/api/v1", &serving.url);
    let output = Command::new("python3").args(["-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Sync started: Job 1\n");
}

#[test]
fn the_helpers_keep_their_names() {
    let script = std::fs::read_to_string(root().join("tests/fixtures/reference/helpers.rhai")).unwrap();
    let said = crate::support::on_sandbox(&script);
    assert_eq!((said.stderr.as_str(), said.code), ("", 0));
    assert_eq!(said.stdout, std::fs::read_to_string(root().join("tests/fixtures/reference/helpers.stdout")).unwrap());
}

#[test]
fn the_sandbox_says_where_it_is() {
    let serving = Serving::start(&[]);
    assert!(serving.url.starts_with("http://127.0.0.1:") && serving.url.ends_with("/api/v1"), "{}", serving.url);
}
