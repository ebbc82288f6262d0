//! Server addresses in the forms that people paste.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// The base of a Config API, made from whatever a person has at hand.
///
/// Accepted: a bare host, host and port, `http(s)://` with or without `/api`, `/api/v1` or `/api/public/v1`, an address
/// copied from the browser (`…/workspaces/…`), a path prefix of a reverse proxy, and a user with password before `@`.
/// Without a scheme, loopback and private addresses and names without a dot are spoken to in plain HTTP, all others in HTTPS.
///
/// ```
/// use airway_client::ServerAddress;
///
/// let address: ServerAddress = "localhost:8001".parse()?;
/// assert_eq!(address.to_string(), "http://localhost:8001/api/v1");
/// # Ok::<(), airway_client::AddressError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ServerAddress {
    /// Without user, password, query and fragment; the path ends in `/api`.
    base: Url,
    credentials: Option<(String, String)>,
}

/// Why a text is no server address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Nothing was given.
    #[error("the server address is empty")]
    Empty,
    /// Not a URL.
    #[error("`{address}` is not a server address: {reason}")]
    Malformed {
        /// What was given, without a password.
        address: String,
        /// What the URL parser says.
        reason: url::ParseError,
    },
    /// Neither HTTP nor HTTPS.
    #[error("`{scheme}:` addresses are not spoken here, only `http:` and `https:`")]
    Scheme {
        /// The scheme that was given.
        scheme: String,
    },
}

/// The reference's address of a local Airbyte.
pub const DEFAULT_SERVER: &str = "http://localhost:8001/api/v1";

impl ServerAddress {
    /// Returns the base that operation paths such as `/v1/sources/list` are appended to, without a final slash.
    #[must_use]
    pub fn base(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// Says whether it is this machine, by its name or address.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self.base.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        }
    }

    /// Says whether it is spoken to in plain HTTP.
    pub(crate) fn is_plain(&self) -> bool {
        self.base.scheme() == "http"
    }

    /// Says whether both lead to one host and port in one way, so that what is secret to one is known to the other.
    #[must_use]
    pub fn is_same_origin(&self, other: &Self) -> bool {
        self.base.origin() == other.base.origin()
    }

    /// Returns user and password when the address named them.
    #[must_use]
    pub fn credentials(&self) -> Option<(&str, &str)> {
        self.credentials.as_ref().map(|(user, password)| (user.as_str(), password.as_str()))
    }
}

impl FromStr for ServerAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let mut base = parse(text)?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(AddressError::Scheme { scheme: base.scheme().to_owned() });
        }
        let credentials = (!base.username().is_empty()).then(|| {
            let decode = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
            (decode(base.username()), decode(base.password().unwrap_or_default()))
        });
        // Cannot fail: the scheme is HTTP, so there is a host.
        let _ = base.set_username("");
        let _ = base.set_password(None);
        base.set_query(None);
        base.set_fragment(None);
        let path = api_path(base.path());
        base.set_path(&path);
        Ok(Self { base, credentials })
    }
}

fn parse(text: &str) -> Result<Url, AddressError> {
    let malformed = |reason| AddressError::Malformed { address: without_password(text), reason };
    if text.contains("://") {
        return Url::parse(text).map_err(malformed);
    }
    let plain = Url::parse(&format!("http://{text}")).map_err(malformed)?;
    if is_near(&plain) { Ok(plain) } else { Url::parse(&format!("https://{text}")).map_err(malformed) }
}

const LOCAL_DOMAINS: [&str; 2] = ["localhost", "local"];

fn is_near(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            !name.contains('.') || LOCAL_DOMAINS.contains(&name.rsplit('.').next().unwrap_or_default())
        }
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_private(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback() || ip.is_unique_local(),
        None => false,
    }
}

