//! What the timeline of a connection tells of an update: status, settings and catalog, each in an event of its own.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use crate::api_error::ApiError;
use crate::call::Call;
use crate::connectors::diff;
use crate::reads;
use crate::store::{Connection, NewEvent};

/// The settings whose changes are told, by their names in a `ConnectionRead`.
const SETTINGS: [&str; 10] = [
    "scheduleType",
    "scheduleData",
    "name",
    "namespaceDefinition",
    "namespaceFormat",
    "prefix",
    "resourceRequirements",
    "notifySchemaChanges",
    "nonBreakingChangesPreference",
    "backfillPreference",
];

/// Who made a change, and why.
#[derive(Clone, Copy)]
pub(super) struct Made<'a> {
    pub(super) by_user: bool,
    pub(super) reason: Option<&'a str>,
}

impl Made<'_> {
    /// Puts on the timeline what differs, nothing where nothing does. `streams` is the catalog that was replaced.
    pub(super) fn record(
        self,
        call: &Call<'_>,
        before: &Connection,
        after: &Connection,
        streams: Option<&[Value]>,
    ) -> Result<(), ApiError> {
        match (before.status.as_str(), after.status.as_str()) {
            ("active", "inactive") => {
                self.add(call, after, "CONNECTION_DISABLED", with_reason(json!({}), "disabledReason", self.reason))?;
            }
            ("inactive", "active") => self.add(call, after, "CONNECTION_ENABLED", json!({}))?,
            _ => {}
        }
        let patches = patches(&reads::connection(call, before, &[]), &reads::connection(call, after, &[]));
        if !patches.is_empty() {
            let summary = with_reason(json!({"patches": patches}), "updateReason", self.reason);
            self.add(call, after, "CONNECTION_SETTINGS_UPDATE", summary)?;
        }
        if let Some(changes) = streams.and_then(|streams| catalog_changes(streams, &after.streams)) {
            self.add(call, after, "SCHEMA_CONFIG_UPDATE", json!({"airbyteCatalogDiff": changes}))?;
        }
        Ok(())
    }

    fn add(self, call: &Call<'_>, connection: &Connection, kind: &str, summary: Value) -> Result<(), ApiError> {
        let (connection_id, by_user) = (connection.id.as_str(), self.by_user);
        Ok(call.store.add_event(&NewEvent { connection_id, kind, at: call.now, job_id: None, by_user, summary })?)
    }
}

fn with_reason(mut summary: Value, name: &str, reason: Option<&str>) -> Value {
    if let Some(reason) = reason {
        summary[name] = json!(reason);
    }
    summary
}

/// Returns what each changed setting was and is.
fn patches(before: &Value, after: &Value) -> Map<String, Value> {
    let changed = SETTINGS.iter().filter(|name| !after[**name].is_null() && before[**name] != after[**name]);
    changed.map(|name| ((*name).to_owned(), json!({"from": before[*name], "to": after[*name]}))).collect()
}

type Key<'a> = (Option<&'a str>, Option<&'a str>);

fn key(entry: &Value) -> Key<'_> {
    (entry["stream"]["namespace"].as_str(), entry["stream"]["name"].as_str())
}

/// Returns an `AirbyteCatalogDiff`: how the schemas of the streams changed that stayed, and how their configurations and
/// the choice of streams did; `None` where nothing changed.
fn catalog_changes(before: &[Value], after: &[Value]) -> Option<Value> {
    let old: HashMap<Key<'_>, &Value> = before.iter().map(|entry| (key(entry), entry)).collect();
    let new: HashSet<Key<'_>> = after.iter().map(key).collect();
    let stayed: Vec<(&Value, &Value)> = after
        .iter()
        .filter_map(|entry| Some((*old.get(&key(entry))?, entry)))
        .filter(|(old, new)| old != new)
        .collect();

    let enabled = after.iter().filter(|entry| !old.contains_key(&key(entry)));
    let disabled = before.iter().filter(|entry| !new.contains(&key(entry)));
    let status = |entry: &Value, status: &str| of_stream(entry, [("status", json!(status))]);
    let config = [
        ("streamsEnabled", enabled.map(|entry| status(entry, "enabled")).collect::<Vec<_>>()),
        ("streamsDisabled", disabled.map(|entry| status(entry, "disabled")).collect()),
        ("primaryKeysChanged", changed(&stayed, &[("primaryKey", "prev", "current")])),
        ("cursorFieldsChanged", changed(&stayed, &[("cursorField", "prev", "current")])),
        (
            "syncModesChanged",
            changed(
                &stayed,
                &[
                    ("syncMode", "prevSourceSyncMode", "currentSourceSyncMode"),
                    ("destinationSyncMode", "prevDestinationSyncMode", "currentDestinationSyncMode"),
                ],
            ),
        ),
    ];
    let config: Map<String, Value> = config
        .into_iter()
        .filter(|(_, told)| !told.is_empty())
        .map(|(name, told)| (name.to_owned(), Value::Array(told)))
        .collect();
    let (old, new): (Vec<Value>, Vec<Value>) = stayed.into_iter().map(|(old, new)| (old.clone(), new.clone())).unzip();
    let transforms = diff(&old, &new, &new);
    if transforms.is_empty() && config.is_empty() {
        return None;
    }
    Some(json!({"catalogDiff": {"transforms": transforms}, "catalogConfigDiff": config}))
}

/// Returns the streams of which any of these members of the configuration changed, with what they were and are.
fn changed(stayed: &[(&Value, &Value)], members: &[(&str, &str, &str)]) -> Vec<Value> {
    let differs =
        |(old, new): &&(&Value, &Value)| members.iter().any(|(name, ..)| old["config"][*name] != new["config"][*name]);
    let told = |(old, new): &(&Value, &Value)| {
        let told = members
            .iter()
            .flat_map(|(name, was, is)| [(*was, old["config"][*name].clone()), (*is, new["config"][*name].clone())]);
        of_stream(new, told)
    };
    stayed.iter().filter(differs).map(told).collect()
}

/// Returns an object that names a stream, with these members.
fn of_stream<'a>(entry: &Value, members: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let mut read = json!({"streamName": entry["stream"]["name"]});
    if let Some(namespace) = entry["stream"]["namespace"].as_str() {
        read["streamNamespace"] = json!(namespace);
    }
    for (name, value) in members {
        read[name] = value;
    }
    read
}
