//! Sources; destinations are the same code and are tried where it could differ.

use serde_json::{Value, json};

use crate::support::{Airbyte, FILE, MASK, NOBODY, POSTGRES, S3, id, shop};

fn get(airbyte: &Airbyte, source: &str) -> Value {
    airbyte.ok("sources/get", json!({"sourceId": source}))
}

fn tunnelled() -> Value {
    let mut configuration = shop();
    configuration["tunnel_method"] = json!({
        "tunnel_method": "SSH_PASSWORD_AUTH", "tunnel_host": "jump", "tunnel_port": 22, "tunnel_user": "ada",
        "tunnel_user_password": "deep",
    });
    configuration
}

#[test]
fn a_new_source_reads_back_with_its_secrets_masked_nested_ones_too() {
    let airbyte = Airbyte::new();
    let source = airbyte.create("source", POSTGRES, "shop", tunnelled());
    let read = get(&airbyte, &source);
    let mut expected = tunnelled();
    expected["password"] = json!(MASK);
    expected["tunnel_method"]["tunnel_user_password"] = json!(MASK);
    assert_eq!(read["connectionConfiguration"], expected);
    assert_eq!((&read["name"], &read["sourceName"]), (&json!("shop"), &json!("Postgres")));
    assert_eq!(read["createdAt"], 1_760_774_400);
    assert_eq!(read.get("icon"), None);
}

#[test]
fn a_source_without_a_name_is_called_default() {
    let airbyte = Airbyte::new();
    let read = airbyte.ok(
        "sources/create",
        json!({
            "workspaceId": airbyte.workspace(), "sourceDefinitionId": POSTGRES, "connectionConfiguration": shop(),
        }),
    );
    assert_eq!(read["name"], "default");
}

#[test]
fn names_are_not_unique() {
    let airbyte = Airbyte::new();
    assert_ne!(airbyte.source(), airbyte.source());
}

#[test]
fn an_update_replaces_everything_but_masked_secrets() {
    let airbyte = Airbyte::new();
    let source = airbyte.create("source", POSTGRES, "shop", tunnelled());
    let update = |configuration: Value| {
        airbyte.post(
            "sources/update",
            json!({"sourceId": source, "name": "shop", "connectionConfiguration": configuration}),
        )
    };
    let mut masked = get(&airbyte, &source)["connectionConfiguration"].clone();
    masked["schemas"] = json!(["public"]);
    assert_eq!(update(masked).status, 200);
    // The kept password still opens the door: a wrong one would fail the check.
    let check = airbyte.ok("sources/check_connection", json!({"sourceId": source}));
    assert_eq!(check["status"], "succeeded");
    let mut wrong = shop();
    wrong["password"] = json!("wrong");
    assert_eq!(update(wrong).status, 200);
    assert_eq!(airbyte.ok("sources/check_connection", json!({"sourceId": source}))["status"], "failed");
    let read = get(&airbyte, &source)["connectionConfiguration"].clone();
    assert_eq!((read.get("schemas"), read.get("tunnel_method")), (None, None));
}

#[test]
fn an_update_that_does_not_fit_is_422_and_changes_nothing() {
    let airbyte = Airbyte::new();
    let source = airbyte.source();
    let before = get(&airbyte, &source);
    let answer =
        airbyte.post("sources/update", json!({"sourceId": source, "name": "other", "connectionConfiguration": {}}));
    assert_eq!(answer.status, 422);
    assert_eq!(get(&airbyte, &source), before);
}

