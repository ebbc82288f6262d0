//! Faults on request: what goes wrong, when, and on which operation. Seeded and counted, so that the same calls
//! meet the same faults in every run.

mod action;
mod change;
mod error;
mod occasion;
mod planted;
mod reading;
mod written;

pub use action::FaultAction;
pub use change::SchemaChange;
pub use error::FaultError;
pub use occasion::Occasion;
pub(crate) use planted::Faults;
pub use planted::PlantedFault;

use std::path::Path;
use std::str::FromStr;

use serde::Serialize;
use serde_json::Value;

use crate::operations::{self, Operation};
use error::Problem;

/// Something that goes wrong.
///
/// As JSON or YAML, which is how files and scripts give it: `{"operation": "connections/sync", "when": {"times": 2},
/// "do": {"status": 503}}`. On a command line also as `operation=connections/sync,when=times:2,do=status:503`. Without
/// `when` it happens on every call. The operation is a path below `/api/v1/`, an operation id, a family such as
/// `sources/*`, `*`, or `schedule` for the jobs that schedules start.
///
/// ```
/// use airway_sandbox::{Fault, FaultAction, Occasion, Sandbox};
///
/// let flaky: Fault = r#"{"operation": "health", "when": {"times": 1}, "do": {"status": 503}}"#.parse()?;
/// assert_eq!(flaky, Fault::on("health", FaultAction::Status(503))?.when(Occasion::Times(1)));
/// assert_eq!(flaky, "operation=health,when=times:1,do=status:503".parse()?);
///
/// let airbyte = Sandbox::builder().fault(flaky).open()?;
/// let ask = || airbyte.answer(&http::Request::get("/api/v1/health").body(Vec::new()).unwrap()).status();
/// assert_eq!([ask().as_u16(), ask().as_u16()], [503, 200]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fault {
    operation: String,
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
    /// When no generation has the operation, or the action cannot happen to it or to any source.
    pub fn on(operation: &str, action: FaultAction) -> Result<Self, FaultError> {
        if let FaultAction::SchemaChange(change) = &action
            && let Some((name, given, wanted)) = change.wants()
        {
            let path = format!("do.schema_change.{name}");
            return Err(FaultError::new(Problem::Wrong { path, wanted, found: format!("`{given}`") }));
        }
        let elsewhere = || {
            let problem = Problem::Elsewhere { action: action.name(), operation: operation.to_owned() };
            Err(FaultError::new(problem).hinting(action.home().map(str::to_owned)))
        };
        if operation == SCHEDULE {
            if !action.can_happen_to_a_schedule() {
                return elsewhere();
            }
        } else {
            let mut family = operations::operations().iter().filter(|it| fits(operation, it.path, it.id)).peekable();
            if family.peek().is_none() {
                let hint = likely(operation).map(|near| format!("did you mean `{near}`?"));
                return Err(FaultError::new(Problem::UnknownOperation(operation.to_owned())).hinting(hint));
            }
            if !family.any(|it| action.can_happen_to(it.path)) {
                return elsewhere();
            }
        }
        Ok(Self { operation: operation.to_owned(), when: Occasion::Always, action })
    }

    /// Returns the fault with another occasion.
    #[must_use]
    pub fn when(self, occasion: Occasion) -> Self {
        Self { when: occasion, ..self }
    }

    /// Reads one fault.
    ///
    /// # Errors
    /// When a member is missing, unknown or of another type, no generation has the operation, or the action cannot
    /// happen to it.
    pub fn from_value(value: &Value) -> Result<Self, FaultError> {
        reading::fault(value)
    }

    /// Reads one fault, a list of them, or a map with the list as `faults`, from JSON or YAML.
    ///
    /// # Errors
    /// As [`from_value`](Self::from_value), and when the text is neither.
    pub fn list(text: &str) -> Result<Vec<Self>, FaultError> {
        written::list(text)
    }

    /// Reads the faults in a file, as [`list`](Self::list) does.
    ///
    /// # Errors
    /// As [`list`](Self::list), and when the file cannot be read.
    pub fn file(path: impl AsRef<Path>) -> Result<Vec<Self>, FaultError> {
        written::file(path.as_ref())
    }
}

