//! `$ref`: where one leads, and whether all of them lead somewhere.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::{SpecError, SpecErrorKind};

pub(crate) const SCHEMAS: &str = "#/components/schemas/";

/// Members whose content is data, not description: a `$ref` there is a word.
const DATA: [&str; 5] = ["example", "examples", "default", "enum", "const"];

/// Returns the target of an object that is a reference.
pub(crate) fn target(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()
}

/// Returns what a reference within `document` leads to, one step.
pub(crate) fn step<'a>(document: &'a Value, target: &str) -> Option<&'a Value> {
    let by_name = target.strip_prefix(SCHEMAS).and_then(|name| document.pointer("/components/schemas")?.get(name));
    by_name.or_else(|| document.pointer(&pointer(target)?))
}

/// Returns the name of the schema that a reference leads to, if it leads to a
/// named one.
pub(crate) fn schema_name(document: &Value, target: &str) -> Option<String> {
    let pointer = pointer(target)?;
    let name = pointer.strip_prefix("/components/schemas/")?;
    let name = name.replace("~1", "/").replace("~0", "~");
    document.pointer("/components/schemas")?.get(&name).map(|_| name)
}

/// Follows references until something that is none.
pub(crate) fn follow<'a>(document: &'a Value, mut value: &'a Value) -> Option<&'a Value> {
    for _ in 0..64 {
        match target(value) {
            Some(target) => value = step(document, target)?,
            None => return Some(value),
        }
    }
    None
}

/// Returns the JSON pointer of a reference that stays in the file.
fn pointer(target: &str) -> Option<Cow<'_, str>> {
    let fragment = target.strip_prefix('#')?;
    Some(if fragment.contains('%') { Cow::Owned(percent_decoded(fragment)) } else { Cow::Borrowed(fragment) })
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = (first == b'%')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Escapes a member name for use in a JSON pointer.
pub(crate) fn escaped(member: &str) -> Cow<'_, str> {
    if member.contains(['~', '/']) {
        Cow::Owned(member.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(member)
    }
}

/// Checks that every reference in the document leads to something.
pub(crate) fn check(document: &Value, file: &str) -> Result<(), SpecError> {
    Check { document, file, place: Vec::new(), operation: None }.visit(document)
}

struct Check<'a> {
    document: &'a Value,
    file: &'a str,
    place: Vec<Cow<'a, str>>,
    operation: Option<&'a str>,
}

