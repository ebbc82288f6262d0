//! Command lines that clap does not take.

use clap::Error;
use clap::error::ErrorKind;

use super::{complain_as, unread};
use crate::diagnostics::{Diagnostic, ExitCode, Kind, in_house_style};
use crate::runtime::Format;

/// Help and version go to standard output with code 0; everything else is a usage error.
pub(super) fn told(error: &Error) -> ExitCode {
    let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if error.use_stderr() && !is_help {
        return complain_as(wanted_format(std::env::args()), &diagnostic(&error.to_string()));
    }
    // There is nobody left to tell that standard output is gone.
    error.print().map_or_else(|problem| unread(&problem), |()| if is_help { ExitCode::Usage } else { ExitCode::Ok })
}

/// A command line that cannot be read still says in which form it wants to be told.
fn wanted_format(arguments: impl Iterator<Item = String>) -> Format {
    let arguments: Vec<String> = arguments.collect();
    let wants = |option: &str| {
        let joined = format!("{option}=json");
        arguments.contains(&joined) || arguments.windows(2).any(|pair| pair[0] == option && pair[1] == "json")
    };
    if wants("--format") || wants("--progress") { Format::Json } else { Format::Text }
}

/// What clap says in its own layout: a title, tips, how the command is used.
fn diagnostic(text: &str) -> Diagnostic {
    let mut parts = text.trim().split("\n\n");
    let first = parts.next().unwrap_or_default();
    let (title, details) = first.split_once('\n').unwrap_or((first, ""));
    let title = title.trim_start_matches("error: ").trim_end_matches(':');
    let mut diagnostic = Diagnostic::error(Kind::Usage, in_house_style(title));
    let lines = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    diagnostic.notes.extend((!details.is_empty()).then(|| lines(details)));
    for part in parts {
        if part.trim_start().starts_with("tip: ") {
            diagnostic.hints.extend(part.lines().map(|tip| in_house_style(tip.trim().trim_start_matches("tip: "))));
        } else if let Some(usage) = part.strip_prefix("Usage: ") {
            diagnostic.notes.push(format!("it is used as {}", lines(usage)));
        }
    }
    diagnostic.hint("`--help` says more")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clap_says_is_told_as_everything_else() {
        let text = "error: unexpected argument '--sandboxx' found\n\n  tip: a similar argument exists: '--sandbox'\n\n\
                    Usage: airway run [OPTIONS] [SCRIPT]\n\nFor more information, try '--help'.\n";
        let told = diagnostic(text);
        assert_eq!(told.title, "unexpected argument `--sandboxx` found");
        assert_eq!(told.notes, ["it is used as airway run [OPTIONS] [SCRIPT]"]);
        assert_eq!(told.hints, ["a similar argument exists: `--sandbox`", "`--help` says more"]);
    }

    #[test]
    fn a_form_that_was_asked_for_counts_whatever_else_is_wrong() {
        let format = |line: &str| wanted_format(line.split(' ').map(str::to_owned));
        assert_eq!(format("airway run --format json --nonsense"), Format::Json);
        assert_eq!(format("airway run --progress=json --nonsense"), Format::Json);
        assert_eq!(format("airway run --nonsense json"), Format::Text);
    }
}
