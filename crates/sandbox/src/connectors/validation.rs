//! Checking a configuration against its connector's specification, by the draft Airbyte uses.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError};
use serde_json::Value;

/// A compiled specification; `None` where it does not compile, which then accepts everything.
#[derive(Debug, Clone)]
pub(crate) struct Validator(Option<jsonschema::Validator>);

impl Validator {
    pub(crate) fn new(specification: &Value) -> Self {
        Self(jsonschema::options().with_draft(Draft::Draft7).build(specification).ok())
    }

    pub(crate) fn faults(&self, configuration: &Value) -> Vec<String> {
        self.0
            .as_ref()
            .map_or_else(Vec::new, |validator| validator.iter_errors(configuration).map(|e| line(&e)).collect())
    }
}

/// Words a fault without quoting the offending value, which may be a secret.
fn line(error: &ValidationError<'_>) -> String {
    let path = error.instance_path().to_string();
    let place = format!("${}", path.replace('/', "."));
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let property = property.as_str().unwrap_or_default();
            format!("{place}.{property}: is missing but it is required")
        }
        ValidationErrorKind::Type { .. } => format!("{place}: has another type than the schema asks for"),
        ValidationErrorKind::Enum { options } => format!("{place}: must be one of {options}"),
        ValidationErrorKind::Constant { expected_value } => format!("{place}: must be {expected_value}"),
        ValidationErrorKind::Pattern { pattern } => format!("{place}: does not match the pattern {pattern}"),
        ValidationErrorKind::Minimum { limit } => format!("{place}: must be at least {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("{place}: must be at most {limit}"),
        ValidationErrorKind::MinLength { limit } => format!("{place}: must be at least {limit} characters long"),
        ValidationErrorKind::MinItems { limit } => format!("{place}: must have at least {limit} items"),
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            format!("{place}: has properties the schema does not know: {}", unexpected.join(", "))
        }
        ValidationErrorKind::OneOfNotValid { .. } | ValidationErrorKind::AnyOf { .. } => {
            format!("{place}: fits none of the alternatives")
        }
        ValidationErrorKind::OneOfMultipleValid { .. } => format!("{place}: fits more than one alternative"),
        other => format!("{place}: violates `{}`", other.keyword()),
    }
}
