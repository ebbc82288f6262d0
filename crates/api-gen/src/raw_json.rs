//! JSON that is carried and not looked into.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::{Value, value::RawValue};

/// JSON as it came, byte for byte. Clones share the text.
///
/// The schemas of streams are of this type: a catalog of thousands of streams is mostly schemas, which are read, stored and
/// sent on, and hardly ever looked into.
#[derive(Debug, Clone)]
pub struct RawJson(Arc<RawValue>);

impl RawJson {
    /// Returns the text.
    #[must_use]
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// Reads the text as a `T`.
    ///
    /// # Errors
    ///
    /// When it is JSON of another shape.
    pub fn parse<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(self.get())
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(|raw| Self(raw.into()))
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Spelling aside: the same text is the same value, and only other texts are read.
impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
            || matches!((self.parse::<Value>(), other.parse::<Value>()), (Ok(one), Ok(two)) if one == two)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::types::AirbyteStream;

    #[test]
    fn a_schema_is_sent_on_as_it_came() {
        let text = r#"{"jsonSchema":{"z":  1.0, "a":[]},"name":"orders","moon":{"x":1}}"#;
        let stream: AirbyteStream = serde_json::from_str(text).unwrap();
        assert_eq!(stream.json_schema.as_ref().map(RawJson::get), Some(r#"{"z":  1.0, "a":[]}"#));
        assert_eq!(serde_json::to_string(&stream).unwrap(), text);
    }

    #[test]
    fn it_goes_into_values_and_comes_out_of_them() {
        let value = json!({"jsonSchema": {"a": 1}, "name": "orders"});
        let stream: AirbyteStream = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(json!(stream), value);
        assert_eq!(stream.json_schema.unwrap().parse::<Value>().unwrap(), json!({"a": 1}));
    }

    #[test]
    fn spelling_is_no_difference() {
        let raw = |text: &str| serde_json::from_str::<RawJson>(text).unwrap();
        assert_eq!(raw(r#"{"a": 1, "b": 2}"#), raw(r#"{"b":2,"a":1}"#));
        assert_ne!(raw(r#"{"a": 1}"#), raw(r#"{"a": 2}"#));
    }
}
