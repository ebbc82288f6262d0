//! Texts about connectors, and which version of them runs.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use super::actors::ActorId;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::connectors::Connector;
use crate::reads;
use crate::store::ActorKind;
use crate::wire::{Id, wire_enum};

pub(super) const ROUTES: &[Route] = &[
    Route::new("connector_documentation/get", get),
    Route::new("actor_definition_versions/get_for_source", |call| version(call, ActorKind::Source)),
    Route::new("actor_definition_versions/get_for_destination", |call| version(call, ActorKind::Destination)),
];

wire_enum!(ActorType { Source = "source", Destination = "destination" });

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Documentation {
    actor_type: Option<ActorType>,
    actor_definition_id: Option<Id>,
}

fn get(call: &Call<'_>) -> Outcome {
    let body: Documentation = call.body()?;
    let kind = match body.actor_type.ok_or_else(|| ApiError::unforeseen("`actorType` is missing"))? {
        ActorType::Source => ActorKind::Source,
        ActorType::Destination => ActorKind::Destination,
    };
    let connector = call.connector(kind, body.actor_definition_id.as_ref())?;
    Ok(Reply::Json(json!({"doc": page(&connector)})))
}

/// Returns what is to be known for setting the connector up, in Markdown: read off its specification.
fn page(connector: &Connector) -> String {
    let elsewhere = match connector.documentation_url.as_str() {
        "" => String::new(),
        url => format!("; the real one is described at <{url}>"),
    };
    let mut lines = vec![
        format!("# {}\n", connector.name),
        format!("A {} that the sandbox emulates{elsewhere}.\n", connector.kind.as_str()),
        "## Configuration\n\n| property | type | | |\n|---|---|---|---|".to_owned(),
    ];
    rows(&connector.specification, "", &mut lines);
    if connector.kind == ActorKind::Destination {
        lines.push(format!("\n## Sync modes\n\n`{}`", connector.supported_destination_sync_modes.join("`, `")));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Adds a row for every property, nested ones and those of alternatives below the one they belong to.
fn rows(schema: &Value, above: &str, lines: &mut Vec<String>) {
    let required = schema["required"].as_array();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        let kind = property["type"].as_str().unwrap_or("any");
        let mut notes = Vec::new();
        if required.is_some_and(|required| required.contains(&json!(name))) {
            notes.push("required".to_owned());
        }
        if property["airbyte_secret"] == true {
            notes.push("secret".to_owned());
        }
        for (key, word) in [("default", "default"), ("const", "always")] {
            if let Some(value) = property.get(key) {
                notes.push(format!("{word} `{value}`"));
            }
        }
        let says = property["description"].as_str().or(property["title"].as_str()).unwrap_or_default();
        lines.push(format!("| `{path}` | {kind} | {} | {} |", notes.join(", "), says.replace('|', "\\|")));
        rows(property, &path, lines);
        for branch in property["oneOf"].as_array().into_iter().flatten() {
            rows(branch, &path, lines);
        }
    }
}

fn version(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: ActorId = call.body()?;
    let actor = call.actor(kind, body.actor_id.as_ref())?;
    let connector = call.connector_of(kind, &actor.definition_id)?;
    Ok(Reply::Json(reads::actor_definition_version(call, &connector)))
}
