//! Secrets: values that never appear in a log, an error, a plan or `Debug` output.
//!
//! A [`Secret`] is a placeholder. The value itself stays in the [`Vault`] that made it, and takes the placeholder's
//! place in the bytes of a request on their way to the socket, nowhere earlier. Placeholders survive being put into
//! JSON or glued into longer strings, so `format!("postgres://u:{}@h", secret.placeholder())` works on the wire and
//! prints as `***` in every text that went through [`Vault::redact`].

use std::borrow::Cow;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, RwLock, RwLockReadGuard};

use serde::{Serialize, Serializer};
use serde_json::Value;
use zeroize::Zeroizing;

/// What Airbyte puts in the place of a stored secret when a configuration is read.
pub const SERVER_MASK: &str = "**********";

/// What this crate prints in the place of a secret.
pub const REDACTED: &str = "***";

// Private-use characters: JSON leaves them as they are, no configuration holds them, and changing the case of the
// digits between them changes nothing.
const OPEN: char = '\u{E0A1}';
const CLOSE: char = '\u{E0A2}';

// Shorter values would hide half of every text.
const SHORTEST_REDACTED: usize = 4;

/// Keeps the values of secrets and hands out placeholders for them. Clones share one content.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    nonce: u64,
    values: RwLock<Vec<Zeroizing<String>>>,
}

/// Stands for a secret value; made by [`Vault::conceal`].
///
/// Serialises as its placeholder, so it can be put into `serde_json::json!` like any other value.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(Arc<str>);

/// A placeholder that no value of this vault belongs to: nothing may be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a secret in the request was cut, changed or made by another vault")]
pub struct UnknownSecret;

impl Vault {
    /// Makes an empty vault.
    #[must_use]
    pub fn new() -> Self {
        // Tells vaults apart; need not be unguessable.
        let nonce = RandomState::new().hash_one(std::process::id());
        Self(Arc::new(Inner { nonce, values: RwLock::default() }))
    }

    /// Stores a value and returns the placeholder for it. Equal values get one placeholder.
    #[must_use]
    pub fn conceal(&self, value: impl Into<String>) -> Secret {
        let value = Zeroizing::new(value.into());
        let mut values = self.0.values.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let index = values.iter().position(|known| *known == value).unwrap_or_else(|| {
            values.push(value);
            values.len() - 1
        });
        Secret(format!("{OPEN}{}:{index}{CLOSE}", self.0.nonce).into())
    }

    /// Returns `text` with every placeholder replaced by its value, escaped to stand inside a JSON string;
    /// `None` when it holds no placeholder.
    ///
    /// # Errors
    ///
    /// [`UnknownSecret`] when a placeholder is damaged or another vault's.
    pub fn reveal_json(&self, text: &str) -> Result<Option<String>, UnknownSecret> {
        self.substitute(text, |value| match quoted(value) {
            Some(quoted) => Cow::Owned(quoted.to_string()),
            None => Cow::Borrowed(value),
        })
    }

    /// Returns a copy of `value` with every placeholder replaced by the value it stands for.
    ///
    /// # Errors
    ///
    /// [`UnknownSecret`] when a placeholder is damaged or another vault's.
    pub(crate) fn reveal_value(&self, value: &Value) -> Result<Value, UnknownSecret> {
        Ok(match value {
            Value::String(text) => match self.substitute(text, |value| Cow::Borrowed(value))? {
                Some(revealed) => Value::String(revealed),
                None => value.clone(),
            },
            Value::Array(items) => items.iter().map(|item| self.reveal_value(item)).collect::<Result<_, _>>()?,
            Value::Object(members) => members
                .iter()
                .map(|(key, member)| Ok((key.clone(), self.reveal_value(member)?)))
                .collect::<Result<serde_json::Map<_, _>, _>>()?
                .into(),
            _ => value.clone(),
        })
    }

