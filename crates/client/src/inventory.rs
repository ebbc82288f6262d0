//! What is known of the workspaces of one server: lists are read once, page by page, instead of once per resource.
//!
//! Own writes bring it up to date. What others write is seen when a list is read again: when it is older than this client relies
//! on lists, and before something is created because an old list does not hold it.

mod turns;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::Instant;

use crate::actor::ActorRead;
use crate::airbyte::Airbyte;
use crate::connection::Shelved;
use crate::definition::Known;
use crate::error::Result;
use crate::event::Resource;
use crate::tag::Tag;
use turns::Turns;

/// How old a list may be by default before it is read again; and at most, before something is created on its word.
pub(crate) const LIFETIME: Duration = Duration::from_mins(1);

/// What is known of all workspaces of a client.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    stocks: std::sync::Mutex<HashMap<String, Arc<Stock>>>,
    turns: Turns,
}

/// What is known of one workspace.
#[derive(Debug, Default)]
pub struct Stock {
    pub(crate) sources: Shelf<Arc<ActorRead>>,
    pub(crate) destinations: Shelf<Arc<ActorRead>>,
    pub(crate) source_definitions: Shelf<Arc<Known>>,
    pub(crate) destination_definitions: Shelf<Arc<Known>>,
    pub(crate) connections: Shelf<Shelved>,
    pub(crate) tags: Shelf<Tag>,
}

/// One list, empty until it is read.
#[derive(Debug)]
pub struct Shelf<T>(Mutex<Option<(Instant, Vec<T>)>>);

/// What a shelf can hold.
pub trait Item: Clone {
    fn id(&self) -> &str;
}

impl<T: Item> Shelf<T> {
    /// Looks into the list, which `read` gets when it is not there or older than `lifetime`.
    pub(crate) async fn look<R>(
        &self,
        lifetime: Duration,
        read: BoxFuture<'_, Result<Vec<T>>>,
        look: impl FnOnce(&[T]) -> R,
    ) -> Result<R> {
        // Held while the list is read: whoever comes meanwhile waits for it instead of reading it too.
        let mut held = self.0.lock().await;
        if held.as_ref().is_none_or(|(since, _)| since.elapsed() >= lifetime) {
            *held = None;
            *held = Some((Instant::now(), read.await?));
        }
        Ok(look(held.as_ref().map(|(_, items)| items.as_slice()).unwrap_or_default()))
    }

    /// Looks for something in the list. Where it is not there, it may be created: that a list says so which is not quite new is no
    /// reason to, and it is read again.
    pub(crate) async fn seek<'r, R>(
        &self,
        airbyte: &Airbyte,
        read: impl Fn() -> BoxFuture<'r, Result<Vec<T>>>,
        look: impl Fn(&[T]) -> Option<R>,
    ) -> Result<Option<R>> {
        let lifetime = airbyte.lifetime();
        match self.look(lifetime, read(), &look).await? {
            None if !airbyte.is_planning() => self.look(lifetime.min(LIFETIME), read(), look).await,
            found => Ok(found),
        }
    }

    /// Reads the list whether or not it is known.
    pub(crate) async fn read(&self, read: BoxFuture<'_, Result<Vec<T>>>) -> Result<Vec<T>> {
        self.look(Duration::ZERO, read, <[T]>::to_vec).await
    }

    /// Puts something into a known list, in the place of what has its id.
    pub(crate) async fn put(&self, item: T) {
        if let Some((_, items)) = self.0.lock().await.as_mut() {
            match items.iter_mut().find(|known| known.id() == item.id()) {
                Some(known) => *known = item,
                None => items.push(item),
            }
        }
    }

    /// Takes something out of the list.
    pub(crate) async fn remove(&self, id: &str) {
        if let Some((_, items)) = self.0.lock().await.as_mut() {
            items.retain(|known| known.id() != id);
        }
    }

    /// Forgets the list.
    pub(crate) async fn forget(&self) {
        *self.0.lock().await = None;
    }
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl Airbyte {
    /// Returns what is known of a workspace.
    pub(crate) fn stock(&self, workspace_id: &str) -> Arc<Stock> {
        let mut known = self.inventory().stocks.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(workspace_id.to_owned()).or_default())
    }

    /// Forgets everything that was read.
    pub(crate) fn forget(&self) {
        self.inventory().stocks.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Waits until nobody else who shares this client ensures the thing of this name.
    pub(crate) async fn turn(&self, place: &str, resource: Resource, name: &str) -> OwnedMutexGuard<()> {
        self.inventory().turns.take(format!("{place}/{resource}/{name}")).await
    }
}
