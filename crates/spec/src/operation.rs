//! One operation, as the document describes it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Paging, walk::Object};

/// An operation of the API.
///
/// Schemas are the document's own, unsimplified: they are there for describing
/// an operation and for checking what is sent. References in them are resolved
/// by [`OperationIndex::resolve`](crate::OperationIndex::resolve).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Operation {
    /// The id, such as `listConnectionsForWorkspace`.
    pub id: String,
    /// The HTTP method in capitals.
    pub method: String,
    /// The path below the base address, such as `/v1/connections/list`.
    pub path: String,
    /// The first tag, or nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tag: String,
    /// A line on what it does, or nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// More on what it does, or nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What is given in the path, the query and the headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
    /// What is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Body>,
    /// What is received on success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Body>,
    /// How it can fail, by what the document says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<Failure>,
    /// The first server version known to have it (`x-airbyte-since`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The last server version known to have it (`x-airbyte-until`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// The last server version known not to have had it yet
    /// (`x-airbyte-absent`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent: Option<String>,
    /// Another path under which some servers have it (`x-airway-alias`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// True if the document advises against it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deprecated: bool,
    /// True if the server works for seconds or minutes before it answers
    /// (`x-airway-long-running`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub long_running: bool,
    /// What calling it does to the server (`x-airway-effect`).
    pub effect: Effect,
    /// How its list is cut into pages (`x-airway-paging`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paging: Option<Paging>,
}

/// What calling an operation does to the server, and so whether it may be
/// repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Doing it twice is doing it once.
    Idempotent,
    /// Makes one more thing each time.
    Create,
    /// Sets something going each time.
    Run,
}

/// A parameter that stands outside the body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// True if it must be given.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// What it means, or nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The schema of its value.
    pub schema: Value,
}

/// Where a [`Parameter`] stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Place {
    /// In the path.
    Path,
    /// Behind the path.
    Query,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
}

/// What is sent or received.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Body {
    /// The media type: JSON if the operation has JSON.
    pub media_type: String,
    /// The schema, often a `$ref`.
    pub schema: Value,
    /// True if a request must have it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// What it is, or nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// A way to fail that the document names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Failure {
    /// The status, such as `404`, `4XX` or `default`.
    pub status: String,
    /// What it means, or nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

impl Operation {
    /// Returns the name people type: the path without the version at its start,
    /// such as `connections/list`.
    #[must_use]
    pub fn name(&self) -> &str {
        short(&self.path)
    }

    pub(crate) fn read(path: &str, method: &str, source: &Object) -> Self {
        let text = |member: &str| text_of(source, member);
        let flag = |member: &str| source.get(member) == Some(&Value::Bool(true));
        let some = |member: &str| Some(text(member)).filter(|text| !text.is_empty());
        let parameters = source.get("parameters").and_then(Value::as_array);
        let responses = source.get("responses").and_then(Value::as_object);
        let responses = || responses.into_iter().flatten();
        let tag = source.get("tags").and_then(|tags| tags.get(0));
        Self {
            id: text("operationId"),
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            tag: tag.and_then(Value::as_str).unwrap_or_default().to_owned(),
            summary: text("summary"),
            description: text("description"),
            parameters: parameters.into_iter().flatten().filter_map(Parameter::read).collect(),
            request: source.get("requestBody").and_then(Body::read),
            response: responses()
                .filter(|(status, _)| status.starts_with('2'))
                .find_map(|(_, response)| Body::read(response)),
            failures: responses()
                .filter(|(status, _)| !status.starts_with('2'))
                .map(|(status, response)| Failure::read(status, response))
                .collect(),
            since: some("x-airbyte-since"),
            until: some("x-airbyte-until"),
            absent: some("x-airbyte-absent"),
            alias: some("x-airway-alias"),
            deprecated: flag("deprecated"),
            long_running: flag("x-airway-long-running"),
            effect: source
                .get("x-airway-effect")
                .and_then(|effect| Effect::deserialize(effect).ok())
                .unwrap_or_else(|| Effect::of_method(method)),
            paging: source.get("x-airway-paging").and_then(|paging| Paging::deserialize(paging).ok()),
        }
    }
}

impl Effect {
    /// What HTTP promises of a method, for documents that say nothing more.
    fn of_method(method: &str) -> Self {
        match method {
            "get" | "head" | "options" | "trace" => Self::Read,
            "put" | "delete" => Self::Idempotent,
            _ => Self::Create,
        }
    }
}

impl Parameter {
    fn read(source: &Value) -> Option<Self> {
        let members = source.as_object()?;
        Some(Self {
            name: source.get("name")?.as_str()?.to_owned(),
            place: Place::deserialize(source.get("in")?).ok()?,
            required: source.get("required") == Some(&Value::Bool(true)),
            description: text_of(members, "description"),
            schema: source.get("schema").cloned().unwrap_or_default(),
        })
    }
}

impl Body {
    fn read(source: &Value) -> Option<Self> {
        let members = source.as_object()?;
        let content = members.get("content")?.as_object()?;
        let json = content.iter().find(|(media, _)| media.contains("json"));
        let (media_type, media) = json.or_else(|| content.iter().next())?;
        Some(Self {
            media_type: media_type.clone(),
            schema: media.get("schema").cloned().unwrap_or_else(|| Value::Object(Object::new())),
            required: members.get("required") == Some(&Value::Bool(true)),
            description: text_of(members, "description"),
        })
    }
}

impl Failure {
    fn read(status: &str, response: &Value) -> Self {
        let description = response.get("description").and_then(Value::as_str);
        Self { status: status.to_owned(), description: description.unwrap_or_default().to_owned() }
    }
}

fn text_of(source: &Object, member: &str) -> String {
    let text = source.get(member).and_then(Value::as_str);
    text.unwrap_or_default().trim().to_owned()
}

/// Strips what stands before the name of an operation in its path.
pub(crate) fn short(path: &str) -> &str {
    let path = path.trim_start_matches('/');
    path.strip_prefix("v1/").unwrap_or(path)
}
