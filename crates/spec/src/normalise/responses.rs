//! Responses in the one form the generator takes.

use serde_json::{Map, Value, json};

use super::bodies;
use crate::walk::{self, Object};

/// Keeps what an operation answers when it succeeds, as `2XX`.
///
/// The generator panics when the errors of an operation have different bodies,
/// and takes `default` for a success. Errors are read by hand anyway: servers
/// send other bodies than they document. All success codes are one, so that a
/// 200 where the document says 201 or 204 is no failure; if their bodies
/// differ, the result is any JSON.
pub(crate) fn successes_only(document: &mut Value) {
    walk::operations_mut(document, |_, _, operation| {
        let Some(Value::Object(responses)) = operation.get("responses") else {
            operation.insert("responses".to_owned(), json!({"2XX": {}}));
            return;
        };
        let successes = responses.iter().filter(|(code, _)| code.starts_with('2'));
        let mut candidates: Vec<&Value> = successes.map(|(_, response)| response).collect();
        if candidates.is_empty() {
            candidates.extend(responses.get("default"));
        }
        let mut bodies: Vec<Object> = Vec::new();
        for candidate in candidates {
            let content = candidate.get("content").and_then(Value::as_object);
            if let Some(content) = content.filter(|c| !c.is_empty())
                && !bodies.contains(content)
            {
                bodies.push(content.clone());
            }
        }
        let content = match bodies.len() {
            0 => Map::new(),
            1 => bodies.swap_remove(0),
            _ => merged(bodies),
        };
        operation.insert("responses".to_owned(), json!({"2XX": {"content": content}}));
    });
}

fn merged(bodies: Vec<Object>) -> Object {
    let mut merged = Map::new();
    for (media, value) in bodies.into_iter().flatten() {
        match merged.get(&media) {
            Some(earlier) if *earlier != value => merged.insert(media, json!({"schema": {}})),
            _ => merged.insert(media, value),
        };
    }
    merged
}

/// Leaves each response one media type: JSON with a schema where there is JSON,
/// else a stream of bytes. The generator panics on JSON without a schema.
pub(crate) fn one_media_type(document: &mut Value) {
    walk::operations_mut(document, |_, _, operation| {
        let Some(response) = operation.get_mut("responses").and_then(|r| r.get_mut("2XX")) else {
            return;
        };
        let content = response.get("content").and_then(Value::as_object);
        let content = match content {
            Some(content) if !content.is_empty() => content,
            _ => {
                *response = json!({});
                return;
            }
        };
        let json = ["application/json", "*/*", "application/*"].iter().find_map(|wanted| bodies::find(content, wanted));
        *response = match json {
            Some(media) => {
                let schema = media.get("schema").cloned().unwrap_or_else(|| json!({}));
                json!({"content": {"application/json": {"schema": schema}}})
            }
            None => json!({"content": {"application/octet-stream": {}}}),
        };
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(responses: &Value) -> Value {
        let mut document = json!({"paths": {"/a": {"get": {"responses": responses}}}});
        successes_only(&mut document);
        one_media_type(&mut document);
        document["paths"]["/a"]["get"]["responses"].take()
    }

    fn json_of(schema: &Value) -> Value {
        json!({"content": {"application/json": {"schema": schema}}})
    }

    #[test]
    fn errors_go_and_success_codes_are_one() {
        let string = json!({"type": "string"});
        let integer = json!({"type": "integer"});
        let cases = [
            (json!({"200": json_of(&string), "404": json_of(&integer)}), json_of(&string)),
            (json!({"200": json_of(&string), "default": json_of(&integer)}), json_of(&string)),
            (json!({"204": {}, "201": json_of(&string)}), json_of(&string)),
            (json!({"200": json_of(&string), "201": json_of(&integer)}), json_of(&json!({}))),
            (json!({"default": json_of(&string)}), json_of(&string)),
            (json!({"2XX": json_of(&string)}), json_of(&string)),
            (json!({"302": {}}), json!({})),
            (json!({"204": {"description": "d"}}), json!({})),
            (Value::Null, json!({})),
        ];
        for (given, expected) in cases {
            assert_eq!(after(&given), json!({"2XX": expected}), "{given}");
        }
    }

    #[test]
    fn json_wins_and_anything_else_is_bytes() {
        let response = |content: &Value| after(&json!({"200": {"content": content}}))["2XX"].take();
        let cases = [
            (json!({"text/plain": {}, "application/json;v=1": {}}), json_of(&json!({}))),
            (json!({"*/*": {"schema": {"type": "string"}}}), json_of(&json!({"type": "string"}))),
            (json!({"application/zip": {"schema": {}}}), json!({"content": {"application/octet-stream": {}}})),
        ];
        for (given, expected) in cases {
            assert_eq!(response(&given), expected, "{given}");
        }
    }
}
