//! Connectors that clients bring along.

use serde_json::{Value, json};

use crate::support::{Airbyte, NIL, NOBODY, POSTGRES, POSTGRES_DESTINATION, id, shop, text};

fn custom(airbyte: &Airbyte, extra: Value) -> Value {
    let mut definition = json!({
        "name": "Warehouse feed", "dockerRepository": "acme/source-feed", "dockerImageTag": "1.2.3",
        "documentationUrl": "https://example.com/feed",
        "connectorSpecification": {
            "type": "object", "required": ["token"], "properties": {"token": {"type": "string", "airbyte_secret": true}},
        },
    });
    definition.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    airbyte.ok(
        "source_definitions/create_custom",
        json!({
            "workspaceId": airbyte.workspace(), "sourceDefinition": definition,
        }),
    )
}

fn names(list: &Value) -> Vec<String> {
    list["sourceDefinitions"].as_array().unwrap().iter().map(|it| text(&it["name"])).collect()
}

#[test]
fn a_custom_source_is_listed_validated_masked_discovered_and_synced() {
    let airbyte = Airbyte::new();
    let definition = custom(&airbyte, json!({}));
    assert_eq!((&definition["custom"], &definition["releaseStage"]), (&json!(true), &json!("custom")));
    assert_eq!(definition["supportLevel"], "none");
    assert!(names(&airbyte.ok("source_definitions/list", json!({}))).contains(&"Warehouse feed".to_owned()));
    let refused = airbyte.post(
        "sources/create",
        json!({
            "workspaceId": airbyte.workspace(), "sourceDefinitionId": definition["sourceDefinitionId"],
            "connectionConfiguration": {},
        }),
    );
    assert_eq!(refused.status, 422);
    let source = airbyte.create("source", &id(&definition, "sourceDefinitionId"), "feed", json!({"token": "t0p"}));
    let read = airbyte.ok("sources/get", json!({"sourceId": source}));
    assert_eq!(read["connectionConfiguration"], json!({"token": "**********"}));
    let found = airbyte.ok("sources/discover_schema", json!({"sourceId": source}));
    assert_eq!(found["catalog"]["streams"][0]["stream"]["name"], "records");
    let connection = airbyte.connection_with(json!({"sourceId": source, "syncCatalog": found["catalog"]}));
    let job = airbyte.sync(&connection);
    airbyte.after(120);
    assert_eq!(airbyte.job(job)["job"]["aggregatedStats"]["recordsCommitted"], 1_000);
}

#[test]
fn a_known_repository_lends_its_specification_and_data() {
    let airbyte = Airbyte::new();
    let definition = custom(
        &airbyte,
        json!({
            "name": "Our Postgres", "dockerRepository": "airbyte/source-postgres", "connectorSpecification": null,
        }),
    );
    let source = airbyte.create("source", &id(&definition, "sourceDefinitionId"), "shop", shop());
    let found = airbyte.ok("sources/discover_schema", json!({"sourceId": source}));
    assert_eq!(found["catalog"]["streams"].as_array().unwrap().len(), 5);
    let mut wrong = shop();
    wrong["host"] = json!("x.invalid");
    let broken = airbyte.create("source", &id(&definition, "sourceDefinitionId"), "broken", wrong);
    assert_eq!(airbyte.ok("sources/check_connection", json!({"sourceId": broken}))["status"], "failed");
}

#[test]
fn an_image_that_is_missing_makes_no_definition() {
    let airbyte = Airbyte::new();
    let answer = airbyte.post("source_definitions/create_custom", json!({
        "workspaceId": airbyte.workspace(),
        "sourceDefinition": {"name": "x", "dockerRepository": "a/b", "dockerImageTag": "missing", "documentationUrl": ""},
    }));
    assert_eq!(answer.status, 500);
    assert_eq!(names(&airbyte.ok("source_definitions/list", json!({}))).len(), 12);
}

