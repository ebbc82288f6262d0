//! The jobs that this run knows to be running on the server.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use airway_client::{Change, Event, Resource};

/// By their numbers, each with the name of its connection. Clones are the same list.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunningJobs(Arc<Mutex<BTreeMap<i64, String>>>);

impl RunningJobs {
    /// Learns from what the client did.
    pub(crate) fn note(&self, event: &Event) {
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Written(written) if written.change == Change::Started => {
                if let Some(Ok(job)) = written.id.as_ref().map(|id| id.parse()) {
                    jobs.insert(job, written.name.clone());
                }
            }
            Event::Written(written) if written.change == Change::Cancelled && written.resource == Resource::Job => {
                if let Ok(job) = written.name.parse::<i64>() {
                    jobs.remove(&job);
                }
            }
            Event::Adopted { job, connection } => {
                jobs.insert(*job, connection.clone());
            }
            Event::Job(progress) if progress.status.is_final() => {
                jobs.remove(&progress.job);
            }
            Event::Job(progress) => {
                let known = jobs.entry(progress.job).or_default();
                if known.is_empty() {
                    known.clone_from(&progress.connection);
                }
            }
            _ => {}
        }
    }

    /// Returns the jobs, by number.
    pub(crate) fn list(&self) -> Vec<(i64, String)> {
        let jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.iter().map(|(job, connection)| (*job, connection.clone())).collect()
    }
}
