//! A request for every operation.
#![expect(clippy::match_same_arms, clippy::too_many_lines, reason = "it is a table, ordered by operation")]

use serde_json::{Value, json};

use super::world::{World, webhook};
use crate::support::{GITHUB, NIL, NOBODY, POSTGRES, POSTGRES_DESTINATION, incremental, shop, warehouse};

/// A request that the operation carries out.
pub(super) fn body(world: &World, path: &str) -> Value {
    let World { workspace, source, destination, connection, catalog, operation, job, .. } = world;
    let (family, verb) = path.split_once('/').unwrap_or(("", path));
    let paged = json!({"workspaceIds": [workspace], "pagination": {"pageSize": 5, "rowOffset": 0}});
    match path {
        "workspaces/create" => return json!({"name": "o", "organizationId": NIL}),
        "workspaces/create_if_not_exist" => return json!({"id": NOBODY, "name": "o", "organizationId": NIL}),
        "workspaces/get_by_slug" => return json!({"slug": "default-workspace"}),
        "workspaces/update_name" => return json!({"workspaceId": workspace, "name": "o"}),
        "workspaces/update_organization" => return json!({"workspaceId": workspace, "organizationId": NIL}),
        "workspaces/list_by_organization_id" => return json!({"organizationId": NIL}),
        "workspaces/list_by_user_id" => return json!({"userId": NIL}),
        "workspaces/tag_feedback_status_as_done" | "workspaces/get" => return json!({"workspaceId": workspace}),
        "workspaces/list_paginated"
        | "workspaces/list_all_paginated"
        | "sources/list_paginated"
        | "destinations/list_paginated" => return paged,
        "connections/list_paginated" => {
            return json!({"workspaceIds": [workspace], "userId": NIL, "pagination": {"pageSize": 5, "rowOffset": 0}});
        }
        "instance_configuration/setup" => {
            return json!({
                "email": "a@example.com", "anonymousDataCollection": false, "initialSetupComplete": true,
                "displaySetupWizard": false,
            });
        }
        "applications/token" => return json!({"client_id": "id", "client_secret": "secret"}),
        "state/create_or_update" | "state/create_or_update_safe" => {
            return json!({"connectionId": connection,
            "connectionState": {"connectionId": connection, "stateType": "stream", "streamState": []}});
        }
        "jobs/list" => return json!({"configTypes": ["sync"], "configId": connection}),
        "jobs/list_for_workspaces" => return json!({"configTypes": ["sync"], "workspaceIds": [workspace]}),
        "attempt/get_for_job" | "attempt/get_combined_stats" => return json!({"jobId": job, "attemptNumber": 0}),
        "catalogs/diff" => return json!({"current_catalog_id": catalog, "new_catalog_id": catalog}),
        "connector_documentation/get" => {
            return json!({"actorType": "source", "actorDefinitionId": POSTGRES,
            "actorId": source, "workspaceId": workspace});
        }
        "notifications/try" => {
            return json!({"notificationType": "slack", "sendOnSuccess": false, "sendOnFailure": true,
            "slackConfiguration": {"webhook": "https://hooks.example.com/x"}});
        }
        "notifications/try_webhook" => {
            return json!({"notificationTrigger": "sync_failure",
            "slackConfiguration": {"webhook": "https://hooks.example.com/x"}});
        }
        "stream_statuses/list" => {
            return json!({"workspaceId": workspace, "pagination": {"pageSize": 5, "rowOffset": 0}});
        }
        "stream_statuses/latest_per_run_state" => return json!({"connectionId": connection}),
        _ => {}
    }
    match (family, verb) {
        ("connections" | "web_backend/connections", "create") => {
            json!({"sourceId": source, "destinationId": destination,
            "status": "active", "name": "second", "syncCatalog": {"streams": [incremental("orders")]}})
        }
        ("connections", "apply_schema_changes") => json!({"connectionId": connection, "workspaceId": workspace,
            "catalog": {"streams": []}, "catalogId": catalog}),
        ("connections", "update_with_reason") => {
            json!({"connectionUpdate": {"connectionId": connection, "prefix": "p_"},
            "updateReason": "SCHEMA_CHANGE_AUTO_PROPAGATE"})
        }
        ("connections", "refresh") => json!({"connectionId": connection, "refreshMode": "Merge"}),
        ("connections", "clear/stream" | "reset/stream") => json!({"connectionId": connection,
            "streams": [{"streamName": "orders", "streamNamespace": "public"}]}),
        (
            "connections",
            "status"
            | "last_job_per_stream"
            | "stream_history"
            | "history/data"
            | "history/uptime"
            | "sync_progress"
            | "events/list"
            | "list"
            | "list_all"
            | "list_by_actor_definition"
            | "search"
            | "events/get"
            | "events/list_minimal"
            | "events/list_for_job"
            | "update"
            | "get"
            | "sync"
            | "delete"
            | "clear"
            | "reset",
        ) => of_connection(world, verb),
        ("jobs", "get_last_replication_job" | "get_last_replication_job_with_cancel") => {
            json!({"connectionId": connection})
        }
        ("jobs", _) => json!({"id": job}),
        ("operations", "list") => json!({"connectionId": connection}),
        ("operations", "create") => webhook(workspace),
        ("operations", "check") => webhook(workspace)["operatorConfiguration"].clone(),
        ("operations", "update") => json!({"operationId": operation, "name": "o",
            "operatorConfiguration": webhook(workspace)["operatorConfiguration"]}),
        ("operations", _) => json!({"operationId": operation}),
        ("tags", "list") => json!({"workspaceId": workspace}),
        ("tags", "create") => json!({"workspaceId": workspace, "name": "hourly", "color": "AABBCC"}),
        ("tags", "update") => json!({"workspaceId": workspace, "tagId": world.tag(), "name": "n", "color": "AABBCC"}),
        ("tags", "delete") => json!({"workspaceId": workspace, "tagId": world.tag()}),
        ("permissions", "create") => {
            json!({"userId": NIL, "permissionType": "workspace_editor", "workspaceId": workspace})
        }
        ("permissions", "get" | "delete") => json!({"permissionId": world.permission()}),
        ("permissions", "update") => json!({"permissionId": world.permission(), "permissionType": "workspace_editor"}),
        ("permissions", "list_by_user") => json!({"userId": NIL}),
        ("permissions", "check") => {
            json!({"userId": NIL, "permissionType": "workspace_admin", "workspaceId": workspace})
        }
        ("permissions", "check_multiple_workspaces") => json!({"userId": NIL, "permissionType": "workspace_admin",
            "workspaceIds": [workspace]}),
        ("permissions", "delete_user_from_workspace") => {
            let user = if world.has("2.0") { "userId" } else { "userIdToRemove" };
            json!({user: NOBODY, "workspaceId": workspace})
        }
        ("users", "get") => json!({"userId": NIL}),
        ("users", "get_by_email") => json!({"email": "admin@example.com"}),
        ("users", "list_by_organization_id") => json!({"organizationId": NIL}),
        ("users", "list_access_info_by_workspace_id") => json!({"workspaceId": workspace}),
        ("organizations", "get" | "get_organization_info") => json!({"organizationId": NIL}),
        ("organizations", "list_by_user_id") => json!({"userId": NIL}),
        ("organizations", "list_summaries") => {
            json!({"userId": NIL, "nameContains": "", "pagination": {"pageSize": 5, "rowOffset": 0}})
        }
        ("commands", "run/check" | "run/discover") => json!({"id": "c-1", "actor_id": source}),
        ("commands", "run/spec") => {
            json!({"id": "c-2", "workspace_id": workspace, "docker_image": "airbyte/source-postgres",
            "docker_image_tag": "3.7.0"})
        }
        ("commands", "output/check" | "status" | "cancel") => world.command("check"),
        ("commands", "output/discover") => world.command("discover"),
        ("commands", "output/spec") => world.command("spec"),
        ("declarative_source_definitions", "list_manifests") => json!({"workspaceId": workspace,
            "sourceDefinitionId": world.manifest()}),
        ("declarative_source_definitions", "update_active_manifest") => json!({"workspaceId": workspace,
            "sourceDefinitionId": world.manifest(), "version": 1}),
        ("declarative_source_definitions", _) => json!({"workspaceId": workspace,
            "sourceDefinitionId": world.custom("source"), "setAsActiveManifest": true,
            "declarativeManifest": {"version": 1, "description": "d", "manifest": {}, "spec": {}}}),
        ("sources" | "source_definitions" | "source_definition_specifications" | "source_oauths", _) => {
            of_actor(world, "source", POSTGRES, source, family, verb)
        }
        (
            "destinations" | "destination_definitions" | "destination_definition_specifications" | "destination_oauths",
            _,
        ) => of_actor(world, "destination", POSTGRES_DESTINATION, destination, family, verb),
        ("actor_definition_versions", "get_for_source") => json!({"sourceId": source}),
        ("actor_definition_versions", "get_for_destination") => json!({"destinationId": destination}),
        ("scheduler", _) => before_saving(world, verb),
        ("web_backend", _) => of_web_backend(world, verb),
        ("state", _) | ("workspaces", "get_by_connection_id" | "get_by_connection_id_with_tombstone") => {
            json!({"connectionId": connection})
        }
        ("workspaces", _) => json!({"workspaceId": workspace}),
        _ => json!({}),
    }
}

