//! `airway api`: any operation, raw.

mod catalogue;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Stdio;

use airway_client::Airbyte;
use airway_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{Said, TOKIO, airway, operations, run, sandbox, start};

const ORGANIZATION: &str = "00000000-0000-0000-0000-000000000000";

/// Runs `airway api` against a server.
fn api(server: &str, arguments: &[&str]) -> Said {
    run(airway(&[&["api"], arguments].concat()).env("AIRBYTE_SERVER", server))
}

/// What is refused with a title and nothing sent.
#[track_caller]
fn check_refused(arguments: &[&str], code: i32, stderr: &str) {
    let sandbox = start(sandbox());
    let said = api(&sandbox.url(), arguments);
    assert_eq!(said, Said { stdout: String::new(), stderr: stderr.to_owned(), code });
    assert_eq!(sandbox.requests(), []);
}

#[test]
fn an_operation_has_a_path_and_an_id() {
    let sandbox = start(sandbox());
    for name in ["health", "/api/v1/health", "getHealthCheck"] {
        assert_eq!(api(&sandbox.url(), &[name]), Said::ok("{\"available\":true}\n"));
    }
    assert_eq!(operations(&sandbox), ["health", "health", "health"]);
}

#[test]
fn fields_are_sent_as_text_and_as_json() {
    let sandbox = start(Sandbox::builder());
    let said = api(
        &sandbox.url(),
        &["jobs/list", "-f", "configTypes[]=sync", "-f", "configTypes[]=clear", "-F", "pagination.pageSize:=5"],
    );
    assert_eq!(said, Said::ok("{\"jobs\":[],\"totalJobCount\":0}\n"));
    let bodies: Vec<Value> = sandbox.requests().into_iter().map(|request| request.body).collect();
    assert_eq!(bodies, [json!({ "configTypes": ["sync", "clear"], "pagination": { "pageSize": 5 } })]);
}

#[test]
fn a_request_comes_from_a_file_or_from_standard_input_and_fields_are_put_into_it() {
    let sandbox = start(Sandbox::builder());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("request.json");
    std::fs::write(&file, r#"{"configTypes": ["sync"], "pagination": {"rowOffset": 0, "pageSize": 9}}"#).unwrap();
    let expected = Said::ok("{\"jobs\":[],\"totalJobCount\":0}\n");

    let path = file.to_str().unwrap();
    let said = api(&sandbox.url(), &["jobs/list", "--input", path, "-F", "pagination.pageSize:=5"]);
    assert_eq!(said, expected);

    let mut command = airway(&["api", "jobs/list", "--input", "-"]);
    let said =
        run(command.env("AIRBYTE_SERVER", sandbox.url()).stdin(Stdio::from(std::fs::File::open(&file).unwrap())));
    assert_eq!(said, expected);

    let sizes: Vec<Value> = sandbox.requests().into_iter().map(|request| request.body["pagination"].clone()).collect();
    assert_eq!(sizes, [json!({ "rowOffset": 0, "pageSize": 5 }), json!({ "rowOffset": 0, "pageSize": 9 })]);
}

#[test]
fn all_pages_become_one_list_with_an_item_per_line() {
    let sandbox = start(sandbox());
    TOKIO.block_on(async {
        let airbyte = Airbyte::builder().server(sandbox.url()).build().unwrap();
        for number in 0..204 {
            let workspace = json!({ "name": format!("w{number:03}"), "organizationId": ORGANIZATION });
            airbyte.call_raw("workspaces/create", &workspace).await.unwrap();
        }
    });
    let said = api(
        &sandbox.url(),
        &["workspaces/list_by_organization_id", "-f", &format!("organizationId={ORGANIZATION}"), "--paginate"],
    );
    assert_eq!((said.stderr.as_str(), said.code), ("", 0));
    let list: Vec<Value> = serde_json::from_str(&said.stdout).unwrap();
    let mut names: Vec<&str> = list.iter().map(|workspace| workspace["name"].as_str().unwrap()).collect();
    names.dedup();
    assert_eq!((names.len(), names[0], names[204]), (205, "Default Workspace", "w203"));
    assert_eq!(said.stdout.lines().count(), 207);
    let asked = operations(&sandbox);
    assert_eq!(asked.iter().filter(|name| *name == "workspaces/list_by_organization_id").count(), 3);
}

#[test]
fn a_list_without_items_is_an_empty_list() {
    let sandbox = start(Sandbox::builder());
    assert_eq!(api(&sandbox.url(), &["jobs/list", "-f", "configTypes[]=sync", "--paginate"]), Said::ok("[]\n"));
}

/// A server that answers one page of a list and then no more.
fn failing_on_the_second_page() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().flatten().enumerate() {
            let mut reader = BufReader::new(stream);
            let head: Vec<String> =
                reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            let length =
                head.iter().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
            reader.by_ref().take(length.unwrap_or(0)).read_to_end(&mut Vec::new()).unwrap();
            let jobs: Vec<Value> = (0..100).map(|id| json!({ "job": { "id": id } })).collect();
            let (status, body) = match number {
                0 => ("200 OK", json!({ "jobs": jobs, "totalJobCount": 200 })),
                _ => ("500 Internal Server Error", json!({ "errorId": "6e2b" })),
            };
            let body = body.to_string();
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            reader.into_inner().write_all(answer.as_bytes()).unwrap();
        }
    });
    format!("http://{address}")
}

