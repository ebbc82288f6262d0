//! What answers at an address.

use super::candidates::Candidate;
use super::lost::Lost;
use super::probing::{Probing, Seen};

/// What was met at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Contact {
    /// Nobody that speaks HTTP.
    Lost(Lost),
    /// The Config API; whether its database is there, if it says.
    Api { is_available: Option<bool> },
    /// Somebody who wants to know who is there before anything else.
    Closed { status: u16, challenge: Option<String> },
    /// The public API and not the Config API.
    PublicApi,
    /// A page for people.
    Page { status: u16 },
    /// A redirect, mostly to a login.
    Elsewhere { status: u16, location: Option<String> },
    /// Anything else.
    Stranger { status: u16 },
}

impl Contact {
    pub(super) fn is_api(&self) -> bool {
        matches!(self, Self::Api { .. })
    }

    pub(super) fn asks_who(&self) -> bool {
        matches!(self, Self::Closed { .. })
    }
}

/// Looks at an address, without a login.
pub(super) async fn contact(probing: &Probing, candidate: &Candidate) -> Contact {
    let get = |path: &str| probing.get(format!("{}{path}", candidate.base));
    let health = match get("/v1/health").await {
        Ok(health) => health,
        Err(lost) => return Contact::Lost(lost),
    };
    if health.has_any(&["available"]) {
        let available = health.json.as_ref().and_then(|json| json["available"].as_bool());
        return Contact::Api { is_available: available };
    }
    if let Some(contact) = beyond_doubt(&health) {
        return contact;
    }
    // A health check may be kept from the outside while the API itself is not.
    let instance = get("/v1/instance_configuration").await;
    if instance.is_ok_and(|instance| instance.has_any(&["version", "edition", "defaultOrganizationId"])) {
        return Contact::Api { is_available: None };
    }
    let public = get("/public/v1/health").await;
    if public.is_ok_and(|public| public.is_success() && !public.is_page) {
        return Contact::PublicApi;
    }
    if health.is_page { Contact::Page { status: health.status } } else { Contact::Stranger { status: health.status } }
}

fn beyond_doubt(health: &Seen) -> Option<Contact> {
    match health.status {
        401 | 403 => Some(Contact::Closed { status: health.status, challenge: health.challenge.clone() }),
        status @ 300..=399 => Some(Contact::Elsewhere { status, location: health.location.clone() }),
        _ => None,
    }
}
