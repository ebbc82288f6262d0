//! Where real servers deviate from their description.

use crate::check::Part;

/// A place where what is said differs from the description, and should.
#[derive(Debug, Clone, Copy)]
pub struct Deviation {
    /// The path of the operation below `/api/v1/`.
    pub operation: &'static str,
    /// Whether it is the request that deviates; otherwise the answer.
    pub in_request: bool,
    /// What the difference names: a member.
    pub member: &'static str,
    /// Why it is so.
    pub reason: &'static str,
}

/// All that are known. Tests of the sandbox and of the client bring each of them about.
pub const DEVIATIONS: &[Deviation] = &[
    Deviation {
        operation: "notifications/try",
        in_request: false,
        member: "status",
        reason: "a stub on current servers: always an empty object",
    },
    unlicensed("instance_configuration", "licenseStatus"),
    unlicensed("instance_configuration", "auth"),
    unlicensed("instance_configuration/setup", "licenseStatus"),
    unlicensed("instance_configuration/setup", "auth"),
    paged("sources/list"),
    paged("destinations/list"),
    paged("web_backend/connections/list"),
];

const fn unlicensed(operation: &'static str, member: &'static str) -> Deviation {
    Deviation {
        operation,
        in_request: false,
        member,
        reason: "without a licence there is no status of one, and at 0.50 no way to log in that depends on one",
    }
}

const fn paged(operation: &'static str) -> Deviation {
    Deviation {
        operation,
        in_request: true,
        member: "pageSize",
        reason: "asked for in pages also where servers do not page yet: they ignore members that they do not know",
    }
}

pub(crate) fn is_known(operation: &str, part: Part, violation: &str) -> bool {
    DEVIATIONS.iter().any(|deviation| {
        deviation.operation == operation
            && deviation.in_request == (part == Part::Request)
            && violation.contains(deviation.member)
    })
}
