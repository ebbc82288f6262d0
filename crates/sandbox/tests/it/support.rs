//! An emulator with a clock in hand, and the things most tests start from.

use std::time::Duration;

pub(crate) use airway_sandbox::Clock;
use airway_sandbox::{Emulator, Sandbox, SandboxBuilder};
use http::Request;
use serde_json::{Value, json};

use crate::contract;

/// A Saturday morning.
pub(crate) const START_MS: i64 = 1_760_774_400_000;
pub(crate) const MASK: &str = "**********";
pub(crate) const POSTGRES: &str = "decd338e-5647-4c0b-adf4-da0e75f5a750";
pub(crate) const GITHUB: &str = "ef69ef6e-aa7f-4af1-a01d-ef775033524e";
pub(crate) const HUBSPOT: &str = "36c891d9-4bd9-43ac-bad2-10e12756272c";
pub(crate) const FILE: &str = "778daa7c-feaf-4db6-96f3-70fd645acc77";
pub(crate) const S3: &str = "4816b78f-1489-44c1-9060-4b19d5fa9362";
pub(crate) const POSTGRES_DESTINATION: &str = "25c5221d-dce2-4163-ade9-739ef790f503";
pub(crate) const LOCAL_JSON: &str = "a625d593-bba5-4a1c-a53d-2d246268a816";
pub(crate) const NOBODY: &str = "00000000-0000-4000-8000-00000000dead";
pub(crate) const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// One answer, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) content_type: String,
    pub(crate) body: Value,
}

/// A sandbox under test.
pub(crate) struct Airbyte {
    pub(crate) emulator: Emulator,
    pub(crate) clock: Clock,
}

impl Airbyte {
    /// The default generation, time standing still.
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    pub(crate) fn emulating(version: &str) -> Self {
        Self::with(|builder| builder.emulate(version.parse().unwrap()))
    }

    pub(crate) fn with(change: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> Self {
        let clock = Clock::manual(START_MS);
        let emulator = change(Sandbox::builder().clock(clock.clone())).open().unwrap();
        Self { emulator, clock }
    }

    #[track_caller]
    pub(crate) fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        let answer = self.answer(&asking(method, path, body));
        if answer.content_type == "application/json" {
            contract::check_answer(&self.emulator.generation().to_string(), path, answer.status, &answer.body);
        }
        answer
    }

    /// Asks as a socket does, which is the way to what is beside the API.
    pub(crate) fn ask(&self, request: &Request<Vec<u8>>) -> http::Response<Vec<u8>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(self.emulator.answer_async(request))
    }

    pub(crate) fn answer(&self, request: &Request<Vec<u8>>) -> Answer {
        let answer = self.emulator.answer(request);
        let text = String::from_utf8(answer.body().clone()).unwrap();
        Answer {
            status: answer.status().as_u16(),
            content_type: answer.headers().get("content-type").map_or("", |it| it.to_str().unwrap()).to_owned(),
            body: serde_json::from_str(&text).unwrap_or_default(),
            text,
        }
    }

    /// Posts what a fault will spoil the answer to: that is not held against the document.
    pub(crate) fn post_spoilt(&self, path: &str, body: &Value) -> Answer {
        self.answer(&asking("POST", path, &body.to_string()))
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, &body.to_string())
    }

    /// Posts and returns the body of a 200.
    #[track_caller]
    pub(crate) fn ok(&self, path: &str, body: Value) -> Value {
        let answer = self.post(path, body);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.body
    }

    /// Posts and returns the status.
    pub(crate) fn status(&self, path: &str, body: Value) -> u16 {
        self.post(path, body).status
    }

    pub(crate) fn after(&self, seconds: u64) -> &Self {
        self.clock.advance(Duration::from_secs(seconds));
        self
    }

    pub(crate) fn workspace(&self) -> String {
        let list = self.ok("workspaces/list_by_organization_id", json!({"organizationId": NIL}));
        id(&list["workspaces"][0], "workspaceId")
    }

    pub(crate) fn create(&self, kind: &str, definition: &str, name: &str, configuration: Value) -> String {
        let read = self.ok(
            &format!("{kind}s/create"),
            json!({
                "workspaceId": self.workspace(), format!("{kind}DefinitionId"): definition, "name": name,
                "connectionConfiguration": configuration,
            }),
        );
        id(&read, &format!("{kind}Id"))
    }

    /// A Postgres source that offers the shop's tables.
    pub(crate) fn source(&self) -> String {
        self.create("source", POSTGRES, "shop", shop())
    }

    pub(crate) fn destination(&self) -> String {
        self.create("destination", POSTGRES_DESTINATION, "warehouse", warehouse())
    }

    /// A manual, active connection of two incremental streams.
    pub(crate) fn connection(&self) -> String {
        self.connection_with(json!({}))
    }

    pub(crate) fn connection_with(&self, extra: Value) -> String {
        let (source, destination) = (self.source(), self.destination());
        let mut body = json!({
            "sourceId": source, "destinationId": destination, "status": "active",
            "syncCatalog": {"streams": [incremental("customers"), incremental("orders")]},
        });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        id(&self.ok("connections/create", body), "connectionId")
    }

    /// Starts a sync and returns its job id.
    pub(crate) fn sync(&self, connection: &str) -> i64 {
        self.ok("connections/sync", json!({"connectionId": connection}))["job"]["id"].as_i64().unwrap()
    }

    pub(crate) fn job(&self, id: i64) -> Value {
        self.ok("jobs/get_without_logs", json!({"id": id}))
    }

    /// The status words of all syncs of a connection, oldest first.
    pub(crate) fn history(&self, connection: &str) -> Vec<String> {
        let list = self
            .ok("jobs/list", json!({"configTypes": ["sync", "refresh", "reset_connection"], "configId": connection}));
        let mut found: Vec<String> =
            list["jobs"].as_array().unwrap().iter().map(|job| text(&job["job"]["status"])).collect();
        found.reverse();
        found
    }
}

pub(crate) fn id(read: &Value, key: &str) -> String {
    text(&read[key])
}

#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// The reference's own Postgres configuration.
pub(crate) fn shop() -> Value {
    json!({
        "host": "postgres", "port": 5432, "database": "ecommerce", "username": "postgres", "password": "postgres",
        "ssl": false, "replication_method": {"method": "Standard"},
    })
}

pub(crate) fn warehouse() -> Value {
    json!({
        "host": "postgres", "port": 5432, "database": "datawarehouse", "username": "postgres",
        "password": "postgres", "schema": "raw", "ssl": false,
    })
}

pub(crate) fn incremental(name: &str) -> Value {
    json!({
        "stream": {"name": name, "namespace": "public"},
        "config": {"syncMode": "incremental", "cursorField": ["updated_at"], "destinationSyncMode": "append", "selected": true},
    })
}

pub(crate) fn full_refresh(name: &str) -> Value {
    json!({
        "stream": {"name": name, "namespace": "public"},
        "config": {"syncMode": "full_refresh", "destinationSyncMode": "overwrite", "selected": true},
    })
}

fn asking(method: &str, path: &str, body: &str) -> Request<Vec<u8>> {
    let request = Request::builder().method(method).uri(format!("/api/v1/{path}"));
    request.header("content-type", "application/json").body(body.as_bytes().to_vec()).unwrap()
}
