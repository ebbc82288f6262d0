//! Requests with members that nobody knows.

use airway_sandbox::SandboxBuilder;
use serde_json::{Value, json};

use crate::support::{Airbyte, POSTGRES, incremental, shop, text};

/// The answer to a connection whose schedule and stream are misspelt.
fn misspelt(airbyte: &Airbyte) -> (u16, Value) {
    let mut stream = incremental("orders");
    let mode = stream["config"].as_object_mut().unwrap().remove("syncMode").unwrap();
    stream["config"]["syncmode"] = mode;
    let (source, destination) = (airbyte.source(), airbyte.destination());
    let body = json!({
        "sourceId": source, "destinationId": destination, "status": "active", "scheduletype": "manual",
        "syncCatalog": {"streams": [stream]}, "colour": "red",
    });
    let answer = airbyte.post("connections/create", body);
    (answer.status, answer.body)
}

#[test]
fn a_strict_sandbox_names_every_misspelt_member_and_what_was_meant() {
    let (status, body) = misspelt(&Airbyte::with(SandboxBuilder::strict));
    assert_eq!((status, &body["message"]), (400, &json!("Bad Request")));
    assert_eq!(
        text(&body["_embedded"]["errors"][0]["message"]),
        "`/colour` is no member of the request; \
         `/scheduletype` is no member of the request, did you mean `scheduleType`?; \
         `/syncCatalog/streams/0/config/syncmode` is no member of the request, did you mean `syncMode`?"
    );
}

#[test]
fn any_other_sandbox_passes_over_them() {
    assert_eq!(misspelt(&Airbyte::new()).0, 200);
}

#[test]
fn strictness_is_about_members_and_nothing_else() {
    let airbyte = Airbyte::with(SandboxBuilder::strict);
    // What connectors are told is theirs, and who ignores a body ignores all of it.
    let mut configuration = shop();
    configuration["anything"] = json!(1);
    airbyte.create("source", POSTGRES, "shop", configuration);
    assert_eq!(airbyte.status("source_definitions/list", json!({"workspace": "any"})), 200);
    // What is missing is answered as ever.
    assert_eq!(airbyte.status("sources/get", json!({})), 404);
    assert_eq!(airbyte.status("jobs/list", json!({})), 500);
}
