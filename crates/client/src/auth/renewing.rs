//! Tokens that run out: one request for a new one, however many calls wait for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use airway_api_gen::{Authorize, BoxError, Pending};
use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared};
use reqwest::header::HeaderValue;

use super::Token;

/// Gives tokens.
pub(super) trait Issue: Send + Sync {
    /// Gets another token. Owns what it needs, because whoever asked may stop waiting.
    fn issue(&self) -> BoxFuture<'static, Result<Token, BoxError>>;
}

type Flight = BoxFuture<'static, Result<Token, BoxError>>;

/// Hands out the token it has, and gets another one when that is near its end or was refused.
///
/// Whoever needs a token while one is being got waits for that one. The work is done by those who wait: when all of them are
/// gone it ends, and when some are left it goes on.
pub(super) struct Renewing<I> {
    issuer: I,
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    token: Option<Token>,
    flight: Option<WeakShared<Flight>>,
}

fn lock(held: &Mutex<Held>) -> MutexGuard<'_, Held> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<I: Issue> Renewing<I> {
    pub(super) fn new(issuer: I) -> Self {
        Self { issuer, held: Arc::default() }
    }

    /// Joins the request that is under way, or makes one.
    fn flight(&self, held: &mut Held) -> Shared<Flight> {
        if let Some(flight) = held.flight.as_ref().and_then(WeakShared::upgrade) {
            return flight;
        }
        let issued = self.issuer.issue();
        let kept = Arc::clone(&self.held);
        let flight = async move {
            let issued = issued.await;
            let mut held = lock(&kept);
            held.flight = None;
            if let Ok(token) = &issued {
                held.token = Some(token.clone());
            }
            issued
        };
        let flight = flight.boxed().shared();
        held.flight = flight.downgrade();
        flight
    }

    async fn current(&self) -> Result<HeaderValue, BoxError> {
        let (flight, aged) = {
            let mut held = lock(&self.held);
            match held.token.clone() {
                Some(token) if token.is_fresh() => return Ok(token.header),
                aged => (self.flight(&mut held), aged),
            }
        };
        match (flight.await, aged.filter(Token::is_alive)) {
            (Ok(token), _) => Ok(token.header),
            // A new one could not be had ahead of time: the old one is good for a little while yet.
            (Err(_), Some(aged)) => Ok(aged.header),
            (Err(error), None) => Err(error),
        }
    }

    async fn other_than(&self, refused: &HeaderValue) -> Result<HeaderValue, BoxError> {
        let flight = {
            let mut held = lock(&self.held);
            let _ = held.token.take_if(|token| token.header == *refused);
            match &held.token {
                // Another call was refused before this one, and has seen to it.
                Some(token) if token.is_fresh() => return Ok(token.header.clone()),
                _ => self.flight(&mut held),
            }
        };
        flight.await.map(|token| token.header)
    }
}

impl<I: Issue> Authorize for Renewing<I> {
    fn header(&self) -> Pending<'_, Result<Option<HeaderValue>, BoxError>> {
        Box::pin(async { self.current().await.map(Some) })
    }

    fn renew<'a>(&'a self, refused: &'a HeaderValue) -> Pending<'a, Result<Option<HeaderValue>, BoxError>> {
        Box::pin(async { self.other_than(refused).await.map(Some) })
    }
}

#[cfg(test)]
mod tests;
