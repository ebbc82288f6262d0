//! What a team writes about a connector of its own, filled up to a connector as the built-in ones are.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Connector, Volume, advanced_auth, folder};
use crate::ids;
use crate::lifecycle::descriptor;

/// What is wrong with a connector file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{pointer}` {reason}")]
pub(crate) struct Problem {
    /// A JSON pointer; `/` is the whole file.
    pub(crate) pointer: String,
    pub(crate) reason: String,
}

impl Problem {
    fn new(pointer: impl Into<String>, reason: impl Into<String>) -> Self {
        let pointer = pointer.into();
        Self { pointer: if pointer.is_empty() { "/".to_owned() } else { pointer }, reason: reason.into() }
    }
}

/// Makes a connector of a file whose `specification` and `catalog` are in place.
pub(super) fn connector(file: Value) -> Result<Connector, Problem> {
    let Value::Object(mut file) = file else { return Err(Problem::new("", "must be a map")) };
    let kind = file.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
    let name = file.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    for (member, value) in [("kind", &kind), ("name", &name)] {
        if value.is_empty() {
            return Err(Problem::new(format!("/{member}"), "is missing"));
        }
    }
    specification(&mut file)?;
    catalog(&mut file)?;
    fill(&mut file, &kind, &name);
    let value = Value::Object(file);
    let connector: Connector = serde_path_to_error::deserialize(&value)
        .map_err(|error| Problem::new(pointer(error.path()), error.into_inner().to_string()))?;
    if !ids::is_uuid(&connector.id) {
        return Err(Problem::new("/id", format!("is `{}`, which is no UUID", connector.id)));
    }
    if let Err(error) = jsonschema::draft7::meta::validate(&connector.specification) {
        let at = format!("/specification{}", error.instance_path());
        return Err(Problem::new(at, format!("is not as draft-07 wants it: {error}")));
    }
    if let Err(error) = jsonschema::draft7::new(&connector.specification) {
        let at = dangling(&connector.specification, &connector.specification, "").unwrap_or_default();
        return Err(Problem::new(format!("/specification{at}"), format!("cannot be used: {error}")));
    }
    Ok(connector)
}

/// Returns where a `$ref` leads to nothing in the schema.
fn dangling(part: &Value, schema: &Value, at: &str) -> Option<String> {
    if let Some(target) = part["$ref"].as_str().and_then(|target| target.strip_prefix('#'))
        && schema.pointer(target).is_none()
    {
        return Some(format!("{at}/$ref"));
    }
    match part {
        Value::Object(members) => members.iter().find_map(|(name, it)| dangling(it, schema, &format!("{at}/{name}"))),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, it)| dangling(it, schema, &format!("{at}/{index}")))
        }
        _ => None,
    }
}

/// Takes the schema out of what a connector prints for `spec`, and what else that says.
fn specification(file: &mut Map<String, Value>) -> Result<(), Problem> {
    let given = file.remove("specification").ok_or_else(|| Problem::new("/specification", "is missing"))?;
    let printed = if given["type"] == "SPEC" { given["spec"].clone() } else { given };
    let Some(schema) = printed.get("connectionSpecification") else {
        file.insert("specification".to_owned(), printed);
        return Ok(());
    };
    file.insert("specification".to_owned(), schema.clone());
    for (theirs, ours) in [
        ("supported_destination_sync_modes", "supportedDestinationSyncModes"),
        ("documentationUrl", "documentationUrl"),
    ] {
        if let Some(value) = printed.get(theirs) {
            file.entry(ours).or_insert_with(|| value.clone());
        }
    }
    if let Some(printed) = printed.get("advanced_auth").filter(|printed| printed.is_object()) {
        file.entry("advancedAuth").or_insert_with(|| advanced_auth::from_printed(printed));
    }
    Ok(())
}

/// Turns what a connector prints for `discover` into what the sandbox discovers.
fn catalog(file: &mut Map<String, Value>) -> Result<(), Problem> {
    let records = file.remove("records").unwrap_or(json!(1_000));
    if !records.is_u64() {
        return Err(Problem::new("/records", COUNT));
    }
    let Some(given) = file.remove("catalog") else { return Ok(()) };
    let printed = if given["type"] == "CATALOG" { given["catalog"].clone() } else { given };
    let streams = printed["streams"].as_array();
    let streams = streams.ok_or_else(|| Problem::new("/catalog/streams", "must be a list of streams"))?;
    let streams: Result<Vec<Value>, Problem> =
        streams.iter().enumerate().map(|(at, stream)| described(at, stream, &records)).collect();
    let streams = streams?;
    let is = |a: &Value, b: &Value| ["name", "namespace"].iter().all(|it| a["stream"][it] == b["stream"][it]);
    for (at, stream) in streams.iter().enumerate() {
        if let Some(first) = streams[..at].iter().position(|other| is(other, stream)) {
            let reason = format!("is the stream of `/catalog/streams/{first}` again");
            return Err(Problem::new(format!("/catalog/streams/{at}"), reason));
        }
    }
    file.insert("discover".to_owned(), json!({"from": {"streams": streams}}));
    Ok(())
}

