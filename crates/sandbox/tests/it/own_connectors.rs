//! A team's own connectors, from a folder.

use std::fs;

use airway_sandbox::Sandbox;
use serde_json::json;

use crate::support::{Airbyte, POSTGRES, text};

const FEED: &str = "
kind: source
id: 1c1d1e1f-0000-4000-8000-000000000001
name: House feed
dockerRepository: acme/source-feed
dockerImageTag: 0.1.0
documentationUrl: https://example.com/feed
facts: {sourceType: custom, supportLevel: none, releaseStage: custom, custom: false}
specification:
  $schema: http://json-schema.org/draft-07/schema#
  type: object
  required: [token]
  properties:
    token: {type: string, title: Token, airbyte_secret: true}
check:
  - {at: /token, equals: [expired], fail: the token has expired}
discover:
  from:
    tables:
      - {name: rooms, key: [id], cursor: seen_at, records: 77, bytes: 10, columns: {id: integer, seen_at: timestamp}}
";

fn with(files: &[(&str, &str)]) -> Result<Airbyte, String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    let clock = airway_sandbox::Clock::manual(crate::support::START_MS);
    let emulator = Sandbox::builder().clock(clock.clone()).connectors(folder.path()).open();
    let shown = folder.path().display().to_string();
    emulator.map(|emulator| Airbyte { emulator, clock }).map_err(|error| error.to_string().replace(&shown, "FOLDER"))
}

#[test]
fn a_connector_of_ones_own_is_checked_discovered_and_synced() {
    let airbyte = with(&[("feed.yaml", FEED), ("notes.txt", "not a connector")]).unwrap();
    let source = airbyte.create("source", "1c1d1e1f-0000-4000-8000-000000000001", "house", json!({"token": "t"}));
    let found = airbyte.ok("sources/discover_schema", json!({"sourceId": source}));
    assert_eq!(found["catalog"]["streams"][0]["stream"]["name"], "rooms");
    let connection = airbyte.connection_with(json!({"sourceId": source, "syncCatalog": found["catalog"]}));
    let job = airbyte.sync(&connection);
    airbyte.after(120);
    assert_eq!(airbyte.job(job)["job"]["aggregatedStats"]["recordsCommitted"], 77);
    airbyte.ok("sources/partial_update", json!({"sourceId": source, "connectionConfiguration": {"token": "expired"}}));
    let check = airbyte.ok("sources/check_connection", json!({"sourceId": source}));
    assert_eq!(check["message"], "the token has expired");
}

#[test]
fn a_file_with_a_known_id_replaces_the_connector() {
    let own = FEED.replace("1c1d1e1f-0000-4000-8000-000000000001", POSTGRES);
    let airbyte = with(&[("postgres.yml", &own)]).unwrap();
    let list = airbyte.ok("source_definitions/list", json!({}));
    let names: Vec<String> = list["sourceDefinitions"].as_array().unwrap().iter().map(|it| text(&it["name"])).collect();
    assert_eq!(names.len(), 12);
    assert!(names.contains(&"House feed".to_owned()) && !names.contains(&"Postgres".to_owned()), "{names:?}");
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let error = |name: &str, content: &str| with(&[(name, content)]).err().unwrap();
    assert_eq!(error("a.json", "{"), "connector file `FOLDER/a.json` is no YAML");
    assert_eq!(error("a.json", "{}"), "connector file `FOLDER/a.json` does not describe a connector");
    let id = FEED.replace("1c1d1e1f-0000-4000-8000-000000000001", "feed");
    assert_eq!(error("a.yaml", &id), "connector file `FOLDER/a.yaml` has the id `feed`, which is no UUID");
    let schema = FEED.replace("type: object", "type: thing");
    assert_eq!(
        error("a.yaml", &schema),
        "connector file `FOLDER/a.yaml` has a specification that is no draft-07 schema"
    );
    let missing = Sandbox::builder().connectors("/nonexistent").open().unwrap_err();
    assert_eq!(missing.to_string(), "connector folder `/nonexistent` cannot be read");
}
