//! A file that every request and its answer are written to.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use http::{Response, header};
use serde_json::{Value, json};

use crate::error::SandboxError;
use crate::generation::Generation;
use crate::recorder::Recorded;

/// One JSON object per line: `generation`, `method`, `path`, `operation`, `status`, `faults`, `at_ms`, `request` and
/// `answer`, the last two null where they are no JSON.
#[derive(Debug)]
pub(crate) struct Journal {
    generation: Generation,
    file: Mutex<File>,
}

impl Journal {
    /// Opens the file, or makes it; what it holds stays.
    pub(crate) fn open(path: &Path, generation: Generation) -> Result<Self, SandboxError> {
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = Mutex::new(file.map_err(|source| SandboxError::journal(path, source))?);
        Ok(Self { generation, file })
    }

    /// Adds a line. A full disk does not keep the sandbox from answering.
    pub(crate) fn write(&self, asked: &Recorded, answer: &Value) {
        let mut line = json!({
            "generation": self.generation.to_string(),
            "method": asked.method,
            "path": asked.path,
            "operation": asked.operation,
            "status": asked.status,
            "faults": asked.faults,
            "at_ms": asked.at_ms,
            "request": asked.body,
            "answer": answer,
        })
        .to_string();
        line.push('\n');
        let _ = self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes());
    }
}

/// Returns the body of an answer that says it is JSON.
pub(crate) fn body(answer: &Response<Vec<u8>>) -> Value {
    let is_json = answer.headers().get(header::CONTENT_TYPE).is_some_and(|it| it == "application/json");
    if is_json { serde_json::from_slice(answer.body()).unwrap_or_default() } else { Value::Null }
}
