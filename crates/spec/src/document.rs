//! A whole OpenAPI document, read and found to be usable.

use std::{fs, path::Path};

use serde_json::Value;

use crate::{SpecError, SpecErrorKind, refs};

/// An OpenAPI 3.0 document of which every reference leads somewhere.
///
/// ```
/// use airway_spec::Document;
///
/// let text = "openapi: 3.0.3\npaths:\n  /v1/health:\n    get: {operationId: getHealth}\n";
/// let document = Document::parse(text, "health.yaml")?;
/// assert_eq!(document.value()["paths"]["/v1/health"]["get"]["operationId"], "getHealth");
/// # Ok::<(), airway_spec::SpecError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Document {
    name: String,
    value: Value,
}

impl Document {
    /// Reads a document from a file, YAML or JSON.
    ///
    /// # Errors
    ///
    /// Fails as [`Document::parse`] does, and when the file cannot be read.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, SpecError> {
        let name = path.as_ref().display().to_string();
        let text =
            fs::read_to_string(path).map_err(|source| SpecError::new(&name, SpecErrorKind::Unreadable(source)))?;
        Self::parse(&text, &name)
    }

    /// Reads a document from text, YAML or JSON; `name` is what errors call it.
    ///
    /// # Errors
    ///
    /// Fails when the text is neither YAML nor JSON, is not OpenAPI 3.0, holds
    /// no path, or has a `$ref` that leads out of the file, nowhere, or in a
    /// circle.
    pub fn parse(text: &str, name: &str) -> Result<Self, SpecError> {
        let value = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|source| SpecError::new(name, SpecErrorKind::NotJson(source)))?
        } else {
            serde_saphyr::from_str_with_options(text, yaml_1_2())
                .map_err(|source| SpecError::new(name, SpecErrorKind::NotYaml(source)))?
        };
        Self::from_value(value, name)
    }

    /// Takes a document that is parsed already; `name` is what errors call it.
    ///
    /// # Errors
    ///
    /// Fails as [`Document::parse`] does, but for the syntax.
    pub fn from_value(value: Value, name: &str) -> Result<Self, SpecError> {
        let refuse = |kind| SpecError::new(name, kind);
        if let Some(version) = value.get("swagger") {
            return Err(refuse(SpecErrorKind::Swagger(scalar(version))).at("/swagger", None));
        }
        let Some(version) = value.get("openapi").map(scalar) else {
            return Err(refuse(SpecErrorKind::NotOpenApi));
        };
        if version != "3.0" && !version.starts_with("3.0.") {
            return Err(refuse(SpecErrorKind::Version(version)).at("/openapi", None));
        }
        let has_paths = value.get("paths").and_then(Value::as_object).is_some_and(|paths| !paths.is_empty());
        if !has_paths {
            return Err(refuse(SpecErrorKind::NoPaths).at("/paths", None));
        }
        refs::check(&value, name)?;
        Ok(Self { name: name.to_owned(), value })
    }

    /// Returns the document as it was read.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Returns what errors call this document.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// `no` and `off` are enum values of real APIs: only `true` and `false` are
/// booleans. The limits are there against hostile files, not against long ones.
fn yaml_1_2() -> serde_saphyr::Options {
    serde_saphyr::options! {
        strict_booleans: true,
        with_snippet: false,
        budget: serde_saphyr::budget! {
            max_events: 20_000_000,
            max_nodes: 10_000_000,
            max_depth: 128,
        },
    }
}

fn scalar(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TAIL: &str = "\npaths:\n  /a:\n    get: {operationId: a}\n";

    fn parse(head: &str) -> Result<Document, SpecError> {
        Document::parse(&format!("{head}{TAIL}"), "api.yaml")
    }

    #[test]
    fn numeric_keys_become_text_and_unquoted_words_stay_words() {
        let document =
            parse("openapi: 3.0.3\nx:\n  200: ok\n  enum: [yes, no, on, off, y, true, null, 12:30:00, 2024-01-01]")
                .unwrap();
        assert_eq!(
            document.value()["x"],
            json!({
                "200": "ok",
                "enum": ["yes", "no", "on", "off", "y", true, null, "12:30:00", "2024-01-01"],
            })
        );
    }

    #[test]
    fn an_unquoted_version_is_a_version() {
        assert!(parse("openapi: 3.0").is_ok());
    }

    #[test]
    fn json_is_read_too() {
        let text = r#"{"openapi": "3.0.0", "paths": {"/a": {"get": {}}}}"#;
        assert_eq!(Document::parse(text, "a.json").unwrap().value()["paths"], json!({"/a": {"get": {}}}));
    }

    #[test]
    fn refusals_name_file_place_and_remedy() {
        let cases = [
            (
                parse("openapi: 3.1.0"),
                "`api.yaml` at `/openapi` is an OpenAPI `3.1.0` document, and only OpenAPI 3.0 is read",
                "openapi-down-convert",
            ),
            (
                parse("swagger: 2.0"),
                "`api.yaml` at `/swagger` is a Swagger `2.0` document, and only OpenAPI 3.0 is read",
                "swagger2openapi",
            ),
            (
                parse("info: {}"),
                "`api.yaml` is not an OpenAPI document: it has no `openapi` member",
                "OpenAPI 3.0 document",
            ),
            (
                Document::parse("openapi: 3.0.3\npaths: {}", "api.yaml"),
                "`api.yaml` at `/paths` describes no operation",
                "`paths`",
            ),
            (Document::parse("openapi: 3.0.3\n  paths: [", "api.yaml"), "`api.yaml` is not YAML", "HTML page"),
            (Document::parse("{\"openapi\": ", "api.json"), "`api.json` is not JSON", "HTML page"),
            (Document::load("/nowhere/api.yaml"), "`/nowhere/api.yaml` cannot be read", "readable file"),
        ];
        for (result, message, remedy) in cases {
            let error = result.unwrap_err();
            assert_eq!(error.to_string(), message);
            assert!(error.hint().contains(remedy), "{}", error.hint());
        }
    }

    #[test]
    fn a_syntax_error_knows_its_line() {
        let error = Document::parse("openapi: 3.0.3\npaths:\n\t- a", "api.yaml").unwrap_err();
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains("line 3, column 2"), "{source}");
    }
}
