//! What the client does, told on standard error.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use airway_client::{Action, Change, Event, JobProgress, JobStatus, Observer, Resource, Written};

use super::quantities::{bytes, count, time};
use crate::runtime::Screen;

/// Says line by line what happens.
pub(super) struct Progress {
    screen: Screen,
    /// When each job was last spoken of, and its status then.
    jobs: Mutex<HashMap<i64, (Instant, JobStatus)>>,
}

/// Not more often than this, unless the status of the job changes.
const PAUSE: Duration = Duration::from_secs(1);

impl Progress {
    pub(super) fn new(screen: Screen) -> Self {
        Self { screen, jobs: Mutex::default() }
    }

    fn job(&self, progress: &JobProgress) {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let (now, status) = (Instant::now(), progress.status.clone());
        let quiet = jobs.get(&progress.job).is_some_and(|(last, before)| *before == status && now - *last < PAUSE);
        if !quiet {
            jobs.insert(progress.job, (now, status));
            self.screen.say(job_line(progress));
        }
    }
}

impl Observer for Progress {
    fn observe(&self, event: &Event) {
        match event {
            Event::Written(written) => self.screen.say(written_line(written)),
            Event::Unchanged { resource, name, .. } => {
                self.screen.say(format_args!("{resource} `{name}` is unchanged"));
            }
            Event::Asking { action, resource, name } => {
                self.screen.detail(format_args!("{} {resource} `{name}`", asking(*action)));
            }
            Event::Answered { action, resource, name, succeeded, duration } => {
                self.screen.say(answered_line(*action, *resource, name, *succeeded, *duration));
            }
            Event::Adopted { job, connection } => {
                self.screen.say(format_args!("connection `{connection}` runs job {job} already: it is followed"));
            }
            Event::Job(progress) => self.job(progress),
            // The client may tell more than this display knows.
            _ => {}
        }
    }
}

fn job_line(progress: &JobProgress) -> String {
    let JobProgress { job, status, tally, duration, .. } = progress;
    let loaded = if tally.records > 0 || *status == JobStatus::Succeeded {
        format!(", {} records, {}", count(tally.records), bytes(tally.bytes))
    } else {
        String::new()
    };
    let taken = if *duration >= PAUSE { format!(", {}", time(*duration)) } else { String::new() };
    format!("job {job}: {status}{loaded}{taken}")
}

fn written_line(written: &Written) -> String {
    let (resource, name) = (written.resource, &written.name);
    match (written.change, &written.id) {
        (Change::Started, Some(id)) => format!("{resource} `{name}`: started job {id}"),
        (Change::Started, None) => format!("{resource} `{name}`: started a job"),
        (change, _) if resource == Resource::Job => format!("{change} job {name}"),
        (change, _) => format!("{change} {resource} `{name}`"),
    }
}

fn answered_line(action: Action, resource: Resource, name: &str, succeeded: bool, duration: Duration) -> String {
    let done = match action {
        Action::Check => "checked",
        Action::Discover => "discovered",
        _ => "asked",
    };
    let outcome = if succeeded { "" } else { ": failed" };
    let taken = if duration >= PAUSE { format!(" in {}", time(duration)) } else { String::new() };
    format!("{done} {resource} `{name}`{taken}{outcome}")
}

fn asking(action: Action) -> &'static str {
    match action {
        Action::Check => "checking",
        Action::Discover => "discovering",
        _ => "asking",
    }
}
