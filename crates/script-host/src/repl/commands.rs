//! Lines that begin with a colon: they speak to the prompt, not to the script.

use super::state::State;
use crate::cli::{readable, reference_of};
use crate::diagnostics::{Diagnostic, Kind, from_parse_error, nearest};
use crate::registry::Registry;

/// Every command with what stands behind it and what it does.
pub(super) const COMMANDS: [(&str, &str, &str); 5] = [
    (":help", "[NAME]", "what there is, or how a function is used"),
    (":type", "EXPRESSION", "the type of an expression, without evaluating it"),
    (":load", "FILE", "evaluates a script as if it were typed here"),
    (":names", "", "the variables and functions that were defined here"),
    (":quit", "", "ends it, as Ctrl-D does"),
];

/// A command.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    Help(Option<String>),
    Type(String),
    Load(String),
    Names,
    Quit,
    Unknown(String),
}

/// What there is to say.
pub(super) enum Told {
    Text(String),
    Problem(Box<Diagnostic>),
}

impl Command {
    /// Reads a command; `None` for a line of a script.
    pub(super) fn of(line: &str) -> Option<Self> {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim().to_owned();
        Some(match word {
            ":help" | ":h" | ":?" => Self::Help(Some(rest).filter(|name| !name.is_empty())),
            ":type" | ":t" => Self::Type(rest),
            ":load" | ":l" => Self::Load(rest),
            ":names" => Self::Names,
            ":quit" | ":q" | ":exit" => Self::Quit,
            _ if word.starts_with(':') => Self::Unknown(word.to_owned()),
            _ => return None,
        })
    }

    /// Returns what the command says.
    pub(super) fn tell(self, state: &State) -> Told {
        match self {
            Self::Help(None) => Told::Text(overview()),
            Self::Help(Some(name)) => state.help_of(&name).map_or_else(|| help(&name), Told::Text),
            Self::Type(expression) if expression.is_empty() => {
                let title = "`:type` needs an expression: `:type connect()`";
                Told::Problem(Box::new(Diagnostic::error(Kind::Usage, title)))
            }
            Self::Type(expression) => match state.type_of(&expression) {
                Ok(ty) => Told::Text(ty.to_string()),
                Err(error) => {
                    state.sources().add("<type>", &expression);
                    Told::Problem(Box::new(from_parse_error(&error, "<type>", &expression)))
                }
            },
            Self::Names => {
                let (variables, functions) = state.names();
                let functions = functions.into_iter().map(|name| format!("{name}(…)"));
                Told::Text(
                    variables
                        .into_iter()
                        .chain(functions)
                        .chain(state.names_of_modules())
                        .collect::<Vec<_>>()
                        .join("\n"),
                )
            }
            Self::Unknown(word) => {
                let near = nearest(&word, COMMANDS.iter().map(|(name, ..)| *name));
                let hint = near.map_or("`:help` lists all".to_owned(), |near| format!("did you mean `{near}`?"));
                let title = format!("there is no command `{word}`");
                Told::Problem(Box::new(Diagnostic::error(Kind::Usage, title).hint(hint)))
            }
            // These two are not about saying something.
            Self::Load(_) | Self::Quit => Told::Text(String::new()),
        }
    }
}

fn overview() -> String {
    let rows = COMMANDS.map(|(name, behind, about)| format!("{:18} {about}", format!("{name} {behind}").trim_end()));
    format!(
        "Anything else is a line of a script: `let ws = connect().workspace();`\n\n{}\n\n\
        Tab completes functions, methods, properties and options.\nCtrl-C ends what is running.",
        rows.join("\n")
    )
}

fn help(name: &str) -> Told {
    let registry = Registry::complete();
    let name = name.trim_end_matches(['(', ')']);
    // A variable before the dot says nothing here.
    let bare = name.rsplit('.').next().unwrap_or(name);
    match reference_of(&registry, name).or_else(|_| reference_of(&registry, bare)) {
        Ok(text) => Told::Text(readable(text.trim_start())),
        Err(unknown) => Told::Problem(Box::new(unknown)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colon_makes_a_command() {
        assert_eq!(Command::of(":help  ensure_source "), Some(Command::Help(Some("ensure_source".into()))));
        assert_eq!(Command::of(":h"), Some(Command::Help(None)));
        assert_eq!(Command::of(":type 1 + 1"), Some(Command::Type("1 + 1".into())));
        assert_eq!(Command::of(":laod x"), Some(Command::Unknown(":laod".into())));
        assert_eq!(Command::of("let x = 1"), None);
    }
}