#[test]
fn a_partial_update_merges_and_stores_the_mask_as_a_secret() {
    let airbyte = Airbyte::new();
    let source = airbyte.create("source", POSTGRES, "shop", tunnelled());
    let partial = |configuration: Value| {
        airbyte.ok("sources/partial_update", json!({"sourceId": source, "connectionConfiguration": configuration}))
    };
    let read = partial(json!({"tunnel_method": {"tunnel_host": "other"}, "schemas": ["a"]}));
    assert_eq!(read["connectionConfiguration"]["tunnel_method"]["tunnel_host"], "other");
    assert_eq!(read["connectionConfiguration"]["tunnel_method"]["tunnel_user"], "ada");
    assert_eq!(read["connectionConfiguration"]["schemas"], json!(["a"]));
    assert_eq!(read["name"], "shop");
    // A mask is kept by `update`; if it had not become the secret itself, this update would bring "wrong" back.
    partial(json!({"password": "wrong"}));
    assert_eq!(airbyte.ok("sources/check_connection", json!({"sourceId": source}))["status"], "failed");
    partial(json!({"password": MASK}));
    assert_eq!(airbyte.ok("sources/check_connection", json!({"sourceId": source}))["status"], "succeeded");
}

#[test]
fn a_deleted_source_leaves_the_lists_and_is_still_read_empty() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let source = id(&airbyte.ok("connections/get", json!({"connectionId": connection})), "sourceId");
    assert_eq!(airbyte.status("sources/delete", json!({"sourceId": source})), 204);
    assert_eq!(airbyte.ok("sources/list", json!({"workspaceId": airbyte.workspace()}))["sources"], json!([]));
    assert_eq!(get(&airbyte, &source)["connectionConfiguration"], json!({}));
    assert_eq!(airbyte.ok("connections/get", json!({"connectionId": connection}))["status"], "deprecated");
    assert_eq!(airbyte.status("sources/delete", json!({"sourceId": source})), 204);
    assert_eq!(airbyte.status("sources/delete", json!({"sourceId": NOBODY})), 404);
}

#[test]
fn sources_are_cloned_up_to_1_5() {
    let old = Airbyte::emulating("1.5");
    let source = old.source();
    let copy = old.ok("sources/clone", json!({"sourceCloneId": source, "sourceConfiguration": {"name": "second"}}));
    assert_ne!(id(&copy, "sourceId"), source);
    assert_eq!(copy["name"], "second");
    assert_eq!(old.ok("sources/check_connection", json!({"sourceId": copy["sourceId"]}))["status"], "succeeded");
    assert_eq!(Airbyte::emulating("1.6").post("sources/clone", json!({})).text, "Object not found.");
}

#[test]
fn a_destination_masks_what_its_own_specification_marks() {
    let airbyte = Airbyte::new();
    let lake = airbyte.create(
        "destination",
        S3,
        "lake",
        json!({
            "s3_bucket_name": "b", "s3_bucket_path": "p", "s3_bucket_region": "", "access_key_id": "id",
            "secret_access_key": "key", "format": {"format_type": "JSONL"},
        }),
    );
    let read = airbyte.ok("destinations/get", json!({"destinationId": lake}));
    assert_eq!(read["connectionConfiguration"]["access_key_id"], MASK);
    assert_eq!(read["connectionConfiguration"]["secret_access_key"], MASK);
    assert_eq!(read["connectionConfiguration"]["s3_bucket_name"], "b");
    assert_eq!(read["destinationName"], "S3");
}

#[test]
fn a_search_finds_what_has_every_given_member() {
    let airbyte = Airbyte::emulating("1.8");
    airbyte.source();
    airbyte.create("source", FILE, "people", json!({
        "dataset_name": "people", "format": "csv", "url": "https://example.com/people.csv", "provider": {"storage": "HTTPS"},
    }));
    let names = |body: Value| {
        let found = airbyte.ok("sources/search", body);
        found["sources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(json!({})), ["shop", "people"]);
    assert_eq!(names(json!({"name": "people"})), ["people"]);
    assert_eq!(names(json!({"connectionConfiguration": {"host": "postgres"}})), ["shop"]);
    assert_eq!(names(json!({"name": "people", "sourceDefinitionId": POSTGRES})), Vec::<String>::new());
}
