//! Checking a source's or destination's configuration against its connector's JSON schema, before anything is sent.

mod spelling;
mod union;

use std::fmt;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::Value;

use crate::secret::holds_placeholder;
use crate::suggest::nearest;
use union::{Choice, Union};

/// One thing that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigurationProblem {
    /// Where: `host`, `replication_method.method`, `urls[2]`; empty for the configuration as a whole.
    pub path: String,
    /// What is wrong there, without any value that may be secret.
    pub reason: String,
    /// The valid name or value that resembles what was given.
    pub nearest: Option<String>,
}

impl fmt::Display for ConfigurationProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "`{}` ", self.path)?;
        }
        f.write_str(&self.reason)?;
        self.nearest.iter().try_for_each(|nearest| write!(f, "; did you mean `{nearest}`?"))
    }
}

/// What a connector's JSON schema (draft 7, as Airbyte's connectors use) asks of configurations, ready to be held against many.
///
/// A specification that is itself no schema asks for nothing: then the server is the judge.
#[derive(Debug)]
pub(crate) struct Rules(Option<Validator>);

impl Rules {
    pub(crate) fn of(specification: &Value) -> Self {
        Self(jsonschema::options().with_draft(Draft::Draft7).build(specification).ok())
    }

    /// Returns everything that is wrong with a configuration by the rules of this specification.
    ///
    /// `revealed` is the configuration with its secrets, `shown` the same with placeholders: texts quote from the latter.
    pub(crate) fn problems(&self, specification: &Value, revealed: &Value, shown: &Value) -> Vec<ConfigurationProblem> {
        let reader = Reader { specification, shown };
        let mut problems = Vec::new();
        for error in self.0.iter().flat_map(|validator| validator.iter_errors(revealed)) {
            reader.explain(&error, &mut problems);
        }
        // A union and its branch may say the same.
        problems.dedup();
        spelling::slips(&[specification], revealed, "", &mut problems);
        problems
    }
}

struct Reader<'a> {
    specification: &'a Value,
    shown: &'a Value,
}

