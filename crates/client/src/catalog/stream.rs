//! One stream: what the source says of it, and how it is to be copied.

use std::collections::BTreeMap;
use std::sync::Arc;

use airway_api_gen::{RawJson, types};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::api_form::is_usual_alias;

pub use types::{DestinationSyncMode, SyncMode};

/// A stream of a [`Catalog`](super::Catalog) with its settings. Clones share everything until one of them is changed.
///
/// The JSON schema of its records is kept as the text that it came as, and only read where a question needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    pub(super) name: Arc<str>,
    pub(super) namespace: Option<Arc<str>>,
    pub(super) schema: Option<RawJson>,
    /// What else its source says of it, which it says of most streams alike.
    pub(super) traits: Arc<types::AirbyteStream>,
    pub(super) config: Arc<types::AirbyteStreamConfiguration>,
    /// Its usual alias is part of its settings; `config` is without, so that it is the same for streams set up alike.
    pub(super) has_usual_alias: bool,
}

/// What is compared: everything that changes how a stream is copied, in one spelling.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Canonical {
    name: String,
    sync_mode: String,
    destination_sync_mode: String,
    cursor: Vec<String>,
    key: Vec<Vec<String>>,
    fields: Option<Vec<Vec<String>>>,
}

/// The names in a schema, without what stands behind them.
#[expect(clippy::zero_sized_map_values, reason = "a set cannot be read from an object")]
#[derive(Deserialize, Default)]
struct Names {
    #[serde(default)]
    properties: BTreeMap<String, IgnoredAny>,
}

impl Stream {
    /// Returns the stream's name without its namespace.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the namespace, such as a database schema.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref().filter(|namespace| !namespace.is_empty())
    }

    /// Returns `namespace.name`, or the name where there is no namespace.
    #[must_use]
    pub fn full_name(&self) -> String {
        full_name(self.namespace(), self.name())
    }

    pub(super) fn answers_to(&self, name: &str) -> bool {
        self.name() == name || self.full_name() == name
    }

    /// Returns the names of the top-level fields, sorted; empty when it declares no schema. Reads the schema.
    #[must_use]
    pub fn fields(&self) -> Vec<String> {
        let names = self.schema.as_ref().and_then(|schema| schema.parse::<Names>().ok());
        names.unwrap_or_default().properties.into_keys().collect()
    }

    /// Returns the JSON schema of the stream's records. Reads the schema.
    #[must_use]
    pub fn schema(&self) -> Option<Value> {
        self.schema.as_ref().and_then(|schema| schema.parse().ok())
    }

    /// Returns the JSON schema of the stream's records as the text that it came as.
    #[must_use]
    pub fn schema_text(&self) -> Option<&str> {
        self.schema.as_ref().map(RawJson::get)
    }

    /// Returns the modes in which the source can read the stream, as the server spells them.
    #[must_use]
    pub fn supported_sync_modes(&self) -> Vec<String> {
        self.traits.supported_sync_modes.iter().flatten().map(ToString::to_string).collect()
    }

    /// Returns how the stream is read: `full_refresh` or `incremental`.
    #[must_use]
    pub fn sync_mode(&self) -> String {
        self.config.sync_mode.as_ref().map_or_else(|| SyncMode::FullRefresh.to_string(), ToString::to_string)
    }

    /// Returns how the stream is written: `append`, `overwrite`, `append_dedup` …
    #[must_use]
    pub fn destination_sync_mode(&self) -> String {
        self.config
            .destination_sync_mode
            .as_ref()
            .map_or_else(|| DestinationSyncMode::Append.to_string(), ToString::to_string)
    }

    /// Returns the cursor field's path; empty when there is none.
    #[must_use]
    pub fn cursor(&self) -> &[String] {
        self.config.cursor_field.as_deref().unwrap_or_default()
    }

    /// Returns the primary key: the path of each field in it.
    #[must_use]
    pub fn primary_key(&self) -> &[Vec<String>] {
        self.config.primary_key.as_deref().unwrap_or_default()
    }

    /// Returns the fields that are copied; `None` when all are.
    #[must_use]
    pub fn selected_fields(&self) -> Option<Vec<String>> {
        let selected = self.config.selected_fields.as_ref().filter(|_| self.selects_fields())?;
        Some(selected.0.iter().filter_map(|field| field.field_path.as_ref()?.first().cloned()).collect())
    }

    /// Returns the name under which it goes, where that is another than Airbyte makes from its own.
    #[must_use]
    pub fn alias(&self) -> Option<&str> {
        let is_own = |alias: &&str| !alias.is_empty() && *alias != self.name() && !is_usual_alias(alias, self.name());
        self.config.alias_name.as_deref().filter(is_own)
    }

    pub(super) fn selects_fields(&self) -> bool {
        self.config.field_selection_enabled == Some(true)
    }

    pub(super) fn is_incremental(&self) -> bool {
        self.sync_mode() == SyncMode::Incremental.to_string()
    }

    pub(super) fn deduplicates(&self) -> bool {
        self.destination_sync_mode().ends_with("dedup")
    }

    /// The key that the source defines; one of a connection's own has no effect beside it.
    pub(super) fn source_key(&self) -> Option<&[Vec<String>]> {
        self.traits.source_defined_primary_key.as_deref().filter(|key| !key.is_empty())
    }

    pub(super) fn source_defines_cursor(&self) -> bool {
        self.traits.source_defined_cursor == Some(true)
    }

    /// The cursor that the source defines or suggests.
    pub(super) fn source_cursor(&self) -> Option<&[String]> {
        self.traits.default_cursor_field.as_deref().filter(|path| !path.is_empty())
    }

    pub(super) fn canonical(&self) -> Canonical {
        // What the source defines, or the mode does not use, is no setting.
        let cursor = match (self.is_incremental(), self.source_defines_cursor()) {
            (false, _) => &[],
            (true, true) => self.source_cursor().unwrap_or_default(),
            (true, false) => self.cursor(),
        };
        let key = if self.deduplicates() { self.source_key().unwrap_or(self.primary_key()) } else { &[] };
        let fields = self.selects_fields().then(|| {
            let selected = self.config.selected_fields.iter().flat_map(|fields| &fields.0);
            sorted(selected.map(|field| field.field_path.clone().unwrap_or_default()).collect())
        });
        Canonical {
            name: self.full_name(),
            sync_mode: self.sync_mode(),
            destination_sync_mode: self.destination_sync_mode(),
            cursor: cursor.to_vec(),
            key: sorted(key.to_vec()),
            fields,
        }
    }
}

/// Returns `namespace.name`, or the name where there is no namespace.
pub(crate) fn full_name(namespace: Option<&str>, name: &str) -> String {
    match namespace {
        Some(namespace) if !namespace.is_empty() => format!("{namespace}.{name}"),
        _ => name.to_owned(),
    }
}

fn sorted(mut paths: Vec<Vec<String>>) -> Vec<Vec<String>> {
    paths.sort();
    paths
}
