//! How long a server asks to be left alone.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

/// Reads `Retry-After` in both of its forms, seconds and a date. A date is compared with the server's own clock where the answer
/// tells it, because two clocks differ.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: HeaderName| headers.get(name)?.to_str().ok().map(str::trim);
    let given = text(RETRY_AFTER)?;
    if let Ok(seconds) = given.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = |text: &str| DateTimeParser::new().parse_timestamp(text).ok();
    let (until, now) = (date(given)?, text(DATE).and_then(date).unwrap_or(now));
    // What is over asks for nothing.
    Some(Duration::try_from(until.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &str, date: Option<&str>, expected: Option<u64>) {
        let mut headers = HeaderMap::from_iter([(RETRY_AFTER, given.parse().unwrap())]);
        headers.extend(date.map(|date| (DATE, date.parse().unwrap())));
        let now = "1994-11-06T08:49:00Z".parse().unwrap();
        assert_eq!(retry_after(&headers, now), expected.map(Duration::from_secs), "{given}");
    }

    #[test]
    fn seconds_and_dates_are_read() {
        check("120", None, Some(120));
        check("0", None, Some(0));
        check("Sun, 06 Nov 1994 08:49:37 GMT", None, Some(37));
        check("Sun, 06 Nov 1994 08:49:37 GMT", Some("Sun, 06 Nov 1994 08:49:30 GMT"), Some(7));
        check("Sun, 06 Nov 1994 08:00:00 GMT", None, Some(0));
        check("soon", None, None);
        check("-1", None, None);
        assert_eq!(retry_after(&HeaderMap::new(), Timestamp::UNIX_EPOCH), None);
    }
}
