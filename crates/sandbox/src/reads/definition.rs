//! `SourceDefinitionRead`, `DestinationDefinitionRead`, their specifications and versions.

use serde_json::{Value, json};

use crate::call::Call;
use crate::connectors::Connector;
use crate::store::ActorKind;

pub(crate) fn definition(call: &Call<'_>, connector: &Connector) -> Value {
    let mut read = Value::Object(connector.facts.clone());
    // Kept with the facts, and no part of the read.
    read["activeManifest"] = Value::Null;
    read[connector.kind.definition_key()] = json!(connector.id);
    read["name"] = json!(connector.name);
    read["dockerRepository"] = json!(connector.docker_repository);
    read["dockerImageTag"] = json!(connector.docker_image_tag);
    read["documentationUrl"] = json!(connector.documentation_url);
    if connector.kind == ActorKind::Destination {
        read["supportsDataActivation"] = json!(false);
        read["supportsDbt"] = json!(false);
        read["normalizationConfig"] = json!({"supported": false});
    }
    let schema = match connector.kind {
        ActorKind::Source => "SourceDefinitionRead",
        ActorKind::Destination => "DestinationDefinitionRead",
    };
    call.shape(schema, read)
}

/// The job is made up by real servers as well: specifications are stored, not fetched.
/// `credentials` tells whether the instance has some of its own for connectors that sign in elsewhere.
pub(crate) fn specification(call: &Call<'_>, connector: &Connector, credentials: bool) -> Value {
    let mut read = json!({
        connector.kind.definition_key(): connector.id,
        "documentationUrl": connector.documentation_url,
        "connectionSpecification": connector.specification,
        "advancedAuth": connector.advanced_auth,
        "advancedAuthGlobalCredentialsAvailable": credentials,
        "jobInfo": call.synchronous_job("get_spec", None, &[]),
    });
    match connector.kind {
        ActorKind::Source => call.shape("SourceDefinitionSpecificationRead", read),
        ActorKind::Destination => {
            let mut modes = connector.supported_destination_sync_modes.clone();
            let has = |mode: &str| connector.supported_destination_sync_modes.iter().any(|it| it == mode);
            let refreshes = connector.supports_refreshes && call.has(crate::generation::Feature::Refreshes);
            if refreshes && has("append_dedup") && has("overwrite") {
                modes.push("overwrite_dedup".to_owned());
            }
            read["supportedDestinationSyncModes"] = json!(modes);
            call.shape("DestinationDefinitionSpecificationRead", read)
        }
    }
}

pub(crate) fn actor_definition_version(call: &Call<'_>, connector: &Connector) -> Value {
    call.shape(
        "ActorDefinitionVersionRead",
        json!({
            "dockerRepository": connector.docker_repository,
            "dockerImageTag": connector.docker_image_tag,
            "supportsRefreshes": connector.supports_refreshes,
            "supportsDbt": false,
            "isOverrideApplied": false,
            "isVersionOverrideApplied": false,
            "supportLevel": connector.facts.get("supportLevel"),
            "supportState": "supported",
            "supportsFileTransfer": false,
            "supportsDataActivation": false,
        }),
    )
}
