//! Enums that let in values they do not know.

use std::{borrow::Cow, convert::Infallible, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value of the enum `T`, or one that a newer server has and the document
/// does not; that one is kept as it came.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Open<T> {
    /// A value that the document names.
    Known(T),
    /// Any other value.
    Unknown(String),
}

impl<T> Open<T> {
    /// Returns the value if the document names it.
    #[must_use]
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }
}

impl<T: fmt::Display> Open<T> {
    /// Returns the value as the server writes it.
    #[must_use]
    pub fn as_str(&self) -> Cow<'_, str> {
        match self {
            Self::Known(value) => Cow::Owned(value.to_string()),
            Self::Unknown(text) => Cow::Borrowed(text),
        }
    }
}

impl<T> From<T> for Open<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T: PartialEq> PartialEq<T> for Open<T> {
    fn eq(&self, other: &T) -> bool {
        self.known() == Some(other)
    }
}

impl<T: fmt::Display> fmt::Display for Open<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(value) => value.fmt(f),
            Self::Unknown(text) => f.write_str(text),
        }
    }
}

impl<T: FromStr> FromStr for Open<T> {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.parse().map_or_else(|_| Self::Unknown(text.to_owned()), Self::Known))
    }
}

impl<T: fmt::Display> Serialize for Open<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T: FromStr> Deserialize<'de> for Open<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(match text.parse() {
            Ok(value) => Self::Known(value),
            Err(_) => Self::Unknown(text),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn known_and_unknown_values_come_back_as_they_were() {
        for (text, is_known) in [("\"127.0.0.1\"", true), ("\"hibernating\"", false)] {
            let value: Open<IpAddr> = serde_json::from_str(text).unwrap();
            assert_eq!(value.known().is_some(), is_known);
            assert_eq!(serde_json::to_string(&value).unwrap(), text);
            assert_eq!(format!("\"{}\"", value.as_str()), text);
        }
    }

    #[test]
    fn a_known_value_equals_itself_and_nothing_else() {
        let loopback: IpAddr = "127.0.0.1".parse().unwrap();
        assert_eq!(Open::Known(loopback), loopback);
        assert_ne!(Open::Unknown("127.0.0.1".to_owned()), loopback);
        assert_eq!("x".parse::<Open<IpAddr>>(), Ok(Open::Unknown("x".to_owned())));
    }
}
