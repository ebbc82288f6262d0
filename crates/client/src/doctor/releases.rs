//! What is known of a server's release.

use airway_api_gen::{Operation, operations};

/// Major and minor number: what the API's description tells releases apart by.
type Line = (u32, u32);

const OLDEST: Line = (0, 50);
/// What comes after the newest release that was looked at.
const NEWEST: Line = (2, 1);

/// Says what this client knows of a version.
pub(super) fn about(version: &str) -> String {
    let Some(line) = line(version) else {
        return "no release number, so nothing is known about it".to_owned();
    };
    let all = operations().iter();
    let (known, there) = (all.len(), all.filter(|operation| is_there(operation, line)).count());
    let operations = format!("{there} of the {known} operations known here");
    if line < OLDEST {
        "older than any release known here (0.50 and later); much may not work".to_owned()
    } else if line > NEWEST {
        format!("newer than any release known here; expected to have {operations}")
    } else {
        format!("a release known here; it has {operations}")
    }
}

fn line(version: &str) -> Option<Line> {
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse::<u32>);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn is_there(operation: &Operation, line: Line) -> bool {
    let read = |version: &Option<String>| version.as_deref().and_then(self::line);
    read(&operation.since).is_none_or(|since| since <= line) && read(&operation.until).is_none_or(|until| line <= until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_come_and_go_with_releases() {
        let is = |name: &str, version: &str| is_there(operations().get(name).unwrap(), line(version).unwrap());
        assert_eq!(["1.6.3", "1.7.0"].map(|version| is("workspaces/list", version)), [true, false]);
        assert_eq!(["0.50.35", "2.0.0"].map(|version| is("tags/list", version)), [false, true]);
    }

    #[test]
    fn versions_outside_of_what_is_known_are_said_to_be() {
        assert!(about("2.0.1").starts_with("a release known here; it has "));
        assert!(about("0.40.1").starts_with("older than"));
        assert!(about("3.2.0").starts_with("newer than"));
        assert_eq!(about("dev"), "no release number, so nothing is known about it");
    }
}
