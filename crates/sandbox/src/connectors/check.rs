//! What a connector says when it is asked to connect. There is nothing to connect to, so the configuration
//! alone decides: the rules are data in the connector's file.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The answer of a connector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Check {
    Passed,
    /// The connector worked and reports that it cannot connect.
    Failed(String),
    /// The connector died without an answer.
    Crashed(String),
}

/// Fires when the value at a JSON pointer fits one of the conditions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Rule {
    at: String,
    #[serde(default)]
    equals: Vec<Value>,
    #[serde(default)]
    ends_with: Vec<String>,
    #[serde(default)]
    contains: Vec<String>,
    /// The failure message; `{/pointer}` stands for the value there.
    fail: Option<String>,
    /// The message of a connector that dies.
    crash: Option<String>,
}

impl Rule {
    fn fires(&self, configuration: &Value) -> bool {
        let Some(value) = configuration.pointer(&self.at) else { return false };
        let text = value.as_str().unwrap_or_default();
        self.equals.contains(value)
            || self.ends_with.iter().any(|end| text.ends_with(end.as_str()))
            || self.contains.iter().any(|part| text.contains(part.as_str()))
    }
}

/// Returns what the first rule that fires says.
pub(crate) fn run(rules: &[Rule], configuration: &Value) -> Check {
    let Some(rule) = rules.iter().find(|rule| rule.fires(configuration)) else { return Check::Passed };
    match (&rule.crash, &rule.fail) {
        (Some(message), _) => Check::Crashed(filled(message, configuration)),
        (None, message) => Check::Failed(filled(message.as_deref().unwrap_or("cannot connect"), configuration)),
    }
}

/// Replaces each `{/pointer}` in `message` by the value there.
fn filled(message: &str, configuration: &Value) -> String {
    let mut text = String::new();
    let mut rest = message;
    while let Some((before, after)) = rest.split_once("{/") {
        let Some((pointer, behind)) = after.split_once('}') else { break };
        text.push_str(before);
        match configuration.pointer(&format!("/{pointer}")) {
            Some(Value::String(value)) => text.push_str(value),
            Some(value) => text.push_str(&value.to_string()),
            None => {}
        }
        rest = behind;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules() -> Vec<Rule> {
        serde_json::from_value(json!([
            {"at": "/host", "endsWith": [".invalid"], "fail": "cannot reach {/host}:{/port}"},
            {"at": "/host", "equals": ["crash"], "crash": "out of memory"},
            {"at": "/password", "equals": ["wrong"], "fail": "refused"},
        ]))
        .unwrap()
    }

    #[test]
    fn the_first_rule_that_fires_decides_and_fills_in_values() {
        let say = |configuration: Value| run(&rules(), &configuration);
        assert_eq!(say(json!({"host": "db"})), Check::Passed);
        assert_eq!(
            say(json!({"host": "db.invalid", "port": 5432, "password": "wrong"})),
            Check::Failed("cannot reach db.invalid:5432".to_owned())
        );
        assert_eq!(say(json!({"host": "crash"})), Check::Crashed("out of memory".to_owned()));
        assert_eq!(say(json!({"password": "wrong"})), Check::Failed("refused".to_owned()));
    }
}