#[test]
fn a_list_that_breaks_off_is_not_ended() {
    let said = api(&failing_on_the_second_page(), &["jobs/list", "-f", "configTypes[]=sync", "--paginate"]);
    assert_eq!(said.code, 5);
    assert!(
        said.stderr.starts_with("error: the server answered 500 without a message (error id 6e2b)\n"),
        "{}",
        said.stderr
    );
    assert_eq!(said.stdout.lines().count(), 101);
    assert!(said.stdout.ends_with("{\"job\":{\"id\":99}}"), "{}", said.stdout);
}

#[test]
fn an_operation_without_an_answer_says_nothing() {
    let sandbox = start(sandbox());
    let listed =
        api(&sandbox.url(), &["workspaces/list_by_organization_id", "-f", &format!("organizationId={ORGANIZATION}")]);
    let listed: Value = serde_json::from_str(&listed.stdout).unwrap();
    let id = listed["workspaces"][0]["workspaceId"].as_str().unwrap();
    assert_eq!(api(&sandbox.url(), &["workspaces/delete", "-f", &format!("workspaceId={id}")]), Said::ok(""));
}

#[test]
fn the_workspace_of_the_command_line_is_filled_in_by_its_id() {
    let sandbox = start(sandbox());
    let said = api(&sandbox.url(), &["connections/list", "--workspace", "Default Workspace"]);
    assert_eq!(said, Said::ok("{\"connections\":[]}\n"));
    let request = sandbox.requests().pop().unwrap();
    assert_eq!(request.operation.as_deref(), Some("connections/list"));
    assert_eq!(request.body["workspaceId"].as_str().map(str::len), Some(36));

    let said = api(&sandbox.url(), &["health", "--workspace", "not looked at"]);
    assert_eq!(said, Said::ok("{\"available\":true}\n"));
}

#[test]
fn a_missing_workspace_can_come_from_the_command_line() {
    check_refused(
        &["connections/list"],
        64,
        "\
error: the request does not fit operation `connections/list`
         field `/workspaceId` is missing
hint: `--workspace NAME` fills in the workspace
",
    );
    // What else is wrong is told before the server is asked for the workspace.
    check_refused(
        &["connections/list", "--workspace", "Sales", "-f", "workspace=x"],
        64,
        "\
error: the request does not fit operation `connections/list`
         field `/workspace` is unknown
",
    );
}

#[test]
fn a_body_that_does_not_fit_is_refused_with_every_mistake() {
    check_refused(
        &["source_definitions/get", "-f", "sourceDefinitionID=x"],
        64,
        "\
error: the request does not fit operation `source_definitions/get`
         field `/sourceDefinitionID` is unknown; did you mean `sourceDefinitionId`?
         field `/sourceDefinitionId` is missing
",
    );
    check_refused(
        &["jobs/get", "-f", "id=hunter2"],
        64,
        "\
error: the request does not fit operation `jobs/get`
         field `/id` must be `integer` and is `string`
",
    );
    check_refused(
        &["sources/get", "-f", "sourceId=hunter2"],
        64,
        "\
error: the request does not fit operation `sources/get`
         field `/sourceId` must be a uuid
",
    );
    check_refused(
        &["health", "-f", "x=1"],
        64,
        "\
error: the request does not fit operation `health`
         field `/x` is unknown
",
    );
}

#[test]
fn what_is_no_operation_is_refused_with_the_nearest() {
    check_refused(
        &["connection/list"],
        64,
        "\
error: the API has no operation `connection/list`
hint: did you mean `connections/list`?
",
    );
    check_refused(
        &["--describe", "listConnectionForWorkspace"],
        64,
        "\
error: the API has no operation `listConnectionForWorkspace`
hint: did you mean `listConnectionsForWorkspace`?
",
    );
    check_refused(
        &["make coffee"],
        64,
        "\
error: the API has no operation `make coffee`
hint: `airway api --list` shows all there are
",
    );
}

