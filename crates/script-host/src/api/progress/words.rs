//! What the client does, in a line each.

use std::time::Duration;

use airway_client::{Action, Change, Difference, Event, JobProgress, JobStatus, Resource, Written};

use super::super::quantities::{bytes, count, time};

/// What takes less is not worth a word about how long it took.
pub(super) const SHORT: Duration = Duration::from_secs(1);

/// Returns the line for something that happened; `None` for what is no news.
pub(super) fn line_of(event: &Event) -> Option<String> {
    Some(match event {
        Event::Written(written) => written_line(written),
        Event::Unchanged { resource, name, unknown_secrets, .. } => {
            format!("{resource} `{name}` is unchanged{}", unknown(unknown_secrets))
        }
        Event::Answered { action, resource, name, succeeded, duration } => {
            answered_line(*action, *resource, name, *succeeded, *duration)
        }
        Event::Adopted { job, connection } => {
            format!("connection `{connection}` runs job {job} already: it is followed")
        }
        Event::Job(progress) => job_line(progress),
        // The client may tell more than this display knows.
        _ => return None,
    })
}

fn job_line(progress: &JobProgress) -> String {
    let JobProgress { job, status, tally, duration, .. } = progress;
    let loaded = if tally.records > 0 || *status == JobStatus::Succeeded {
        format!(", {} records, {}", count(tally.records), bytes(tally.bytes))
    } else {
        String::new()
    };
    let taken = if *duration >= SHORT { format!(", {}", time(*duration)) } else { String::new() };
    format!("job {job}: {status}{loaded}{taken}")
}

fn written_line(written: &Written) -> String {
    let (resource, name) = (written.resource, &written.name);
    match (&written.change, &written.id) {
        (Change::Started, Some(id)) => format!("{resource} `{name}`: started job {id}"),
        // What came of it is for the caller to see.
        (Change::Started, None) => format!("called `{}`", written.operation),
        (change, _) if resource == Resource::Job => format!("{change} job {name}"),
        (Change::Updated(differences), _) if !differences.is_empty() => {
            let differences: Vec<String> = differences.iter().map(difference).collect();
            format!("updated {resource} `{name}`: {}", differences.join(", "))
        }
        (change, _) => format!("{change} {resource} `{name}`"),
    }
}

/// "; whether `password` has changed is not known"
fn unknown(secrets: &[String]) -> String {
    let secrets: Vec<String> = secrets.iter().map(|path| format!("`{path}`")).collect();
    match secrets.split_last() {
        None => String::new(),
        Some((one, [])) => format!("; whether {one} has changed is not known"),
        Some((last, others)) => format!("; whether {} and {last} have changed is not known", others.join(", ")),
    }
}

/// What differed, without values: they can be long, and the server may know more of them than is wanted here.
fn difference(difference: &Difference) -> String {
    match difference.secret {
        Some(state) => format!("{} ({state})", difference.path),
        None => difference.path.clone(),
    }
}

fn answered_line(action: Action, resource: Resource, name: &str, succeeded: bool, duration: Duration) -> String {
    let done = match action {
        Action::Check => "checked",
        Action::Discover => "discovered",
        _ => "asked",
    };
    let outcome = if succeeded { "" } else { ": failed" };
    let taken = if duration >= SHORT { format!(" in {}", time(duration)) } else { String::new() };
    format!("{done} {resource} `{name}`{taken}{outcome}")
}

/// "checking source `Shop`"
pub(super) fn asking(action: Action, resource: Resource, name: &str) -> String {
    let doing = match action {
        Action::Check => "checking",
        Action::Discover => "discovering",
        _ => "asking",
    };
    format!("{doing} {resource} `{name}`")
}

/// Records per second, as far as that can be said.
pub(super) fn rate(progress: &JobProgress, taken: Duration) -> Option<i64> {
    let seconds = i64::try_from(taken.as_secs()).ok().filter(|seconds| *seconds > 0)?;
    Some(progress.tally.records / seconds).filter(|rate| *rate > 0)
}
