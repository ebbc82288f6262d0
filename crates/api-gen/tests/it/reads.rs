//! Answers of older, newer and sloppier servers are read, and written back as
//! they were.

use std::{fs, path::Path};

use airway_api_gen::{
    Open,
    types::{
        CheckConnectionRead, ConnectionRead, InstanceConfigurationResponse, JobInfoRead, JobStatus, SourceReadList,
        WorkspaceReadList,
    },
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// Reads a value as `T` and writes it back.
fn there_and_back<T: DeserializeOwned + Serialize>(value: &Value) -> (T, Value) {
    let read: T = serde_json::from_value(value.clone()).unwrap();
    let written = serde_json::to_value(&read).unwrap();
    (read, written)
}

#[test]
fn a_value_that_the_document_does_not_know_is_kept() {
    let value = json!({"job": {"status": "hibernating", "configType": "sync"}});
    let (job, written) = there_and_back::<JobInfoRead>(&value);
    let job = job.job.unwrap();
    assert_eq!(job.status, Some(Open::Unknown("hibernating".to_owned())));
    assert_eq!(job.config_type.unwrap().as_str(), "sync");
    assert_eq!(written, value);
    let value = json!({"job": {"status": "running"}});
    let (job, _) = there_and_back::<JobInfoRead>(&value);
    assert_eq!(job.job.unwrap().status.unwrap(), JobStatus::Running);
}

#[test]
fn members_that_the_document_does_not_know_are_kept_at_every_level() {
    let value = json!({
        "sources": [{"name": "crm", "moonPhase": {"now": [1, "full"]}}],
        "nextPageUrl": null,
    });
    let (list, written) = there_and_back::<SourceReadList>(&value);
    assert_eq!(list.extra["nextPageUrl"], Value::Null);
    assert_eq!(list.sources.unwrap()[0].extra["moonPhase"]["now"][1], "full");
    assert_eq!(written, value);
}

#[test]
fn what_is_missing_or_null_is_nothing() {
    let (connection, written) = there_and_back::<ConnectionRead>(&json!({}));
    assert_eq!(connection.connection_id, None);
    assert_eq!(written, json!({}));
    let nulls = json!({"connectionId": null, "syncCatalog": null, "operationIds": null, "status": null});
    let (connection, _) = there_and_back::<ConnectionRead>(&nulls);
    assert!(connection.operation_ids.is_none() && connection.sync_catalog.is_none());
    let (connection, written) = there_and_back::<ConnectionRead>(&json!({"operationIds": []}));
    assert_eq!(connection.operation_ids.unwrap().len(), 0);
    assert_eq!(written, json!({"operationIds": []}));
}

#[test]
fn a_union_loses_nothing() {
    let mapper = json!({
        "algorithm": "AES", "targetField": "a", "fieldNameSuffix": "_x",
        "mode": "CBC", "padding": "NoPadding", "key": "**********", "novelty": {"b": 1},
    });
    let value = json!({"syncCatalog": {"streams": [{"config": {"mappers": [
        {"id": "1", "type": "encryption", "mapperConfiguration": mapper},
    ]}}]}});
    let (_, written) = there_and_back::<ConnectionRead>(&value);
    assert_eq!(written, value);
}

#[test]
fn ids_and_times_are_any_text() {
    let value = json!({"connectionId": "not-a-uuid", "sourceId": "", "createdAt": 1_700_000_000_000_i64});
    let (_, written) = there_and_back::<ConnectionRead>(&value);
    assert_eq!(written, value);
}

#[test]
fn answers_of_every_generation_come_back_as_they_were() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/answers");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let answers: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for (name, answer) in answers.as_object().unwrap() {
            let written = match name.as_str() {
                "ConnectionRead" => there_and_back::<ConnectionRead>(answer).1,
                "JobInfoRead" => there_and_back::<JobInfoRead>(answer).1,
                "SourceReadList" => there_and_back::<SourceReadList>(answer).1,
                "WorkspaceReadList" => there_and_back::<WorkspaceReadList>(answer).1,
                "CheckConnectionRead" => there_and_back::<CheckConnectionRead>(answer).1,
                "InstanceConfigurationResponse" => there_and_back::<InstanceConfigurationResponse>(answer).1,
                other => panic!("{other} in {} is read by nobody", path.display()),
            };
            assert_eq!(written, *answer, "{name} in {}", path.display());
            seen += 1;
        }
    }
    assert_eq!(seen, 24);
}
