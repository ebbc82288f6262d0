//! What the client does, as an object each.

use std::time::Duration;

use airway_client::Event;
use serde_json::{Value, json};

use super::words::rate;

/// Returns the name of an event and its members; `None` for what this display does not know. `taken` is how long a job
/// has run.
pub(super) fn object_of(event: &Event, taken: Duration) -> Option<(&'static str, Value)> {
    Some(match event {
        Event::Written(written) => {
            let members = json!({
                "change": written.change.to_string(),
                "differences": written.change.differences().iter().map(|it| &it.path).collect::<Vec<_>>(),
                "resource": written.resource.to_string(),
                "name": written.name,
                "id": written.id,
                "operation": written.operation,
                "attempts": written.attempts,
                "seconds": written.duration.as_secs_f64(),
            });
            ("written", members)
        }
        Event::Unchanged { resource, name, id, unknown_secrets } => {
            let members = json!({
                "resource": resource.to_string(),
                "name": name,
                "id": id,
                "unknown_secrets": unknown_secrets,
            });
            ("unchanged", members)
        }
        Event::Asking { action, resource, name } => {
            let members = json!({ "action": action.to_string(), "resource": resource.to_string(), "name": name });
            ("asking", members)
        }
        Event::Answered { action, resource, name, succeeded, duration } => {
            let members = json!({
                "action": action.to_string(),
                "resource": resource.to_string(),
                "name": name,
                "succeeded": succeeded,
                "seconds": duration.as_secs_f64(),
            });
            ("answered", members)
        }
        Event::Adopted { job, connection } => ("adopted", json!({ "job": job, "connection": connection })),
        Event::Job(progress) => {
            let members = json!({
                "job": progress.job,
                "connection": progress.connection,
                "status": progress.status.to_string(),
                "records": progress.tally.records,
                "bytes": progress.tally.bytes,
                "records_per_second": rate(progress, taken),
                "seconds": taken.as_secs(),
            });
            ("job", members)
        }
        _ => return None,
    })
}
