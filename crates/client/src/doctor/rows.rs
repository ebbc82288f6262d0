//! What was met at addresses, in words.

use super::candidates::{Candidate, Candidates};
use super::contact::Contact;
use super::examination::{Examination, Probe};

/// The probes that need an API.
const OF_THE_API: [&str; 7] =
    ["version", "auth mode", "credentials", "token endpoint", "workspaces", "permission", "changes"];

/// How the address was read.
pub(super) fn address(candidates: &Candidates) -> Probe {
    if !candidates.is_given {
        let finding = format!("means {} here, and the usual ports beside it", candidates.given);
        return Probe::passed("address", "none is given", finding);
    }
    let tried = candidates.text.clone().unwrap_or_else(|| candidates.given.to_string());
    let mut finding = format!("means {}", candidates.given);
    if tried.contains("/api/public") {
        finding.push_str("; the public API beside it is not spoken here");
    }
    if candidates.first.len() > 1 {
        finding.push_str("; no port is named, so the usual ones are tried as well");
    }
    Probe::passed("address", tried, finding)
}

/// One row per host and port for the connection, and one per address that answered.
pub(super) fn contacts(seen: &[(Candidate, Contact)], examination: &mut Examination) {
    let mut origins: Vec<&str> = Vec::new();
    for (candidate, contact) in seen {
        if !origins.contains(&candidate.origin.as_str()) {
            origins.push(&candidate.origin);
            connection(candidate, contact, examination);
        }
        if let Some(probe) = api(candidate, contact) {
            examination.push(probe);
        }
    }
}

fn connection(candidate: &Candidate, contact: &Contact, examination: &mut Examination) {
    let origin = candidate.origin.clone();
    let lost = match contact {
        Contact::Lost(lost) => Some(lost),
        _ => None,
    };
    match lost {
        Some(lost) if !lost.is_connected() => {
            examination.push(Probe::failed("connection", origin, lost.to_string()));
        }
        Some(lost) if candidate.is_encrypted() => {
            examination.push(Probe::passed("connection", origin.clone(), "something listens there"));
            examination.push(Probe::failed("tls", origin, lost.to_string()));
        }
        Some(lost) => examination.push(Probe::failed("connection", origin, lost.to_string())),
        None if candidate.is_encrypted() => {
            examination.push(Probe::passed("connection", origin.clone(), "something listens there"));
            examination.push(Probe::passed("tls", origin, "encrypted, and the certificate is trusted"));
        }
        None => examination.push(Probe::passed("connection", origin, "answers over plain HTTP")),
    }
}

fn api(candidate: &Candidate, contact: &Contact) -> Option<Probe> {
    let tried = format!("GET {}/health", candidate.address());
    Some(match contact {
        Contact::Lost(_) => return None,
        Contact::Api { is_available: Some(false) } => {
            Probe::failed("api", tried, "Airbyte's Config API, but it says that its database is not available")
        }
        Contact::Api { .. } => Probe::passed("api", tried, "Airbyte's Config API"),
        Contact::Closed { status, challenge } => Probe::passed("api", tried, closed(*status, challenge.as_deref())),
        Contact::PublicApi => {
            Probe::failed("api", tried, "only the public API answers here (`/api/public/v1`), which is not spoken here")
        }
        Contact::Page { status } => {
            Probe::failed("api", tried, format!("{status} with a web page: not the API, or not its path"))
        }
        Contact::Elsewhere { status, location: Some(location) } => {
            Probe::failed("api", tried, format!("{status} to `{location}`: a login page or another address"))
        }
        Contact::Elsewhere { status, .. } | Contact::Stranger { status } => {
            Probe::failed("api", tried, format!("{status} and nothing that Airbyte's Config API would say"))
        }
    })
}

fn closed(status: u16, challenge: Option<&str>) -> String {
    match challenge {
        Some("basic") => format!("{status}: a proxy asks for a user and a password first"),
        Some("bearer") => format!("{status}: it asks for a token first"),
        _ => format!("{status}: it asks for a login first"),
    }
}

/// What cannot be tried without an API.
pub(super) fn skip_api(examination: &mut Examination) {
    for name in OF_THE_API {
        examination.push(Probe::skipped(name, "there is no API to ask"));
    }
}
