//! Everything that can be set, with its names: the one list behind files, environment, help and checks.

use std::fmt::Write;

/// Something that can be set.
#[derive(Debug)]
pub(crate) struct Key {
    /// Its path in a profile, such as `auth.token`.
    pub(crate) path: &'static str,
    /// The environment variable.
    pub(crate) variable: &'static str,
    /// The option of the command line; empty where there is none.
    #[cfg_attr(not(test), expect(dead_code, reason = "clap shows options itself; the README is compared with them"))]
    pub(crate) flag: &'static str,
    /// What it is.
    pub(crate) about: &'static str,
    /// Whether its value is hidden, and may not stand in a file that others can read.
    pub(crate) is_secret: bool,
}

const fn key(path: &'static str, variable: &'static str, flag: &'static str, about: &'static str) -> Key {
    Key { path, variable, flag, about, is_secret: false }
}

const fn secret(path: &'static str, variable: &'static str, flag: &'static str, about: &'static str) -> Key {
    Key { path, variable, flag, about, is_secret: true }
}

/// The environment variable that names the profile.
pub(crate) const PROFILE_VARIABLE: &str = "AIRWAY_PROFILE";

/// All keys, in the order in which they are shown. Headers are `headers.NAME`.
pub(crate) const KEYS: &[Key] = &[
    key("server", "AIRBYTE_SERVER", "--server", "address of the server"),
    key("workspace", "AIRBYTE_WORKSPACE", "--workspace", "workspace by name or id"),
    key("auth.client_id", "AIRBYTE_CLIENT_ID", "--client-id", "client id of an application"),
    secret("auth.client_secret", "AIRBYTE_CLIENT_SECRET", "--client-secret", "its client secret"),
    secret("auth.token", "AIRBYTE_TOKEN", "--token", "a token"),
    key("auth.token_command", "AIRBYTE_TOKEN_COMMAND", "--token-command", "a command that prints a token"),
    key("auth.user", "AIRBYTE_USER", "--user", "user, for servers behind a proxy that asks"),
    secret("auth.password", "AIRBYTE_PASSWORD", "--password", "the user's password"),
    key("headers", "AIRBYTE_HEADERS", "--header", "more headers, `NAME: VALUE` per line"),
    key("proxy", "AIRBYTE_PROXY", "--proxy", "HTTP proxy, or `none`"),
    key("tls.ca_file", "AIRBYTE_CA_FILE", "--ca-file", "PEM file of certificates to trust as well"),
    key("tls.verify", "AIRBYTE_TLS_VERIFY", "--insecure", "`false` accepts any certificate"),
    key("timeouts.connect", "AIRBYTE_TIMEOUT_CONNECT", "--timeout", "for a connection [10s]"),
    key("timeouts.read", "AIRBYTE_TIMEOUT_READ", "--timeout", "for a call that changes nothing [30s]"),
    key("timeouts.write", "AIRBYTE_TIMEOUT_WRITE", "--timeout", "for a call that changes something [1m]"),
    key("timeouts.check", "AIRBYTE_TIMEOUT_CHECK", "--timeout", "for a call that waits for a connector [15m]"),
    key("timeouts.discover", "AIRBYTE_TIMEOUT_DISCOVER", "--timeout", "for a call that discovers a schema [15m]"),
    key("deadline", "AIRBYTE_DEADLINE", "--deadline", "for all calls of a run together [none]"),
    key("retries.per_request", "AIRBYTE_RETRIES", "--retries", "repeats of one request at most [3]"),
    key("retries.in_all", "AIRBYTE_RETRIES_IN_ALL", "", "repeats of a run at most [100]"),
    key("retries.longest_pause", "AIRBYTE_RETRIES_LONGEST_PAUSE", "", "the longest pause before a repeat [1m]"),
];

/// The section under which any name is a key.
pub(super) const HEADERS: &str = "headers";

impl Key {
    /// Returns the key of this path.
    pub(crate) fn of(path: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.path == path)
    }
}

/// Headers that commonly hold secrets.
pub(super) fn is_secret_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["auth", "cookie", "key", "password", "secret", "token"].iter().any(|part| name.contains(part))
}

/// The environment variables as lines of help.
pub(crate) fn variables() -> String {
    let mut out =
        String::from("Environment, and keys of a profile in `~/.config/airway/config.toml` or `./airway.toml`:\n");
    let rows = std::iter::once((PROFILE_VARIABLE, "default_profile", "which profile"))
        .chain(KEYS.iter().map(|key| (key.variable, key.path, key.about)));
    for (variable, path, about) in rows {
        let _ = writeln!(out, "  {variable:<30} {path:<22} {about}");
    }
    out.push_str(
        "  HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY             used where no proxy is named\n\
         Options go before the environment, that before `./airway.toml`, and that before the user's file.",
    );
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_keys_have_a_name_in_common() {
        let paths: BTreeSet<&str> = KEYS.iter().map(|key| key.path).collect();
        let variables: BTreeSet<&str> = KEYS.iter().map(|key| key.variable).collect();
        assert_eq!((paths.len(), variables.len()), (KEYS.len(), KEYS.len()));
    }

    #[test]
    fn the_readme_lists_them_all() {
        let mut table = String::from("| variable | key of a profile | option | what |\n|---|---|---|---|\n");
        let _ = writeln!(
            table,
            "| `{PROFILE_VARIABLE}` | `default_profile` beside the profiles | `--profile` | which profile |"
        );
        for Key { path, variable, flag, about, .. } in KEYS {
            let kind = path.strip_prefix("timeouts.").map(|kind| format!(" {kind}=LENGTH")).unwrap_or_default();
            let option = if flag.is_empty() { String::new() } else { format!("`{flag}{kind}`") };
            let _ = writeln!(table, "| `{variable}` | `{path}` | {option} | {about} |");
        }
        let readme = include_str!("../../../../README.md");
        assert!(readme.contains(&table), "the README lacks this table:\n\n{table}");
    }

    #[test]
    fn headers_that_sound_secret_are() {
        assert!(is_secret_header("X-Api-Key") && is_secret_header("Proxy-Authorization"));
        assert!(!is_secret_header("X-Team"));
    }
}