/// The part of a pasted path up to and with `/api`.
fn api_path(path: &str) -> String {
    let mut prefix = path;
    for tail in ["/workspaces/", "/organization/", "/api/public/v1", "/api/public", "/api/v1", "/api"] {
        let cut = format!("{}/", path.trim_end_matches('/'));
        if let Some(at) = cut.find(&format!("{}/", tail.trim_end_matches('/'))) {
            prefix = &path[..at];
            break;
        }
    }
    format!("{}/api", prefix.trim_end_matches('/'))
}

fn without_password(text: &str) -> String {
    match (text.find("://").map_or(0, |at| at + 3), text.rfind('@')) {
        (start, Some(at)) if at > start => format!("{}…{}", &text[..start], &text[at..]),
        _ => text.to_owned(),
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/v1", self.base())
    }
}

impl fmt::Debug for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerAddress({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &str, expected: &str) {
        assert_eq!(
            given.parse::<ServerAddress>().map(|address| address.to_string()),
            Ok(expected.to_owned()),
            "{given}"
        );
    }

    #[test]
    fn every_pasted_form_leads_to_the_same_api() {
        for given in [
            "localhost:8001",
            " http://localhost:8001/ ",
            "http://localhost:8001/api",
            "http://localhost:8001/api/",
            "http://localhost:8001/api/v1",
            "http://localhost:8001/api/v1/",
            "http://localhost:8001/api/public/v1",
            "http://localhost:8001/workspaces/7d0e/connections?x=1#top",
            "http://airbyte:password@localhost:8001",
        ] {
            check(given, "http://localhost:8001/api/v1");
        }
    }

    #[test]
    fn names_of_the_internet_are_spoken_to_in_https_unless_told() {
        check("airbyte.example.com", "https://airbyte.example.com/api/v1");
        check("http://airbyte.example.com", "http://airbyte.example.com/api/v1");
        check("airbyte:8000", "http://airbyte:8000/api/v1");
        check("192.168.1.9:8000", "http://192.168.1.9:8000/api/v1");
        check("[::1]:8001", "http://[::1]:8001/api/v1");
    }

    #[test]
    fn the_prefix_of_a_reverse_proxy_is_kept() {
        check("https://data.example.com/airbyte/api/v1", "https://data.example.com/airbyte/api/v1");
        check("https://data.example.com/airbyte", "https://data.example.com/airbyte/api/v1");
        check("https://data.example.com/apis/airbyte", "https://data.example.com/apis/airbyte/api/v1");
    }

    #[test]
    fn user_and_password_are_taken_out_and_decoded() {
        let address: ServerAddress = "http://me:p%40ss+1&2@localhost:8000".parse().unwrap();
        assert_eq!(address.credentials(), Some(("me", "p@ss+1&2")));
        assert_eq!(format!("{address:?}"), "ServerAddress(http://localhost:8000/api/v1)");
    }

    #[test]
    fn this_machine_and_equal_origins_are_recognised() {
        let address = |text: &str| text.parse::<ServerAddress>().unwrap();
        for (text, expected) in [
            ("localhost", true),
            ("a.localhost:1", true),
            ("127.0.0.2", true),
            ("[::1]", true),
            ("10.0.0.1", false),
            ("localhost.example.com", false),
        ] {
            assert_eq!(address(text).is_loopback(), expected, "{text}");
        }
        assert!(address("https://a.com/x").is_same_origin(&address("a.com:443/y")));
        assert!(!address("https://a.com").is_same_origin(&address("http://a.com")));
    }

    #[test]
    fn what_is_no_address_is_refused_without_its_password() {
        assert_eq!("".parse::<ServerAddress>(), Err(AddressError::Empty));
        let error = "http://me:secret@local host".parse::<ServerAddress>().unwrap_err().to_string();
        assert_eq!(error, "`http://…@local host` is not a server address: invalid international domain name");
        let error = "ftp://localhost".parse::<ServerAddress>().unwrap_err().to_string();
        assert_eq!(error, "`ftp:` addresses are not spoken here, only `http:` and `https:`");
    }
}
