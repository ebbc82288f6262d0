//! Who may call.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

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
}

impl Auth {
    /// Returns what `instance_configuration` calls this mode.
    pub(crate) fn mode(&self) -> &'static str {
        // The proxy's password is nothing that the server behind it knows of.
        match self {
            Self::None | Self::Basic { .. } => "none",
        }
    }

    /// Tells whether a request with this `Authorization` header may pass.
    pub(crate) fn admits(&self, header: Option<&str>) -> bool {
        match self {
            Self::None => true,
            Self::Basic { user, password } => {
                let expected = BASE64_STANDARD.encode(format!("{user}:{password}"));
                let given = header.and_then(|header| {
                    let (scheme, credentials) = header.split_once(' ')?;
                    scheme.eq_ignore_ascii_case("basic").then_some(credentials.trim())
                });
                given == Some(expected.as_str())
            }
        }
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Basic { user, .. } => f.debug_struct("Basic").field("user", user).finish_non_exhaustive(),
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
        assert!(basic().admits(Some("Basic YWlyYnl0ZTpwYXNzd29yZA==")));
        for header in [None, Some("Basic YWlyYnl0ZTp3cm9uZw=="), Some("Bearer YWlyYnl0ZTpwYXNzd29yZA=="), Some("x")] {
            assert!(!basic().admits(header), "{header:?}");
        }
        assert!(Auth::None.admits(None));
    }

    #[test]
    fn debug_output_holds_no_password() {
        assert_eq!(format!("{:?}", basic()), "Basic { user: \"airbyte\", .. }");
    }
}