#[test]
fn only_whom_it_is_granted_to_may_use_a_custom_definition() {
    let airbyte = Airbyte::new();
    let definition = custom(&airbyte, json!({}));
    let other = id(&airbyte.ok("workspaces/create", json!({"name": "o", "organizationId": NIL})), "workspaceId");
    let usable = |workspace: &str| {
        names(&airbyte.ok("source_definitions/list_for_workspace", json!({"workspaceId": workspace})))
            .contains(&"Warehouse feed".to_owned())
    };
    assert_eq!((usable(&airbyte.workspace()), usable(&other)), (true, false));
    let body = |scope: &str| {
        json!({
            "actorDefinitionId": definition["sourceDefinitionId"], "scopeId": scope, "scopeType": "workspace",
        })
    };
    assert_eq!(airbyte.status("source_definitions/get_for_scope", body(&other)), 404);
    assert_eq!(airbyte.ok("source_definitions/grant_definition", body(&other))["granted"], true);
    assert!(usable(&other));
    assert_eq!(airbyte.status("source_definitions/revoke_definition", body(&other)), 204);
    assert!(!usable(&other));
    let private = airbyte.ok("source_definitions/list_private", json!({"workspaceId": other}));
    assert_eq!(private["sourceDefinitions"].as_array().unwrap().len(), 1);
    assert_eq!(private["sourceDefinitions"][0]["granted"], false);
}

#[test]
fn a_version_is_pinned_and_only_custom_definitions_are_renamed() {
    let airbyte = Airbyte::new();
    let update = |definition: &Value, tag: &str| {
        airbyte.post("source_definitions/update", json!({
            "sourceDefinitionId": definition, "workspaceId": airbyte.workspace(), "dockerImageTag": tag, "name": "Renamed",
        }))
    };
    let postgres = update(&json!(POSTGRES), "3.6.0").body;
    assert_eq!((&postgres["dockerImageTag"], &postgres["name"]), (&json!("3.6.0"), &json!("Postgres")));
    let own = custom(&airbyte, json!({}));
    let renamed = update(&own["sourceDefinitionId"], "2.0.0").body;
    assert_eq!((&renamed["dockerImageTag"], &renamed["name"]), (&json!("2.0.0"), &json!("Renamed")));
    assert_eq!(update(&json!(POSTGRES), "missing").status, 400);
    let source = airbyte.source();
    let version = airbyte.ok("actor_definition_versions/get_for_source", json!({"sourceId": source}));
    assert_eq!(version["dockerImageTag"], "3.6.0");
}

#[test]
fn deleting_a_definition_deletes_its_sources_and_their_connections() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    assert_eq!(airbyte.status("source_definitions/delete", json!({"sourceDefinitionId": POSTGRES})), 204);
    assert_eq!(airbyte.ok("connections/get", json!({"connectionId": connection}))["status"], "deprecated");
    assert_eq!(names(&airbyte.ok("source_definitions/list", json!({}))).len(), 11);
    assert_eq!(airbyte.ok("source_definitions/get", json!({"sourceDefinitionId": POSTGRES}))["name"], "Postgres");
    let body =
        json!({"workspaceId": airbyte.workspace(), "sourceDefinitionId": POSTGRES, "connectionConfiguration": shop()});
    assert_eq!(airbyte.status("sources/create", body), 404);
    assert_eq!(airbyte.status("source_definitions/delete", json!({"sourceDefinitionId": NOBODY})), 404);
}

