//! What changed between two looks at a source, and whether a connection can live with it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use serde_json::Value;

use super::{Catalog, Stream};

/// How much a change of schema matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SchemaChange {
    /// Nothing changed.
    None,
    /// Something changed that every stream can go on with.
    NonBreaking,
    /// A stream lost what it is read or deduplicated by: it cannot go on as it is set up.
    Breaking,
}

/// The difference between two catalogs; made by [`Catalog::diff`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CatalogDiff {
    /// Full names of the streams that only the newer catalog has.
    pub added: Vec<String>,
    /// Full names of the streams that only the older catalog has.
    pub removed: Vec<String>,
    /// The streams that both have and that differ.
    pub changed: Vec<StreamDiff>,
}

/// What changed in one stream. Nested fields are written with dots.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct StreamDiff {
    /// Full name of the stream.
    pub stream: String,
    /// Fields that came.
    pub added: Vec<String>,
    /// Fields that went.
    pub removed: Vec<String>,
    /// Fields whose type changed.
    pub retyped: Vec<String>,
    /// Whether the source defines another primary key.
    pub key_changed: bool,
    /// Why the stream cannot go on as it is set up: "cursor `updated_at` is gone"; empty when it can.
    pub breaking: Vec<String>,
}

impl Catalog {
    /// Compares the streams with those of a newer look at the same source.
    ///
    /// The settings of *this* catalog decide what breaks, by Airbyte's rules: a field that went breaks a stream which reads by it
    /// or deduplicates by it, another source-defined key breaks a stream that deduplicates. Streams that went break nothing.
    ///
    /// ```
    /// use airway_client::{Catalog, SchemaChange};
    /// use serde_json::json;
    ///
    /// let orders = |fields: serde_json::Value| Catalog::from_json(&json!([{
    ///     "stream": {"name": "orders", "jsonSchema": {"properties": fields}},
    ///     "config": {"syncMode": "incremental", "cursorField": ["updated_at"]},
    /// }]));
    /// let before = orders(json!({"id": {}, "updated_at": {}}))?;
    /// let diff = before.diff(&orders(json!({"id": {}, "changed_at": {}}))?);
    /// assert_eq!(diff.change(), SchemaChange::Breaking);
    /// assert_eq!(diff.to_string(), "~ orders: + changed_at, - updated_at (breaking: cursor `updated_at` is gone)");
    /// # Ok::<(), airway_client::CatalogError>(())
    /// ```
    #[must_use]
    pub fn diff(&self, newer: &Self) -> CatalogDiff {
        let by_name: HashMap<String, &Stream> =
            newer.streams.iter().map(|stream| (stream.full_name(), stream)).collect();
        let mut diff = CatalogDiff::default();
        let mut known = HashSet::new();
        for old in &self.streams {
            let name = old.full_name();
            match by_name.get(&name) {
                Some(new) => diff.changed.extend(StreamDiff::between(old, new)),
                None => diff.removed.push(name.clone()),
            }
            known.insert(name);
        }
        let names = newer.streams.iter().map(Stream::full_name);
        diff.added = names.filter(|name| !known.contains(name)).collect();
        diff
    }
}

impl CatalogDiff {
    /// Returns how much it matters.
    #[must_use]
    pub fn change(&self) -> SchemaChange {
        if self.changed.iter().any(|stream| !stream.breaking.is_empty()) {
            SchemaChange::Breaking
        } else if self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty() {
            SchemaChange::None
        } else {
            SchemaChange::NonBreaking
        }
    }
}

type Path = Vec<String>;

impl StreamDiff {
    pub(super) fn has_other_fields(&self) -> bool {
        !(self.added.is_empty() && self.removed.is_empty() && self.retyped.is_empty())
    }

    fn between(old: &Stream, new: &Stream) -> Option<Self> {
        let key_changed = old.source_key() != new.source_key();
        // The same text is the same schema: nearly all streams of nearly all looks.
        if old.schema_text() == new.schema_text() && !key_changed {
            return None;
        }
        let (before, after) = (leaves(old), leaves(new));
        let only_in = |one: &BTreeMap<Path, Value>, other: &BTreeMap<Path, Value>| -> Vec<Path> {
            one.keys().filter(|path| !other.contains_key(*path)).cloned().collect()
        };
        let removed = only_in(&before, &after);
        // A stream that copies some of its fields is stored with those only: what it leaves out is no news.
        let selected = old.selected_fields();
        let is_news = |path: &Path| selected.as_ref().is_none_or(|selected| selected.contains(&path[0]));
        let retyped = before
            .iter()
            .filter(|(path, old)| after.get(*path).is_some_and(|new| new != *old) && old.get("properties").is_none());
        let diff = Self {
            stream: old.full_name(),
            added: dotted(only_in(&after, &before).iter().filter(|path| is_news(path))),
            retyped: dotted(retyped.map(|(path, _)| path)),
            breaking: reasons(old, new, &removed),
            removed: dotted(removed.iter()),
            key_changed,
        };
        let differs = key_changed || [&diff.added, &diff.removed, &diff.retyped].iter().any(|list| !list.is_empty());
        differs.then_some(diff)
    }
}

fn reasons(old: &Stream, new: &Stream, removed: &[Path]) -> Vec<String> {
    let mut reasons = Vec::new();
    if old.is_incremental() && removed.iter().any(|path| path == old.cursor()) {
        reasons.push(format!("cursor `{}` is gone", old.cursor().join(".")));
    }
    if old.deduplicates() {
        let lost = old.primary_key().iter().filter(|path| removed.contains(path));
        reasons.extend(lost.map(|path| format!("primary key `{}` is gone", path.join("."))));
        if old.source_key() != new.source_key() {
            reasons.push("the source defines another primary key".to_owned());
        }
    }
    reasons
}

/// Every field of a stream by its path, objects and what is in them alike.
fn leaves(stream: &Stream) -> BTreeMap<Path, Value> {
    fn walk(schema: &Value, path: &mut Path, found: &mut BTreeMap<Path, Value>) {
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            path.push(name.clone());
            walk(property, path, found);
            found.insert(path.clone(), property.clone());
            path.pop();
        }
    }
    let mut found = BTreeMap::new();
    walk(&stream.schema().unwrap_or_default(), &mut Vec::new(), &mut found);
    found
}

fn dotted<'a>(paths: impl Iterator<Item = &'a Path>) -> Vec<String> {
    paths.map(|path| path.join(".")).collect()
}

impl fmt::Display for SchemaChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::NonBreaking => "non_breaking",
            Self::Breaking => "breaking",
        })
    }
}

/// One line per stream: `+` came, `-` went, `~` changed.
impl fmt::Display for CatalogDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let added = self.added.iter().map(|name| format!("+ {name}"));
        let removed = self.removed.iter().map(|name| format!("- {name}"));
        let lines: Vec<String> = added.chain(removed).chain(self.changed.iter().map(ToString::to_string)).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl fmt::Display for StreamDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let marked = |mark: &'static str, fields: &[String]| -> Vec<String> {
            fields.iter().map(|field| format!("{mark} {field}")).collect()
        };
        let mut parts = [marked("+", &self.added), marked("-", &self.removed), marked("~", &self.retyped)].concat();
        if self.key_changed {
            parts.push("another primary key".to_owned());
        }
        write!(f, "~ {}: {}", self.stream, parts.join(", "))?;
        if self.breaking.is_empty() { Ok(()) } else { write!(f, " (breaking: {})", self.breaking.join(", ")) }
    }
}
