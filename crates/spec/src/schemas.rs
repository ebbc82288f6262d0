//! Named schemas that are read when the first of them is asked for.

use std::sync::OnceLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::walk::Object;

/// Schemas by their names, kept as text: most programs ask for none, and reading them takes longer than all else of an index.
#[derive(Debug, Clone)]
pub(crate) struct Schemas {
    text: Box<RawValue>,
    read: OnceLock<Object>,
}

impl Schemas {
    pub(crate) fn of(schemas: &Object) -> Self {
        let text = serde_json::value::to_raw_value(schemas).expect("schemas are JSON");
        Self { text, read: OnceLock::new() }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.all().get(name)
    }

    /// What is no object has no schemas.
    fn all(&self) -> &Object {
        self.read.get_or_init(|| serde_json::from_str(self.text.get()).unwrap_or_default())
    }
}

impl PartialEq for Schemas {
    fn eq(&self, other: &Self) -> bool {
        self.all() == other.all()
    }
}

impl Serialize for Schemas {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Schemas {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { text: Deserialize::deserialize(deserializer)?, read: OnceLock::new() })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn they_are_written_as_they_came_and_read_by_name() {
        let text = r#"{"Tag":{"type":"object"},  "Job":{}}"#;
        let schemas: Schemas = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&schemas).unwrap(), text);
        assert_eq!(schemas.get("Tag"), Some(&json!({"type": "object"})));
        assert_eq!(schemas.get("Tog"), None);
        assert_eq!(schemas, Schemas::of(json!({"Job": {}, "Tag": {"type": "object"}}).as_object().unwrap()));
    }

    #[test]
    fn what_is_no_object_has_none() {
        assert_eq!(serde_json::from_str::<Schemas>("[1]").unwrap().get("Tag"), None);
    }
}
