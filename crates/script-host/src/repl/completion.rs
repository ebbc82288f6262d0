//! How what is being typed may go on.

use super::commands::COMMANDS;
use super::cursor::Typed;
use super::state::State;

/// Words of the language.
const KEYWORDS: [&str; 20] = [
    "break", "catch", "const", "continue", "else", "export", "false", "fn", "for", "if", "import", "in", "let", "loop",
    "return", "switch", "throw", "true", "try", "while",
];

/// A way to go on.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    /// What is listed.
    pub(super) shown: String,
    /// What takes the place of the beginning that was typed.
    pub(super) inserted: String,
}

impl Candidate {
    fn plain(name: &str) -> Self {
        Self { shown: name.to_owned(), inserted: name.to_owned() }
    }

    fn with_end(name: &str, end: &str) -> Self {
        Self { shown: name.to_owned(), inserted: format!("{name}{end}") }
    }
}

/// Returns how many bytes before the cursor are replaced, and by what.
pub(super) fn candidates(before: &str, state: &State) -> (usize, Vec<Candidate>) {
    let typed = Typed::of(before);
    let (start, all) = match &typed {
        Typed::Nothing => return (0, Vec::new()),
        Typed::Command(start) => (*start, COMMANDS.iter().map(|(name, ..)| Candidate::with_end(name, " ")).collect()),
        Typed::HelpOn(start) => (*start, state.index().documented().map(Candidate::plain).collect()),
        Typed::Member { receiver, start } => (*start, members(receiver, state)),
        Typed::Module { module, start } => (*start, of_module(module, state)),
        Typed::Key { call, start, taken } => {
            let keys = state
                .index()
                .option_keys(call.function, call.before, call.is_method)
                .filter(|key| !taken.contains(key));
            (*start, keys.map(|key| Candidate::with_end(key, ": ")).collect())
        }
        Typed::Word(start) => (*start, words(state)),
    };
    let mut fitting: Vec<Candidate> = all.into_iter().filter(|candidate| candidate.shown.starts_with(start)).collect();
    fitting.sort();
    // What is both property and method is offered as the shorter one.
    fitting.dedup_by(|later, first| later.shown == first.shown);
    (start.len(), fitting)
}

fn members(receiver: &str, state: &State) -> Vec<Candidate> {
    let Ok(ty) = state.type_of(receiver) else { return Vec::new() };
    let (methods, properties) = state.index().members(ty);
    let methods = methods.into_iter().map(|name| Candidate::with_end(name, "("));
    let keys = state.keys_of(receiver);
    let keys = keys.iter().map(String::as_str);
    methods.chain(properties.into_iter().chain(keys).map(Candidate::plain)).collect()
}

fn of_module(module: &str, state: &State) -> Vec<Candidate> {
    let (functions, variables) = state.module(module);
    let functions = functions.into_iter().map(|name| Candidate::with_end(name, "("));
    functions.chain(variables.iter().map(|name| Candidate::plain(name))).collect()
}

fn words(state: &State) -> Vec<Candidate> {
    let (variables, functions) = state.names();
    let known = state.index().free_functions();
    let functions = functions.iter().map(String::as_str).chain(known).map(|name| Candidate::with_end(name, "("));
    let variables = variables.iter().map(String::as_str).chain(KEYWORDS).map(Candidate::plain);
    functions.chain(variables).collect()
}
