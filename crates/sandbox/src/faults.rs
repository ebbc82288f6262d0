//! Faults on request: what goes wrong, when, and on which operation. Seeded and counted, so that the same calls
//! meet the same faults in every run.

mod action;
mod change;
mod occasion;

pub use action::FaultAction;
pub use change::SchemaChange;
pub use occasion::Occasion;

use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use serde_json::Value;

use crate::ids;
use crate::operations;

/// Something that goes wrong.
///
/// As JSON, which is how files and scripts give it: `{"operation": "connections/sync", "when": {"times": 2}, "do":
/// {"status": 503}}`. Without `when` it happens on every call. The operation is a path below `/api/v1/`, an operation
/// id, a family such as `sources/*`, `*`, or `schedule` for the jobs that schedules start.
///
/// ```
/// use airway_sandbox::{Fault, FaultAction, Occasion, Sandbox};
///
/// let flaky: Fault = r#"{"operation": "health", "when": {"times": 1}, "do": {"status": 503}}"#.parse()?;
/// assert_eq!(flaky, Fault::on("health", FaultAction::Status(503))?.when(Occasion::Times(1)));
///
/// let airbyte = Sandbox::builder().fault(flaky).open()?;
/// let ask = || airbyte.answer(&http::Request::get("/api/v1/health").body(Vec::new()).unwrap()).status();
/// assert_eq!([ask().as_u16(), ask().as_u16()], [503, 200]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    operation: String,
    when: Occasion,
    action: FaultAction,
}

/// Why a fault cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct FaultError(Kind);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Kind {
    #[error("fault names operation `{0}`, which no Airbyte has")]
    UnknownOperation(String),
    #[error("fault cannot be read: {0}")]
    Unreadable(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    operation: String,
    #[serde(default)]
    when: Occasion,
    #[serde(rename = "do")]
    action: FaultAction,
}

/// The name under which faults on scheduled jobs are filed.
pub(crate) const SCHEDULE: &str = "schedule";

impl Fault {
    /// Returns a fault that happens on every call of the operation.
    ///
    /// # Errors
    /// When no generation has the operation.
    pub fn on(operation: &str, action: FaultAction) -> Result<Self, FaultError> {
        let known = operation == "*"
            || operation == SCHEDULE
            || operations::operations().iter().any(|it| fits(operation, it.path, it.id));
        if known {
            Ok(Self { operation: operation.to_owned(), when: Occasion::Always, action })
        } else {
            Err(FaultError(Kind::UnknownOperation(operation.to_owned())))
        }
    }

    /// Returns the fault with another occasion.
    #[must_use]
    pub fn when(self, occasion: Occasion) -> Self {
        Self { when: occasion, ..self }
    }

    /// Reads one fault.
    ///
    /// # Errors
    /// When a member is missing, unknown or of another type, or no generation has the operation.
    pub fn from_value(value: &Value) -> Result<Self, FaultError> {
        let unreadable = |error: serde_json::Error| FaultError(Kind::Unreadable(error.to_string()));
        let written: Written = serde_json::from_value(value.clone()).map_err(unreadable)?;
        Ok(Self::on(&written.operation, written.action)?.when(written.when))
    }

    /// Reads one fault, or a list of them, from JSON text.
    ///
    /// # Errors
    /// As [`from_value`](Self::from_value), and when the text is no JSON.
    pub fn list(text: &str) -> Result<Vec<Self>, FaultError> {
        let value: Value =
            serde_json::from_str(text).map_err(|error| FaultError(Kind::Unreadable(error.to_string())))?;
        match value {
            Value::Array(items) => items.iter().map(Self::from_value).collect(),
            one => Ok(vec![Self::from_value(&one)?]),
        }
    }
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unreadable = |error: serde_json::Error| FaultError(Kind::Unreadable(error.to_string()));
        Self::from_value(&serde_json::from_str(text).map_err(unreadable)?)
    }
}

fn fits(pattern: &str, path: &str, id: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(family) => path.starts_with(family),
        None => pattern.trim_matches('/') == path || pattern == id,
    }
}

/// The faults of a sandbox, each with the number of calls it has seen.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    seed: u64,
    planted: Mutex<Vec<(Fault, u64)>>,
}

impl Faults {
    pub(crate) fn new(seed: u64, faults: Vec<Fault>) -> Self {
        Self { seed, planted: Mutex::new(faults.into_iter().map(|fault| (fault, 0)).collect()) }
    }

    pub(crate) fn plant(&self, fault: Fault) {
        self.planted.lock().unwrap_or_else(PoisonError::into_inner).push((fault, 0));
    }

    pub(crate) fn clear(&self) {
        self.planted.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Counts a call, and returns what happens to it.
    pub(crate) fn meet(&self, path: &str, id: &str) -> Vec<FaultAction> {
        let mut planted = self.planted.lock().unwrap_or_else(PoisonError::into_inner);
        let mut met = Vec::new();
        for (at, (fault, calls)) in planted.iter_mut().enumerate() {
            if !fits(&fault.operation, path, id) {
                continue;
            }
            *calls += 1;
            let draw = ids::mix(self.seed ^ ids::mix(at as u64) ^ calls.rotate_left(32));
            if fault.when.has_come(*calls, draw) {
                met.push(fault.action.clone());
            }
        }
        met
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn faults_are_found_by_path_id_family_and_star() {
        let faults = Faults::new(0, Vec::new());
        for name in ["sources/create", "createSource", "sources/*", "*"] {
            faults.plant(Fault::on(name, FaultAction::Status(500)).unwrap());
        }
        let count = |path: &str, id: &str| faults.meet(path, id).len();
        assert_eq!(count("sources/create", "createSource"), 4);
        assert_eq!(count("sources/get", "getSource"), 2);
        assert_eq!(count("jobs/get", "getJobInfo"), 1);
        faults.clear();
        assert_eq!(count("sources/create", "createSource"), 0);
    }

    #[test]
    fn a_share_of_calls_is_the_same_in_every_run_and_about_as_large_as_it_says() {
        let run = |seed: u64| -> Vec<bool> {
            let fault = Fault::on("*", FaultAction::Status(500)).unwrap().when(Occasion::Share(0.3));
            let faults = Faults::new(seed, vec![fault]);
            (0..1_000).map(|_| !faults.meet("health", "x").is_empty()).collect()
        };
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
        let hit = run(1).iter().filter(|hit| **hit).count();
        assert!((250..350).contains(&hit), "{hit}");
    }

    #[test]
    fn unknown_operations_and_members_are_refused() {
        let message = |value: Value| Fault::from_value(&value).unwrap_err().to_string();
        assert_eq!(
            message(json!({"operation": "sources/craete", "do": {"status": 500}})),
            "fault names operation `sources/craete`, which no Airbyte has"
        );
        assert!(
            message(json!({"operation": "health", "do": "explode"}))
                .starts_with("fault cannot be read: unknown variant `explode`")
        );
        assert!(message(json!({"operation": "health", "do": {"status": 500}, "if": 1})).contains("unknown field `if`"));
    }
}
