//! What a source finds. Databases draw on data sets, chosen by name; other sources list streams of their own.

mod dataset;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::team::Offered;
use crate::lifecycle::descriptor;
use dataset::{Table, tables_of};

/// How much a stream holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Volume {
    pub(crate) records: u64,
    pub(crate) bytes_per_record: u64,
}

/// How a source comes by its streams.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Discover {
    from: From,
    #[serde(default)]
    namespace: Namespace,
    /// Which configurations read a change log instead of querying.
    change_log: Option<ChangeLog>,
    /// Whether streams can be read from a cursor on.
    #[serde(default = "yes")]
    incremental: bool,
    /// Whether the source itself decides the cursor.
    #[serde(default)]
    source_defined_cursor: bool,
    /// A pointer to a number that replaces the records of the first table.
    records_at: Option<String>,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum From {
    /// A data set, named by the value at the pointer.
    Database(String),
    /// Tables of its own.
    Tables(Vec<Table>),
    /// One stream, named by the last path segment at the pointer, shaped like the table.
    One { at: String, like: Table },
    /// Streams as a connector printed them.
    Streams(Vec<Offered>),
    /// A stream per item of the array at the pointer, each named by its `name`, shaped like the table.
    Each { at: String, like: Table },
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Namespace {
    #[default]
    None,
    Fixed(String),
    /// The text at the pointer.
    At(String),
    /// The first text of the list at the pointer, else the given one; further ones hold nothing.
    Schemas {
        at: String,
        default: String,
    },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ChangeLog {
    at: String,
    equals: Vec<String>,
    cursor: String,
}

impl Discover {
    /// Returns the streams as a source reports them.
    pub(crate) fn streams(&self, configuration: &Value) -> Vec<Value> {
        if let From::Streams(offered) = &self.from {
            return offered.iter().map(|offered| offered.stream.clone()).collect();
        }
        let namespace = self.namespace.of(configuration);
        let change_log = self.change_log.as_ref().filter(|log| log.applies(configuration));
        self.tables(configuration)
            .iter()
            .map(|table| {
                let modes = if self.incremental { vec!["full_refresh", "incremental"] } else { vec!["full_refresh"] };
                let mut stream = json!({
                    "name": table.name,
                    "jsonSchema": table.json_schema(change_log.map(|log| log.cursor.as_str())),
                    "supportedSyncModes": modes,
                    "sourceDefinedCursor": self.source_defined_cursor || change_log.is_some(),
                    "defaultCursorField": [],
                    "sourceDefinedPrimaryKey": table.key.iter().map(|field| vec![field]).collect::<Vec<_>>(),
                    "isResumable": self.incremental && !table.key.is_empty(),
                    "isFileBased": false,
                });
                if let Some(log) = change_log {
                    stream["defaultCursorField"] = json!([log.cursor]);
                } else if self.source_defined_cursor {
                    stream["defaultCursorField"] = json!(table.cursor.as_slice());
                }
                if let Some(namespace) = &namespace {
                    stream["namespace"] = json!(namespace);
                }
                stream
            })
            .collect()
    }

    /// Returns how much each stream holds.
    pub(crate) fn volumes(&self, configuration: &Value) -> Vec<(Value, Volume)> {
        if let From::Streams(offered) = &self.from {
            return offered.iter().map(Offered::volume).collect();
        }
        let namespace = self.namespace.of(configuration);
        self.tables(configuration)
            .iter()
            .map(|table| {
                let volume = Volume { records: table.records, bytes_per_record: table.bytes };
                (descriptor(&table.name, namespace.as_deref()), volume)
            })
            .collect()
    }

    fn tables(&self, configuration: &Value) -> Vec<Table> {
        let text = |at: &str| configuration.pointer(at).and_then(Value::as_str).unwrap_or_default();
        let mut tables = match &self.from {
            From::Database(at) => tables_of(text(at)),
            From::Tables(tables) => tables.clone(),
            From::Streams(_) => Vec::new(),
            From::One { at, like } => vec![like.named(last_segment(text(at)))],
            From::Each { at, like } => configuration
                .pointer(at)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|item| item["name"].as_str())
                .map(|name| like.named(name))
                .collect(),
        };
        if let Some(records) = self.records_at.as_ref().and_then(|at| configuration.pointer(at)?.as_u64())
            && let Some(first) = tables.first_mut()
        {
            first.records = records;
        }
        tables
    }
}

/// Returns the last piece of a path or URL that could name a stream.
fn last_segment(text: &str) -> &str {
    let path = text.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    if last.is_empty() { "records" } else { last }
}

impl Namespace {
    fn of(&self, configuration: &Value) -> Option<String> {
        match self {
            Self::None => None,
            Self::Fixed(name) => Some(name.clone()),
            Self::At(at) => configuration.pointer(at).and_then(Value::as_str).map(str::to_owned),
            Self::Schemas { at, default } => {
                let schemas = configuration.pointer(at).and_then(Value::as_array);
                let first = schemas.and_then(|schemas| schemas.first()).and_then(Value::as_str);
                Some(first.unwrap_or(default).to_owned())
            }
        }
    }
}

impl ChangeLog {
    fn applies(&self, configuration: &Value) -> bool {
        let value = configuration.pointer(&self.at).and_then(Value::as_str).unwrap_or_default();
        self.equals.iter().any(|name| name == value)
    }
}