#[test]
fn manifests_are_versions_of_which_one_is_active() {
    let airbyte = Airbyte::new();
    let definition = custom(&airbyte, json!({"dockerRepository": "airbyte/source-declarative-manifest"}));
    let body = |version: i64, active: bool| {
        json!({
            "workspaceId": airbyte.workspace(), "sourceDefinitionId": definition["sourceDefinitionId"],
            "setAsActiveManifest": active,
            "declarativeManifest": {
                "version": version, "description": format!("version {version}"), "manifest": {"type": "DeclarativeSource"},
                "spec": {"connectionSpecification": {"type": "object", "properties": {format!("v{version}"): {"type": "string"}}}},
            },
        })
    };
    for (version, active) in [(1, true), (2, false)] {
        assert_eq!(airbyte.status("declarative_source_definitions/create_manifest", body(version, active)), 201);
    }
    assert_eq!(airbyte.status("declarative_source_definitions/create_manifest", body(2, true)), 409);
    let active = || -> Vec<bool> {
        let list = airbyte.ok(
            "declarative_source_definitions/list_manifests",
            json!({
                "workspaceId": airbyte.workspace(), "sourceDefinitionId": definition["sourceDefinitionId"],
            }),
        );
        list["manifestVersions"].as_array().unwrap().iter().map(|it| it["isActive"].as_bool().unwrap()).collect()
    };
    assert_eq!(active(), [true, false]);
    assert_eq!(airbyte.status("declarative_source_definitions/update_active_manifest", json!({
        "workspaceId": airbyte.workspace(), "sourceDefinitionId": definition["sourceDefinitionId"], "version": 2,
    })), 204);
    assert_eq!(active(), [false, true]);
    let specification = airbyte.ok(
        "source_definition_specifications/get",
        json!({
            "sourceDefinitionId": definition["sourceDefinitionId"], "workspaceId": airbyte.workspace(),
        }),
    );
    assert!(specification["connectionSpecification"]["properties"]["v2"].is_object());
    let mut postgres = body(1, true);
    postgres["sourceDefinitionId"] = json!(POSTGRES);
    assert_eq!(airbyte.status("declarative_source_definitions/create_manifest", postgres), 400);
}

#[test]
fn a_low_code_source_offers_the_streams_of_its_active_manifest() {
    let airbyte = Airbyte::new();
    let definition = custom(&airbyte, json!({"dockerRepository": "airbyte/source-declarative-manifest"}));
    let definition = id(&definition, "sourceDefinitionId");
    let orders = json!({
        "name": "orders", "primary_key": "id",
        "schema_loader": {"type": "InlineSchemaLoader", "schema": {"properties": {"id": {"type": "integer"}}}},
    });
    let version = json!({"version": 1, "description": "", "manifest": {"streams": [orders]}, "spec": {}});
    let body = json!({"workspaceId": airbyte.workspace(), "sourceDefinitionId": definition, "setAsActiveManifest": true,
        "declarativeManifest": version});
    assert_eq!(airbyte.status("declarative_source_definitions/create_manifest", body), 201);
    let source = airbyte.create("source", &definition, "feed", json!({"host": "h", "token": "t"}));
    let catalog = airbyte.ok("sources/discover_schema", json!({"sourceId": source}))["catalog"].clone();
    let stream = &catalog["streams"][0]["stream"];
    assert_eq!((&stream["name"], &stream["sourceDefinedPrimaryKey"]), (&json!("orders"), &json!([["id"]])));
}

#[test]
fn from_2_0_on_a_definition_is_changed_for_a_workspace() {
    for (version, expected) in [("1.5", 200), ("2.0", 500)] {
        let airbyte = Airbyte::emulating(version);
        let source = json!({"sourceDefinitionId": POSTGRES, "dockerImageTag": "3.6.0"});
        assert_eq!(airbyte.status("source_definitions/update", source), expected, "{version}");
        let destination = json!({"destinationDefinitionId": POSTGRES_DESTINATION, "dockerImageTag": "2.0.1"});
        assert_eq!(airbyte.status("destination_definitions/update", destination), expected, "{version}");
    }
}

#[test]
fn definitions_are_for_workspaces_and_organizations_that_exist() {
    for (version, expected) in [("1.5", 500), ("2.0", 409)] {
        let airbyte = Airbyte::emulating(version);
        let definition = json!({
            "name": "own", "dockerRepository": "a/b", "dockerImageTag": "1.0.0", "documentationUrl": "https://example.com",
        });
        let create = |scope: &str| {
            airbyte.status(
                "source_definitions/create_custom",
                json!({"workspaceId": scope, "sourceDefinition": definition}),
            )
        };
        assert_eq!((create(NOBODY), create(&airbyte.workspace())), (expected, 200), "{version}");
        let grant = |scope: &str, kind: &str| {
            let body = json!({"actorDefinitionId": POSTGRES, "scopeId": scope, "scopeType": kind});
            airbyte.status("source_definitions/grant_definition", body)
        };
        assert_eq!((grant(NOBODY, "workspace"), grant(NIL, "organization")), (expected, 200), "{version}");
    }
}
