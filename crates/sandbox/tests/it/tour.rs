//! A tour of every operation in every generation: what is emulated answers what its generation's description says, what
//! is not says so, and what the generation lacks is not there.

mod requests;
mod world;

use airway_sandbox::Generation;
use http::Request;
use serde_json::{Value, json};

use requests::body;
use world::World;

/// A line of the table of operations.
struct Line {
    method: &'static str,
    path: &'static str,
    class: &'static str,
    effect: &'static str,
    exists: bool,
}

fn operations(generation: Generation) -> impl Iterator<Item = Line> {
    let version = |text: &str| if text == "-" { None } else { Some(text.parse::<Generation>().unwrap()) };
    include_str!("../../data/operations.tsv").lines().skip(1).map(move |line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let since = version(cells[4]).is_none_or(|since| since <= generation);
        let until = version(cells[5]).is_none_or(|until| generation < until);
        Line { method: cells[0], path: cells[1], class: cells[3], effect: cells[7], exists: since && until }
    })
}

/// What answers something else than success although all is in order.
const SPECIAL: &[(&str, u16)] = &[
    // Only where there is somebody to log in.
    ("applications/create", 404),
    ("applications/delete", 404),
    ("applications/list", 404),
    ("applications/token", 404),
    // Only for destinations that take data back to where it came from.
    // Not a single destination signs in elsewhere.
    ("destination_oauths/complete_oauth", 500),
    ("destination_oauths/get_consent_url", 500),
    ("destinations/discover_schema", 400),
    ("destinations/get_catalog_for_connection", 404),
    // There is no licence.
    ("instance_configuration/license/info", 404),
];

/// Whether the next operation meets the same world: nothing was changed, nothing was made to ask about.
fn leaves_no_trace(path: &str, effect: &str) -> bool {
    let making = ["commands/", "tags/", "permissions/", "declarative_", "grant_definition", "revoke_definition"];
    effect == "read" && !making.iter().any(|it| path.contains(it))
}

/// Asks for everything, and counts what is answered, what is refused as not emulated, and what is not there.
#[track_caller]
fn tour(version: &str, expected: [usize; 3]) {
    let generation = version.parse().unwrap();
    let (mut answered, mut refused, mut absent) = (0, 0, 0);
    let mut wrong = Vec::new();
    let mut world = World::of(generation);
    let ask = |world: &World, method: &str, path: &str, body: &Value| {
        let request = Request::builder().method(method).uri(format!("/api/v1/{path}"));
        world.airbyte.answer(&request.body(body.to_string().into_bytes()).unwrap())
    };
    for Line { method, path, class, effect, exists } in operations(generation) {
        let may_be_missing = !exists || matches!(class, "admin" | "optional" | "internal" | "cloud");
        if may_be_missing {
            let answer = ask(&world, method, path, &json!({}));
            if !exists && (answer.status, answer.text.as_str()) == (404, "Object not found.") {
                absent += 1;
                continue;
            }
            if exists && answer.status == 501 {
                refused += 1;
                continue;
            }
        }
        let body = body(&world, path);
        let answer = ask(&world, method, path, &body);
        let special = SPECIAL.iter().find(|(special, _)| *special == path).map(|(_, status)| *status);
        // Declared before anybody had written it.
        let special = special.or((path == "connections/sync_progress" && version == "0.50").then_some(404));
        answered += 1;
        if !exists || special.unwrap_or(answer.status) != answer.status || (special.is_none() && answer.status >= 300) {
            wrong.push(format!("{version} {path}: {} {}", answer.status, answer.text));
        } else if special.is_none() {
            wrong.extend(airway_contract::check_request(version, path, &body));
            wrong.extend(airway_contract::check_answer(version, path, answer.status, &answer.body));
        }
        if !leaves_no_trace(path, effect) {
            world = World::of(generation);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!([answered, refused, absent], expected);
}

#[test]
fn every_operation_of_0_50_does_what_its_description_says() {
    tour("0.50", [149, 43, 189]);
}

#[test]
fn every_operation_of_1_0_does_what_its_description_says() {
    tour("1.0", [166, 74, 141]);
}

#[test]
fn every_operation_of_1_5_does_what_its_description_says() {
    tour("1.5", [166, 74, 141]);
}

#[test]
fn every_operation_of_1_7_does_what_its_description_says() {
    tour("1.7", [163, 73, 145]);
}

#[test]
fn every_operation_of_1_8_does_what_its_description_says() {
    tour("1.8", [162, 73, 146]);
}

#[test]
fn every_operation_of_2_0_does_what_its_description_says() {
    tour("2.0", [186, 181, 14]);
}

#[test]
fn every_operation_of_the_latest_does_what_its_description_says() {
    tour("latest", [186, 181, 14]);
}
