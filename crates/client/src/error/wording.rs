//! What people read of an error: its text, its one word, and advice.

use std::fmt;

use airway_spec::Release;

use super::{ErrorKind, Failure};

impl ErrorKind {
    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::Address(_) | Self::Settings(_) => "settings",
            Self::Unreachable { .. } => "unreachable",
            Self::Timeout => "timeout",
            Self::Refused(refusal) => match refusal.status() {
                401 | 403 => "auth",
                404 => "not_found",
                409 => "conflict",
                _ => "refused",
            },
            Self::Unintelligible { .. } => "unintelligible",
            Self::Redirected { .. } => "redirected",
            Self::Unsendable { .. } => "unsendable",
            Self::NotFound { .. } => "not_found",
            Self::Ambiguous { .. } => "ambiguous",
            Self::Conflict { .. } => "conflict",
            Self::Configuration { .. } => "configuration",
            Self::CheckFailed { .. } => "check_failed",
            Self::DiscoverFailed { .. } => "discover_failed",
            Self::Catalog(_) => "catalog",
            Self::Schedule(_) => "schedule",
            Self::Fingerprints { .. } => "fingerprints",
            Self::JobFailed { .. } => "job_failed",
            Self::StillRunning { .. } => "still_running",
            Self::Unsupported { .. } => "unsupported",
            Self::UnknownOperation { .. } => "unknown_operation",
            Self::InvalidRequest { .. } => "invalid_request",
        }
    }

    pub(super) fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound { nearest, .. } => match nearest.split_first() {
                Some((only, [])) => Some(format!("did you mean `{only}`?")),
                Some(_) => Some(format!("did you mean one of {}?", list(nearest))),
                None => None,
            },
            Self::UnknownOperation { nearest, .. } => {
                nearest.as_ref().map(|nearest| format!("did you mean `{nearest}`?"))
            }
            Self::Ambiguous { candidates, .. } => Some(format!("say which one: {}", candidates.join(", "))),
            Self::Refused(refusal) => refusal.hint(),
            Self::Unintelligible { content_type, .. } if content_type.starts_with("text/html") => Some(
                "this looks like a web page: is it Airbyte's API address, and is a proxy or login page in between?"
                    .into(),
            ),
            Self::Redirected { .. } => Some("if that is Airbyte, use it as the address of the server".to_owned()),
            Self::Fingerprints { .. } => Some(
                "without the file, secrets count as unknown and not as changed: delete it if it cannot be mended"
                    .into(),
            ),
            Self::StillRunning { job, .. } => Some(format!("job {job} goes on; wait for it again or cancel it")),
            Self::Catalog(error) => error.hint(),
            Self::CheckFailed { failure, .. } | Self::DiscoverFailed { failure, .. } => {
                failure.as_ref().and_then(Failure::hint)
            }
            _ => None,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(error) => error.fmt(f),
            Self::Settings(_) => f.write_str("the HTTP client cannot be made from these settings"),
            Self::Unreachable { server, .. } => write!(f, "no answer from {server}"),
            Self::Timeout => f.write_str("the server did not answer in time"),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Unintelligible { status, content_type, path: None, .. } => {
                let kind = if content_type.is_empty() { "an unlabelled body" } else { content_type };
                write!(f, "the server answered {status} with {kind} instead of the operation's JSON")
            }
            Self::Unintelligible { path: Some(path), .. } => {
                write!(f, "the server's answer cannot be read at `{path}`")
            }
            Self::Redirected { location } => write!(f, "the server redirects to {location}"),
            Self::Unsendable { reason } => write!(f, "the request was not sent: {reason}"),
            Self::NotFound { resource, name, place, .. } => write!(f, "{resource} `{name}` not found in {place}"),
            Self::Ambiguous { resource, name, candidates } => {
                write!(f, "{} {resource}s fit `{name}`", candidates.len())
            }
            Self::Conflict { resource, name, reason } => {
                write!(f, "{resource} `{name}` exists but does not fit: {reason}")
            }
            Self::Configuration { connector, problems } => {
                write!(f, "the configuration does not fit connector `{connector}`")?;
                problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
            }
            Self::CheckFailed { resource, name, message, failure } => {
                write!(f, "the check of {resource} `{name}` failed")?;
                match (message, failure) {
                    (Some(message), Some(failure)) => {
                        write!(f, ": {}", Failure { message: Some(message.clone()), ..failure.clone() })
                    }
                    (Some(message), None) => write!(f, ": {message}"),
                    (None, Some(failure)) => write!(f, ": {failure}"),
                    (None, None) => Ok(()),
                }
            }
            Self::DiscoverFailed { name, failure } => {
                write!(f, "the schema of source `{name}` could not be discovered")?;
                failure.iter().try_for_each(|failure| write!(f, ": {failure}"))
            }
            Self::Catalog(error) => error.fmt(f),
            Self::Schedule(error) => error.fmt(f),
            Self::Fingerprints { path, reason } => {
                write!(f, "the fingerprint file `{}` cannot be used: {reason}", path.display())
            }
            Self::JobFailed { job, status, failure } => {
                write!(f, "job {job} {}", status.as_outcome())?;
                failure.iter().try_for_each(|failure| write!(f, ": {failure}"))
            }
            Self::StillRunning { job, status, after } => {
                write!(f, "job {job} is still {status} after {} s", after.as_secs())
            }
            Self::Unsupported { what, since, absent, until, version } => {
                write!(f, "this server does not have `{what}`")?;
                let is = version.as_ref().map(|version| format!("this is {version}"));
                let needs = needs(since.as_deref(), absent.as_deref(), until.as_deref(), version.as_deref());
                let facts: Vec<String> = [needs, is].into_iter().flatten().collect();
                if facts.is_empty() { Ok(()) } else { write!(f, ": {}", facts.join(", ")) }
            }
            Self::UnknownOperation { name, .. } => write!(f, "the API has no operation `{name}`"),
            Self::InvalidRequest { operation, violations } => {
                write!(f, "the request does not fit operation `{operation}`")?;
                violations.iter().try_for_each(|violation| {
                    write!(f, "\n  {violation}")?;
                    violation.nearest.iter().try_for_each(|nearest| write!(f, "; did you mean `{nearest}`?"))
                })
            }
        }
    }
}

/// Which servers have an operation that this one lacks; no more than is known.
fn needs(since: Option<&str>, absent: Option<&str>, until: Option<&str>, version: Option<&str>) -> Option<String> {
    let release = |text: Option<&str>| text?.parse::<Release>().ok();
    match (since, absent, until) {
        (_, _, Some(until)) => Some(format!("only Airbyte up to {until} does")),
        // It should have it; what hides it is not known.
        (Some(since), _, _) if release(version) >= release(Some(since)) => {
            Some(format!("Airbyte {since} and newer do unless edition or proxy hide it"))
        }
        (Some(since), Some(absent), _) => Some(format!("it was first seen in Airbyte {since} and is not in {absent}")),
        (Some(since), None, _) => Some(format!("it needs Airbyte ≥ {since}")),
        (None, ..) => None,
    }
}

/// "`a`, `b` and `c`"
pub(crate) fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => "nothing".to_owned(),
    }
}
