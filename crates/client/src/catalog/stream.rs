//! One stream: what the source says of it, and how it is to be copied.

use airway_api_gen::{Open, types};
use serde_json::{Value, json};

use super::CatalogError;
use crate::suggest::nearest;

pub use types::{DestinationSyncMode, SyncMode};

/// A stream of a [`Catalog`](super::Catalog) with its settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    description: types::AirbyteStream,
    config: types::AirbyteStreamConfiguration,
}

/// What is compared: everything that changes how a stream is copied, in one spelling.
pub(super) type Canonical = (String, String, String, Vec<String>, Vec<Vec<String>>, Option<Vec<Vec<String>>>);

/// The settings that people write by hand.
const SETTINGS: [&str; 8] = [
    "syncMode",
    "cursorField",
    "destinationSyncMode",
    "primaryKey",
    "aliasName",
    "selected",
    "fieldSelectionEnabled",
    "selectedFields",
];

impl Stream {
    /// `None` for an item without a name, which no server can mean.
    pub(super) fn of(item: types::AirbyteStreamAndConfiguration) -> Option<Self> {
        let description = item.stream?;
        description.name.as_ref()?;
        Some(Self { description, config: item.config.unwrap_or_default() })
    }

    pub(super) fn from_json(index: usize, item: &Value) -> Result<Self, CatalogError> {
        let malformed =
            |part: &str, reason: String| CatalogError::Malformed { path: format!("streams[{index}]{part}"), reason };
        let description: types::AirbyteStream =
            serde_json::from_value(item.get("stream").cloned().unwrap_or_else(|| json!({})))
                .map_err(|error| malformed(".stream", error.to_string()))?;
        if description.name.is_none() {
            return Err(malformed(".stream.name", "is missing".to_owned()));
        }
        let config: types::AirbyteStreamConfiguration =
            serde_json::from_value(item.get("config").cloned().unwrap_or_else(|| json!({})))
                .map_err(|error| malformed(".config", error.to_string()))?;
        // A misspelt setting would be kept as an unknown one, and the server would ignore it.
        if let Some(unknown) = config.extra.keys().next() {
            let nearest =
                nearest(unknown, SETTINGS).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
            return Err(malformed(".config", format!("`{unknown}` is not a setting of a stream{nearest}")));
        }
        Ok(Self { description, config })
    }

    pub(super) fn into_api(self) -> types::AirbyteStreamAndConfiguration {
        let mut config = self.config;
        config.selected = Some(true);
        config.sync_mode.get_or_insert(Open::Known(SyncMode::FullRefresh));
        config.destination_sync_mode.get_or_insert(Open::Known(DestinationSyncMode::Append));
        types::AirbyteStreamAndConfiguration {
            stream: Some(self.description),
            config: Some(config),
            ..Default::default()
        }
    }

    /// Returns the stream's name without its namespace.
    #[must_use]
    pub fn name(&self) -> &str {
        self.description.name.as_deref().unwrap_or_default()
    }

