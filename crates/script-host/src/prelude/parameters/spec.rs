//! One parameter of a script.

use rhai::{Array, Dynamic, Map};

use super::Given;
use crate::registry::{Arg, ListOf, Mismatch};
use crate::runtime::Environment;
use crate::values::{Fault, FaultKind, kind_of};

/// What a script says about one of its parameters.
pub(crate) struct ParamSpec {
    pub(crate) name: String,
    pub(crate) help: Option<String>,
    kind: ParamKind,
    default: Option<Dynamic>,
    env: Option<String>,
    choices: Option<Vec<String>>,
}

choices! {
    /// The types a parameter can have.
    enum ParamKind {
        /// As it was written.
        Text = "string",
        /// A whole number.
        Integer = "integer",
        /// Any number.
        Number = "number",
        /// `true` or `false`.
        Boolean = "boolean",
        /// Strings with commas between them.
        List = "list",
    }
}

options! {
    /// What stands behind the name of a parameter.
    struct ParamOptions {
        /// the value when none is given; without one the parameter must be given
        default: Option<Dynamic>,
        /// what it is for
        help: Option<String>,
        /// "string", "integer", "number", "boolean" or "list"; that of the default when it is not said
        r#type: Option<ParamKind>,
        /// an environment variable to take it from
        env: Option<String>,
        /// the only values that it may have
        choices: Option<ListOf<String>>,
    }
}

impl ParamSpec {
    /// Reads the argument of `params`.
    ///
    /// # Errors
    ///
    /// When a parameter is described by options that do not exist or do not fit.
    pub(crate) fn read_all(parameters: &Map) -> Result<Vec<Self>, Mismatch> {
        parameters
            .iter()
            .map(|(name, value)| Self::read(name, value.clone()).map_err(|error| error.within(name)))
            .collect()
    }

    fn read(name: &str, value: Dynamic) -> Result<Self, Mismatch> {
        let options = if value.is_map() {
            ParamOptions::take(value)?
        } else {
            ParamOptions { default: Some(value), help: None, r#type: None, env: None, choices: None }
        };
        let kind = match (options.r#type, &options.default) {
            (Some(kind), _) => kind,
            (None, Some(default)) => ParamKind::of(default)?,
            (None, None) => ParamKind::Text,
        };
        Ok(Self {
            name: name.to_owned(),
            help: options.help,
            kind,
            default: options.default,
            env: options.env,
            choices: options.choices.map(|choices| choices.0),
        })
    }

    /// Returns the value: what was given, else from the environment, else the default.
    ///
    /// # Errors
    ///
    /// When there is none, or it is not of the parameter's type.
    pub(crate) fn value(&self, given: &Given, environment: &Environment) -> Result<Dynamic, Fault> {
        let text = given.get(&self.name).cloned();
        let text = text.or_else(|| self.env.as_ref().and_then(|name| environment.get(name)));
        match (text, &self.default) {
            (Some(text), _) => self.parse(&text),
            (None, Some(default)) => Ok(default.clone()),
            (None, None) => Err(self.missing()),
        }
    }

    fn parse(&self, text: &str) -> Result<Dynamic, Fault> {
        if let Some(choices) = self.choices.as_ref().filter(|choices| !choices.iter().any(|choice| choice == text)) {
            let all: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
            return Err(self.unfit(&format!("must be one of {}, not `{text}`", all.join(", "))));
        }
        let value = match self.kind {
            ParamKind::Text => Some(text.into()),
            ParamKind::Integer => text.parse::<i64>().ok().map(Dynamic::from),
            ParamKind::Number => text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Dynamic::from),
            ParamKind::Boolean => text.parse::<bool>().ok().map(Dynamic::from),
            ParamKind::List => Some(text.split(',').map(|item| item.trim().into()).collect::<Array>().into()),
        };
        value.ok_or_else(|| self.unfit(&format!("must be {}, not `{text}`", self.kind.described())))
    }

    fn unfit(&self, what: &str) -> Fault {
        Fault::new(FaultKind::Parameter, format!("parameter `{}` {what}", self.name))
    }

    fn missing(&self) -> Fault {
        let about = self.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
        let from_env = self.env.as_ref().map_or_else(String::new, |env| format!(", or set `{env}`"));
        Fault::new(FaultKind::Parameter, format!("parameter `{}` is needed{about}", self.name))
            .hint(Some(format!("give it with `-p {}=…`{from_env}", self.name)))
    }
}

impl ParamKind {
    fn of(default: &Dynamic) -> Result<Self, Mismatch> {
        Ok(match kind_of(default) {
            "string" => Self::Text,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            "array" => Self::List,
            other => return Err(Mismatch::value(format!("a default cannot be of type {other}"))),
        })
    }

    fn described(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::Boolean => "`true` or `false`",
            Self::List => "a list",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rhai::Engine;

    fn specs(text: &str) -> Result<Vec<ParamSpec>, String> {
        let map = Engine::new().eval::<Map>(text).unwrap();
        ParamSpec::read_all(&map).map_err(|error| error.message("params"))
    }

    fn values(text: &str, given: &[(&str, &str)], environment: &[(&str, &str)]) -> Vec<Result<String, String>> {
        let owned = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let (given, environment) = (owned(given), Environment::Fixed(owned(environment)));
        let specs = specs(text).unwrap();
        let values = specs.iter().map(|spec| spec.value(&given, &environment));
        values.map(|value| value.map(|v| v.to_string()).map_err(|e| e.message().to_owned())).collect()
    }

    #[test]
    fn given_goes_before_environment_before_default() {
        let text = r#"#{ stage: #{ "default": "test", env: "STAGE" } }"#;
        assert_eq!(values(text, &[("stage", "a")], &[("STAGE", "b")]), [Ok("a".into())]);
        assert_eq!(values(text, &[], &[("STAGE", "b")]), [Ok("b".into())]);
        assert_eq!(values(text, &[], &[]), [Ok("test".into())]);
    }

    #[test]
    fn the_type_of_the_default_is_the_type_of_the_parameter() {
        let text = r#"#{ a: 6, b: true, c: 1.5, d: ["x"] }"#;
        let given = [("a", "x"), ("b", "yes"), ("c", "NaN"), ("d", "p, q")];
        let refused = |name: &str, what: &str| Err(format!("parameter `{name}` must be {what}"));
        assert_eq!(
            values(text, &given, &[]),
            [
                refused("a", "an integer, not `x`"),
                refused("b", "`true` or `false`, not `yes`"),
                refused("c", "a number, not `NaN`"),
                Ok("[\"p\", \"q\"]".into()),
            ]
        );
    }

    #[test]
    fn a_parameter_without_a_default_is_needed() {
        let text = r#"#{ url: #{ help: "where to read from" } }"#;
        assert_eq!(values(text, &[], &[]), [Err("parameter `url` is needed (where to read from)".into())]);
        assert_eq!(values(text, &[("url", "")], &[]), [Ok(String::new())]);
    }

    #[test]
    fn only_a_choice_is_taken() {
        let text = r#"#{ mode: #{ choices: ["fast", "safe"] } }"#;
        let refused = "parameter `mode` must be one of `fast`, `safe`, not `slow`";
        assert_eq!(values(text, &[("mode", "slow")], &[]), [Err(refused.into())]);
    }

    #[test]
    fn a_description_that_makes_no_sense_is_refused() {
        assert_eq!(specs("#{ a: #{ hepl: 1 } }").err().unwrap(), "`params`: `a` has no option `hepl`");
        assert_eq!(specs("#{ a: || 1 }").err().unwrap(), "`params`: `a`: a default cannot be of type function");
    }
}
