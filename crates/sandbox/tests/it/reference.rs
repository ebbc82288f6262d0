//! The older reference's pipeline, call by call, as its last Python block makes them.

use serde_json::json;

use crate::support::{Airbyte, incremental, shop, text};

#[test]
fn the_reference_pipeline_starts_a_sync_on_a_1_5_server() {
    let airbyte = Airbyte::emulating("1.5");
    let workspace = airbyte.ok("workspaces/list", json!({}))["workspaces"][0]["workspaceId"].clone();
    let sources = airbyte.ok("source_definitions/list", json!({"workspaceId": workspace}));
    let postgres = sources["sourceDefinitions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| text(&it["name"]).to_lowercase().contains("postgres"))
        .unwrap();
    let source = airbyte.ok(
        "sources/create",
        json!({
            "sourceDefinitionId": postgres["sourceDefinitionId"], "connectionConfiguration": shop(),
            "workspaceId": workspace, "name": "PostgreSQL - Ecommerce",
        }),
    );
    let destinations = airbyte.ok("destination_definitions/list", json!({"workspaceId": workspace}));
    let s3 = destinations["destinationDefinitions"].as_array().unwrap().iter().find(|it| it["name"] == "S3").unwrap();
    let destination = airbyte.ok("destinations/create", json!({
        "destinationDefinitionId": s3["destinationDefinitionId"], "workspaceId": workspace, "name": "MinIO - Bronze",
        "connectionConfiguration": {
            "s3_bucket_name": "datalake", "s3_bucket_path": "bronze/", "s3_bucket_region": "us-east-1",
            "access_key_id": "minioadmin", "secret_access_key": "minioadmin", "s3_endpoint": "http://minio:9000",
            "format": {"format_type": "Parquet", "compression_codec": "snappy"},
        },
    }));
    let connection = airbyte.ok("connections/create", json!({
        "sourceId": source["sourceId"], "destinationId": destination["destinationId"],
        "syncCatalog": {"streams": [incremental("customers"), incremental("orders")]},
        "schedule": {"units": 6, "timeUnit": "hours"}, "name": "a → b", "namespaceDefinition": "source", "status": "active",
    }));
    let answer = airbyte.ok("connections/sync", json!({"connectionId": connection["connectionId"]}));
    assert_eq!((&answer["job"]["id"], &answer["job"]["status"]), (&json!(1), &json!("pending")));
    assert_eq!(answer["job"]["createdAt"], 1_760_774_400);
}
