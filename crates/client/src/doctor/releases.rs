//! What is known of a server's release.

use airway_api_gen::operations;
use airway_spec::Release;

const OLDEST: Release = Release::new(0, 50);
/// What comes after the newest release that was looked at.
const NEWEST: Release = Release::new(2, 1);

/// Says what this client knows of a version.
pub(super) fn about(version: &str) -> String {
    let Ok(release) = version.parse::<Release>() else {
        return "no release number, so nothing is known about it".to_owned();
    };
    if release < OLDEST {
        return "older than any release known here (0.50 and later); much may not work".to_owned();
    }
    let all = operations().iter();
    let known = all.len();
    let (mut there, mut unsure) = (0, 0);
    for is_in in all.map(|operation| operation.is_in(release)) {
        match is_in {
            Some(true) => there += 1,
            Some(false) => {}
            None => unsure += 1,
        }
    }
    let at_least = if unsure == 0 { String::new() } else { "at least ".to_owned() };
    let operations = format!("{at_least}{there} of the {known} operations known here");
    if release > NEWEST {
        format!("newer than any release known here; expected to have {operations}")
    } else if unsure == 0 {
        format!("a release known here; it has {operations}")
    } else {
        format!("between two releases known here; it has {operations}, and is asked for {unsure} more all the same")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_come_and_go_with_releases() {
        let is = |name: &str, version: &str| operations().get(name).unwrap().is_in(version.parse().unwrap());
        assert_eq!(["1.6.3", "1.7.0"].map(|version| is("workspaces/list", version)), [Some(true), Some(false)]);
        assert_eq!(
            ["0.50.35", "1.5.0", "2.0.0"].map(|version| is("tags/list", version)),
            [Some(false), None, Some(true)]
        );
    }

    #[test]
    fn no_more_is_claimed_than_is_known() {
        assert!(about("2.0.1").starts_with("a release known here; it has 24"), "{}", about("2.0.1"));
        assert_eq!(
            about("1.5.1"),
            "between two releases known here; it has at least 197 of the 253 operations known here, and is asked for 56 more all \
             the same"
        );
        assert!(about("0.40.1").starts_with("older than"));
        assert!(about("3.2.0").starts_with("newer than"));
        assert_eq!(about("dev"), "no release number, so nothing is known about it");
    }
}
