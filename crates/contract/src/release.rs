//! Release lines, and which of them a part of the description belongs to.

use serde_json::Value;

/// A release line such as 1.5; `latest` is after all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Release(u16, u16);

const LATEST: Release = Release(u16::MAX, 0);

/// The servers that the description was compared with. In between, nobody looked when a member went.
const SURVEYS: [Release; 3] = [Release(0, 50), Release(1, 0), Release(2, 0)];

impl Release {
    /// Reads `1.5` or `latest`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text == "latest" {
            return Some(LATEST);
        }
        let (major, minor) = text.split_once('.')?;
        Some(Self(major.parse().ok()?, minor.parse().ok()?))
    }

    /// Tells whether this release is known to have `part` of the description: a schema, a member or an operation.
    pub(crate) fn has(self, part: &Value) -> bool {
        self >= since(part) && until(part).is_none_or(|last| self <= last)
    }

    /// Tells whether this release may have it: what was last seen in one survey went at some time before the next.
    pub(crate) fn may_have(self, part: &Value) -> bool {
        let gone = |last: Release| SURVEYS.into_iter().find(|survey| SURVEYS.contains(&last) && *survey > last);
        self >= since(part) && until(part).is_none_or(|last| self <= last || gone(last).is_some_and(|next| self < next))
    }
}

fn since(part: &Value) -> Release {
    stated(part, "x-airbyte-since").unwrap_or(SURVEYS[0])
}

fn until(part: &Value) -> Option<Release> {
    stated(part, "x-airbyte-until")
}

fn stated(part: &Value, extension: &str) -> Option<Release> {
    part[extension].as_str().map(|text| Release::parse(text).expect("the description names releases"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn releases(part: &Value, test: impl Fn(Release, &Value) -> bool) -> Vec<&'static str> {
        let all = ["0.50", "1.0", "1.5", "1.7", "1.8", "2.0", "latest"];
        all.into_iter().filter(|text| test(Release::parse(text).unwrap(), part)).collect()
    }

    #[test]
    fn what_went_between_two_surveys_may_still_be_there() {
        let part = json!({"x-airbyte-since": "1.0", "x-airbyte-until": "1.0"});
        assert_eq!(releases(&part, Release::has), ["1.0"]);
        assert_eq!(releases(&part, Release::may_have), ["1.0", "1.5", "1.7", "1.8"]);
        let exact = json!({"x-airbyte-until": "1.6"});
        assert_eq!(releases(&exact, Release::may_have), ["0.50", "1.0", "1.5"]);
        assert_eq!(releases(&json!({"x-airbyte-since": "2.1"}), Release::may_have), ["latest"]);
    }
}
