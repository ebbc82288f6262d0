//! Streams in the form of the API: taken from it, and given to it.

use std::sync::Arc;

use airway_api_gen::{Open, types};
use serde_json::{Value, json};

use super::CatalogError;
use super::recent::Recent;
use super::stream::{DestinationSyncMode, Stream, SyncMode};
use crate::suggest::nearest;

/// What streams of one catalog have in common, each kept once.
#[derive(Default)]
pub(super) struct InCommon {
    namespaces: Recent<str>,
    traits: Recent<types::AirbyteStream>,
    configs: Recent<types::AirbyteStreamConfiguration>,
}

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
    pub(super) fn of(item: types::AirbyteStreamAndConfiguration, common: &mut InCommon) -> Option<Self> {
        Self::from_parts(item.stream?, item.config.unwrap_or_default(), common)
    }

    fn from_parts(
        mut traits: types::AirbyteStream,
        mut config: types::AirbyteStreamConfiguration,
        common: &mut InCommon,
    ) -> Option<Self> {
        let name: Arc<str> = traits.name.take()?.into();
        let has_usual_alias = config.alias_name.as_deref().is_some_and(|alias| is_usual_alias(alias, &name));
        if has_usual_alias {
            config.alias_name = None;
        }
        Some(Self {
            name,
            namespace: traits.namespace.take().map(|namespace| common.namespaces.shared(namespace)),
            schema: traits.json_schema.take(),
            traits: common.traits.shared(traits),
            config: common.configs.shared(config),
            has_usual_alias,
        })
    }

    /// The same stream, with what it has in common with others kept once.
    pub(super) fn sharing(self, common: &mut InCommon) -> Self {
        Self { config: common.configs.shared(self.config), ..self }
    }

    /// The same settings for the stream as `newer` describes it, which may lack selected fields.
    pub(super) fn described_by(&self, newer: &Self) -> Self {
        let mut config = Arc::clone(&self.config);
        if self.selects_fields() {
            let fields = newer.fields();
            if let Some(selected) = Arc::make_mut(&mut config).selected_fields.as_mut().filter(|_| !fields.is_empty()) {
                let is_there = |path: &Vec<String>| path.first().is_some_and(|field| fields.contains(field));
                selected.0.retain(|field| field.field_path.as_ref().is_some_and(is_there));
            }
        }
        Self { config, has_usual_alias: self.has_usual_alias, ..newer.clone() }
    }

    /// With what nobody sets who chooses streams and modes, as it is `stored`.
    pub(super) fn keeping_from(mut self, stored: &Self) -> Self {
        let (theirs, ours) = (&stored.config, Arc::make_mut(&mut self.config));
        if ours.mappers.as_ref().is_none_or(Vec::is_empty) && theirs.mappers.is_some() {
            ours.mappers.clone_from(&theirs.mappers);
        }
        if ours.hashed_fields.is_none() {
            ours.hashed_fields.clone_from(&theirs.hashed_fields);
        }
        if ours.include_files != Some(true) {
            ours.include_files = theirs.include_files.or(ours.include_files);
        }
        if ours.destination_object_name.is_none() {
            ours.destination_object_name.clone_from(&theirs.destination_object_name);
        }
        self
    }

    pub(super) fn from_json(index: usize, item: &Value, common: &mut InCommon) -> Result<Self, CatalogError> {
        let malformed =
            |part: &str, reason: String| CatalogError::Malformed { path: format!("streams[{index}]{part}"), reason };
        let description: types::AirbyteStream =
            serde_json::from_value(item.get("stream").cloned().unwrap_or_else(|| json!({})))
                .map_err(|error| malformed(".stream", error.to_string()))?;
        let config: types::AirbyteStreamConfiguration =
            serde_json::from_value(item.get("config").cloned().unwrap_or_else(|| json!({})))
                .map_err(|error| malformed(".config", error.to_string()))?;
        // A misspelt setting would be kept as an unknown one, and the server would ignore it.
        if let Some(unknown) = config.extra.keys().next() {
            let nearest =
                nearest(unknown, SETTINGS).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
            return Err(malformed(".config", format!("`{unknown}` is not a setting of a stream{nearest}")));
        }
        Self::from_parts(description, config, common).ok_or_else(|| malformed(".stream.name", "is missing".to_owned()))
    }

    /// The form of the API, selected: a stream that is not would be dropped by the server.
    pub(super) fn to_api(&self) -> types::AirbyteStreamAndConfiguration {
        let mut config = (*self.config).clone();
        config.selected = Some(true);
        config.sync_mode.get_or_insert(Open::Known(SyncMode::FullRefresh));
        config.destination_sync_mode.get_or_insert(Open::Known(DestinationSyncMode::Append));
        if self.has_usual_alias {
            config.alias_name.get_or_insert_with(|| usual_alias(&self.name).collect());
        }
        let mut stream = (*self.traits).clone();
        stream.name = Some(self.name.to_string());
        stream.namespace = self.namespace.as_deref().map(str::to_owned);
        stream.json_schema.clone_from(&self.schema);
        types::AirbyteStreamAndConfiguration { stream: Some(stream), config: Some(config), ..Default::default() }
    }
}

/// The name under which a stream goes unless told otherwise.
fn usual_alias(name: &str) -> impl Iterator<Item = char> {
    name.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' })
}

pub(super) fn is_usual_alias(alias: &str, name: &str) -> bool {
    alias.chars().eq(usual_alias(name))
}
