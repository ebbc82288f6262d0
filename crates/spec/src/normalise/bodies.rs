//! Request bodies in the one form the generator takes.

use serde_json::{Value, json};

use super::{LeftOut, Reason, operations};
use crate::walk::{self, Object};

/// Leaves each request body one media type and gives that a schema: JSON where
/// there is JSON, else a form, plain text or bytes. The generator panics on two
/// media types and refuses one without a schema; text and bytes must have
/// exactly the schema it expects.
///
/// An operation whose body can be sent in none of these is left out.
pub(crate) fn one_media_type(document: &mut Value, left_out: &mut Vec<LeftOut>) {
    walk::retain_operations(document, |path, method, operation| {
        let Some(body) = operation.get_mut("requestBody").and_then(Value::as_object_mut) else {
            operation.remove("requestBody");
            return true;
        };
        let Some(Value::Object(content)) = body.get("content") else {
            operation.remove("requestBody");
            return true;
        };
        if content.is_empty() {
            operation.remove("requestBody");
            return true;
        }
        if let Some((media, schema)) = chosen(content) {
            body.insert("content".to_owned(), json!({media: {"schema": schema}}));
            return true;
        }
        let media = content.keys().next().cloned().unwrap_or_default();
        left_out.push(LeftOut {
            operation: operations::id(operation),
            pointer: operations::pointer(path, method) + "/requestBody/content",
            reason: Reason::RequestMedia(media),
        });
        false
    });
}

fn chosen(content: &Object) -> Option<(&'static str, Value)> {
    const JSON: &str = "application/json";
    const FORM: &str = "application/x-www-form-urlencoded";
    for wanted in [JSON, "*/*", "application/*", FORM] {
        if let Some(media) = find(content, wanted) {
            let schema = media.get("schema").cloned().unwrap_or_else(|| json!({}));
            return Some((if wanted == FORM { FORM } else { JSON }, schema));
        }
    }
    for text in ["text/plain", "text/x-markdown"] {
        if find(content, text).is_some() {
            return Some((text, json!({"type": "string"})));
        }
    }
    let bytes = "application/octet-stream";
    find(content, bytes)?;
    Some((bytes, json!({"type": "string", "format": "binary"})))
}

/// Finds a media type, whatever its parameters.
pub(crate) fn find<'a>(content: &'a Object, wanted: &str) -> Option<&'a Value> {
    let essence = |media: &str| {
        let essence = media.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case(wanted)
    };
    content.iter().find_map(|(media, value)| essence(media).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(content: &Value) -> (Value, Vec<LeftOut>) {
        let mut document =
            json!({"paths": {"/a": {"post": {"operationId": "makeA", "requestBody": {"content": content}}}}});
        let mut left_out = Vec::new();
        one_media_type(&mut document, &mut left_out);
        (document["paths"]["/a"]["post"]["requestBody"]["content"].take(), left_out)
    }

    #[test]
    fn json_wins_then_forms_then_text_then_bytes() {
        let cases = [
            (
                json!({"multipart/form-data": {}, "application/json; charset=utf-8": {"schema": {"type": "object"}}}),
                json!({"application/json": {"schema": {"type": "object"}}}),
            ),
            (json!({"*/*": {}}), json!({"application/json": {"schema": {}}})),
            (
                json!({"application/x-www-form-urlencoded": {"schema": {"a": 1}}, "text/plain": {}}),
                json!({"application/x-www-form-urlencoded": {"schema": {"a": 1}}}),
            ),
            (
                json!({"text/plain": {"schema": {"type": "string", "format": "uuid"}}}),
                json!({"text/plain": {"schema": {"type": "string"}}}),
            ),
            (
                json!({"application/octet-stream": null}),
                json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}),
            ),
            (json!({}), Value::Null),
        ];
        for (given, expected) in cases {
            assert_eq!(self::content(&given), (expected, vec![]), "{given}");
        }
    }

    #[test]
    fn a_body_that_cannot_be_sent_takes_its_operation_along() {
        let (rest, left_out) = content(&json!({"multipart/form-data": {}}));
        assert_eq!(rest, Value::Null);
        assert_eq!(
            left_out[0].to_string(),
            "operation `makeA` is left out: a request body of type `multipart/form-data` cannot be sent (at `/paths/~1a/post/requestBody/content`)"
        );
    }
}
