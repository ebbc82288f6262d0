//! Why there was no answer over HTTP.

use std::error::Error;
use std::fmt;
use std::io;

/// How far it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// The host name leads nowhere.
    UnknownHost,
    /// Nobody listens on the port.
    Refused,
    /// There is no way to the host.
    NoRoute,
    /// Nothing came back in time.
    Silent,
    /// HTTPS was spoken to something that does not speak it.
    NotTls,
    /// The certificate is not trusted: why.
    Certificate(&'static str),
    /// HTTPS was spoken, and the other side ended it.
    Handshake,
    /// What came back is no HTTP: mostly a port that speaks HTTPS, or a database.
    NotHttp,
}

impl Lost {
    /// Says whether somebody listens there.
    pub(super) fn is_connected(&self) -> bool {
        matches!(self, Self::NotTls | Self::Certificate(_) | Self::Handshake | Self::NotHttp)
    }
}

impl From<reqwest::Error> for Lost {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::Silent;
        }
        let mut kind = None;
        let mut texts = Vec::new();
        let mut cause: Option<&dyn Error> = error.source();
        while let Some(error) = cause {
            kind = error.downcast_ref::<io::Error>().map(io::Error::kind).or(kind);
            texts.push(error.to_string());
            cause = error.source();
        }
        classify(kind, &texts.join("; "), error.is_connect())
    }
}

/// `is_connect` also covers the TLS handshake, whose errors only their texts tell apart: the type is not public through reqwest.
fn classify(kind: Option<io::ErrorKind>, text: &str, is_connect: bool) -> Lost {
    use io::ErrorKind as Io;
    if let Some((_, reason)) = text.split_once("invalid peer certificate: ") {
        return Lost::Certificate(certificate(reason));
    }
    if text.contains("InvalidContentType") || text.contains("InvalidMessage") {
        return Lost::NotTls;
    }
    if text.contains("dns error") {
        return Lost::UnknownHost;
    }
    match kind {
        Some(Io::ConnectionRefused) => Lost::Refused,
        Some(Io::HostUnreachable | Io::NetworkUnreachable | Io::AddrNotAvailable) => Lost::NoRoute,
        Some(Io::TimedOut) => Lost::Silent,
        _ if is_connect => Lost::Handshake,
        _ => Lost::NotHttp,
    }
}

/// The reasons that people meet, by the beginnings of their texts.
const CERTIFICATES: [(&str, &str); 7] = [
    ("Expired", "it has expired"),
    ("certificate expired", "it has expired"),
    ("certificate not valid yet", "it is not valid yet"),
    ("NotValidForName", "it is for another host name"),
    ("certificate not valid for name", "it is for another host name"),
    ("UnknownIssuer", "this machine does not know who issued it"),
    ("Revoked", "it was revoked"),
];

fn certificate(reason: &str) -> &'static str {
    let known = CERTIFICATES.iter().find(|(beginning, _)| reason.starts_with(beginning));
    known.map_or("this machine does not accept it; is it signed by itself?", |(_, meaning)| meaning)
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownHost => "there is no host of this name",
            Self::Refused => "nothing listens there",
            Self::NoRoute => "there is no route to the host",
            Self::Silent => "no answer in time: a firewall, or nothing behind the address",
            Self::NotTls => "it listens, but does not speak HTTPS: use `http://`",
            Self::Certificate(reason) => return write!(f, "the certificate is not trusted: {reason}"),
            Self::Handshake => "it ended the encrypted connection before it began",
            Self::NotHttp => "it listens, but what it answers is not HTTP: it may speak HTTPS",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: io::ErrorKind, text: &str, is_connect: bool, expected: Lost) {
        assert_eq!(classify(Some(kind), text, is_connect), expected);
    }

    #[test]
    fn connections_that_fail_are_told_apart() {
        use io::ErrorKind as Io;
        check(Io::ConnectionRefused, "tcp connect error", true, Lost::Refused);
        check(Io::HostUnreachable, "tcp connect error", true, Lost::NoRoute);
        check(Io::Other, "dns error; failed to lookup address information", true, Lost::UnknownHost);
        check(Io::InvalidData, "received corrupt message of type InvalidContentType", true, Lost::NotTls);
        check(
            Io::InvalidData,
            "client error (Connect); invalid peer certificate: UnknownIssuer; x",
            true,
            Lost::Certificate("this machine does not know who issued it"),
        );
        let certificate =
            "invalid peer certificate: certificate not valid for name \"a\"; certificate is only valid for b";
        check(Io::InvalidData, certificate, true, Lost::Certificate("it is for another host name"));
        check(
            Io::InvalidData,
            "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))",
            true,
            Lost::Certificate("this machine does not accept it; is it signed by itself?"),
        );
        check(Io::UnexpectedEof, "tls handshake eof", true, Lost::Handshake);
        check(Io::InvalidData, "invalid HTTP version parsed", false, Lost::NotHttp);
    }
}
