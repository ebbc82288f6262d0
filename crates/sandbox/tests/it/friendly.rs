//! Where real servers are broken, and how a friendly sandbox mends it.

use serde_json::json;

use crate::support::{Airbyte, NOBODY, text};

fn friendly() -> Airbyte {
    Airbyte::with(airway_sandbox::SandboxBuilder::friendly)
}

#[test]
fn a_search_with_a_filter_finds_nothing_unless_the_sandbox_is_friendly() {
    for (airbyte, found) in [(Airbyte::new(), 0), (friendly(), 1), (Airbyte::emulating("1.8"), 1)] {
        airbyte.source();
        let list = airbyte.ok("sources/search", json!({"name": "shop"}));
        assert_eq!(list["sources"].as_array().unwrap().len(), found);
    }
    for (airbyte, found) in [(Airbyte::new(), 0), (friendly(), 1), (Airbyte::emulating("1.8"), 0)] {
        airbyte.connection_with(json!({"name": "c"}));
        let list = airbyte.ok("connections/search", json!({"name": "c"}));
        assert_eq!(list["connections"].as_array().unwrap().len(), found);
    }
}

#[test]
fn a_search_without_a_body_finds_everything() {
    let airbyte = Airbyte::new();
    airbyte.connection();
    for (path, key) in [("sources/search", "sources"), ("connections/search", "connections")] {
        assert_eq!(airbyte.send("POST", path, "").body[key].as_array().unwrap().len(), 1, "{path}");
    }
}

#[test]
fn a_friendly_sandbox_says_what_is_wrong_in_place_of_a_bare_500() {
    let airbyte = friendly();
    let connection = airbyte.connection_with(json!({"status": "inactive"}));
    let said = |path: &str, body| {
        let answer = airbyte.post(path, body);
        (answer.status, text(&answer.body["message"]))
    };
    assert_eq!(said("jobs/get", json!({"id": 9})), (404, "there is no job 9".to_owned()));
    assert_eq!(said("jobs/list", json!({})), (400, "`configTypes` is missing or empty".to_owned()));
    let sync = said("connections/sync", json!({"connectionId": connection}));
    assert_eq!(sync, (400, format!("connection `{connection}` is inactive")));
    let missing = said("sources/get", json!({"sourceId": NOBODY}));
    assert_eq!(missing, (404, format!("no source has the id `{NOBODY}`")));
}
