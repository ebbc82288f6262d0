//! Which operations there are, and what they take and answer.

use super::{api, check_refused};
use crate::support::{Said, airway, run, sandbox, start};

#[test]
fn operations_are_listed_by_kind_without_a_server() {
    let sandbox = start(sandbox());
    let url = sandbox.url();
    let names = |arguments: &[&str]| -> Vec<String> {
        let said = api(&url, arguments);
        assert_eq!((said.stderr.as_str(), said.code), ("", 0));
        said.stdout.lines().map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(names(&["--list", "tag"]), ["tags/create", "tags/delete", "tags/list", "tags/update"]);
    assert_eq!(names(&["--list", "tags"]), names(&["--list", "tag"]));
    assert_eq!(names(&["--list"]).len(), airway_client::operations().iter().len());
    assert_eq!(
        api(&url, &["--list", "health"]),
        Said::ok(&format!(
            "health  {}\n",
            airway_client::operations().get("health").unwrap().summary.trim_end_matches('.')
        ))
    );
    check_refused(
        &["--list", "conection"],
        64,
        "\
error: there are no operations of the kind `conection`
hint: did you mean `connection`?
",
    );
    assert_eq!(sandbox.requests(), []);
}

/// Without the sentences of the API's description.
fn skeleton(description: &str) -> String {
    let line = |line: &str| match line.split_once("  # ") {
        Some((before, _)) => before.to_owned(),
        None if line.starts_with("  4") || line.starts_with("  5") => line[..5].to_owned(),
        None => line.to_owned(),
    };
    description.lines().map(|text| line(text) + "\n").collect()
}

#[test]
fn an_operation_is_described_without_a_server() {
    let sandbox = start(sandbox());
    let said = api(&sandbox.url(), &["--describe", "tags/create"]);
    assert_eq!((said.stderr.as_str(), said.code), ("", 0));
    let (head, facts) = said.stdout.split_once("\n\n").unwrap();
    assert!(head.starts_with("tags/create (createTag)\n"), "{head}");
    assert_eq!(
        skeleton(facts),
        "\
call      POST /api/v1/tags/create
effect    makes one more thing each time
servers   first seen in 2.0; not in 1.0; between them nobody looked

request: TagCreateRequestBody
  color: string, required
  name: string, required
  workspaceId: string (uuid), required

answer: Tag
  color: string
  name: string
  tagId: string (uuid)
  workspaceId: string (uuid)

failures:
  400
  401
  403
  409
  500
"
    );
    assert_eq!(sandbox.requests(), []);
}

#[test]
fn pages_versions_and_parameters_are_part_of_a_description() {
    let described = |name: &str| {
        let said = run(&mut airway(&["api", "--describe", name]));
        assert_eq!((said.stderr.as_str(), said.code), ("", 0));
        said.stdout
    };
    for (name, expected) in [
        ("jobs/list", "\npaging    by `pagination.rowOffset`, 200 a page unless told; items in `jobs`\n"),
        (
            "sources/list",
            "\npaging    by `cursor`, the last item seen, 20 a page unless told, from 1.8 on; items in `sources`\n",
        ),
        ("workspaces/list", "\nservers   up to 1.6\n"),
        ("health", "\nrequest: nothing\n"),
        ("user_invitations/by_code/{inviteCode}", "\nparameters:\n  inviteCode: in the path, required"),
        ("sources/create", "\n  connectionConfiguration: any object, required"),
    ] {
        let text = described(name);
        assert!(text.contains(expected), "{text}");
    }
}
