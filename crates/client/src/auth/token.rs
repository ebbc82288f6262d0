//! Bearer tokens, and how long they are good for.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use reqwest::header::HeaderValue;
use serde::Deserialize;
use tokio::time::Instant;

use crate::secret::Vault;

/// Why a text cannot be used as a token. Says nothing of the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// There is nothing but space.
    #[error("the token is empty")]
    Empty,
    /// It goes over several lines.
    #[error("the token holds a line break at character {at}, which no header can hold")]
    LineBreak {
        /// Where, counted from 1.
        at: usize,
    },
    /// It holds something that is not text.
    #[error("the token holds a character that no header can hold, at character {at}")]
    Character {
        /// Where, counted from 1.
        at: usize,
    },
}

/// A token with the time at which another one is better had.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) header: HeaderValue,
    life: Option<Life>,
}

#[derive(Clone, Copy)]
struct Life {
    renew_at: Instant,
    ends_at: Instant,
}

/// A token is renewed when this little of its life is left: a fifth of it, and at most this.
const LONGEST_MARGIN: Duration = Duration::from_mins(1);

impl Token {
    /// Reads a token, with whatever space is around it, and hides it in `vault`.
    pub(super) fn new(text: &str, vault: &Vault) -> Result<Self, TokenError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TokenError::Empty);
        }
        let _ = vault.conceal(text);
        if let Some(at) = text.chars().position(|c| c == '\n' || c == '\r') {
            return Err(TokenError::LineBreak { at: at + 1 });
        }
        let bad = text.chars().position(|c| !matches!(c, ' '..='~'));
        let at = bad.map_or(0, |at| at + 1);
        let header = bad.map_or_else(|| HeaderValue::try_from(format!("Bearer {text}")).ok(), |_| None);
        let mut header = header.ok_or(TokenError::Character { at })?;
        header.set_sensitive(true);
        let left = time_left(text, SystemTime::now());
        Ok(Self { header, life: left.and_then(|left| Life::of(left, Instant::now())) })
    }

    /// Says whether it is good for a while yet. One that does not tell is, until a server refuses it.
    pub(super) fn is_fresh(&self) -> bool {
        self.life.is_none_or(|life| Instant::now() < life.renew_at)
    }

    /// Says whether it is still good, if not for long.
    pub(super) fn is_alive(&self) -> bool {
        self.life.is_none_or(|life| Instant::now() < life.ends_at)
    }
}

impl Life {
    /// `None` for one that ends after all time that there is.
    fn of(left: Duration, now: Instant) -> Option<Self> {
        let margin = (left / 5).min(LONGEST_MARGIN);
        let ends_at = now.checked_add(left)?;
        Some(Self { renew_at: ends_at - margin, ends_at })
    }
}

#[derive(Deserialize)]
struct Claims {
    exp: Option<f64>,
    iat: Option<f64>,
}

/// How long a JWT says that it is good for; `None` for one that does not say, and for one that says that it is over: then it is
/// more likely that two clocks differ.
fn time_left(token: &str, now: SystemTime) -> Option<Duration> {
    let mut parts = token.split('.');
    let (Some(_), Some(claims), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    let ends = claims.exp?;
    let left = ends - now.duration_since(UNIX_EPOCH).ok()?.as_secs_f64();
    // A clock that goes slow must not make a life longer than it was given.
    let left = claims.iat.map_or(left, |from| left.min(ends - from));
    Duration::try_from_secs_f64(left).ok().filter(|left| !left.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(claims: &str) -> String {
        format!("e30.{}.c2ln", BASE64_URL_SAFE_NO_PAD.encode(claims))
    }

    #[track_caller]
    fn check(claims: &str, left: Option<u64>) {
        let now = UNIX_EPOCH + Duration::from_secs(1_000);
        assert_eq!(time_left(&jwt(claims), now), left.map(Duration::from_secs), "{claims}");
    }

    #[test]
    fn the_life_of_a_token_is_read_from_it() {
        check(r#"{"exp":1900}"#, Some(900));
        check(r#"{"exp":1900,"iat":1000}"#, Some(900));
        check(r#"{"exp":1900.0,"iat":400}"#, Some(900));
        check(r#"{"sub":"me"}"#, None);
        assert_eq!(time_left("opaque", UNIX_EPOCH), None);
        assert_eq!(time_left("a.b.c", UNIX_EPOCH), None);
        assert_eq!(time_left(&jwt("{}").replace('.', ".."), UNIX_EPOCH), None);
    }

    #[test]
    fn clocks_that_differ_neither_lengthen_a_life_nor_end_it() {
        // The server's clock is an hour ahead: a life of 900 seconds stays one.
        check(r#"{"exp":5500,"iat":4600}"#, Some(900));
        // An hour behind: only a refusal tells when it is over.
        check(r#"{"exp":900,"iat":0}"#, None);
        check(r#"{"exp":1e300,"iat":-1e300}"#, None);
    }

    #[test]
    fn a_token_is_renewed_before_it_ends() {
        let now = Instant::now();
        let margin = |left| {
            let life = Life::of(Duration::from_secs(left), now).unwrap();
            (life.ends_at - life.renew_at).as_secs()
        };
        assert_eq!([900, 180, 10].map(margin), [60, 36, 2]);
    }

    #[test]
    fn a_token_that_ends_after_all_time_has_no_life() {
        assert!(Life::of(Duration::MAX, Instant::now()).is_none());
    }

    #[test]
    fn what_is_no_token_is_refused_without_being_shown() {
        let vault = Vault::new();
        let refused = |text: &str| Token::new(text, &vault).map(|token| token.header).unwrap_err();
        assert_eq!(refused(" \n"), TokenError::Empty);
        assert_eq!(refused("abc\ndef"), TokenError::LineBreak { at: 4 });
        assert_eq!(refused("abc\u{7}"), TokenError::Character { at: 4 });
        assert_eq!(refused("abcdé"), TokenError::Character { at: 5 });
        let token = Token::new(" t0ken-of-mine\n", &vault).unwrap();
        assert_eq!(token.header.as_bytes(), b"Bearer t0ken-of-mine");
        assert_eq!(format!("{:?}", token.header), "Sensitive");
        assert_eq!(vault.redact("t0ken-of-mine"), "***");
    }
}
