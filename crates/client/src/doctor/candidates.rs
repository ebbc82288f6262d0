//! The addresses that a text may mean.

use url::Url;

use crate::address::{AddressError, DEFAULT_SERVER, ServerAddress};

/// Ports on which old installations had other services: the address is right, the port is not.
const OTHER_SERVICES: [u16; 2] = [8003, 8006];

/// Where to look.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Candidates {
    /// What the text means to a client.
    pub(super) given: ServerAddress,
    /// What the text was, where it named no user; what stands behind a `?` may be a token and is not kept.
    pub(super) text: Option<String>,
    /// Whether there was a text.
    pub(super) is_given: bool,
    pub(super) credentials: Option<(String, String)>,
    /// Where to look at once.
    pub(super) first: Vec<Candidate>,
    /// Where to look when that was in vain.
    pub(super) otherwise: Vec<Candidate>,
}

/// An address to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// What operation paths such as `/v1/health` are appended to.
    pub(super) base: String,
    /// Scheme, host and port.
    pub(super) origin: String,
    /// Whether credentials would travel unencrypted although the address that was given means HTTPS.
    pub(super) is_downgrade: bool,
}

impl Candidates {
    /// Reads an address; without one, the local server is meant, on whichever port.
    pub(super) fn of(text: Option<&str>, usual_ports: &[u16]) -> Result<Self, AddressError> {
        let given: ServerAddress = text.unwrap_or(DEFAULT_SERVER).parse()?;
        let url = Url::parse(given.base())
            .map_err(|reason| AddressError::Malformed { address: given.base().to_owned(), reason })?;
        let credentials = given.credentials().map(|(user, password)| (user.to_owned(), password.to_owned()));
        let named_port = text.and_then(named_port);
        let mut first = vec![url.clone()];
        let mut otherwise = Vec::new();
        if let Some(port) = named_port {
            otherwise.push(with(&url, other_scheme(&url), Some(port)));
        }
        if named_port.is_none_or(|port| OTHER_SERVICES.contains(&port)) {
            first.extend(usual_ports.iter().map(|port| with(&url, scheme_of(*port), Some(*port))));
        }
        if url.path() != "/api" {
            let rooted: Vec<Url> = first.iter().chain(&otherwise).map(rooted).collect();
            otherwise.extend(rooted);
        }
        let candidate = |url: &Url| Candidate::of(url, &given);
        let mut first: Vec<Candidate> = first.iter().map(candidate).collect();
        let mut otherwise: Vec<Candidate> = otherwise.iter().map(candidate).collect();
        keep_first_of_equals(&mut first);
        keep_first_of_equals(&mut otherwise);
        otherwise.retain(|candidate| !first.contains(candidate));
        let is_given = text.is_some();
        let text = text.filter(|text| !text.contains('@')).and_then(|text| text.trim().split(['?', '#']).next());
        Ok(Self { given, text: text.map(str::to_owned), is_given, credentials, first, otherwise })
    }
}

impl Candidate {
    fn of(url: &Url, given: &ServerAddress) -> Self {
        Self {
            base: url.as_str().trim_end_matches('/').to_owned(),
            origin: url.origin().ascii_serialization(),
            is_downgrade: given.base().starts_with("https:") && url.scheme() == "http",
        }
    }

    /// The address as people write it into settings.
    pub(super) fn address(&self) -> String {
        format!("{}/v1", self.base)
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.origin.starts_with("https:")
    }
}

/// The port in the text itself; a parsed URL does not tell whether a scheme's own port was named.
fn named_port(text: &str) -> Option<u16> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host.rsplit_once(':').filter(|(before, _)| !before.starts_with('[') || before.ends_with(']'))?.1.trim().parse().ok()
}

fn scheme_of(port: u16) -> &'static str {
    if matches!(port, 443 | 8443) { "https" } else { "http" }
}

fn other_scheme(url: &Url) -> &'static str {
    if url.scheme() == "https" { "http" } else { "https" }
}

