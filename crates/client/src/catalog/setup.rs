//! Setting up how one stream is copied, as far as its source allows.

use std::sync::Arc;

use airway_api_gen::{Open, types};

use super::stream::{DestinationSyncMode, Stream, SyncMode};
use super::{Catalog, CatalogError};

impl Stream {
    /// Reads only what is new, by `cursor` or else by the cursor that the source defines or suggests.
    ///
    /// # Errors
    ///
    /// A [`CatalogError`] with the valid choices.
    pub fn incremental(self, cursor: Option<&str>) -> Result<Self, CatalogError> {
        self.require_mode(SyncMode::Incremental)?;
        let own = self.source_cursor().map(<[String]>::to_vec);
        let path = match (cursor, own) {
            (_, own) if self.source_defines_cursor() => own.unwrap_or_default(),
            (Some(cursor), _) => self.field_path(cursor)?,
            (None, Some(own)) => own,
            (None, None) => return Err(self.missing("cursor")),
        };
        Ok(self.set(|config| {
            config.sync_mode = Some(Open::Known(SyncMode::Incremental));
            config.cursor_field = Some(path);
        }))
    }

    /// Reads everything on every run.
    ///
    /// # Errors
    ///
    /// [`CatalogError::SyncMode`] when the source cannot.
    pub fn full_refresh(self) -> Result<Self, CatalogError> {
        self.require_mode(SyncMode::FullRefresh)?;
        Ok(self.set(|config| {
            config.sync_mode = Some(Open::Known(SyncMode::FullRefresh));
            config.cursor_field = Some(Vec::new());
        }))
    }

    /// Sets how the stream is written.
    #[must_use]
    pub fn written_as(self, mode: DestinationSyncMode) -> Self {
        self.set(|config| config.destination_sync_mode = Some(Open::Known(mode)))
    }

    /// Keeps one record per primary key: `key`, or the one that the source defines.
    ///
    /// # Errors
    ///
    /// A [`CatalogError`] when a field of the key is unknown or there is no key.
    pub fn dedup(self, key: &[&str]) -> Result<Self, CatalogError> {
        Ok(self.with_primary_key(key)?.written_as(DestinationSyncMode::AppendDedup))
    }

    /// Sets the primary key, whatever the mode: `key`, or the one that the source defines.
    ///
    /// # Errors
    ///
    /// A [`CatalogError`] when a field of the key is unknown or there is no key.
    pub fn with_primary_key(self, key: &[&str]) -> Result<Self, CatalogError> {
        let key = match self.source_key() {
            Some(own) => own.to_vec(),
            None if key.is_empty() => return Err(self.missing("primary key")),
            None => key.iter().map(|field| self.field_path(field)).collect::<Result<_, _>>()?,
        };
        Ok(self.set(|config| config.primary_key = Some(key)))
    }

    /// Sets the cursor, whatever the mode; one that the source defines stays.
    ///
    /// # Errors
    ///
    /// [`CatalogError::NoField`] when the stream lacks it.
    pub fn with_cursor(self, cursor: &str) -> Result<Self, CatalogError> {
        if self.source_defines_cursor() {
            return Ok(self);
        }
        let path = self.field_path(cursor)?;
        Ok(self.set(|config| config.cursor_field = Some(path)))
    }

    /// Lets it go under another name than Airbyte makes from its own.
    ///
    /// Servers answer the usual name whatever was sent, so that another one is never a difference.
    #[must_use]
    pub fn with_alias(self, alias: impl Into<String>) -> Self {
        let alias = alias.into();
        self.set(|config| config.alias_name = Some(alias))
    }

    /// Copies only these fields, and those that cursor and primary key need.
    ///
    /// # Errors
    ///
    /// [`CatalogError::NoField`] when the stream lacks one of them.
    pub fn only_fields(self, fields: &[&str]) -> Result<Self, CatalogError> {
        let wanted = fields.iter().map(|field| self.field_path(field)).collect::<Result<Vec<_>, _>>()?;
        Ok(self.with_fields(wanted.into_iter().filter_map(|path| path.into_iter().next()).collect()))
    }

