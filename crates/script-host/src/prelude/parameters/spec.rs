//! One parameter of a script.

use rhai::{Dynamic, Map};

use super::Given;
use super::given::GivenValue;
use super::kind::{ParamKind, written};
use crate::registry::{Arg, ListOf, Mismatch};
use crate::runtime::Environment;
use crate::values::{Fault, FaultKind, kind_of};

/// What a script says about one of its parameters.
pub(crate) struct ParamSpec {
    name: String,
    help: Option<String>,
    kind: ParamKind,
    default: Option<Dynamic>,
    /// Whether it is `()` when nobody gives it.
    optional: bool,
    env: Option<String>,
    choices: Option<Vec<String>>,
}

options! {
    /// What stands behind the name of a parameter.
    struct ParamOptions {
        /// the value when none is given; `()` for a parameter that can be left out; without a default it must be given
        default: Option<Dynamic>,
        /// what it is for
        help: Option<String>,
        /// "string", "integer", "number", "boolean", "list" or "map"; that of the default when it is not said
        r#type: Option<ParamKind>,
        /// an environment variable to take it from
        env: Option<String>,
        /// the only values that it may have
        choices: Option<ListOf<String>>,
    }
}

impl ParamSpec {
    /// Reads what stands behind a name in the argument of `params`.
    ///
    /// # Errors
    ///
    /// When there are options that do not exist or do not fit.
    pub(crate) fn read(name: &str, described: Dynamic) -> Result<Self, Mismatch> {
        Self::of(name, described).map_err(|error| error.within(name))
    }

