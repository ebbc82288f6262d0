//! Tags.

use serde_json::{Value, json};

use crate::support::{Airbyte, NIL, id, text};

fn create(airbyte: &Airbyte, name: &str) -> Value {
    airbyte.ok("tags/create", json!({"workspaceId": airbyte.workspace(), "name": name, "color": "FF8800"}))
}

#[test]
fn tags_are_listed_as_a_bare_array() {
    let airbyte = Airbyte::new();
    let tag = create(&airbyte, "ecommerce");
    assert_eq!(airbyte.ok("tags/list", json!({"workspaceId": airbyte.workspace()})), json!([tag]));
}

#[test]
fn names_and_colours_are_checked() {
    let airbyte = Airbyte::new();
    create(&airbyte, "a");
    let refused = |name: &str, color: &str| {
        let answer =
            airbyte.post("tags/create", json!({"workspaceId": airbyte.workspace(), "name": name, "color": color}));
        (answer.status, text(&answer.body["type"]))
    };
    assert_eq!(refused("a", "FF8800"), (409, "error:tag-already-exists".to_owned()));
    assert_eq!(refused(&"x".repeat(31), "FF8800"), (400, "error:tag-name-too-long".to_owned()));
    assert_eq!(refused("b", "#FF8800"), (400, "error:tag-invalid-hex-color".to_owned()));
    for number in 0..99 {
        create(&airbyte, &format!("t{number}"));
    }
    assert_eq!(refused("one more", "FF8800"), (400, "error:tag-limit-for-workspace-reached".to_owned()));
}

#[test]
fn a_tag_without_a_name_or_a_colour_is_not_foreseen() {
    for (airbyte, expected) in [(Airbyte::new(), 500), (Airbyte::with(airway_sandbox::SandboxBuilder::friendly), 400)] {
        let workspace = airbyte.workspace();
        for given in [
            json!({"workspaceId": workspace, "name": null, "color": "FF8800"}),
            json!({"workspaceId": workspace, "name": "a"}),
        ] {
            assert_eq!(airbyte.status("tags/create", given.clone()), expected, "{given}");
        }
        let tag = create(&airbyte, "kept");
        let update = json!({"workspaceId": workspace, "tagId": tag["tagId"], "color": "000000"});
        assert_eq!(airbyte.status("tags/update", update), expected);
        assert_eq!(airbyte.ok("tags/list", json!({"workspaceId": workspace})), json!([tag]));
    }
}

#[test]
fn a_tag_of_another_workspace_is_not_foreseen() {
    let airbyte = Airbyte::new();
    let tag = create(&airbyte, "a");
    let other = id(&airbyte.ok("workspaces/create", json!({"name": "o", "organizationId": NIL})), "workspaceId");
    let body = json!({"tagId": tag["tagId"], "workspaceId": other, "name": "b", "color": "000000"});
    assert_eq!(airbyte.status("tags/update", body.clone()), 500);
    assert_eq!(airbyte.status("tags/delete", body), 500);
}

#[test]
fn connections_carry_tags_and_foreign_ones_are_dropped_without_a_word() {
    let airbyte = Airbyte::new();
    let (first, second) = (create(&airbyte, "a"), create(&airbyte, "b"));
    let mut foreign = first.clone();
    foreign["tagId"] = json!("00000000-0000-4000-8000-00000000dead");
    let connection = airbyte.connection_with(json!({"tags": [first, foreign]}));
    let get = || airbyte.ok("connections/get", json!({"connectionId": connection}))["tags"].clone();
    assert_eq!(get(), json!([first]));
    airbyte.ok("connections/update", json!({"connectionId": connection, "tags": [second]}));
    assert_eq!(get(), json!([second]));
    airbyte.ok("connections/update", json!({"connectionId": connection, "name": "x"}));
    assert_eq!(get(), json!([second]));
    airbyte.ok("tags/delete", json!({"tagId": second["tagId"], "workspaceId": airbyte.workspace()}));
    assert_eq!(get(), json!([]));
}

#[test]
fn a_renamed_tag_shows_on_its_connections() {
    let airbyte = Airbyte::new();
    let tag = create(&airbyte, "a");
    let connection = airbyte.connection_with(json!({"tags": [tag]}));
    airbyte.ok(
        "tags/update",
        json!({
            "tagId": tag["tagId"], "workspaceId": airbyte.workspace(), "name": "z", "color": "000000",
        }),
    );
    let read = airbyte.ok("connections/get", json!({"connectionId": connection}));
    assert_eq!((&read["tags"][0]["name"], &read["tags"][0]["color"]), (&json!("z"), &json!("000000")));
}
