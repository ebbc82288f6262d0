//! One after the other for things of one name: two that find nothing at the same time would both create it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

/// Whose turn it is, by what is ensured. Kept as long as somebody is at it.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl Turns {
    /// Waits until nobody else who shares this client ensures the same thing. The turn ends with the guard.
    pub(crate) async fn take(&self, thing: String) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // What nobody holds or waits for is known here alone.
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.entry(thing).or_default())
        };
        turn.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn one_name_waits_and_others_do_not() {
        let turns = Turns::default();
        let first = turns.take("a".to_owned()).await;
        assert!(turns.take("b".to_owned()).now_or_never().is_some());
        assert!(turns.take("a".to_owned()).now_or_never().is_none());
        drop(first);
        assert!(turns.take("a".to_owned()).now_or_never().is_some());
        assert!(turns.take("c".to_owned()).now_or_never().is_some());
        assert_eq!(turns.0.lock().unwrap().len(), 1);
    }
}
