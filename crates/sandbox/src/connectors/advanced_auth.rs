//! How to sign in elsewhere: as connectors print it, and as the API has it.

use serde_json::{Map, Value};

/// The members whose names differ, as connectors print them and in the API.
const NAMES: [(&str, &str); 8] = [
    ("auth_flow_type", "authFlowType"),
    ("predicate_key", "predicateKey"),
    ("predicate_value", "predicateValue"),
    ("oauth_config_specification", "oauthConfigSpecification"),
    ("oauth_user_input_from_connector_config_specification", "oauthUserInputFromConnectorConfigSpecification"),
    ("complete_oauth_output_specification", "completeOAuthOutputSpecification"),
    ("complete_oauth_server_input_specification", "completeOAuthServerInputSpecification"),
    ("complete_oauth_server_output_specification", "completeOAuthServerOutputSpecification"),
];

/// Returns what a connector prints as the API has it. The schemas inside stay as they are.
pub(super) fn from_printed(printed: &Value) -> Value {
    let mut read = renamed(printed);
    if read["oauthConfigSpecification"].is_object() {
        read["oauthConfigSpecification"] = renamed(&read["oauthConfigSpecification"]);
    }
    read
}

fn renamed(members: &Value) -> Value {
    let known = NAMES.iter().filter_map(|(printed, ours)| {
        let value = members.get(printed).or_else(|| members.get(ours))?;
        Some(((*ours).to_owned(), value.clone()))
    });
    Value::Object(known.collect::<Map<_, _>>())
}
