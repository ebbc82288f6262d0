//! Secrets that stand in the script itself.

use rhai::{ASTNode, Expr, Position, Stmt};

use super::walk::Walk;
use crate::diagnostics::Place;

/// A key that ends in these words holds a secret …
const SECRET: [&[&str]; 18] = [
    &["password"],
    &["passwd"],
    &["pwd"],
    &["passphrase"],
    &["secret"],
    &["token"],
    &["apikey"],
    &["accesskey"],
    &["privatekey"],
    &["api", "key"],
    &["access", "key"],
    &["private", "key"],
    &["secret", "key"],
    &["ssh", "key"],
    &["account", "key"],
    &["signing", "key"],
    &["encryption", "key"],
    &["credentials", "json"],
];

/// … also in front of these, or of a number …
const KINDS: [&str; 10] = ["base64", "dev", "new", "old", "pem", "plain", "prod", "test", "text", "value"];

/// … unless it has one of these: a place in a list is no secret.
const HARMLESS: [&str; 4] = ["page", "pagination", "continuation", "csrf"];

/// How the value of a header begins that says who asks.
const SCHEMES: [&str; 3] = ["basic ", "bearer ", "token "];

impl Walk<'_> {
    /// Warns of text literals under keys and variables that hold secrets. What they say is not shown.
    pub(super) fn exposed_secrets(&mut self) {
        if self.unit.lost.is_some() {
            self.hide_what_was_lost();
        }
        let mut found: Vec<(String, Position)> = Vec::new();
        self.unit.walk(|path, _| match path.last() {
            Some(ASTNode::Expr(Expr::Map(map, _))) => {
                found.extend(map.0.iter().filter_map(|(key, value)| exposed(&key.name, value)));
            }
            Some(ASTNode::Stmt(Stmt::Var(var, ..))) => found.extend(exposed(&var.0.name, &var.1)),
            Some(ASTNode::Stmt(Stmt::Assignment(assignment))) => {
                found.extend(target(&assignment.1.lhs).and_then(|name| exposed(name, &assignment.1.rhs)));
            }
            _ => {}
        });
        for (what, position) in found {
            self.exposed(&what, position);
        }
    }

    /// Warns of a text literal that is given for a parameter that holds a secret.
    pub(super) fn exposed_argument(&mut self, parameter: &str, argument: &Expr) {
        if let Some((what, position)) = exposed(parameter, argument) {
            self.exposed(&what, position);
        }
    }

    fn exposed(&mut self, what: &str, position: Position) {
        self.files.mask(&self.unit.name, position);
        let hint = "read it with `secret(\"NAME\")`: it comes from the environment and is never shown";
        self.warn(super::SECRET_IN_SCRIPT, position, format!("{what} is written in the script"), Some(hint.to_owned()));
    }

    /// Of a text that does not compile, what stands behind a key that holds secrets is not shown either.
    fn hide_what_was_lost(&self) {
        let Some(text) = self.files.text(&self.unit.name) else { return };
        for (at, line) in text.lines().enumerate() {
            for (quote, _) in line.match_indices(['"', '`']) {
                let before = line[..quote].trim_end();
                let Some(key) = before.strip_suffix([':', '=']) else { continue };
                let key = key.trim_end().trim_end_matches('"');
                let start = key.rfind(|c: char| !c.is_alphanumeric() && !"_-".contains(c)).map_or(0, |end| end + 1);
                if key.get(start..).is_some_and(is_secret) {
                    let column = line[..quote].chars().count() + 1;
                    self.files.mask_at(&Place { source: self.unit.name.clone(), line: at + 1, column });
                }
            }
        }
    }
}

/// Returns what a text literal exposes, and where.
fn exposed(key: &str, value: &Expr) -> Option<(String, Position)> {
    let Expr::StringConstant(text, position) = value else { return None };
    let holds = is_secret(key) && !is_stand_in(text) || is_login(key, text);
    let what = holds.then(|| format!("`{key}`"));
    let what = what.or_else(|| holds_password(text).then(|| format!("the password in `{key}`")));
    what.map(|what| (what, *position))
}