const COUNT: &str = "must be a number of records";
const SYNC_MODES: [&str; 2] = ["full_refresh", "incremental"];

/// Reads a stream in the protocol's snake case or in the API's camel case, with or without its configuration.
fn described(at: usize, given: &Value, records: &Value) -> Result<Value, Problem> {
    let given = given.get("stream").unwrap_or(given);
    let of = |snake: &str, camel: &str| given.get(snake).or_else(|| given.get(camel)).cloned();
    let missing = |name: &str, what: &str| Problem::new(format!("/catalog/streams/{at}/{name}"), what);
    if !given["name"].is_string() {
        return Err(missing("name", "must be a text"));
    }
    let schema = of("json_schema", "jsonSchema").filter(Value::is_object);
    let schema = schema.ok_or_else(|| missing("json_schema", "must be a JSON schema"))?;
    let modes = of("supported_sync_modes", "supportedSyncModes").unwrap_or(json!(["full_refresh"]));
    let known = |mode: &Value| mode.as_str().is_some_and(|mode| SYNC_MODES.contains(&mode));
    if !modes.as_array().is_some_and(|modes| !modes.is_empty() && modes.iter().all(known)) {
        return Err(missing("supported_sync_modes", "must be a list of `full_refresh`, `incremental` or both"));
    }
    let records = given.get("records").unwrap_or(records);
    if !records.is_u64() {
        return Err(missing("records", COUNT));
    }
    let mut stream = json!({
        "name": given["name"],
        "jsonSchema": schema,
        "supportedSyncModes": modes,
        "sourceDefinedCursor": of("source_defined_cursor", "sourceDefinedCursor").unwrap_or(json!(false)),
        "defaultCursorField": of("default_cursor_field", "defaultCursorField").unwrap_or(json!([])),
        "sourceDefinedPrimaryKey": of("source_defined_primary_key", "sourceDefinedPrimaryKey").unwrap_or(json!([])),
        "isResumable": of("is_resumable", "isResumable").unwrap_or(json!(false)),
        "isFileBased": of("is_file_based", "isFileBased").unwrap_or(json!(false)),
    });
    if let Some(namespace) = given.get("namespace").filter(|namespace| namespace.is_string()) {
        stream["namespace"] = namespace.clone();
    }
    Ok(json!({"stream": stream, "records": records}))
}

fn fill(file: &mut Map<String, Value>, kind: &str, name: &str) {
    let slug: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let mut default = |member: &str, value: Value| {
        file.entry(member).or_insert(value);
    };
    default("id", json!(folder::id_of(kind, name)));
    default("dockerRepository", json!(format!("custom/{kind}-{slug}")));
    default("dockerImageTag", json!("0.1.0"));
    default("documentationUrl", json!("https://example.com/"));
    let mut facts = json!({
        "supportLevel": "none", "releaseStage": "custom", "protocolVersion": "0.2.0", "custom": true, "enterprise": false,
    });
    if kind == "source" {
        facts["sourceType"] = json!("custom");
        default("discover", json!({"from": {"streams": []}}));
    } else {
        default("supportedDestinationSyncModes", json!(["overwrite", "append", "append_dedup"]));
    }
    default("facts", facts);
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{key}"),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => "/?".to_owned(),
        })
        .collect()
}

/// A stream that is offered as it is.
#[derive(Debug, Clone, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Offered {
    /// As the API has it.
    pub(super) stream: Value,
    pub(super) records: u64,
}

impl Offered {
    /// Returns how much there is to read; a record is as large as its schema has columns.
    pub(super) fn volume(&self) -> (Value, Volume) {
        const BYTES_PER_COLUMN: u64 = 24;
        let columns = self.stream["jsonSchema"]["properties"].as_object().map_or(1, Map::len).max(1);
        let bytes_per_record = BYTES_PER_COLUMN * u64::try_from(columns).unwrap_or(1);
        let name = self.stream["name"].as_str().unwrap_or_default();
        (descriptor(name, self.stream["namespace"].as_str()), Volume { records: self.records, bytes_per_record })
    }
}