impl<'a> Check<'a> {
    fn visit(&mut self, value: &'a Value) -> Result<(), SpecError> {
        match value {
            Value::Object(members) => self.visit_object(members),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.descend(index.to_string().into(), item)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn visit_object(&mut self, members: &'a Map<String, Value>) -> Result<(), SpecError> {
        let names_are_free = self.names_are_free();
        if !names_are_free && let Some(target) = members.get("$ref").and_then(Value::as_str) {
            self.follow(target)?;
        }
        let is_operation = self.place.len() == 3 && self.place[0] == "paths";
        if is_operation {
            self.operation = members.get("operationId").and_then(Value::as_str);
        }
        for (name, member) in members {
            let is_data = !names_are_free && (DATA.contains(&name.as_str()) || name.starts_with("x-"));
            if !is_data {
                self.descend(Cow::Borrowed(name), member)?;
            }
        }
        if is_operation {
            self.operation = None;
        }
        Ok(())
    }

    /// True where the members are named by the API and not by OpenAPI, so that
    /// `example` is a name like any other: among the properties of a schema and
    /// among the shared parts. A property may be called `properties` itself.
    fn names_are_free(&self) -> bool {
        let is_shared = self.place.first().is_some_and(|first| first == "components");
        match self.place.len() {
            2 if is_shared => true,
            _ => {
                let described = self.place.iter().skip(if is_shared { 3 } else { 0 });
                described.fold(false, |free, member| !free && member == "properties")
            }
        }
    }

    fn descend(&mut self, name: Cow<'a, str>, value: &'a Value) -> Result<(), SpecError> {
        self.place.push(name);
        self.visit(value)?;
        self.place.pop();
        Ok(())
    }

    fn follow(&self, target: &'a str) -> Result<(), SpecError> {
        let mut seen = vec![target.to_owned()];
        let mut next = target;
        loop {
            if !next.starts_with('#') {
                return Err(self.refuse(SpecErrorKind::External(next.to_owned())));
            }
            let Some(found) = step(self.document, next) else {
                return Err(self.refuse(SpecErrorKind::Dangling(next.to_owned())));
            };
            let Some(further) = self::target(found) else {
                return Ok(());
            };
            let closes = seen.iter().any(|earlier| earlier == further);
            seen.push(further.to_owned());
            if closes {
                return Err(self.refuse(SpecErrorKind::Cycle(seen)));
            }
            next = further;
        }
    }

    fn refuse(&self, kind: SpecErrorKind) -> SpecError {
        let place: String = self.place.iter().flat_map(|member| [Cow::Borrowed("/"), escaped(member)]).collect();
        SpecError::new(self.file, kind).at(place + "/$ref", self.operation.map(str::to_owned))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(paths: &Value, schemas: &Value) -> Option<String> {
        let document = json!({"paths": paths, "components": {"schemas": schemas}});
        check(&document, "a.yaml").err().map(|e| e.to_string())
    }

    #[test]
    fn a_dangling_reference_is_named_with_place_and_operation() {
        let paths = json!({"/v1/a": {"post": {"operationId": "makeA", "requestBody": {"$ref": "#/components/requestBodies/A"}}}});
        assert_eq!(
            refused(&paths, &json!({})).unwrap(),
            "`a.yaml` at `/paths/~1v1~1a/post/requestBody/$ref` (operation `makeA`) refers to `#/components/requestBodies/A`, which is not in the file"
        );
    }

    #[test]
    fn another_file_is_named() {
        assert_eq!(
            refused(&json!({}), &json!({"A": {"$ref": "b.yaml#/A"}})).unwrap(),
            "`a.yaml` at `/components/schemas/A/$ref` refers to `b.yaml#/A`, which is in another file"
        );
    }

    #[test]
    fn a_circle_of_pure_references_is_shown() {
        let schemas = json!({"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}});
        assert_eq!(
            refused(&json!({}), &schemas).unwrap(),
            "`a.yaml` at `/components/schemas/A/$ref` is a circle of references: `#/components/schemas/B` → `#/components/schemas/A` → `#/components/schemas/B`"
        );
    }

    #[test]
    fn a_type_that_holds_itself_is_no_circle() {
        let schemas = json!({"Tree": {"properties": {"child": {"$ref": "#/components/schemas/Tree"}}}});
        assert_eq!(refused(&json!({}), &schemas), None);
    }

    #[test]
    fn the_word_in_data_and_as_a_property_name_is_no_reference() {
        let schemas = json!({"A": {
            "example": {"$ref": "#/nowhere"},
            "x-note": {"$ref": "#/nowhere"},
            "properties": {"$ref": {"type": "string"}, "example": {"type": "string"}},
        }});
        assert_eq!(refused(&json!({}), &schemas), None);
    }

    #[test]
    fn a_property_named_like_a_data_member_is_still_looked_into() {
        let schemas = json!({"A": {"properties": {"default": {"$ref": "#/nowhere"}}}});
        assert!(refused(&json!({}), &schemas).is_some());
    }

    #[test]
    fn names_of_the_api_may_be_words_of_openapi() {
        let data = json!({"example": {"$ref": "#/nowhere"}});
        for schemas in [json!({"properties": data}), json!({"A": {"properties": {"properties": data}}})] {
            assert_eq!(refused(&json!({}), &schemas), None, "{schemas}");
        }
        let dangling = json!({"$ref": "#/nowhere"});
        for schemas in [json!({"example": dangling}), json!({"A": {"properties": {"example": dangling}}})] {
            assert!(refused(&json!({}), &schemas).is_some(), "{schemas}");
        }
    }

    #[test]
    fn escapes_of_both_kinds_are_understood() {
        let schemas = json!({"a/b c": {}, "B": {"$ref": "#/components/schemas/a~1b%20c"}});
        assert_eq!(refused(&json!({}), &schemas), None);
    }
}
