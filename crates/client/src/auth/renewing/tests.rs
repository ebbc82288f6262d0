//! One request for a token, whoever waits and whoever stops waiting.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use futures::future::join_all;
use tokio::task::yield_now;
use tokio::time::{advance, sleep};

use super::*;
use crate::secret::Vault;

/// Takes a second of test time for each token; an empty text is a failure.
#[derive(Clone, Default)]
struct Office {
    tokens: Arc<Mutex<VecDeque<String>>>,
    asked: Arc<AtomicUsize>,
}

impl Office {
    fn giving(tokens: &[&str]) -> Self {
        let tokens = tokens.iter().map(|&token| token.to_owned()).collect();
        Self { tokens: Arc::new(Mutex::new(tokens)), asked: Arc::default() }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Issue for Office {
    fn issue(&self) -> BoxFuture<'static, Result<Token, BoxError>> {
        let office = self.clone();
        Box::pin(async move {
            office.asked.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_secs(1)).await;
            let next = office.tokens.lock().unwrap().pop_front().unwrap_or_default();
            Token::new(&next, &Vault::new()).map_err(|_| Arc::new(io::Error::other("closed")) as BoxError)
        })
    }
}

fn jwt(name: &str, life: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = format!(r#"{{"exp":{},"iat":{now},"jti":"{name}"}}"#, now + life);
    format!("e30.{}.c2ln", BASE64_URL_SAFE_NO_PAD.encode(claims))
}

async fn header(tokens: &Renewing<Office>) -> Result<String, String> {
    let header = tokens.header().await.map_err(|error| error.to_string())?;
    Ok(header.unwrap().to_str().unwrap().replace("Bearer ", ""))
}

#[tokio::test(start_paused = true)]
async fn all_who_wait_get_the_one_token() {
    let office = Office::giving(&["one", "two"]);
    let tokens = Renewing::new(office.clone());
    let all = join_all((0..20).map(|_| header(&tokens))).await;
    assert_eq!(all, vec![Ok("one".to_owned()); 20]);
    assert_eq!(header(&tokens).await, Ok("one".to_owned()));
    assert_eq!(office.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_renewed_once_for_all_who_were_refused() {
    let office = Office::giving(&["one", "two"]);
    let tokens = Renewing::new(office.clone());
    let refused = tokens.header().await.unwrap().unwrap();
    let renewed = join_all((0..20).map(|_| tokens.renew(&refused))).await;
    assert!(renewed.iter().all(|header| header.as_ref().unwrap().as_ref().unwrap() == "Bearer two"), "{renewed:?}");
    // One more, whose refusal came late.
    assert_eq!(tokens.renew(&refused).await.unwrap().unwrap(), "Bearer two");
    assert_eq!(office.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn who_stops_waiting_takes_nothing_from_the_others() {
    let office = Office::giving(&["one"]);
    let tokens = Arc::new(Renewing::new(office.clone()));
    let waiting = || {
        let tokens = Arc::clone(&tokens);
        tokio::spawn(async move { header(&tokens).await })
    };
    let (first, second) = (waiting(), waiting());
    yield_now().await;
    first.abort();
    assert_eq!(second.await.unwrap(), Ok("one".to_owned()));
    assert_eq!(office.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn when_nobody_waits_any_more_the_next_one_asks_anew() {
    let office = Office::giving(&["one"]);
    let tokens = Renewing::new(office.clone());
    assert!(tokio::time::timeout(Duration::from_millis(1), header(&tokens)).await.is_err());
    assert_eq!(header(&tokens).await, Ok("one".to_owned()));
    assert_eq!(office.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_told_to_all_who_wait_and_not_kept() {
    let office = Office::giving(&["", "two"]);
    let tokens = Renewing::new(office.clone());
    let all = join_all((0..3).map(|_| header(&tokens))).await;
    assert_eq!(all, vec![Err("closed".to_owned()); 3]);
    assert_eq!(header(&tokens).await, Ok("two".to_owned()));
    assert_eq!(office.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_before_its_end_and_used_up_to_it() {
    let (first, third) = (jwt("first", 900), jwt("third", 900));
    let office = Office::giving(&[&first, "", &third]);
    let tokens = Renewing::new(office.clone());
    assert_eq!(header(&tokens).await, Ok(first.clone()));
    advance(Duration::from_secs(830)).await;
    assert_eq!(header(&tokens).await, Ok(first.clone()));
    assert_eq!(office.asked(), 1);
    // Inside its last minute; the office is closed, and the old one still good.
    advance(Duration::from_secs(20)).await;
    assert_eq!(header(&tokens).await, Ok(first));
    assert_eq!(office.asked(), 2);
    assert_eq!(header(&tokens).await, Ok(third));
    assert_eq!(office.asked(), 3);
}
