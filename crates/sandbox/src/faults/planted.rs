//! The faults of a sandbox, each with the calls it has seen.

use std::sync::{Mutex, PoisonError};

use super::{Fault, FaultAction, fits};
use crate::ids;

/// A fault of a sandbox, and how often it came up.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct PlantedFault {
    /// The fault.
    #[serde(flatten)]
    pub fault: Fault,
    /// How many calls of its operation there were since it was planted.
    pub calls: u64,
    /// How many of them it happened to.
    pub met: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    seed: u64,
    planted: Mutex<Vec<PlantedFault>>,
}

impl Faults {
    pub(crate) fn new(seed: u64, faults: Vec<Fault>) -> Self {
        let planted = faults.into_iter().map(|fault| PlantedFault { fault, calls: 0, met: 0 }).collect();
        Self { seed, planted: Mutex::new(planted) }
    }

    pub(crate) fn plant(&self, fault: Fault) {
        self.all_planted().push(PlantedFault { fault, calls: 0, met: 0 });
    }

    pub(crate) fn clear(&self) {
        self.all_planted().clear();
    }

    pub(crate) fn list(&self) -> Vec<PlantedFault> {
        self.all_planted().clone()
    }

    /// Counts a call, and returns what happens to it.
    pub(crate) fn meet(&self, path: &str, id: &str) -> Vec<FaultAction> {
        let mut happening = Vec::new();
        for (at, planted) in self.all_planted().iter_mut().enumerate() {
            if !fits(&planted.fault.operation, path, id) || !planted.fault.action.is_for(path) {
                continue;
            }
            planted.calls += 1;
            let draw = ids::mix(self.seed ^ ids::mix(at as u64) ^ planted.calls.rotate_left(32));
            if planted.fault.when.has_come(planted.calls, draw) {
                planted.met += 1;
                happening.push(planted.fault.action.clone());
            }
        }
        happening
    }

    fn all_planted(&self) -> std::sync::MutexGuard<'_, Vec<PlantedFault>> {
        self.planted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::Occasion;

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
        assert_eq!(
            faults.list().iter().map(|it| (it.calls, it.met)).collect::<Vec<_>>(),
            [(1, 1), (1, 1), (2, 2), (3, 3)]
        );
        faults.clear();
        assert_eq!(count("sources/create", "createSource"), 0);
    }

    #[test]
    fn a_fault_on_a_family_counts_the_calls_it_can_happen_to() {
        let fault = Fault::on("sources/*", FaultAction::CheckCrashes).unwrap().when(Occasion::Nth(1));
        let faults = Faults::new(0, vec![fault]);
        assert_eq!(faults.meet("sources/create", "createSource"), []);
        assert_eq!(faults.meet("sources/check_connection", "x"), [FaultAction::CheckCrashes]);
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
}