    /// Returns the namespace, such as a database schema.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.description.namespace.as_deref().filter(|namespace| !namespace.is_empty())
    }

    /// Returns `namespace.name`, or the name where there is no namespace.
    #[must_use]
    pub fn full_name(&self) -> String {
        self.namespace().map_or_else(|| self.name().to_owned(), |namespace| format!("{namespace}.{}", self.name()))
    }

    pub(super) fn answers_to(&self, name: &str) -> bool {
        self.name() == name || self.full_name() == name
    }

    /// Returns the names of the top-level fields, sorted; empty when it declares no schema.
    #[must_use]
    pub fn fields(&self) -> Vec<String> {
        let schema = self.description.json_schema.as_ref();
        let properties = schema.and_then(|schema| schema.get("properties")).and_then(Value::as_object);
        properties.into_iter().flatten().map(|(name, _)| name.clone()).collect()
    }

    /// Returns the JSON schema of the stream's records.
    #[must_use]
    pub fn schema(&self) -> Option<Value> {
        self.description.json_schema.as_ref().map(|schema| json!(schema))
    }

    /// Returns the modes in which the source can read the stream, as the server spells them.
    #[must_use]
    pub fn supported_sync_modes(&self) -> Vec<String> {
        self.description.supported_sync_modes.iter().flatten().map(ToString::to_string).collect()
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

    /// Reads only what is new, by `cursor` or else by the cursor that the source defines or suggests.
    ///
    /// # Errors
    ///
    /// A [`CatalogError`] with the valid choices.
    pub fn incremental(mut self, cursor: Option<&str>) -> Result<Self, CatalogError> {
        self.require_mode(SyncMode::Incremental)?;
        let own = self.description.default_cursor_field.clone().filter(|path| !path.is_empty());
        let source_defined = self.description.source_defined_cursor == Some(true);
        let path = match (cursor, own) {
            (_, own) if source_defined => own.unwrap_or_default(),
            (Some(cursor), _) => self.field_path(cursor)?,
            (None, Some(own)) => own,
            (None, None) => return Err(self.missing("cursor")),
        };
        self.config.sync_mode = Some(Open::Known(SyncMode::Incremental));
        self.config.cursor_field = Some(path);
        Ok(self)
    }

    /// Reads everything on every run.
    ///
    /// # Errors
    ///
    /// [`CatalogError::SyncMode`] when the source cannot.
    pub fn full_refresh(mut self) -> Result<Self, CatalogError> {
        self.require_mode(SyncMode::FullRefresh)?;
        self.config.sync_mode = Some(Open::Known(SyncMode::FullRefresh));
        self.config.cursor_field = Some(Vec::new());
        Ok(self)
    }

    /// Sets how the stream is written.
    #[must_use]
    pub fn written_as(mut self, mode: DestinationSyncMode) -> Self {
        self.config.destination_sync_mode = Some(Open::Known(mode));
        self
    }

    /// Keeps one record per primary key: `key`, or the one that the source defines.
    ///
    /// # Errors
    ///
    /// A [`CatalogError`] when a field of the key is unknown or there is no key.
    pub fn dedup(mut self, key: &[&str]) -> Result<Self, CatalogError> {
        let own = self.description.source_defined_primary_key.clone().filter(|key| !key.is_empty());
        let key = match own {
            Some(own) => own,
            None if key.is_empty() => return Err(self.missing("primary key")),
            None => key.iter().map(|field| self.field_path(field)).collect::<Result<_, _>>()?,
        };
        self.config.primary_key = Some(key);
        Ok(self.written_as(DestinationSyncMode::AppendDedup))
    }

    /// Copies only these fields, and those that cursor and primary key need.
    ///
    /// # Errors
    ///
    /// [`CatalogError::NoField`] when the stream lacks one of them.
    pub fn only_fields(self, fields: &[&str]) -> Result<Self, CatalogError> {
        let wanted = fields.iter().map(|field| self.field_path(field)).collect::<Result<Vec<_>, _>>()?;
        let mut names: Vec<String> = wanted.into_iter().filter_map(|path| path.into_iter().next()).collect();
        names.extend(self.needed().map(|(field, _)| field));
        Ok(self.with_fields(names))
    }

    /// Copies all fields but these.
    ///
    /// # Errors
    ///
    /// A [`CatalogError`] when the stream lacks one of them, or needs it as cursor or key.
    pub fn without_fields(self, fields: &[&str]) -> Result<Self, CatalogError> {
        for field in fields {
            self.field_path(field)?;
            if let Some((field, role)) = self.needed().find(|(needed, _)| needed == field) {
                return Err(CatalogError::Needed { stream: self.full_name(), field, role });
            }
        }
        let kept = self.fields().into_iter().filter(|name| !fields.contains(&name.as_str())).collect();
        Ok(self.with_fields(kept))
    }

    fn with_fields(mut self, mut names: Vec<String>) -> Self {
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        let selected = names
            .into_iter()
            .map(|name| types::SelectedFieldInfo { field_path: Some(vec![name]), ..Default::default() })
            .collect::<Vec<_>>();
        self.config.field_selection_enabled = Some(true);
        self.config.selected_fields = Some(types::SelectedFields(selected));
        self
    }

    /// Top-level fields that must be copied, and what for.
    fn needed(&self) -> impl Iterator<Item = (String, &'static str)> {
        let cursor = self.cursor().first().map(|field| (field.clone(), "cursor"));
        let key = self.primary_key().iter().filter_map(|path| path.first()).map(|field| (field.clone(), "primary key"));
        cursor.into_iter().chain(key)
    }

    /// A field by name, or by dotted path where no field has the dots in its name.
    fn field_path(&self, field: &str) -> Result<Vec<String>, CatalogError> {
        let fields = self.fields();
        if fields.is_empty() || fields.iter().any(|known| known == field) {
            return Ok(vec![field.to_owned()]);
        }
        let path: Vec<String> = field.split('.').map(str::to_owned).collect();
        if path.len() > 1 && fields.contains(&path[0]) { Ok(path) } else { Err(CatalogError::no_field(self, field)) }
    }

    fn require_mode(&self, mode: SyncMode) -> Result<(), CatalogError> {
        let supported = self.supported_sync_modes();
        // Streams written by hand do not say what they support: then the server is the judge.
        if supported.is_empty() || supported.contains(&mode.to_string()) {
            return Ok(());
        }
        Err(CatalogError::SyncMode { stream: self.full_name(), mode, supported })
    }

    fn missing(&self, role: &'static str) -> CatalogError {
        CatalogError::Missing { stream: self.full_name(), role, fields: self.fields() }
    }

    pub(super) fn canonical(&self) -> Canonical {
        let incremental = self.sync_mode() == SyncMode::Incremental.to_string();
        let deduplicates = self.destination_sync_mode().contains("dedup");
        // What the source defines, or the mode does not use, is no setting.
        let cursor_set = incremental && self.description.source_defined_cursor != Some(true);
        let mut key = if deduplicates { self.primary_key().to_vec() } else { Vec::new() };
        key.sort();
        let fields = (self.config.field_selection_enabled == Some(true)).then(|| {
            let selected = self.config.selected_fields.iter().flat_map(|fields| &fields.0);
            let mut fields: Vec<Vec<String>> =
                selected.map(|field| field.field_path.clone().unwrap_or_default()).collect();
            fields.sort();
            fields
        });
        let cursor = if cursor_set { self.cursor().to_vec() } else { Vec::new() };
        (self.full_name(), self.sync_mode(), self.destination_sync_mode(), cursor, key, fields)
    }
}
