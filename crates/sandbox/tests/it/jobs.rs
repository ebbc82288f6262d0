//! Reading and listing jobs.

use serde_json::{Value, json};

use crate::support::{Airbyte, NOBODY};

fn ids(list: &Value) -> Vec<i64> {
    list["jobs"].as_array().unwrap().iter().map(|it| it["job"]["id"].as_i64().unwrap()).collect()
}

/// A connection with so many finished syncs.
fn with_syncs(airbyte: &Airbyte, count: usize) -> String {
    let connection = airbyte.connection();
    for _ in 0..count {
        airbyte.sync(&connection);
        airbyte.after(120);
    }
    connection
}

#[test]
fn get_has_logs_and_no_aggregated_figures_and_no_summary() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let job = airbyte.sync(&connection);
    airbyte.after(60);
    let running = airbyte.ok("jobs/get", json!({"id": job}));
    let attempt = &running["attempts"][0];
    assert!(!attempt["logs"]["logLines"].as_array().unwrap().is_empty());
    assert_eq!((attempt["attempt"].get("totalStats"), attempt["attempt"].get("recordsSynced")), (None, None));
    airbyte.after(60);
    let done = airbyte.ok("jobs/get", json!({"id": job}));
    assert_eq!((done["job"].get("summary"), done["job"].get("aggregatedStats")), (None, None));
    let attempt = &done["attempts"][0]["attempt"];
    assert_eq!(
        (&attempt["id"], &attempt["recordsSynced"], &attempt["bytesSynced"]),
        (&json!(0), &json!(64_840), &json!(10_396_320))
    );
    assert_eq!(attempt["totalStats"]["recordsCommitted"], 64_840);
}

#[test]
fn get_without_logs_has_figures_and_get_light_is_the_bare_job() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let job = airbyte.sync(&connection);
    airbyte.after(60);
    let read = airbyte.job(job);
    assert_eq!(read["attempts"][0].get("logs"), None);
    assert!(read["job"]["aggregatedStats"]["recordsEmitted"].as_u64().unwrap() > 0);
    assert_eq!(read["attempts"][0]["attempt"]["streamStats"].as_array().unwrap().len(), 2);
    let light = airbyte.ok("jobs/get_light", json!({"id": job}));
    assert_eq!(light.as_object().unwrap().keys().collect::<Vec<_>>(), ["job"]);
    assert_eq!(light["job"].get("aggregatedStats"), None);
}

#[test]
fn an_unknown_job_is_500_everywhere() {
    let airbyte = Airbyte::new();
    for path in ["jobs/get", "jobs/get_light", "jobs/get_without_logs", "jobs/get_debug_info", "jobs/cancel"] {
        assert_eq!(airbyte.status(path, json!({"id": 404})), 500, "{path}");
    }
}

#[test]
fn a_list_needs_config_types_and_is_newest_first() {
    let airbyte = Airbyte::new();
    let connection = with_syncs(&airbyte, 3);
    assert_eq!(airbyte.status("jobs/list", json!({})), 500);
    assert_eq!(airbyte.status("jobs/list", json!({"configTypes": []})), 500);
    let list = airbyte.ok("jobs/list", json!({"configTypes": ["sync"], "configId": connection}));
    assert_eq!((ids(&list), &list["totalJobCount"]), (vec![3, 2, 1], &json!(3)));
    assert_eq!(list["jobs"][0]["job"]["aggregatedStats"]["recordsCommitted"].as_u64().map(|it| it > 0), Some(true));
    assert_eq!(list["jobs"][0]["attempts"][0]["id"], 0);
    assert_eq!(
        ids(&airbyte.ok("jobs/list", json!({"configTypes": ["reset_connection"], "configId": connection}))),
        Vec::<i64>::new()
    );
    assert_eq!(ids(&airbyte.ok("jobs/list", json!({"configTypes": ["sync"], "configId": NOBODY}))), Vec::<i64>::new());
}

#[test]
fn a_page_holds_200_jobs() {
    let airbyte = Airbyte::new();
    let connection = with_syncs(&airbyte, 205);
    let page = |pagination: Value| {
        ids(&airbyte
            .ok("jobs/list", json!({"configTypes": ["sync"], "configId": connection, "pagination": pagination})))
    };
    assert_eq!(page(Value::Null).len(), 200);
    assert_eq!(page(json!({"rowOffset": 200})), [5, 4, 3, 2, 1]);
}