#[test]
fn fields_that_are_not_in_order_are_refused_without_their_value() {
    for (field, stderr) in [
        (["-f", "hunter2"], "error: `-f` wants `NAME=TEXT`\n"),
        (["-f", "id:=hunter2"], "error: field `id` has JSON behind `-f`, which is for text: use `-F`\n"),
        (["-F", "id=hunter2"], "error: `-F` wants `NAME:=JSON`, such as `count:=3`\n"),
        (
            ["-F", "id:=hunter2"],
            "error: field `id` has something else than JSON behind `-F`; text is given with `-f`\n",
        ),
        (["-f", "a[].b=hunter2"], "error: `a[].b` is no name for a field: `[]` can only stand at its end\n"),
        (["-f", ".=hunter2"], "error: `.` is no name for a field: a part of it is empty\n"),
    ] {
        check_refused(&["jobs/get", field[0], field[1]], 64, stderr);
    }
    check_refused(&["jobs/get", "-f", "id=1", "-F", "id:=1"], 64, "error: field `id` is given twice\n");
    check_refused(&["jobs/get", "-f", "id.x=1", "-F", "id:=1"], 64, "error: field `id` is given twice\n");
    check_refused(
        &["jobs/get", "-f", "id=1", "-f", "id[]=1"],
        64,
        "error: field `id` cannot have members or items: it is another value already\n",
    );
}

#[test]
fn input_that_cannot_be_read_is_refused_without_showing_it() {
    check_refused(
        &["jobs/get", "--input", "no-such-file.json"],
        64,
        "\
error: cannot read `no-such-file.json`
note: no such file or directory
",
    );
    check_refused(
        &["jobs/get", "--input", "-"],
        64,
        "\
error: standard input is not JSON
note: it ends too early, at line 1 column 0
",
    );
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let broken = path("broken.json", "{\n\"password\": hunter2}");
    check_refused(
        &["jobs/get", "--input", &broken],
        64,
        &format!("error: `{broken}` is not JSON\nnote: it cannot be read, at line 2 column 13\n"),
    );
    let list = path("list.json", "[1]");
    check_refused(
        &["jobs/get", "--input", &list, "-F", "id:=1"],
        64,
        "\
error: fields can only be put into a request that is an object
hint: leave `-f` and `-F` out
",
    );
    check_refused(
        &["jobs/get", "--input", &list],
        64,
        "\
error: the request does not fit operation `jobs/get`
         the body must be `object` and is `array`
",
    );
}

#[test]
fn only_lists_have_pages() {
    check_refused(
        &["health", "--paginate"],
        64,
        "\
error: operation `health` answers no list
hint: leave `--paginate` out
",
    );
}

#[test]
fn fields_make_no_sense_beside_a_list_or_a_description() {
    for arguments in [["--list", "tag", "-f", "a=b"], ["--describe", "health", "-f", "a=b"]] {
        let sandbox = start(sandbox());
        let said = api(&sandbox.url(), &arguments);
        assert_eq!((said.stdout.as_str(), said.code), ("", 64));
        assert!(said.stderr.contains("cannot be used with"), "{}", said.stderr);
        assert_eq!(sandbox.requests(), []);
    }
}

#[test]
fn a_refusal_of_the_server_is_told_with_its_operation() {
    let sandbox = start(Sandbox::builder());
    let said = api(&sandbox.url(), &["sources/get", "-f", "sourceId=1d8e3d8b-7f67-4b6f-8a13-4d2f0d1f9f53"]);
    assert_eq!((said.stdout.as_str(), said.code), ("", 5));
    assert!(said.stderr.starts_with("error: the server answered 404 without a message (error id "), "{}", said.stderr);
    assert!(said.stderr.contains("\nnote: while calling `sources/get`\n"), "{}", said.stderr);
}

#[test]
fn an_operation_that_this_server_lacks_is_told_with_its_versions() {
    let sandbox = start(Sandbox::builder().emulate("1.5".parse().unwrap()));
    let said = api(&sandbox.url(), &["tags/list", "-f", "workspaceId=1d8e3d8b-7f67-4b6f-8a13-4d2f0d1f9f53"]);
    let stderr = "\
error: this server does not have `tags/list`: it was first seen in Airbyte 2.0 and is not in 1.0, this is 1.5.0
note: while calling `tags/list`
";
    assert_eq!(said, Said { stdout: String::new(), stderr: stderr.to_owned(), code: 5 });
}
