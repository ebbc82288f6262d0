//! Who may call.

mod role;
mod token;
mod written;

pub use role::{Role, UnknownRole};
pub use written::UnknownAuth;

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use serde_json::Value;

use crate::generation::{Feature, Generation};
use crate::operations::Operation;

/// How a sandbox asks its callers who they are.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Auth {
    /// Everybody may do everything.
    #[default]
    None,
    /// HTTP Basic, as the proxy of older installations asks for it: 401 with an HTML page.
    Basic {
        /// The only user.
        user: String,
        /// The password of that user.
        password: String,
    },
    /// Client credentials that are exchanged for a bearer token, which expires by the clock, however fast the sandbox is.
    Simple {
        /// The id of the only application.
        client_id: String,
        /// The secret of that application.
        client_secret: String,
        /// What its tokens allow.
        role: Role,
    },
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    Granted,
    /// The proxy in front turns it away.
    Proxy,
    /// There is no valid token.
    NoToken,
    /// The token's role does not reach.
    Forbidden,
}

/// What can be called without saying who one is.
const ANONYMOUS: [&str; 4] = ["health", "instance_configuration", "instance_configuration/setup", "applications/token"];

impl Auth {
    /// Client credentials whose tokens allow everything.
    #[must_use]
    pub fn simple(client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        Self::Simple { client_id: client_id.into(), client_secret: client_secret.into(), role: Role::Admin }
    }

    /// Returns what `instance_configuration` calls this mode.
    pub(crate) fn mode(&self) -> &'static str {
        match self {
            // The proxy's password is nothing that the server behind it knows of.
            Self::None | Self::Basic { .. } => "none",
            Self::Simple { .. } => "simple",
        }
    }

    /// Tells whether the server has the operations on applications.
    pub(crate) fn has_applications(&self) -> bool {
        matches!(self, Self::Simple { .. })
    }

    /// Decides about a request with this `Authorization` header.
    pub(crate) fn admission(&self, header: Option<&str>, operation: Option<&Operation>, now: i64) -> Admission {
        match self {
            Self::None => Admission::Granted,
            Self::Basic { user, password } => {
                let expected = BASE64_STANDARD.encode(format!("{user}:{password}"));
                let granted = credentials(header, "basic") == Some(expected.as_str());
                if granted { Admission::Granted } else { Admission::Proxy }
            }
            Self::Simple { client_secret, role, .. } => {
                if operation.is_some_and(|operation| ANONYMOUS.contains(&operation.path)) {
                    return Admission::Granted;
                }
                let valid = credentials(header, "bearer").is_some_and(|it| token::is_valid(it, client_secret, now));
                if !valid {
                    Admission::NoToken
                } else if operation.is_none_or(|operation| role.may(operation)) {
                    Admission::Granted
                } else {
                    Admission::Forbidden
                }
            }
        }
    }

    /// Tells whether the role reaches as far as the body wants it to.
    pub(crate) fn reaches(&self, operation: &Operation, body: &Value) -> bool {
        match self {
            Self::Simple { role, .. } => role.reaches(operation, body),
            Self::None | Self::Basic { .. } => true,
        }
    }

    /// Returns a token for the right credentials.
    pub(crate) fn exchange(&self, id: &str, secret: &str, now: i64, life: Duration) -> Option<String> {
        match self {
            Self::Simple { client_id, client_secret, role } if client_id == id && client_secret == secret => {
                Some(token::issue(client_id, &[role.to_string()], client_secret, now, life))
            }
            _ => None,
        }
    }
}

/// Returns how long tokens live unless the sandbox is told otherwise.
pub(crate) fn usual_token_life(generation: Generation) -> Duration {
    if generation.has(Feature::ShortTokens) { Duration::from_mins(15) } else { Duration::from_hours(24) }
}

fn credentials<'a>(header: Option<&'a str>, scheme: &str) -> Option<&'a str> {
    let (given, credentials) = header?.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then_some(credentials.trim())
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Basic { user, .. } => f.debug_struct("Basic").field("user", user).finish_non_exhaustive(),
            Self::Simple { client_id, role, .. } => {
                f.debug_struct("Simple").field("client_id", client_id).field("role", role).finish_non_exhaustive()
            }
        }
    }
}

/// What the proxy answers to a caller without the right password.
pub(crate) const UNAUTHORIZED_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>401</title></head>\
<body><h1>Sign in first</h1><p>This server asks for a user name and a password.</p></body></html>\n";

#[cfg(test)]
mod tests {
    use super::*;

    fn basic() -> Auth {
        Auth::Basic { user: "airbyte".to_owned(), password: "password".to_owned() }
    }

    #[test]
    fn only_the_right_user_and_password_pass() {
        let ask = |header| basic().admission(header, None, 0);
        assert_eq!(ask(Some("Basic YWlyYnl0ZTpwYXNzd29yZA==")), Admission::Granted);
        for header in [None, Some("Basic YWlyYnl0ZTp3cm9uZw=="), Some("Bearer YWlyYnl0ZTpwYXNzd29yZA=="), Some("x")] {
            assert_eq!(ask(header), Admission::Proxy, "{header:?}");
        }
        assert_eq!(Auth::None.admission(None, None, 0), Admission::Granted);
    }

    #[test]
    fn a_token_lives_as_long_as_its_generation_lets_it() {
        let auth = Auth::simple("id", "secret");
        for (version, minutes) in [("2.0", 15), ("1.0", 24 * 60)] {
            let life = usual_token_life(version.parse().unwrap());
            let token = auth.exchange("id", "secret", 1_000, life).unwrap();
            let header = format!("Bearer {token}");
            let ask = |now| auth.admission(Some(&header), None, now);
            assert_eq!(ask(1_000 + minutes * 60_000 - 1), Admission::Granted, "{version}");
            assert_eq!(ask(1_000 + minutes * 60_000), Admission::NoToken, "{version}");
        }
        assert_eq!(auth.exchange("id", "wrong", 0, Duration::MAX), None);
    }

    #[test]
    fn a_token_says_whose_it_is_and_what_it_allows() {
        let auth = Auth::Simple { client_id: "id".to_owned(), client_secret: "s".to_owned(), role: Role::Reader };
        let token = auth.exchange("id", "s", 0, Duration::from_mins(1)).unwrap();
        let claims = base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!((&claims["sub"], &claims["roles"][0], &claims["exp"]), (&"id".into(), &"reader".into(), &60.into()));
    }

    #[test]
    fn debug_output_holds_no_secret() {
        assert_eq!(format!("{:?}", basic()), "Basic { user: \"airbyte\", .. }");
        assert_eq!(format!("{:?}", Auth::simple("a", "s3cret")), "Simple { client_id: \"a\", role: Admin, .. }");
    }
}