fn of_connection(world: &World, verb: &str) -> Value {
    let World { workspace, connection, job, .. } = world;
    match verb {
        "status" => json!({"connectionIds": [connection]}),
        "stream_history" => json!({"connectionId": connection, "timezone": "UTC"}),
        "history/data" | "history/uptime" if !world.has("1.0") => {
            json!({"connectionId": connection, "timezone": "UTC"})
        }
        "history/data" | "history/uptime" => json!({"connectionId": connection, "numberOfJobs": 5}),
        "list" | "list_all" => json!({"workspaceId": workspace}),
        "list_by_actor_definition" => json!({"actorDefinitionId": POSTGRES, "actorType": "source"}),
        "search" => json!({}),
        "events/list_minimal" => json!({"workspaceId": workspace, "eventTypes": ["SYNC_STARTED"],
            "createdAtStart": "2020-01-01T00:00:00Z", "createdAtEnd": "2040-01-01T00:00:00Z"}),
        "events/list_for_job" => json!({"id": job}),
        "events/get" => {
            let events = world.airbyte.ok("connections/events/list", json!({"connectionId": connection}));
            json!({"connectionEventId": events["events"][0]["id"], "connectionId": connection})
        }
        "update" => json!({"connectionId": connection, "prefix": "p_"}),
        _ => json!({"connectionId": connection}),
    }
}

