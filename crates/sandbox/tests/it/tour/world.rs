//! A sandbox with one of everything, to ask every operation about.

use airway_sandbox::Generation;
use serde_json::{Value, json};

use crate::support::{Airbyte, NIL, id};

/// What every operation can be asked about.
pub(super) struct World {
    pub(super) airbyte: Airbyte,
    pub(super) workspace: String,
    pub(super) source: String,
    pub(super) destination: String,
    pub(super) connection: String,
    pub(super) catalog: String,
    pub(super) operation: String,
    pub(super) job: i64,
}

impl World {
    pub(super) fn of(generation: Generation) -> Self {
        let airbyte = Airbyte::with(|builder| builder.emulate(generation));
        let connection = airbyte.connection();
        let read = airbyte.ok("connections/get", json!({"connectionId": connection}));
        let (source, destination) = (id(&read, "sourceId"), id(&read, "destinationId"));
        let catalog = id(&airbyte.ok("sources/discover_schema", json!({"sourceId": source})), "catalogId");
        let workspace = airbyte.workspace();
        let operation = id(&airbyte.ok("operations/create", webhook(&workspace)), "operationId");
        let job = airbyte.sync(&connection);
        airbyte.after(300);
        Self { airbyte, workspace, source, destination, connection, catalog, operation, job }
    }

    pub(super) fn has(&self, version: &str) -> bool {
        self.airbyte.emulator.generation() >= version.parse().unwrap()
    }

    /// Posts and returns a member of the answer.
    pub(super) fn made(&self, path: &str, body: Value, key: &str) -> Value {
        self.airbyte.ok(path, body)[key].clone()
    }

    pub(super) fn custom(&self, kind: &str) -> Value {
        let definition = json!({
            "name": "own", "dockerRepository": "airbyte/source-declarative-manifest", "dockerImageTag": "6.0.0",
            "documentationUrl": "https://example.com",
        });
        let body = json!({"workspaceId": self.workspace, format!("{kind}Definition"): definition});
        self.made(&format!("{kind}_definitions/create_custom"), body, &format!("{kind}DefinitionId"))
    }

    pub(super) fn permission(&self) -> Value {
        let body = json!({"userId": NIL, "permissionType": "workspace_reader", "workspaceId": self.workspace});
        self.made("permissions/create", body, "permissionId")
    }

    pub(super) fn tag(&self) -> Value {
        self.made("tags/create", json!({"workspaceId": self.workspace, "name": "daily", "color": "AABBCC"}), "tagId")
    }

    pub(super) fn command(&self, which: &str) -> Value {
        let id = json!(format!("c-{which}"));
        let body = match which {
            "spec" => json!({"id": id, "workspace_id": self.workspace, "docker_image": "airbyte/source-postgres",
                "docker_image_tag": "3.7.0"}),
            _ => json!({"id": id, "actor_id": self.source}),
        };
        self.airbyte.ok(&format!("commands/run/{which}"), body);
        self.airbyte.after(60);
        json!({"id": id})
    }

    pub(super) fn manifest(&self) -> Value {
        let definition = self.custom("source");
        let manifest = json!({"version": 1, "description": "first", "manifest": {}, "spec": {}});
        let body =
            json!({"sourceDefinitionId": definition, "setAsActiveManifest": true, "declarativeManifest": manifest});
        let answer = self.airbyte.post("declarative_source_definitions/create_manifest", body);
        assert_eq!(answer.status, 201, "{}", answer.text);
        definition
    }
}

pub(super) fn webhook(workspace: &str) -> Value {
    json!({"workspaceId": workspace, "name": "dbt", "operatorConfiguration": {
        "operatorType": "webhook", "webhook": {"webhookConfigId": NIL, "webhookType": "dbtCloud",
            "dbtCloud": {"accountId": 1, "jobId": 2}},
    }})
}