fn with(url: &Url, scheme: &str, port: Option<u16>) -> Url {
    let mut url = url.clone();
    // Neither can fail: both schemes are the web's, and there is a host.
    let _ = url.set_scheme(scheme);
    let _ = url.set_port(port);
    url
}

/// Without the path of a reverse proxy.
fn rooted(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_path("/api");
    url
}

fn keep_first_of_equals(candidates: &mut Vec<Candidate>) {
    let mut seen = Vec::new();
    candidates.retain(|candidate| {
        let is_first = !seen.contains(&candidate.base);
        seen.push(candidate.base.clone());
        is_first
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: [u16; 4] = [8001, 8000, 443, 80];

    #[track_caller]
    fn check(text: Option<&str>, first: &[&str], otherwise: &[&str]) {
        let candidates = Candidates::of(text, &USUAL).unwrap();
        let bases = |list: &[Candidate]| list.iter().map(|candidate| candidate.base.clone()).collect::<Vec<_>>();
        assert_eq!((bases(&candidates.first), bases(&candidates.otherwise)), (owned(first), owned(otherwise)));
    }

    fn owned(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn without_an_address_the_usual_ports_of_this_machine_are_tried() {
        check(
            None,
            &[
                "http://localhost:8001/api",
                "http://localhost:8000/api",
                "https://localhost/api",
                "http://localhost/api",
            ],
            &[],
        );
    }

    #[test]
    fn a_bare_host_means_itself_first_and_then_the_usual_ports() {
        for text in ["airbyte", "http://airbyte/api/v1", "http://airbyte/api/public/v1/"] {
            check(
                Some(text),
                &["http://airbyte/api", "http://airbyte:8001/api", "http://airbyte:8000/api", "https://airbyte/api"],
                &[],
            );
        }
    }

    #[test]
    fn a_port_that_was_named_is_the_only_one_and_the_other_scheme_comes_last() {
        check(Some("localhost:9"), &["http://localhost:9/api"], &["https://localhost:9/api"]);
        check(Some("https://me@[::1]:9"), &["https://[::1]:9/api"], &["http://[::1]:9/api"]);
        check(Some("http://airbyte:80"), &["http://airbyte/api"], &["https://airbyte:80/api"]);
    }

    #[test]
    fn ports_of_other_services_are_not_the_end() {
        check(
            Some("airbyte:8006"),
            &[
                "http://airbyte:8006/api",
                "http://airbyte:8001/api",
                "http://airbyte:8000/api",
                "https://airbyte/api",
                "http://airbyte/api",
            ],
            &["https://airbyte:8006/api"],
        );
    }

    #[test]
    fn a_path_is_tried_before_the_root() {
        check(
            Some("https://example.com:444/data"),
            &["https://example.com:444/data/api"],
            &["http://example.com:444/data/api", "https://example.com:444/api", "http://example.com:444/api"],
        );
    }

    #[test]
    fn plain_http_is_a_downgrade_only_where_https_was_meant() {
        let downgrades = |text: &str| {
            let candidates = Candidates::of(Some(text), &[8001]).unwrap();
            let all = candidates.first.into_iter().chain(candidates.otherwise);
            all.map(|candidate| candidate.is_downgrade).collect::<Vec<_>>()
        };
        assert_eq!(downgrades("example.com"), [false, true]);
        assert_eq!(downgrades("http://example.com"), [false, false]);
        assert_eq!(downgrades("https://localhost:1"), [false, true]);
    }

    #[test]
    fn what_may_be_a_token_is_not_kept() {
        for text in ["https://airbyte.example/api/v1?token=secret", "airbyte#access_token=secret"] {
            let candidates = Candidates::of(Some(text), &USUAL).unwrap();
            assert!(!format!("{candidates:?}").contains("secret"), "{text}");
        }
    }

    #[test]
    fn a_text_with_a_user_is_not_kept() {
        let candidates = Candidates::of(Some("http://me:secret@airbyte"), &USUAL).unwrap();
        assert_eq!(candidates.text, None);
        assert_eq!(candidates.credentials, Some(("me".to_owned(), "secret".to_owned())));
        assert!(!format!("{:?}", candidates.first).contains("secret"));
    }
}