    /// Copies all fields but these.
    ///
    /// # Errors
    ///
    /// A [`CatalogError`] when the stream lacks one of them, or needs it as cursor or key.
    pub fn without_fields(self, fields: &[&str]) -> Result<Self, CatalogError> {
        let all = self.fields();
        if all.is_empty() {
            return Err(CatalogError::NoFields { stream: self.full_name() });
        }
        for field in fields {
            self.field_path(field)?;
            if let Some((field, role)) = needed(&self.config).find(|(needed, _)| needed == field) {
                return Err(CatalogError::Needed { stream: self.full_name(), field, role });
            }
        }
        Ok(self.with_fields(all.into_iter().filter(|name| !fields.contains(&name.as_str())).collect()))
    }

    /// Says what is still missing for it to be copied as it is set up.
    pub(crate) fn check_complete(&self) -> Result<(), CatalogError> {
        if self.is_incremental() && self.cursor().is_empty() && !self.source_defines_cursor() {
            return Err(self.missing("cursor"));
        }
        if self.deduplicates() && self.primary_key().is_empty() && self.source_key().is_none() {
            return Err(self.missing("primary key"));
        }
        Ok(())
    }

    /// Changes settings; the fields that cursor and key need stay among the selected ones.
    fn set(mut self, change: impl FnOnce(&mut types::AirbyteStreamConfiguration)) -> Self {
        let config = Arc::make_mut(&mut self.config);
        change(config);
        if config.field_selection_enabled == Some(true) {
            let needed: Vec<String> = needed(config).map(|(field, _)| field).collect();
            let selected = &mut config.selected_fields.get_or_insert_with(|| types::SelectedFields(Vec::new())).0;
            for field in needed {
                let path = Some(vec![field]);
                if !selected.iter().any(|selected| selected.field_path == path) {
                    selected.push(types::SelectedFieldInfo { field_path: path, ..Default::default() });
                }
            }
        }
        self
    }

    fn with_fields(self, mut names: Vec<String>) -> Self {
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        let info = |name| types::SelectedFieldInfo { field_path: Some(vec![name]), ..Default::default() };
        self.set(|config| {
            config.field_selection_enabled = Some(true);
            config.selected_fields = Some(types::SelectedFields(names.into_iter().map(info).collect()));
        })
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
}

/// Top-level fields that must be copied, and what for.
fn needed(config: &types::AirbyteStreamConfiguration) -> impl Iterator<Item = (String, &'static str)> {
    let cursor = config.cursor_field.iter().filter_map(|path| path.first()).map(|field| (field.clone(), "cursor"));
    let key = config.primary_key.iter().flatten().filter_map(|path| path.first());
    cursor.chain(key.map(|field| (field.clone(), "primary key")))
}

impl Catalog {
    /// Sets the cursor of every stream, whatever its mode; one that the source defines stays.
    ///
    /// # Errors
    ///
    /// [`CatalogError::NoField`] when a stream lacks it.
    pub fn with_cursor(&self, cursor: &str) -> Result<Self, CatalogError> {
        self.configure(|stream| stream.with_cursor(cursor))
    }

    /// Sets the primary key of every stream, whatever its mode; one that the source defines stays.
    ///
    /// # Errors
    ///
    /// A [`CatalogError`] when a stream lacks a field of the key, or has no key at all.
    pub fn with_primary_key(&self, key: &[&str]) -> Result<Self, CatalogError> {
        self.configure(|stream| stream.with_primary_key(key))
    }

    /// Lets the stream of this name go under another one.
    ///
    /// # Errors
    ///
    /// [`CatalogError::NoStream`] with the nearest names when there is none.
    pub fn with_alias(&self, stream: &str, alias: &str) -> Result<Self, CatalogError> {
        let name = self.stream(stream)?.full_name();
        self.configure(|stream| Ok(if stream.full_name() == name { stream.with_alias(alias) } else { stream }))
    }

    /// Returns the streams of both: a stream that both have is copied as `other` says.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let theirs: std::collections::HashSet<String> = other.streams.iter().map(Stream::full_name).collect();
        let ours = self.streams.iter().filter(|stream| !theirs.contains(&stream.full_name()));
        let id = self.id.clone().or_else(|| other.id.clone());
        Self { id, streams: ours.chain(&other.streams).cloned().collect() }
    }
}