    fn of(name: &str, described: Dynamic) -> Result<Self, Mismatch> {
        let is_left_out = |map: &Map| map.get("default").is_some_and(Dynamic::is_unit);
        let optional = described.is_unit() || described.read_lock::<Map>().is_some_and(|map| is_left_out(&map));
        let options = if described.is_map() {
            ParamOptions::take(described)?
        } else {
            let default = Some(described).filter(|default| !default.is_unit());
            ParamOptions { default, help: None, r#type: None, env: None, choices: None }
        };
        let kind = match (options.r#type, &options.default) {
            (Some(kind), _) => kind,
            (None, Some(default)) => ParamKind::of(default)?,
            (None, None) => ParamKind::Text,
        };
        let choices = options.choices.map(|choices| choices.0);
        let default = options.default.map(|default| fitting_default(kind, choices.as_deref(), &default)).transpose()?;
        Ok(Self { name: name.to_owned(), help: options.help, kind, default, optional, env: options.env, choices })
    }

    /// Returns the environment variable that the script names for it.
    pub(crate) fn env(&self) -> Option<&str> {
        self.env.as_deref()
    }

    /// Returns the environment variable that it can be taken from in every script.
    fn common_env(&self) -> String {
        let word = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
        format!("AIRWAY_PARAM_{}", self.name.chars().map(word).collect::<String>())
    }

    /// Returns how it is given, `-p hours=INTEGER`, and what is to be known about it, for a help text.
    pub(crate) fn described(&self) -> (String, String) {
        let value = self.choices.as_ref().filter(|_| self.kind != ParamKind::List).map(|choices| choices.join("|"));
        let usage = format!("-p {}={}", self.name, value.unwrap_or_else(|| self.kind.to_string()));
        let default = match self.default.as_ref().map(written) {
            None if self.optional => "[optional]".to_owned(),
            None => "[required]".to_owned(),
            Some(default) if default.is_empty() => "[default: empty]".to_owned(),
            Some(default) => format!("[default: {default}]"),
        };
        let choices = self.choices.as_ref().filter(|_| self.kind == ParamKind::List);
        let choices = choices.map(|choices| format!("[of: {}]", choices.join(", ")));
        let env = self.env.as_ref().map(|env| format!("[env: {env}]"));
        let parts: Vec<String> = self.help.iter().cloned().chain(choices).chain([default]).chain(env).collect();
        (usage, parts.join(" "))
    }

    /// Returns the value: what was given on the command line or in a file, else from the environment, else the default.
    ///
    /// # Errors
    ///
    /// When there is none, or it is not of the parameter's type.
    pub(crate) fn value(&self, given: &Given, environment: &Environment) -> Result<Dynamic, Fault> {
        match given.get(&self.name) {
            Some(GivenValue::Text(text)) => return self.parse(text),
            Some(GivenValue::Value(value, file)) => {
                let taken = self.kind.accept(value).ok_or_else(|| {
                    let found = crate::values::with_article(kind_of(&crate::values::from_json(value)));
                    self.unfit(&format!("must be {}, not {found}", self.kind.described()))
                });
                let checked = taken.and_then(|value| self.checked(value));
                return checked.map_err(|fault| fault.note(format!("it is given in `{}`", file.display())));
            }
            None => {}
        }
        for variable in self.env.iter().cloned().chain([self.common_env()]) {
            if let Some(text) = environment.get(&variable) {
                return self.parse(&text).map_err(|fault| fault.note(format!("it is given in `{variable}`")));
            }
        }
        let absent = self.optional.then_some(Dynamic::UNIT);
        self.default.clone().or(absent).ok_or_else(|| self.missing())
    }

    fn parse(&self, text: &str) -> Result<Dynamic, Fault> {
        let value = self.kind.parse(text);
        self.checked(value.ok_or_else(|| self.unfit(&format!("must be {}, not `{text}`", self.kind.described())))?)
    }

    fn checked(&self, value: Dynamic) -> Result<Dynamic, Fault> {
        match self.choices.as_deref().and_then(|choices| Some((choices, no_choice(choices, &value)?))) {
            Some((choices, found)) => Err(self.unfit(&format!("must be {}, not `{found}`", one_of(choices)))),
            None => Ok(value),
        }
    }

    fn unfit(&self, what: &str) -> Fault {
        Fault::new(FaultKind::Parameter, format!("parameter `{}` {what}", self.name))
    }

    fn missing(&self) -> Fault {
        let about = self.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
        let variable = self.env.clone().unwrap_or_else(|| self.common_env());
        Fault::new(FaultKind::Parameter, format!("parameter `{}` is needed{about}", self.name))
            .hint(Some(format!("give it with `-p {}=…`, or set `{variable}`", self.name)))
    }
}

fn fitting_default(kind: ParamKind, choices: Option<&[String]>, default: &Dynamic) -> Result<Dynamic, Mismatch> {
    ParamKind::of(default)?;
    let Some(adopted) = kind.adopt(default) else {
        return Err(Mismatch::value(format!("the default must be {}, not `{}`", kind.described(), written(default))));
    };
    match choices.and_then(|choices| Some((choices, no_choice(choices, &adopted)?))) {
        Some((choices, found)) => {
            Err(Mismatch::value(format!("the default must be {}, not `{found}`", one_of(choices))))
        }
        None => Ok(adopted),
    }
}

/// Returns the value, or the item of a list, that is none of the choices.
fn no_choice(choices: &[String], value: &Dynamic) -> Option<String> {
    let is_none = |text: &String| !choices.contains(text);
    match value.read_lock::<rhai::Array>() {
        Some(items) => items.iter().map(Dynamic::to_string).find(is_none),
        None => Some(value.to_string()).filter(is_none),
    }
}

fn one_of(choices: &[String]) -> String {
    let all: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
    format!("one of {}", all.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rhai::Engine;

    fn specs(text: &str) -> Result<Vec<ParamSpec>, String> {
        let map = Engine::new().eval::<Map>(text).unwrap();
        let specs = map.iter().map(|(name, described)| ParamSpec::read(name, described.clone()));
        specs.collect::<Result<_, _>>().map_err(|error| error.message("params"))
    }

    fn values(text: &str, given: &[(&str, &str)], environment: &[(&str, &str)]) -> Vec<Result<String, String>> {
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
        };
        let given = Given::of_texts(owned(given));
        let environment = Environment::Fixed(owned(environment).into_iter().collect());
        let specs = specs(text).unwrap();
        let values = specs.iter().map(|spec| spec.value(&given, &environment));
        values.map(|value| value.map(|v| v.to_string()).map_err(|e| e.message().to_owned())).collect()
    }

    #[test]
    fn what_can_be_left_out_is_nothing_then() {
        let text = r#"#{ a: #{ "default": (), type: "integer" }, b: () }"#;
        assert_eq!(values(text, &[], &[]), [Ok(String::new()), Ok(String::new())]);
        let given = values(text, &[("a", "5"), ("b", "x")], &[]);
        assert_eq!(given, [Ok("5".into()), Ok("x".into())]);
    }

    #[test]
    fn given_goes_before_environment_before_default() {
        let text = r#"#{ stage: #{ "default": "test", env: "STAGE" } }"#;
        let all = [("STAGE", "b"), ("AIRWAY_PARAM_STAGE", "c")];
        assert_eq!(values(text, &[("stage", "a")], &all), [Ok("a".into())]);
        assert_eq!(values(text, &[], &all), [Ok("b".into())]);
        assert_eq!(values(text, &[], &all[1..]), [Ok("c".into())]);
        assert_eq!(values(text, &[], &[]), [Ok("test".into())]);
    }

    #[test]
    fn the_type_of_the_default_is_the_type_of_the_parameter() {
        let text = r#"#{ a: 6, b: true, c: 1.5, d: ["x"], e: #{ default: #{} } }"#.replace("default", "\"default\"");
        let given = [("a", "x"), ("b", "yes"), ("c", "NaN"), ("d", "p, q"), ("e", "{\"f\": [1]}")];
        let refused = |name: &str, what: &str| Err(format!("parameter `{name}` must be {what}"));
        assert_eq!(
            values(&text, &given, &[]),
            [
                refused("a", "an integer, not `x`"),
                refused("b", "`true` or `false`, not `yes`"),
                refused("c", "a number, not `NaN`"),
                Ok("[\"p\", \"q\"]".into()),
                Ok("#{\"f\": [1]}".into()),
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
        let text = r#"#{ mode: #{ choices: ["fast", "safe"] }, tags: #{ choices: ["a", "b"], type: "list" } }"#;
        let given = [("mode", "slow"), ("tags", "b,c")];
        let refused = [
            Err("parameter `mode` must be one of `fast`, `safe`, not `slow`".into()),
            Err("parameter `tags` must be one of `a`, `b`, not `c`".into()),
        ];
        assert_eq!(values(text, &given, &[]), refused);
    }

    #[test]
    fn a_description_that_makes_no_sense_is_refused() {
        assert_eq!(specs("#{ a: #{ hepl: 1 } }").err().unwrap(), "`params`: `a` has no option `hepl`");
        assert_eq!(specs("#{ a: || 1 }").err().unwrap(), "`params`: `a`: a default cannot be of type function");
        let contradicting = r#"#{ a: #{ "default": "x", type: "integer" } }"#;
        assert_eq!(specs(contradicting).err().unwrap(), "`params`: `a`: the default must be an integer, not `x`");
        let impossible = r#"#{ a: #{ "default": "x", choices: ["y"] } }"#;
        assert_eq!(specs(impossible).err().unwrap(), "`params`: `a`: the default must be one of `y`, not `x`");
    }

    #[test]
    fn a_help_text_says_type_default_and_where_else_it_comes_from() {
        let described = |text: &str| specs(text).unwrap()[0].described();
        let hours = described(r#"#{ hours: #{ "default": 6, help: "hours between syncs", env: "HOURS" } }"#);
        assert_eq!(hours, ("-p hours=INTEGER".into(), "hours between syncs [default: 6] [env: HOURS]".into()));
        let mode = described(r#"#{ mode: #{ choices: ["fast", "safe"] } }"#);
        assert_eq!(mode, ("-p mode=fast|safe".into(), "[required]".into()));
    }
}
