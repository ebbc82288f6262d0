//! What the client does, told on standard error: as lines, as live lines, or as objects.

mod object;
mod words;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use airway_client::{Event, JobProgress, JobStatus, Observer};

use super::quantities::{bytes, count};
use crate::runtime::{LiveLine, Progress as Shown, RunningJobs, Screen};
use object::object_of;
use words::{SHORT, asking, line_of, rate};

/// Tells what happens to one client.
pub(super) struct Progress {
    screen: Screen,
    running: RunningJobs,
    /// When each job was last spoken of, and its status then.
    jobs: Mutex<HashMap<i64, (Instant, JobStatus)>>,
    /// When each job was first seen, and how long it had run then.
    seen: Mutex<HashMap<i64, (Instant, Duration)>>,
}

impl Progress {
    pub(super) fn new(screen: Screen, running: RunningJobs) -> Self {
        Self { screen, running, jobs: Mutex::default(), seen: Mutex::default() }
    }

    fn say(&self, event: &Event) {
        if let Some(line) = line_of(event) {
            self.screen.say(line);
        }
    }

    fn plain(&self, event: &Event) {
        match event {
            Event::Asking { action, resource, name } => {
                self.screen.detail(asking(*action, *resource, name));
            }
            Event::Job(progress) if !self.is_news(progress) => {}
            event => self.say(event),
        }
    }

    /// Says whether a job should be spoken of: not more than once a second, unless its status changes.
    fn is_news(&self, progress: &JobProgress) -> bool {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let (now, status) = (Instant::now(), progress.status.clone());
        if jobs.get(&progress.job).is_some_and(|(last, before)| *before == status && now - *last < SHORT) {
            return false;
        }
        jobs.insert(progress.job, (now, status));
        true
    }

    /// Returns how long a job has run: what the server says, which some do only at the end, or what was seen of it.
    fn taken(&self, progress: &JobProgress) -> Duration {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (first, before) = *seen.entry(progress.job).or_insert_with(|| (Instant::now(), age(progress.started_at)));
        let taken = progress.duration.max(before + first.elapsed());
        if progress.status.is_final() { progress.duration } else { taken }
    }

    fn live(&self, event: &Event) {
        let Some(live) = self.screen.live() else { return self.plain(event) };
        match event {
            Event::Asking { action, resource, name } => {
                let about = asking(*action, *resource, name);
                live.set(&about, &LiveLine { about: about.clone(), details: Vec::new(), taken: None });
            }
            Event::Answered { action, resource, name, .. } => {
                live.end(&asking(*action, *resource, name));
                self.say(event);
            }
            Event::Job(progress) if progress.status.is_final() => {
                live.end(&key(progress));
                self.say(event);
            }
            Event::Job(progress) => live.set(&key(progress), &job_line(progress, self.taken(progress))),
            event => self.say(event),
        }
    }
}

impl Observer for Progress {
    fn observe(&self, event: &Event) {
        self.running.note(event);
        match self.screen.progress() {
            Shown::None => {}
            Shown::Plain => self.plain(event),
            Shown::Bar => self.live(event),
            Shown::Json => {
                let taken = if let Event::Job(progress) = event { self.taken(progress) } else { Duration::ZERO };
                if let Some((name, members)) = object_of(event, taken) {
                    self.screen.event(name, members);
                }
            }
        }
    }
}

/// Returns how long ago a job began, as far as both clocks agree: one that begins in the future began now.
fn age(began: Option<i64>) -> Duration {
    let began = began.and_then(|second| jiff::Timestamp::from_second(second).ok());
    let age = began.and_then(|began| Duration::try_from(jiff::Timestamp::now().duration_since(began)).ok());
    age.unwrap_or_default()
}

/// Sorted by number.
fn key(progress: &JobProgress) -> String {
    format!("job {:020}", progress.job)
}

fn job_line(progress: &JobProgress, taken: Duration) -> LiveLine {
    let JobProgress { job, connection, status, tally, .. } = progress;
    let name = if connection.is_empty() { String::new() } else { format!(" {connection}") };
    let mut details = Vec::new();
    if tally.records > 0 {
        details.push(format!("{} records", count(tally.records)));
        details.push(bytes(tally.bytes));
        details.extend(rate(progress, taken).map(|rate| format!("{}/s", count(rate))));
    }
    // What runs and has records needs no word for that.
    if *status != JobStatus::Running || details.is_empty() {
        details.insert(0, status.to_string());
    }
    LiveLine { about: format!("job {job}{name}"), details, taken: Some(taken) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_is_followed_later_has_run_since_it_began() {
        let now = jiff::Timestamp::now().as_second();
        assert!((45..60).contains(&age(Some(now - 45)).as_secs()));
        assert_eq!(age(Some(now + 3600)), Duration::ZERO);
        assert_eq!(age(None), Duration::ZERO);
    }
}
