//! What stands before the cursor.

/// What is being typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed<'t> {
    /// The beginning of a command: `:he`.
    Command(&'t str),
    /// The beginning of a name behind a command that takes one: `:help ens`.
    HelpOn(&'t str),
    /// The beginning of a method or property, and the expression before the dot.
    Member { receiver: &'t str, start: &'t str },
    /// The beginning of a key in an option map, the call that the map is in, and the keys that are there.
    Key { call: Call<'t>, start: &'t str, taken: Vec<&'t str> },
    /// The beginning of the name of something in an imported module.
    Module { module: &'t str, start: &'t str },
    /// The beginning of any other word.
    Word(&'t str),
    /// Something inside of a string, or where no word can stand.
    Nothing,
}

/// A call that is being typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call<'t> {
    pub(super) function: &'t str,
    /// Whether something and a dot stand before the name.
    pub(super) is_method: bool,
    /// How many arguments are complete.
    pub(super) before: usize,
}

impl<'t> Typed<'t> {
    /// Reads the text before the cursor.
    pub(super) fn of(before: &'t str) -> Self {
        let start = word_at_end(before);
        let lead = &before[..before.len() - start.len()];
        if let Some(command) = before.strip_prefix(':') {
            return match command.split_once(char::is_whitespace) {
                None => Self::Command(before),
                Some(("help" | "h", rest)) => Self::HelpOn(rest.trim_start()),
                Some(("type" | "t", rest)) => Self::of(rest.trim_start()),
                Some(_) => Self::Nothing,
            };
        }
        if is_inside_string(before) || start.starts_with(|c: char| c.is_ascii_digit()) {
            return Self::Nothing;
        }
        if let Some(module) = lead.strip_suffix("::") {
            return Self::Module { module: word_at_end(module), start };
        }
        if let Some(receiver) = lead.strip_suffix('.').map(|lead| lead.trim_end_matches('?')) {
            return Self::Member { receiver: chain_at_end(receiver), start };
        }
        match option_map(lead) {
            Some((call, taken)) => Self::Key { call, start, taken },
            None => Self::Word(start),
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn word_at_end(text: &str) -> &str {
    let from = text.rfind(|c| !is_word(c)).map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    &text[from..]
}

/// Takes note of a character: says whether it belongs to a string, its quotes included.
fn is_quoted(open: &mut Option<char>, c: char) -> bool {
    match *open {
        Some(quote) if c == quote => *open = None,
        Some(_) => {}
        None if matches!(c, '"' | '`') => *open = Some(c),
        None => return false,
    }
    true
}

fn is_inside_string(text: &str) -> bool {
    let mut open = None;
    for c in text.replace("\\\"", "").chars() {
        is_quoted(&mut open, c);
    }
    open.is_some()
}

/// Returns the expression that the text ends with: names, dots, calls and indexes without anything between them.
fn chain_at_end(text: &str) -> &str {
    let (mut from, mut depth, mut quote) = (text.len(), 0_usize, None);
    for (at, c) in text.char_indices().rev() {
        match c {
            _ if is_quoted(&mut quote, c) => {}
            ')' | ']' | '}' => depth += 1,
            '(' | '[' | '{' if depth > 0 => depth -= 1,
            // The last one is the beginning of a map literal.
            _ if depth > 0 || is_word(c) || matches!(c, '.' | '?' | '#') => {}
            _ => break,
        }
        from = at;
    }
    text[from..].trim()
}

/// Returns the call in which an option map is open at the end of the text, and the keys that it has so far;
/// `None` where a value stands and no key.
fn option_map(text: &str) -> Option<(Call<'_>, Vec<&str>)> {
    let map = unclosed(text).filter(|at| text[*at..].starts_with('{') && text[..*at].ends_with('#'))?;
    let entries: Vec<&str> = top_level_parts(&text[map + 1..]);
    let (last, others) = entries.split_last()?;
    if !last.trim().is_empty() {
        return None;
    }
    let taken = others.iter().filter_map(|entry| Some(entry.split_once(':')?.0.trim().trim_matches('"'))).collect();
    let outside = &text[..map - 1];
    let call = unclosed(outside).filter(|at| outside[*at..].starts_with('('))?;
    let head = outside[..call].trim_end();
    let function = word_at_end(head);
    let is_method = head[..head.len() - function.len()].ends_with('.');
    let before = top_level_parts(&outside[call + 1..]).len() - 1;
    (!function.is_empty()).then_some((Call { function, is_method, before }, taken))
}

/// Returns where the innermost bracket is that nothing closes.
fn unclosed(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match c {
            _ if is_quoted(&mut quote, c) => {}
            '(' | '[' | '{' => open.push(at),
            ')' | ']' | '}' => drop(open.pop()),
            _ => {}
        }
    }
    open.pop()
}

/// Splits at the commas that are in no bracket and no string.
fn top_level_parts(text: &str) -> Vec<&str> {
    let (mut parts, mut from, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None);
    for (at, c) in text.char_indices() {
        match c {
            _ if is_quoted(&mut quote, c) => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn member(before: &str, receiver: &str, start: &str) {
        assert_eq!(Typed::of(before), Typed::Member { receiver, start });
    }

    #[test]
    fn a_dot_asks_for_members_of_what_is_before_it() {
        member("ws.ens", "ws", "ens");
        member("let a = connect().", "connect()", "");
        member("f(1, connect().workspace(\"a b)\").so", "connect().workspace(\"a b)\")", "so");
        member("x + list[0].na", "list[0]", "na");
        member("job?.st", "job", "st");
        member(":type ws.na", "ws", "na");
    }

    #[test]
    fn an_option_map_asks_for_keys_of_its_function() {
        let key = |function, start, taken| {
            let call = Call { function, is_method: true, before: 0 };
            Typed::Key { call, start, taken }
        };
        let call = Call { function: "f", is_method: false, before: 2 };
        assert_eq!(Typed::of("f(1, [2, 3], #{ a"), Typed::Key { call, start: "a", taken: vec![] });
        assert_eq!(Typed::of("job.wait(#{ ti"), key("wait", "ti", vec![]));
        assert_eq!(Typed::of("job.wait(#{ timeout: f(1, 2), "), key("wait", "", vec!["timeout"]));
        assert_eq!(Typed::of("job.wait(#{ timeout: t"), Typed::Word("t"));
        assert_eq!(Typed::of("let m = #{ a"), Typed::Word("a"));
    }

    #[test]
    fn words_and_commands_are_told_apart() {
        assert_eq!(Typed::of("conn"), Typed::Word("conn"));
        assert_eq!(Typed::of("let x = par"), Typed::Word("par"));
        assert_eq!(Typed::of("f(lib::gr"), Typed::Module { module: "lib", start: "gr" });
        assert_eq!(Typed::of(":he"), Typed::Command(":he"));
        assert_eq!(Typed::of(":help ens"), Typed::HelpOn("ens"));
        assert_eq!(Typed::of("secret(\"PO"), Typed::Nothing);
        assert_eq!(Typed::of("12"), Typed::Nothing);
    }
}