fn is_secret(key: &str) -> bool {
    let mut words = words(key);
    let is_kind = |word: &String| KINDS.contains(&word.as_str()) || word.chars().any(|c| c.is_ascii_digit());
    while words.len() > 1 && words.last().is_some_and(is_kind) {
        words.pop();
    }
    let is = |found: &str, word: &str| {
        let rest = found.strip_prefix(word).map(|rest| rest.trim_end_matches(|c: char| c.is_ascii_digit()));
        rest.is_some_and(|rest| rest.is_empty() || rest == "s")
    };
    let ends_in = |secret: &&[&str]| {
        let last = words.len().checked_sub(secret.len()).map(|from| &words[from..]);
        last.is_some_and(|last| last.iter().zip(*secret).all(|(found, word)| is(found, word)))
    };
    SECRET.iter().any(ends_in) && !words.iter().any(|word| HARMLESS.contains(&word.as_str()))
}

/// The words of a name, in lower case: those of `apiKey` are those of `API_KEY` and `api-key`.
fn words(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in key.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && before.is_lowercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Says whether a text only stands where a secret will be, or says where it is: `<token>`, `***`, `${TOKEN}`, `/run/token`.
fn is_stand_in(text: &str) -> bool {
    let text = text.trim();
    let is_dull = || text.chars().all(|c| "*xX.…-_".contains(c));
    let is_file = || {
        let plain = |c: char| c.is_ascii_lowercase() || "/._-".contains(c);
        ["/", "./", "../", "~/"].iter().any(|start| text.starts_with(start)) && text.chars().skip(1).all(plain)
    };
    let is_marked = text.starts_with('<') && text.ends_with('>') || text.contains("${") || text.contains("{{");
    is_marked || is_dull() || is_file()
}

/// Says whether a text is an address with a password: `postgres://user:password@host`.
fn holds_password(text: &str) -> bool {
    let authority = text.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let user = authority.and_then(|authority| authority.rsplit_once('@')).map(|(user, _)| user);
    let password = user.and_then(|user| user.split_once(':')).map(|(_, password)| password);
    password.is_some_and(|password| !text.contains(char::is_whitespace) && !is_stand_in(password))
}

fn is_login(key: &str, text: &str) -> bool {
    let text = text.to_lowercase();
    let value = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme));
    words(key).last().is_some_and(|last| last == "authorization") && value.is_some_and(|value| !is_stand_in(value))
}

/// Returns the name of the variable or field that an assignment changes.
fn target(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Variable(variable, ..) => Some(&variable.1),
        Expr::Property(property, _) => Some(&property.2),
        Expr::StringConstant(key, _) => Some(key),
        Expr::Dot(dot, ..) | Expr::Index(dot, ..) => target(&dot.rhs),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{holds_password, is_login, is_secret, is_stand_in};

    #[test]
    fn keys_that_hold_secrets_are_told_from_keys_about_them() {
        for key in [
            "password",
            "DB_PASSWORD",
            "client_secret",
            "client-secret",
            "secret_access_key",
            "aws_secret_access_key",
            "refresh_token",
            "apiKey",
            "X-Api-Key",
            "api_key",
            "privateKey",
            "secretKey",
            "passwords",
            "password2",
            "TOKEN_PROD",
        ] {
            assert!(is_secret(key), "{key}");
        }
        for key in [
            "token_url",
            "secret_name",
            "access_key_id",
            "accessKeyId",
            "token_type",
            "primary_key",
            "host",
            "password_file",
            "password_field",
            "tokenize",
            "next_page_token",
            "secretary",
            "token_count",
            "password_env_var",
            "secret_manager",
            "access_token_validity",
        ] {
            assert!(!is_secret(key), "{key}");
        }
    }

    #[test]
    fn what_stands_for_a_secret_is_none() {
        for text in
            ["", "  ", "***", "xxxx", "…", "<your token>", "${TOKEN}", "{{ token }}", "/run/secrets/token", "~/.key"]
        {
            assert!(is_stand_in(text), "{text}");
        }
        for text in ["hunter2", "changeme", "a<b>", "*a*", "/9j4AAQ="] {
            assert!(!is_stand_in(text), "{text}");
        }
    }

    #[test]
    fn addresses_and_headers_may_hold_passwords() {
        assert!(holds_password("postgres://user:hunter2@host/db"));
        for text in ["postgres://user@host/db", "https://host:80/a:b@c", "user:password@host", "s3://u:***@host"] {
            assert!(!holds_password(text), "{text}");
        }
        assert!(is_login("Authorization", "Bearer abc"));
        assert!(!is_login("Authorization", "none") && !is_login("note", "Bearer abc"));
    }
}