impl Reader<'_> {
    fn explain(&self, error: &ValidationError<'_>, out: &mut Vec<ConfigurationProblem>) {
        let pointer = error.instance_path().as_str();
        let problem =
            |reason: String, nearest: Option<String>| ConfigurationProblem { path: dotted(pointer), reason, nearest };
        match error.kind() {
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                out.push(ConfigurationProblem {
                    path: join(&dotted(pointer), name),
                    reason: "is missing".to_owned(),
                    nearest: None,
                });
                if let Some(misspelt) = self.misspelt(error, name) {
                    let last = out.last_mut().expect("just pushed");
                    last.reason = format!("is missing, but there is `{}`", join(&dotted(pointer), misspelt));
                }
            }
            ValidationErrorKind::Type { kind } => {
                out.push(problem(format!("must be {}, not {}", wanted(kind), type_of(error.instance())), None));
            }
            ValidationErrorKind::Enum { options } => {
                let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
                out.push(self.not_one_of(pointer, self.is_secret(error), options));
            }
            ValidationErrorKind::Constant { expected_value } => {
                out.push(self.not_one_of(pointer, self.is_secret(error), std::slice::from_ref(&**expected_value)));
            }
            ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } => {
                self.explain_branches(error, context, out);
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let known = self.sibling_schema(error, "properties");
                let known: Vec<&str> = known
                    .and_then(Value::as_object)
                    .map(|known| known.keys().map(String::as_str).collect())
                    .unwrap_or_default();
                out.extend(unexpected.iter().map(|name| ConfigurationProblem {
                    path: join(&dotted(pointer), name),
                    reason: "is not a setting of this connector".to_owned(),
                    nearest: nearest(name, known.iter().copied()).map(str::to_owned),
                }));
            }
            ValidationErrorKind::Pattern { pattern } => {
                out.push(problem(format!("does not match the pattern `{pattern}`"), None));
            }
            ValidationErrorKind::Minimum { limit } => out.push(problem(format!("must be at least {limit}"), None)),
            ValidationErrorKind::Maximum { limit } => out.push(problem(format!("must be at most {limit}"), None)),
            ValidationErrorKind::MinLength { limit } => {
                out.push(problem(format!("must have at least {limit} characters"), None));
            }
            ValidationErrorKind::MaxLength { limit } => {
                out.push(problem(format!("must have at most {limit} characters"), None));
            }
            ValidationErrorKind::MinItems { limit } => {
                out.push(problem(format!("must have at least {limit} items"), None));
            }
            ValidationErrorKind::MaxItems { limit } => {
                out.push(problem(format!("must have at most {limit} items"), None));
            }
            ValidationErrorKind::Format { format } => out.push(problem(format!("is not a valid {format}"), None)),
            // The crate's text with the value masked: it never quotes what may be secret.
            _ => out.push(problem(error.masked_with("the value").to_string(), None)),
        }
    }

    /// Of the branches of a union, explains the one that the discriminator chose; without a choice, lists the choices.
    fn explain_branches(
        &self,
        error: &ValidationError<'_>,
        failures: &[Vec<ValidationError<'static>>],
        out: &mut Vec<ConfigurationProblem>,
    ) {
        let pointer = error.instance_path().as_str();
        let branches = self.specification.pointer(error.schema_path().as_str()).and_then(Value::as_array);
        let union = Union::of(branches.map_or(&[], Vec::as_slice));
        let chosen = match union.choice(error.instance()) {
            Choice::Of(branches) => branches,
            Choice::Unmade => (0..failures.len()).collect(),
            Choice::Unknown { key, choices } => {
                let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                return out.push(self.not_one_of(&pointer, false, &choices));
            }
        };
        let choices: Vec<&ValidationError<'_>> =
            failures.iter().filter_map(|errors| errors.iter().find(|it| is_choice_at(it, pointer))).collect();
        if let [first, ..] = choices[..]
            && choices.len() == failures.len()
        {
            let options: Vec<Value> = choices.iter().flat_map(|error| choices_of(error)).collect();
            return out.push(self.not_one_of(pointer, self.is_secret(first), &options));
        }
        // Something of another type altogether was not meant for a branch.
        let is_other_type = |it: &ValidationError<'_>| {
            matches!(it.kind(), ValidationErrorKind::Type { .. }) && it.instance_path().as_str() == pointer
        };
        let nearest = chosen
            .into_iter()
            .filter_map(|index| failures.get(index))
            .min_by_key(|errors| (errors.iter().any(is_other_type), errors.len()));
        match nearest {
            Some(errors) => errors.iter().for_each(|error| self.explain(error, out)),
            None => out.push(ConfigurationProblem {
                path: dotted(pointer),
                reason: "fits none of the connector's variants".to_owned(),
                nearest: None,
            }),
        }
    }

    fn not_one_of(&self, pointer: &str, is_secret: bool, options: &[Value]) -> ConfigurationProblem {
        let options: Vec<String> = options.iter().map(plain).collect();
        let given = self.quotable(pointer).filter(|_| !is_secret);
        let reason = match &given {
            Some(given) => format!("is `{given}`, which is not one of {}", options.join(", ")),
            None => format!("is not one of {}", options.join(", ")),
        };
        let nearest = given.and_then(|given| nearest(&given, options.iter().map(String::as_str)).map(str::to_owned));
        ConfigurationProblem { path: dotted(pointer), reason, nearest }
    }

    /// What was given at a place, unless a placeholder says that it is secret.
    fn quotable(&self, pointer: &str) -> Option<String> {
        let given = self.shown.pointer(pointer)?;
        let text = plain(given);
        ((given.is_string() || given.is_number() || given.is_boolean()) && !holds_placeholder(&text)).then_some(text)
    }

    fn is_secret(&self, error: &ValidationError<'_>) -> bool {
        self.sibling_schema(error, "airbyte_secret").and_then(Value::as_bool).unwrap_or(false)
    }

    /// A keyword beside the one that failed.
    fn sibling_schema(&self, error: &ValidationError<'_>, keyword: &str) -> Option<&Value> {
        let (parent, _) = error.schema_path().as_str().rsplit_once('/')?;
        self.specification.pointer(parent)?.get(keyword)
    }

    /// A key that is no property of the object, beside a property that is missing and resembles it.
    fn misspelt<'e>(&self, error: &'e ValidationError<'_>, missing: &str) -> Option<&'e str> {
        let known = self.sibling_schema(error, "properties")?.as_object()?;
        let given = error.instance().as_object()?;
        nearest(missing, given.keys().map(String::as_str).filter(|key| !known.contains_key(*key)))
    }
}

/// Whether an error says that what stands at this place is none of a few values.
fn is_choice_at(error: &ValidationError<'_>, pointer: &str) -> bool {
    !choices_of(error).is_empty() && error.instance_path().as_str() == pointer
}

fn choices_of(error: &ValidationError<'_>) -> Vec<Value> {
    match error.kind() {
        ValidationErrorKind::Constant { expected_value } => vec![Value::clone(expected_value)],
        ValidationErrorKind::Enum { options } => options.as_array().cloned().unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn wanted(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => one.to_string(),
        TypeKind::Multiple(several) => several.iter().map(|one| one.to_string()).collect::<Vec<_>>().join(" or "),
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// `/tunnel/ports/0` → `tunnel.ports[0]`
fn dotted(pointer: &str) -> String {
    pointer.split('/').skip(1).fold(String::new(), |path, part| {
        let part = part.replace("~1", "/").replace("~0", "~");
        if part.bytes().all(|byte| byte.is_ascii_digit()) { format!("{path}[{part}]") } else { join(&path, &part) }
    })
}

pub(crate) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests;
