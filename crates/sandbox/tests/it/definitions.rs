//! Connector definitions and their specifications.

use serde_json::{Value, json};

use crate::support::{Airbyte, LOCAL_JSON, NOBODY, POSTGRES, POSTGRES_DESTINATION, S3, shop, text};

fn names(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn definitions_are_listed_whatever_the_body_says() {
    let airbyte = Airbyte::new();
    for body in ["", "{}", "{", r#"{"workspaceId": "default-workspace-id"}"#] {
        let answer = airbyte.send("POST", "source_definitions/list", body);
        assert_eq!(answer.status, 200, "{body}");
        assert_eq!(names(&answer.body["sourceDefinitions"]).len(), 12, "{body}");
    }
}

#[test]
fn the_well_known_connectors_have_their_names() {
    let airbyte = Airbyte::new();
    let sources = names(&airbyte.ok("source_definitions/list", json!({}))["sourceDefinitions"]);
    for name in ["Postgres", "MySQL", "S3", "REST API", "Sample Data (Faker)", "Google Sheets", "MongoDb"] {
        assert!(sources.iter().any(|it| it == name), "{name}");
    }
    let destinations = names(&airbyte.ok("destination_definitions/list", json!({}))["destinationDefinitions"]);
    for name in ["S3", "Postgres", "BigQuery", "Snowflake", "DuckDB", "Local JSON", "Local CSV"] {
        assert!(destinations.iter().any(|it| it == name), "{name}");
    }
}

#[test]
fn definitions_in_use_can_be_listed_alone() {
    let airbyte = Airbyte::new();
    let workspace = airbyte.workspace();
    let used = |airbyte: &Airbyte| {
        let body = json!({"workspaceId": workspace, "filterByUsed": true});
        names(&airbyte.ok("source_definitions/list_for_workspace", body)["sourceDefinitions"])
    };
    assert_eq!(used(&airbyte), Vec::<String>::new());
    airbyte.source();
    assert_eq!(used(&airbyte), ["Postgres"]);
    assert_eq!(airbyte.status("source_definitions/list_for_workspace", json!({"workspaceId": NOBODY})), 404);
}

#[test]
fn a_specification_is_a_schema_with_marked_secrets_and_a_made_up_job() {
    let airbyte = Airbyte::new();
    let body = json!({"sourceDefinitionId": POSTGRES, "workspaceId": airbyte.workspace()});
    let read = airbyte.ok("source_definition_specifications/get", body);
    let schema = &read["connectionSpecification"];
    assert_eq!(schema["required"], json!(["host", "port", "database", "username"]));
    assert_eq!(schema["properties"]["password"]["airbyte_secret"], true);
    assert_eq!(schema["properties"]["port"]["default"], 5432);
    assert_eq!(schema["properties"]["replication_method"]["oneOf"][2]["properties"]["method"]["const"], "Standard");
    assert_eq!(read["jobInfo"]["succeeded"], true);
    assert_eq!(read["jobInfo"]["configId"], "Optional.empty");
    assert_eq!(airbyte.status("source_definition_specifications/get", json!({"sourceDefinitionId": POSTGRES})), 500);
}

#[test]
fn destinations_say_which_sync_modes_they_take() {
    let modes = |version: &str, definition: &str| {
        let airbyte = Airbyte::emulating(version);
        let body = json!({"destinationDefinitionId": definition, "workspaceId": airbyte.workspace()});
        airbyte.ok("destination_definition_specifications/get", body)["supportedDestinationSyncModes"].clone()
    };
    assert_eq!(modes("2.0", POSTGRES_DESTINATION), json!(["overwrite", "append", "append_dedup", "overwrite_dedup"]));
    assert_eq!(modes("0.50", POSTGRES_DESTINATION), json!(["overwrite", "append", "append_dedup"]));
    assert_eq!(modes("2.0", S3), json!(["overwrite", "append"]));
    assert_eq!(modes("2.0", LOCAL_JSON), json!(["overwrite", "append"]));
}

#[test]
fn the_configurations_of_the_reference_are_accepted() {
    let airbyte = Airbyte::new();
    airbyte.source();
    airbyte.destination();
    airbyte.create(
        "destination",
        S3,
        "lake",
        json!({
            "s3_bucket_name": "datalake", "s3_bucket_path": "bronze/", "s3_bucket_region": "us-east-1",
            "access_key_id": "minioadmin", "secret_access_key": "minioadmin", "s3_endpoint": "http://minio:9000",
            "format": {"format_type": "Parquet", "compression_codec": "snappy"},
        }),
    );
    let list = airbyte.ok("source_definitions/list", json!({}));
    let rest = list["sourceDefinitions"].as_array().unwrap().iter().find(|it| it["name"] == "REST API").unwrap();
    airbyte.create(
        "source",
        rest["sourceDefinitionId"].as_str().unwrap(),
        "CRM API",
        json!({
            "url": "https://api.example.com/customers", "api_key": "your-api-key", "method": "GET",
        }),
    );
}

#[test]
fn a_definition_is_found_by_id_among_its_own_kind_only() {
    let airbyte = Airbyte::new();
    assert_eq!(
        airbyte.ok("source_definitions/get", json!({"sourceDefinitionId": POSTGRES}))["dockerRepository"],
        "airbyte/source-postgres"
    );
    assert_eq!(airbyte.status("destination_definitions/get", json!({"destinationDefinitionId": POSTGRES})), 404);
    assert_eq!(
        airbyte.status(
            "sources/create",
            json!({
                "workspaceId": airbyte.workspace(), "sourceDefinitionId": S3, "connectionConfiguration": shop(),
            })
        ),
        404
    );
}

#[test]
fn what_a_public_connector_needs_can_be_changed_and_its_name_cannot() {
    let airbyte = Airbyte::new();
    let body = json!({
        "sourceDefinitionId": POSTGRES, "workspaceId": airbyte.workspace(), "dockerImageTag": "3.7.1", "name": "Mine",
        "resourceRequirements": {"default": {"cpu_limit": "2"}},
    });
    airbyte.ok("source_definitions/update", body);
    let read = airbyte.ok("source_definitions/get", json!({"sourceDefinitionId": POSTGRES}));
    assert_eq!((&read["name"], &read["dockerImageTag"]), (&json!("Postgres"), &json!("3.7.1")));
    assert_eq!(read["resourceRequirements"]["default"]["cpu_limit"], "2");
}

#[test]
fn the_documentation_of_a_connector_names_what_it_wants_to_be_told() {
    let airbyte = Airbyte::new();
    let body = json!({
        "actorType": "source", "actorDefinitionId": POSTGRES, "workspaceId": airbyte.workspace(),
    });
    let doc = text(&airbyte.ok("connector_documentation/get", body)["doc"]);
    assert!(doc.starts_with("# Postgres\n"), "{doc}");
    let row = |start: &str| doc.lines().find(|line| line.starts_with(start)).unwrap_or_default().to_owned();
    assert!(row("| `password` | string | secret |").len() > 1, "{doc}");
    assert!(row("| `port` | integer | required, default `5432` |").len() > 1, "{doc}");
    assert!(row("| `replication_method.method` |").len() > 1, "{doc}");
}
