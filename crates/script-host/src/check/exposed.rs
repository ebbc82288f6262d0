//! Secrets that stand in the script itself.

use rhai::{ASTNode, Expr, Position, Stmt};

use super::walk::Walk;
use crate::diagnostics::Place;

/// A key that contains one of these holds a secret …
const SECRET: [&str; 9] =
    ["password", "passwd", "passphrase", "secret", "token", "api_key", "apikey", "access_key", "private_key"];

/// … unless it ends in one of these: it is about one.
const ABOUT: [&str; 14] = [
    "_url",
    "_uri",
    "_type",
    "_name",
    "_id",
    "_path",
    "_file",
    "_env",
    "_field",
    "_endpoint",
    "_method",
    "_expiry",
    "_expiry_date",
    "_header",
];

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
        for (key, position) in found {
            self.files.mask(&self.unit.name, position);
            let hint = "read it with `secret(\"NAME\")`: it comes from the environment and is never shown";
            self.warn(
                super::SECRET_IN_SCRIPT,
                position,
                format!("`{key}` is written in the script"),
                Some(hint.to_owned()),
            );
        }
    }
}

impl Walk<'_> {
    /// Of a text that does not compile, what stands behind a key that holds secrets is not shown either.
    fn hide_what_was_lost(&self) {
        let Some(text) = self.files.text(&self.unit.name) else { return };
        for (at, line) in text.lines().enumerate() {
            for (quote, _) in line.match_indices(['"', '`']) {
                let before = line[..quote].trim_end();
                let Some(key) = before.strip_suffix([':', '=']) else { continue };
                let key = key.trim_end().trim_end_matches('"');
                let start = key.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |end| end + 1);
                if key.get(start..).is_some_and(is_secret) {
                    let column = line[..quote].chars().count() + 1;
                    self.files.mask_at(&Place { source: self.unit.name.clone(), line: at + 1, column });
                }
            }
        }
    }
}

fn exposed(key: &str, value: &Expr) -> Option<(String, Position)> {
    match value {
        Expr::StringConstant(text, position) if !text.trim().is_empty() && is_secret(key) => {
            Some((key.to_owned(), *position))
        }
        _ => None,
    }
}

fn is_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    SECRET.iter().any(|word| key.contains(word)) && !ABOUT.iter().any(|end| key.ends_with(end))
}

/// Returns the name of the variable or field that an assignment changes.
fn target(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Variable(variable, ..) => Some(&variable.1),
        Expr::Property(property, _) => Some(&property.2),
        Expr::Dot(dot, ..) | Expr::Index(dot, ..) => target(&dot.rhs),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn keys_that_hold_secrets_are_told_from_keys_about_them() {
        for key in
            ["password", "DB_PASSWORD", "client_secret", "secret_access_key", "refresh_token", "apiKey", "api_key"]
        {
            assert!(is_secret(key), "{key}");
        }
        for key in ["token_url", "secret_name", "access_key_id", "token_type", "primary_key", "host", "password_file"] {
            assert!(!is_secret(key), "{key}");
        }
    }
}