/// Reads a fault in the short form, or in JSON or YAML in braces.
impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        written::one(text)
    }
}

/// Returns the operation that was probably meant.
fn likely(operation: &str) -> Option<&'static str> {
    let names = |it: &'static Operation| [it.path, it.id];
    airway_spec::nearest(operation, operations::operations().iter().flat_map(names).chain([SCHEDULE]))
}

fn fits(pattern: &str, path: &str, id: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(family) => path.starts_with(family),
        None => pattern.trim_matches('/') == path || pattern == id,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is wrong, and the advice.
    #[expect(clippy::needless_pass_by_value, reason = "bodies read best as values")]
    fn wrong(value: Value) -> (String, String) {
        let error = Fault::from_value(&value).unwrap_err();
        (error.to_string(), error.hint().unwrap_or_default().to_owned())
    }

    #[test]
    fn a_mistake_is_named_with_its_place_and_what_was_meant() {
        let on_health = |action: Value| wrong(json!({"operation": "health", "do": action}));
        let said = |message: &str, hint: &str| (message.to_owned(), hint.to_owned());
        assert_eq!(
            wrong(json!({"operation": "sources/craete", "do": {"status": 500}})),
            said("`operation` is `sources/craete`, which no Airbyte has", "did you mean `sources/create`?")
        );
        assert_eq!(on_health(json!({"stauts": 1})), said("`do` has no action `stauts`", "did you mean `status`?"));
        assert_eq!(
            on_health(json!({"status": "x"})),
            said("`do.status` must be a status from 200 to 599, not `x`", "")
        );
        assert_eq!(
            on_health(json!({"too_many": {"after": 2}})),
            said("`do.too_many` has no member `after`", "it has `retry_after`")
        );
        assert_eq!(
            wrong(json!({"operation": "health", "when": {"often": 2}, "do": "truncate"})),
            said("`when` has no occasion `often`", "it has `always`, `times`, `nth`, `after`, `share`")
        );
        assert_eq!(
            wrong(json!({"operation": "health", "when": {"share": 3}, "do": "truncate"})),
            said("`when.share` must be a share of the calls from 0 to 1, not `3`", "")
        );
        assert_eq!(wrong(json!({"operation": "health"})), said("a fault needs `do`", ""));
        assert_eq!(
            wrong(json!({"operation": "health", "do": "truncate", "if": 1})),
            said("a fault has no member `if`", "it has `operation`, `when`, `do`")
        );
        assert_eq!(
            on_health(json!({"hide": "status"})).0,
            "`do.hide` must be a JSON pointer such as `/job/status`, not `status`"
        );
        assert_eq!(wrong(json!([1])), said("a fault must be a map, not a list", ""));
        for given in ["orders", "orders.", ".id", ""] {
            let change = SchemaChange::RemoveColumn(given.to_owned());
            let error = Fault::on("sources/discover_schema", FaultAction::SchemaChange(change)).unwrap_err();
            let message = "`do.schema_change.remove_column` must be a column such as `orders.updated_at`, not";
            assert_eq!(error.to_string(), format!("{message} `{given}`"));
        }
        let nameless = json!({"schema_change": {"add_stream": ""}});
        assert_eq!(
            wrong(json!({"operation": "sources/discover_schema", "do": nameless})).0,
            "`do.schema_change.add_stream` must be a stream such as `orders`, not ``"
        );
        assert_eq!(
            on_health(json!({"check_fails": "x"})),
            said(
                "`do` is `check_fails`, which cannot happen to `health`",
                "it happens to checks, such as `sources/check_connection` or `scheduler/*`"
            )
        );
    }

    #[test]
    fn every_action_and_occasion_reads_as_it_is_written() {
        let written = [
            ("health", json!({"status": 503})),
            ("health", json!({"answer": {"status": 400, "body": {"a": 1}}})),
            ("health", json!({"html": 502})),
            ("health", json!({"too_many": {"retry_after": 2}})),
            ("health", json!({"delay_ms": 5})),
            ("health", json!("drop_before")),
            ("health", json!("drop_after")),
            ("health", json!({"status_after": 500})),
            ("health", json!("truncate")),
            ("health", json!({"hide": "/a"})),
            ("health", json!({"mask": "/a"})),
            ("sources/check_connection", json!({"check_fails": "w"})),
            ("sources/check_connection", json!("check_crashes")),
            ("sources/discover_schema", json!({"discover_fails": "w"})),
            ("sources/discover_schema", json!("stale_catalog")),
            ("sources/discover_schema", json!({"schema_change": {"remove_column": "orders.id"}})),
            (
                "connections/sync",
                json!({"job_fails": {"message": "w", "at_percent": 4, "attempts": 1, "streams": ["a"]}}),
            ),
            ("schedule", json!("job_stuck")),
        ];
        assert_eq!(written.len(), FaultAction::NAMES.len());
        for (operation, action) in written {
            for when in
                [json!("always"), json!({"times": 1}), json!({"nth": 1}), json!({"after": 1}), json!({"share": 0.5})]
            {
                let fault = json!({"operation": operation, "when": when, "do": action});
                assert_eq!(serde_json::to_value(Fault::from_value(&fault).unwrap()).unwrap(), fault);
            }
        }
    }

    #[test]
    fn the_short_form_says_the_same_as_json() {
        for (short, action, when) in [
            ("do=status:503", json!({"status": 503}), json!("always")),
            ("when=nth:3,do=drop_after", json!("drop_after"), json!({"nth": 3})),
            ("when=times:1,do=status_after:500", json!({"status_after": 500}), json!({"times": 1})),
            ("when=share:0.25,do=too_many:2", json!({"too_many": 2}), json!({"share": 0.25})),
            ("do=too_many", json!("too_many"), json!("always")),
            ("do=job_fails:disk full, at last", json!({"job_fails": "disk full, at last"}), json!("always")),
            (
                "do=job_fails:{message: full, at_percent: 40},when=times:1",
                json!({"job_fails": {"message": "full", "at_percent": 40}}),
                json!({"times": 1}),
            ),
        ] {
            let long = json!({"operation": "connections/sync", "when": when, "do": action});
            let short: Fault = format!("operation=connections/sync,{short}").parse().unwrap();
            assert_eq!(short, Fault::from_value(&long).unwrap());
        }
        let change = "operation=sources/discover_schema,do=schema_change:remove_column:orders.id".parse::<Fault>();
        assert_eq!(
            change.unwrap().action,
            FaultAction::SchemaChange(SchemaChange::RemoveColumn("orders.id".to_owned()))
        );
        for (short, message) in [
            ("sync", "a fault has no member `sync`"),
            ("operation=health,then=truncate", "a fault has no member `then`"),
            ("operation=health,do=status", "`do.status` must be a status from 200 to 599, not nothing"),
        ] {
            assert_eq!(short.parse::<Fault>().unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn a_list_is_read_from_json_and_yaml_and_the_wrong_fault_is_counted() {
        let yaml = "faults:\n  - operation: health\n    do: {status: 503}\n  - {operation: jobs/*, do: truncate}\n";
        let json = r#"[{"operation": "health", "do": {"status": 503}}, {"operation": "jobs/*", "do": "truncate"}]"#;
        assert_eq!(Fault::list(yaml), Fault::list(json));
        assert_eq!(Fault::list(yaml).unwrap().len(), 2);
        let wrong = Fault::list(&yaml.replace("truncate", "trunkate")).unwrap_err();
        assert_eq!(
            (wrong.to_string().as_str(), wrong.hint()),
            ("fault 2: `do` has no action `trunkate`", Some("did you mean `truncate`?"))
        );
        assert!(
            Fault::list("{")
                .unwrap_err()
                .to_string()
                .starts_with("faults are written as JSON or YAML, and this is neither: ")
        );
    }
}