    /// Returns `text` with every placeholder and every stored value of four or more bytes replaced by `***`.
    #[must_use]
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut out = Cow::Borrowed(text);
        while let Some(start) = out.find(OPEN) {
            // One that was cut ends where its number does.
            let number = start + OPEN.len_utf8();
            let end = out[number..].find(|c: char| !c.is_ascii_digit() && c != ':').map_or(out.len(), |at| number + at);
            let end = if out[end..].starts_with(CLOSE) { end + CLOSE.len_utf8() } else { end };
            out.to_mut().replace_range(start..end, REDACTED);
        }
        let values = self.values();
        // Servers quote what they were sent, and quoted it looks different.
        let quoted: Vec<Zeroizing<String>> = values.iter().filter_map(|value| quoted(value)).collect();
        let mut hidden: Vec<&str> = values.iter().chain(&quoted).map(|value| value.as_str()).collect();
        // A value may hold another: the longer one goes first.
        hidden.sort_by_key(|value| std::cmp::Reverse(value.len()));
        for value in hidden.into_iter().filter(|value| value.len() >= SHORTEST_REDACTED) {
            if out.contains(value) {
                out = Cow::Owned(out.replace(value, REDACTED));
            }
        }
        out
    }

    fn values(&self) -> RwLockReadGuard<'_, Vec<Zeroizing<String>>> {
        self.0.values.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn substitute(
        &self,
        text: &str,
        spell: impl for<'v> Fn(&'v str) -> Cow<'v, str>,
    ) -> Result<Option<String>, UnknownSecret> {
        if !text.contains([OPEN, CLOSE]) {
            return Ok(None);
        }
        let values = self.values();
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(OPEN) {
            let (before, token) = (&rest[..start], &rest[start + OPEN.len_utf8()..]);
            let end = token.find(CLOSE).ok_or(UnknownSecret)?;
            let value = self.index_of(&token[..end]).and_then(|index| values.get(index)).ok_or(UnknownSecret)?;
            out.push_str(before);
            out.push_str(&spell(value));
            rest = &token[end + CLOSE.len_utf8()..];
        }
        if rest.contains(CLOSE) {
            return Err(UnknownSecret);
        }
        out.push_str(rest);
        Ok(Some(out))
    }

    fn index_of(&self, token: &str) -> Option<usize> {
        let (nonce, index) = token.split_once(':')?;
        (nonce.parse() == Ok(self.0.nonce)).then(|| index.parse().ok())?
    }
}

impl Default for Vault {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({} secrets)", self.values().len())
    }
}

impl Secret {
    /// Returns the text that stands for the value until a request is sent.
    #[must_use]
    pub fn placeholder(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({REDACTED})")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// The value as it stands inside a JSON string; `None` where that is no different.
fn quoted(value: &str) -> Option<Zeroizing<String>> {
    let quoted = Zeroizing::new(Value::from(value).to_string());
    let inside = &quoted[1..quoted.len() - 1];
    (inside != value).then(|| Zeroizing::new(inside.to_owned()))
}

/// Says whether a text holds the placeholder of a secret.
pub(crate) fn holds_placeholder(text: &str) -> bool {
    text.contains(OPEN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_placeholder_becomes_the_escaped_value_in_json() {
        let vault = Vault::new();
        let password = vault.conceal("a\"b\\c\nd");
        let body = json!({"password": password, "url": format!("pg://u:{}@h", password.placeholder())}).to_string();

        let sent = vault.reveal_json(&body).unwrap().unwrap();

        let sent: Value = serde_json::from_str(&sent).unwrap();
        assert_eq!(sent, json!({"password": "a\"b\\c\nd", "url": "pg://u:a\"b\\c\nd@h"}));
    }

    #[test]
    fn text_without_a_placeholder_is_left_alone() {
        assert_eq!(Vault::new().reveal_json("{\"a\":1}"), Ok(None));
    }

    #[test]
    fn a_damaged_or_foreign_placeholder_is_refused() {
        let vault = Vault::new();
        let secret = vault.conceal("value");
        let cut: String = secret.placeholder().chars().skip(1).collect();
        assert_eq!(vault.reveal_json(&cut), Err(UnknownSecret));
        let cut: String = secret.placeholder().chars().take(5).collect();
        assert_eq!(vault.reveal_json(&cut), Err(UnknownSecret));
        assert_eq!(Vault::new().reveal_json(secret.placeholder()), Err(UnknownSecret));
    }

    #[test]
    fn values_and_placeholders_are_redacted_longest_first() {
        let vault = Vault::new();
        let (short, long) = (vault.conceal("hunter"), vault.conceal("hunter2-long"));
        let text = format!("{} hunter2-long hunter {}", short.placeholder(), long.placeholder());
        assert_eq!(vault.redact(&text), "*** *** *** ***");
        // One that was cut takes nothing else with it.
        let cut: String = short.placeholder().chars().take(6).collect();
        assert_eq!(vault.redact(&format!("{cut}, and more")), "***, and more");
    }

    #[test]
    fn a_value_is_redacted_where_it_is_quoted_too() {
        let vault = Vault::new();
        let _ = vault.conceal("a\"b\\c");
        let body = json!({"message": "no `a\"b\\c`"}).to_string();
        assert_eq!(vault.redact(&body), r#"{"message":"no `***`"}"#);
    }

    #[test]
    fn values_shorter_than_four_bytes_do_not_hide_ordinary_text() {
        let vault = Vault::new();
        let _ = vault.conceal("a");
        assert_eq!(vault.redact("banana"), "banana");
    }

    #[test]
    fn debug_and_display_show_nothing() {
        let vault = Vault::new();
        let secret = vault.conceal("hunter2");
        assert_eq!(format!("{secret} {secret:?} {vault:?}"), "*** Secret(***) Vault(1 secrets)");
    }
}
