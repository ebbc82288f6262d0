//! Authentication as a command line names it.

use std::str::FromStr;

use super::Auth;

/// The text names no kind of authentication. What it holds is not repeated: it may be a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} (known: `none`, `basic:USER:PASSWORD`, `client-credentials:ID:SECRET`)")]
pub struct UnknownAuth(String);

/// Reads `none`, `basic:USER:PASSWORD` or `client-credentials:ID:SECRET`; a password or secret may hold colons.
///
/// ```
/// use airway_sandbox::Auth;
///
/// assert_eq!(format!("{:?}", "basic:airbyte:pass:word".parse::<Auth>()?), "Basic { user: \"airbyte\", .. }");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl FromStr for Auth {
    type Err = UnknownAuth;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, rest) = text.split_once(':').map_or((text, None), |(kind, rest)| (kind, Some(rest)));
        let pair = |what: &str| {
            let parts = rest.and_then(|rest| rest.split_once(':')).filter(|(a, b)| !a.is_empty() && !b.is_empty());
            parts.ok_or_else(|| UnknownAuth(format!("`{kind}` needs {what}")))
        };
        match kind {
            "none" if rest.is_none() => Ok(Self::None),
            "basic" => {
                let (user, password) = pair("a user and a password")?;
                Ok(Self::Basic { user: user.to_owned(), password: password.to_owned() })
            }
            "client-credentials" | "simple" => {
                let (id, secret) = pair("an id and a secret")?;
                Ok(Self::simple(id, secret))
            }
            _ => Err(UnknownAuth(format!("there is no authentication `{kind}`"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_kind_and_not_the_password() {
        let error = |text: &str| text.parse::<Auth>().unwrap_err().0;
        assert_eq!(error("basic:airbyte"), "`basic` needs a user and a password");
        assert_eq!(error("client-credentials:id:"), "`client-credentials` needs an id and a secret");
        assert_eq!(error("bearer:s3cret"), "there is no authentication `bearer`");
        assert!(matches!("none".parse(), Ok(Auth::None)));
    }
}
