//! Releases of a server, and which operations they have.

use std::{fmt, str::FromStr};

use crate::Operation;

/// The major and minor number of a server's version: what descriptions tell
/// releases apart by.
///
/// ```
/// use airway_spec::Release;
///
/// let release: Release = "v1.8.0-rc3".parse()?;
/// assert_eq!(release.to_string(), "1.8");
/// assert!(release < "1.10".parse()?);
/// # Ok::<(), airway_spec::NoRelease>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release {
    major: u32,
    minor: u32,
}

/// A text that names no release, such as `dev`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no release")]
pub struct NoRelease(String);

impl Release {
    /// Returns the release of these numbers.
    #[must_use]
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }
}

impl FromStr for Release {
    type Err = NoRelease;

    fn from_str(text: &str) -> Result<Self, NoRelease> {
        let mut numbers = text.trim_start_matches('v').split(['.', '-', '+']).map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Ok(Self { major, minor }),
            _ => Err(NoRelease(text.to_owned())),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl Operation {
    /// Says whether a release has the operation; nothing where that is not
    /// known, because nobody looked at releases between the last that lacks it
    /// and the first that has it.
    #[must_use]
    pub fn is_in(&self, release: Release) -> Option<bool> {
        let read = |version: &Option<String>| version.as_deref().and_then(|version| version.parse().ok());
        let (since, until, absent): (Option<Release>, Option<Release>, Option<Release>) =
            (read(&self.since), read(&self.until), read(&self.absent));
        if until.is_some_and(|until| until < release) || absent.is_some_and(|absent| release <= absent) {
            return Some(false);
        }
        match since {
            Some(since) if release < since => absent.is_none().then_some(false),
            _ => Some(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, OperationIndex};

    #[test]
    fn an_operation_is_there_or_not_or_nobody_looked() {
        let text = "
openapi: 3.0.3
paths:
  /v1/always: {post: {operationId: always}}
  /v1/exact: {post: {operationId: exact, x-airbyte-since: '1.8'}}
  /v1/seen: {post: {operationId: seen, x-airbyte-since: '2.0', x-airbyte-absent: '1.0'}}
  /v1/gone: {post: {operationId: gone, x-airbyte-until: '1.6'}}
";
        let index = OperationIndex::of(&Document::parse(text, "a.yaml").unwrap());
        let found = |name: &str| {
            ["0.50.35", "1.0.0", "1.6.2", "1.8.0", "2.0.0", "3.1"]
                .map(|version| index.get(name).unwrap().is_in(version.parse().unwrap()))
        };
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(found("always"), [yes; 6]);
        assert_eq!(found("exact"), [no, no, no, yes, yes, yes]);
        assert_eq!(found("seen"), [no, no, None, None, yes, yes]);
        assert_eq!(found("gone"), [yes, yes, yes, no, no, no]);
    }

    #[test]
    fn what_is_no_version_is_no_release() {
        for text in ["", "dev", "2", "v.1", "a.b"] {
            assert_eq!(text.parse::<Release>(), Err(NoRelease(text.to_owned())));
        }
    }
}
