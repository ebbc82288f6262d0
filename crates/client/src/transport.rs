//! How requests travel: proxies, certificates, and that nothing is followed elsewhere.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::{Certificate, ClientBuilder, redirect};
use url::Url;

use crate::address::ServerAddress;
use crate::error::SettingsError;

/// What the HTTP client is made of, beside what single requests carry.
#[derive(Clone, Default)]
pub(crate) struct Transport {
    pub(crate) user_agent: Option<String>,
    pub(crate) proxy: Proxy,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) accepts_any_certificate: bool,
}

/// The proxy that requests go through.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) enum Proxy {
    /// What `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` name; never for this machine itself.
    #[default]
    Environment,
    /// None, whatever the environment says.
    Direct,
    /// This one, for everything.
    At(String),
}

/// Where the requests of a client go.
#[derive(Clone, Copy)]
pub(crate) struct Route {
    /// To this machine itself.
    pub(crate) is_loopback: bool,
    /// To nothing but servers that are spoken to in plain HTTP.
    pub(crate) is_plain: bool,
}

impl Route {
    pub(crate) fn to(server: &ServerAddress) -> Self {
        Self { is_loopback: server.is_loopback(), is_plain: server.is_plain() }
    }
}

impl Transport {
    pub(crate) fn client(&self, connect: Duration, route: Route) -> Result<reqwest::Client, SettingsError> {
        let user_agent = self.user_agent.as_deref().unwrap_or(concat!("airway/", env!("CARGO_PKG_VERSION")));
        let client = reqwest::Client::builder()
            .connect_timeout(connect)
            .user_agent(user_agent)
            // The API never redirects; a login page does, and must be handed neither bodies nor credentials.
            .redirect(redirect::Policy::none());
        let mut client = self.trusting(self.through_proxy(client, route.is_loopback)?)?;
        if !self.meets_certificates(route) {
            // Reading those of the system takes longer than a small script.
            client = client.tls_certs_only([]);
        }
        client.build().map_err(SettingsError::Http)
    }

    /// Whether anything on the way can show a certificate. A proxy that only the environment names may.
    fn meets_certificates(&self, route: Route) -> bool {
        let proxy_may = match &self.proxy {
            Proxy::Environment => !route.is_loopback,
            Proxy::Direct => false,
            Proxy::At(address) => address.trim().starts_with("https"),
        };
        !route.is_plain || proxy_may
    }

    fn through_proxy(&self, client: ClientBuilder, is_loopback: bool) -> Result<ClientBuilder, SettingsError> {
        Ok(match &self.proxy {
            Proxy::Environment if is_loopback => client.no_proxy(),
            Proxy::Environment => client,
            Proxy::Direct => client.no_proxy(),
            Proxy::At(address) => client.proxy(reqwest::Proxy::all(proxy_address(address)?).map_err(unusable)?),
        })
    }

    fn trusting(&self, mut client: ClientBuilder) -> Result<ClientBuilder, SettingsError> {
        if let Some(path) = &self.ca_file {
            let unreadable = |source| SettingsError::CaFile { path: path.clone(), source };
            let pem = std::fs::read(path).map_err(unreadable)?;
            let certificates = Certificate::from_pem_bundle(&pem).unwrap_or_default();
            if certificates.is_empty() {
                return Err(SettingsError::NoCertificates { path: path.clone() });
            }
            client = client.tls_certs_merge(certificates);
        }
        if self.accepts_any_certificate {
            tracing::warn!("certificates are not verified: anybody in between can read and change everything");
            client = client.tls_danger_accept_invalid_certs(true);
        }
        Ok(client)
    }
}

/// The address of a proxy; without a scheme, HTTP is spoken to it. What is wrong is told without the address, which may hold a
/// password.
fn proxy_address(given: &str) -> Result<Url, SettingsError> {
    let refused = |reason| SettingsError::Proxy { reason };
    let given = given.trim();
    let full = if given.contains("://") { given.to_owned() } else { format!("http://{given}") };
    let url = Url::parse(&full).map_err(|_| refused("it is no URL"))?;
    match (url.scheme(), url.host()) {
        (_, None) => Err(refused("it names no host")),
        ("http" | "https", Some(_)) => Ok(url),
        _ => Err(refused("only proxies that speak HTTP or HTTPS are known here")),
    }
}

fn unusable(_: reqwest::Error) -> SettingsError {
    SettingsError::Proxy { reason: "it is no URL" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_read_where_one_may_be_shown() {
        let meets = |proxy: Proxy, server: &str| {
            let transport = Transport { proxy, ..Transport::default() };
            transport.meets_certificates(Route::to(&server.parse().unwrap()))
        };
        assert!(meets(Proxy::Direct, "https://localhost:8001"));
        assert!(!meets(Proxy::Environment, "http://localhost:8001"));
        assert!(meets(Proxy::Environment, "http://airbyte.example"));
        assert!(meets(Proxy::At("https://proxy".to_owned()), "http://localhost:8001"));
        assert!(!meets(Proxy::At("proxy:3128".to_owned()), "http://airbyte.example"));
    }

    #[test]
    fn proxies_are_named_with_or_without_a_scheme() {
        let address = |given| proxy_address(given).map(|url| url.to_string()).map_err(|error| error.to_string());
        assert_eq!(address("proxy:3128").as_deref(), Ok("http://proxy:3128/"));
        assert_eq!(address("https://me:secret@proxy").as_deref(), Ok("https://me:secret@proxy/"));
        let refused = |reason: &str| Err(format!("the address of the proxy cannot be used: {reason}"));
        assert_eq!(address("socks5://proxy"), refused("only proxies that speak HTTP or HTTPS are known here"));
        assert_eq!(address("http://a b"), refused("it is no URL"));
        assert_eq!(address(""), refused("it is no URL"));
    }
}