#[test]
fn at_2_0_an_offset_inside_a_page_snaps_to_its_beginning() {
    for (version, expected) in [("2.0", vec![4, 3]), ("1.8", vec![3, 2])] {
        let airbyte = Airbyte::emulating(version);
        with_syncs(&airbyte, 4);
        let list =
            airbyte.ok("jobs/list", json!({"configTypes": ["sync"], "pagination": {"pageSize": 2, "rowOffset": 1}}));
        assert_eq!(ids(&list), expected, "{version}");
    }
    let none = json!({"configTypes": ["sync"], "pagination": {"pageSize": 0}});
    assert_eq!(Airbyte::new().status("jobs/list", none), 500);
}

#[test]
fn jobs_are_filtered_by_status_and_time_and_ordered_on_request() {
    let airbyte = Airbyte::new();
    let connection = with_syncs(&airbyte, 2);
    let third = airbyte.sync(&connection);
    airbyte.ok("jobs/cancel", json!({"id": third}));
    let list = |extra: Value| {
        let mut body = json!({"configTypes": ["sync"], "configId": connection});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        ids(&airbyte.ok("jobs/list", body))
    };
    assert_eq!(list(json!({"statuses": ["succeeded"]})), [2, 1]);
    assert_eq!(list(json!({"statuses": ["cancelled", "failed"]})), [3]);
    assert_eq!(list(json!({"createdAtStart": "2025-10-18T08:02:00Z"})), [3, 2]);
    assert_eq!(list(json!({"createdAtEnd": "2025-10-18T08:01:00Z"})), [1]);
    assert_eq!(list(json!({"orderByField": "createdAt", "orderByMethod": "ASC"})), [1, 2, 3]);
    assert_eq!(list(json!({"orderByField": "createdAt"})), [3, 2, 1]);
}

#[test]
fn whole_pages_up_to_a_job_are_returned_on_request() {
    let airbyte = Airbyte::new();
    let connection = with_syncs(&airbyte, 5);
    let list =
        |id: i64| {
            ids(&airbyte.ok("jobs/list", json!({
            "configTypes": ["sync"], "configId": connection, "includingJobId": id, "pagination": {"pageSize": 2},
        })))
        };
    assert_eq!(list(3), [5, 4, 3, 2]);
    assert_eq!(list(99), Vec::<i64>::new());
}

#[test]
fn jobs_of_workspaces_count_what_is_returned() {
    let airbyte = Airbyte::new();
    with_syncs(&airbyte, 3);
    let list = airbyte.ok(
        "jobs/list_for_workspaces",
        json!({
            "configTypes": ["sync"], "workspaceIds": [airbyte.workspace()], "pagination": {"pageSize": 2},
        }),
    );
    assert_eq!((ids(&list), &list["totalJobCount"]), (vec![3, 2], &json!(2)));
    let none = airbyte.ok("jobs/list_for_workspaces", json!({"configTypes": ["sync"], "workspaceIds": [NOBODY]}));
    assert_eq!(ids(&none), Vec::<i64>::new());
}

#[test]
fn the_last_replication_job_is_the_newest_that_was_not_cancelled() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let last = || airbyte.ok("jobs/get_last_replication_job", json!({"connectionId": connection}));
    assert_eq!(last(), json!({}));
    airbyte.sync(&connection);
    airbyte.after(120);
    let second = airbyte.sync(&connection);
    airbyte.ok("jobs/cancel", json!({"id": second}));
    assert_eq!(last()["job"]["id"], 1);
}

#[test]
fn an_attempt_is_read_by_its_number() {
    let airbyte = Airbyte::new();
    let connection = airbyte.connection();
    let job = airbyte.sync(&connection);
    airbyte.after(120);
    let read = airbyte.ok("attempt/get_for_job", json!({"jobId": job, "attemptNumber": 0}));
    assert_eq!(read["attempt"]["status"], "succeeded");
    let stats = airbyte.ok("attempt/get_combined_stats", json!({"jobId": job, "attemptNumber": 0}));
    assert_eq!(stats["recordsCommitted"], 64_840);
    assert_eq!(airbyte.status("attempt/get_for_job", json!({"jobId": job, "attemptNumber": 1})), 404);
}
