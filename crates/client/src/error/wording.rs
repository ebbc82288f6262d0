//! What people read of an error: its text, its one word, and advice.

use std::fmt;
use std::time::Duration;

use airway_spec::Release;

use super::{Error, ErrorKind, Failure};

impl ErrorKind {
    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::Address(_) | Self::Settings(_) => "settings",
            Self::Unreachable { .. } => "unreachable",
            Self::Timeout => "timeout",
            Self::NoToken { .. } => "auth",
            Self::Deadline { .. } => "deadline",
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
            Self::Unobserved { .. } => "unobserved",
            Self::Impossible { .. } => "impossible",
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
            // All that is heard of a SOCKS proxy, which only the environment can name: the setting is refused as such.
            Self::Unreachable { cause, .. } if cause.to_string().starts_with("unsupported scheme") => Some(
                "the proxy that `ALL_PROXY` or `HTTPS_PROXY` names does not speak HTTP: name one that does, or none"
                    .to_owned(),
            ),
            Self::UnknownOperation { nearest, .. } => {
                nearest.as_ref().map(|nearest| format!("did you mean `{nearest}`?"))
            }
            Self::Ambiguous { candidates, .. } => Some(format!("say which one: {}", candidates.join(", "))),
            Self::Refused(refusal) => refusal.hint(),
            Self::Settings(error) => error.hint(),
            Self::NoToken { cause, .. } => cause.downcast_ref::<Error>().and_then(no_token),
            Self::Unintelligible { content_type, .. } if content_type.starts_with("text/html") => Some(
                "this looks like a web page: is it Airbyte's API address, and is a proxy or login page in between?"
                    .into(),
            ),
            Self::Redirected { .. } => Some("if that is Airbyte, use it as the address of the server".to_owned()),
            Self::Fingerprints { .. } => Some(
                "without the file, secrets count as unknown and not as changed: delete it if it cannot be mended"
                    .into(),
            ),
            Self::StillRunning { uncancelled, .. } if !uncancelled.is_empty() => {
                let kept: Vec<i64> = uncancelled.iter().map(|(job, _)| *job).collect();
                Some(match kept.as_slice() {
                    [job] => format!("job {job} goes on; wait for it again or cancel it"),
                    kept => format!("{} go on; wait for them again or cancel them", jobs(kept[0], &kept[1..])),
                })
            }
            Self::StillRunning { cancelled: true, .. } => None,
            Self::StillRunning { job, .. } => Some(format!("job {job} goes on; wait for it again or cancel it")),
            Self::Unobserved { job, .. } => Some(format!("job {job} may go on, or be over: look at it again later")),
            Self::Impossible { advice, .. } => advice.clone(),
            Self::Catalog(error) => error.hint(),
            Self::CheckFailed { failure, .. }
            | Self::DiscoverFailed { failure, .. }
            | Self::JobFailed { failure, .. } => failure.as_ref().and_then(Failure::hint),
            _ => None,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(error) => error.fmt(f),
            Self::Settings(error) => error.fmt(f),
            Self::NoToken { giver, .. } => write!(f, "no token was had from {giver}"),
            Self::Deadline { is_sent: false } => f.write_str("the time for all calls is over; nothing was sent"),
            Self::Deadline { is_sent: true } => f.write_str("the time for all calls was over before the answer came"),
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
            Self::StillRunning { job, others, after, uncancelled, .. } if !uncancelled.is_empty() => {
                partly_cancelled(f, *job, others, *after, uncancelled)
            }
            Self::StillRunning { job, others, status, after, cancelled, .. } => {
                let after = seconds(*after);
                match (others.as_slice(), cancelled) {
                    ([], false) => write!(f, "job {job} is still {status} after {after}"),
                    ([], true) => write!(f, "job {job} was not over after {after} and was cancelled"),
                    (others, false) => write!(f, "{} are not over after {after}", jobs(*job, others)),
                    (others, true) => {
                        write!(f, "{} were not over after {after} and were cancelled", jobs(*job, others))
                    }
                }
            }
            Self::Unobserved { job, others, status, silence, .. } => {
                let silence = seconds(*silence);
                match others.as_slice() {
                    [] => write!(f, "job {job} could not be observed for {silence}: it was {status} when last seen"),
                    others => write!(f, "{} could not be observed for {silence}", jobs(*job, others)),
                }
            }
            Self::Impossible { resource, name, reason, .. } => write!(f, "{resource} `{name}` {reason}"),
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

/// Advice for a token endpoint that refused. A wrong pair is 400, 401 or 500 there, depending on the identity provider.
fn no_token(error: &Error) -> Option<String> {
    match (error.kind(), error.status()) {
        (ErrorKind::Unsupported { .. }, _) => Some(
            "servers without a login of their own give no tokens: leave client id and secret out, or use user and password"
                .to_owned(),
        ),
        (_, Some(400 | 401 | 500)) => {
            Some("are client id and secret right? Airbyte shows them in its settings, under applications".to_owned())
        }
        _ => error.hint(),
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

fn partly_cancelled(
    f: &mut fmt::Formatter<'_>,
    job: i64,
    others: &[i64],
    after: Duration,
    uncancelled: &[(i64, Error)],
) -> fmt::Result {
    let were = if others.is_empty() { "was" } else { "were" };
    write!(f, "{} {were} not over after {}", jobs(job, others), seconds(after))?;
    for (job, error) in uncancelled {
        write!(f, "; job {job} could not be cancelled: {error}")?;
    }
    let is_kept = |job: &i64| uncancelled.iter().any(|(kept, _)| kept == job);
    let cancelled: Vec<i64> = [&job].into_iter().chain(others).copied().filter(|job| !is_kept(job)).collect();
    match cancelled.as_slice() {
        [] => Ok(()),
        [first] => write!(f, "; job {first} was cancelled"),
        [first, rest @ ..] => write!(f, "; {} were cancelled", jobs(*first, rest)),
    }
}

fn seconds(duration: Duration) -> String {
    if duration < Duration::from_secs(1) && !duration.is_zero() {
        return format!("{} ms", duration.as_millis());
    }
    format!("{} s", duration.as_secs())
}

/// "job 1", or "jobs 1, 2 and 3"
fn jobs(first: i64, others: &[i64]) -> String {
    if others.is_empty() {
        return format!("job {first}");
    }
    let mut all = vec![first.to_string()];
    all.extend(others.iter().map(ToString::to_string));
    let last = all.pop().unwrap_or_default();
    format!("jobs {} and {last}", all.join(", "))
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
