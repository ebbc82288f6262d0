//! What a token allows.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use crate::operations::{Effect, Operation};

/// What a token allows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    #[default]
    Admin,
    /// Everything inside of workspaces, nothing that concerns the instance.
    Editor,
    /// Reading, starting syncs and refreshes, and cancelling them.
    Runner,
    /// Reading.
    Reader,
}

/// What belongs to the whole instance although it is not classed as administration.
const OF_THE_INSTANCE: [&str; 7] = [
    "destination_definitions/list_private",
    "source_definitions/list_private",
    "state/create_or_update",
    "users/list_instance_admin",
    "workspaces/create",
    "workspaces/create_if_not_exist",
    "workspaces/update_organization",
];

/// What changes nothing that is stored, and yet only editors may: it makes a connector act.
const OF_EDITORS: [&str; 3] = ["/check_connection", "/check_connection_for_update", "/discover_schema"];

impl Role {
    const ALL: [Self; 4] = [Self::Admin, Self::Editor, Self::Runner, Self::Reader];

    /// Tells whether it allows the operation.
    pub(super) fn may(self, operation: &Operation) -> bool {
        let path = operation.path;
        let of_the_instance = operation.class == "admin" && operation.effect == Effect::Write;
        match self {
            Self::Admin => true,
            _ if of_the_instance || OF_THE_INSTANCE.contains(&path) => false,
            Self::Editor => true,
            _ if OF_EDITORS.iter().any(|end| path.ends_with(end)) => false,
            Self::Runner => match operation.effect {
                Effect::Read => true,
                // Clearing takes data away, which is more than running.
                Effect::Run => !path.contains("/clear") && !path.contains("/reset"),
                Effect::Write => false,
            },
            Self::Reader => operation.effect == Effect::Read,
        }
    }

    /// Tells whether it reaches as far as the body wants it to: roles are held on what the body names.
    pub(super) fn reaches(self, operation: &Operation, body: &Value) -> bool {
        self == Self::Admin || operation.path != "jobs/list" || body["configId"].is_string()
    }
}

/// The text names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no role (known: admin, editor, runner, reader)")]
pub struct UnknownRole {
    given: String,
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|role| role.to_string().eq_ignore_ascii_case(text));
        found.ok_or_else(|| UnknownRole { given: text.to_owned() })
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Admin => "admin",
            Self::Editor => "editor",
            Self::Runner => "runner",
            Self::Reader => "reader",
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::operations::by_path;

    #[test]
    fn each_role_allows_less_than_the_one_before() {
        let allowed = |path: &str| Role::ALL.map(|role| role.may(by_path()[path]));
        for (path, expected) in [
            ("permissions/create", [true, false, false, false]),
            ("workspaces/create", [true, false, false, false]),
            ("sources/create", [true, true, false, false]),
            ("connections/clear", [true, true, false, false]),
            ("connections/sync", [true, true, true, false]),
            ("jobs/cancel", [true, true, true, false]),
            ("connections/get", [true, true, true, true]),
            ("users/get", [true, true, true, true]),
            ("users/list_instance_admin", [true, false, false, false]),
            ("sources/check_connection", [true, true, false, false]),
            ("destinations/check_connection_for_update", [true, true, false, false]),
            ("scheduler/destinations/check_connection", [true, true, false, false]),
            ("scheduler/sources/discover_schema", [true, true, false, false]),
        ] {
            assert_eq!(allowed(path), expected, "{path}");
        }
    }

    #[test]
    fn only_an_admin_lists_the_jobs_of_all_connections() {
        let jobs = by_path()["jobs/list"];
        assert_eq!(
            Role::ALL.map(|role| role.reaches(jobs, &json!({"configTypes": ["sync"]}))),
            [true, false, false, false]
        );
        assert!(Role::Reader.reaches(jobs, &json!({"configId": "x"})));
    }

    #[test]
    fn a_role_is_read_as_it_is_shown() {
        for role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        assert!("owner".parse::<Role>().is_err());
    }
}