fn before_saving(world: &World, verb: &str) -> Value {
    let (kind, definition, configuration) = match verb {
        "destinations/check_connection" => ("destination", POSTGRES_DESTINATION, warehouse()),
        _ => ("source", POSTGRES, shop()),
    };
    json!({format!("{kind}DefinitionId"): definition, "connectionConfiguration": configuration, "workspaceId": world.workspace})
}

fn of_web_backend(world: &World, verb: &str) -> Value {
    let World { workspace, source, destination, connection, .. } = world;
    match verb {
        "connections/create" => json!({"sourceId": source, "destinationId": destination, "status": "active",
            "syncCatalog": {"streams": [incremental("orders")]}}),
        "connections/get" if world.has("1.0") => json!({"connectionId": connection, "withRefreshedCatalog": true}),
        "connections/update" => json!({"connectionId": connection, "prefix": "p_", "skipReset": true}),
        "describe_cron_expression" => json!({"cronExpression": "0 0 12 * * ?"}),
        "mappers/validate" => json!({"connectionId": connection, "mappers": [],
            "streamDescriptor": {"name": "orders", "namespace": "public"}}),
        "connections/get" | "state/get_type" => json!({"connectionId": connection}),
        _ => json!({"workspaceId": workspace}),
    }
}

fn of_actor(world: &World, kind: &str, definition: &str, actor: &str, family: &str, verb: &str) -> Value {
    let (workspace, definition_id) = (&world.workspace, format!("{kind}DefinitionId"));
    let configuration = if kind == "source" { shop() } else { warehouse() };
    let definition = if family == "source_oauths" { GITHUB } else { definition };
    match (family.rsplit('_').next().unwrap_or_default(), verb) {
        ("definitions", "list" | "list_latest") => json!({}),
        ("definitions", "list_for_workspace" | "list_private") => json!({"workspaceId": workspace}),
        ("definitions", "get_for_workspace") => json!({definition_id: definition, "workspaceId": workspace}),
        ("definitions", "get_for_scope") => {
            json!({"actorDefinitionId": definition, "scopeId": workspace, "scopeType": "workspace"})
        }
        ("definitions", "grant_definition" | "revoke_definition") => json!({"actorDefinitionId": world.custom(kind),
            "scopeId": workspace, "scopeType": "workspace"}),
        ("definitions", "create_custom") => json!({"workspaceId": workspace, format!("{kind}Definition"): {
            "name": "n", "dockerRepository": "a/b", "dockerImageTag": "1.0.0", "documentationUrl": "https://example.com"}}),
        ("definitions", "update") => {
            let mut update = json!({definition_id: definition, "dockerImageTag": "3.7.1"});
            if world.has("2.0") {
                update["workspaceId"] = json!(workspace);
            }
            update
        }
        ("definitions", "delete") => json!({definition_id: world.custom(kind)}),
        ("definitions", _) => json!({definition_id: definition}),
        ("specifications", "get") => json!({definition_id: definition, "workspaceId": workspace}),
        ("oauths", "get_consent_url") => json!({definition_id: definition, "workspaceId": workspace,
            "redirectUrl": "https://example.com/back"}),
        ("oauths", "complete_oauth") => json!({definition_id: definition, "workspaceId": workspace,
            "queryParams": {"code": "c"}}),
        ("oauths", "revoke") => json!({definition_id: definition, "workspaceId": workspace, "sourceId": actor}),
        ("oauths", _) => json!({definition_id: definition, "params": {"client_id": "c"}}),
        (_, "create") => json!({"workspaceId": workspace, definition_id: definition, "name": "n",
            "connectionConfiguration": configuration}),
        (_, "update" | "check_connection_for_update") => json!({format!("{kind}Id"): actor, "name": "n",
            "connectionConfiguration": configuration}),
        (_, "partial_update") => json!({format!("{kind}Id"): actor, "name": "n"}),
        (_, "clone") => json!({format!("{kind}CloneId"): actor, format!("{kind}Configuration"): {"name": "n"}}),
        (_, "list") => json!({"workspaceId": workspace}),
        (_, "search") => json!({}),
        (_, "apply_schema_changes") => {
            json!({"sourceId": actor, "workspaceId": workspace, "catalogId": world.catalog,
            "catalog": {"streams": []}})
        }
        (_, "get_catalog_for_connection") => json!({"connectionId": world.connection}),
        _ => json!({format!("{kind}Id"): actor}),
    }
}
