//! Comparing what a sandbox wrote down of a whole run.

use std::path::Path;

use serde_json::Value;

use crate::{check_answer, check_request};

/// Returns every difference in a journal of the sandbox. What faults did to an answer is not held against it, and a
/// request that was refused was perhaps meant to be.
///
/// # Panics
///
/// When the file is not a journal.
#[must_use]
pub fn check_journal(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines = text.lines().map(|line| serde_json::from_str(line).expect("a journal holds a JSON object per line"));
    lines.flat_map(|line: Value| check_line(&line)).collect()
}

fn check_line(line: &Value) -> Vec<String> {
    let (Some(generation), Some(operation)) = (line["generation"].as_str(), line["operation"].as_str()) else {
        return Vec::new();
    };
    let status = line["status"].as_u64().and_then(|status| status.try_into().ok()).unwrap_or_default();
    let disturbed = line["faults"] != 0;
    let mut found = Vec::new();
    if disturbed || status < 400 {
        found.extend(check_request(generation, operation, &line["request"]));
    }
    if !disturbed {
        found.extend(check_answer(generation, operation, status, &line["answer"]));
    }
    found
}

/// Returns the generation that tests without one of their own are to emulate: `AIRWAY_TEST_GENERATION`.
#[must_use]
pub fn test_generation() -> Option<String> {
    std::env::var("AIRWAY_TEST_GENERATION").ok().filter(|version| !version.is_empty())
}
