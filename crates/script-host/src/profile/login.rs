//! As whom to call, out of everything that was said about it.

use super::layer::Layer;
use super::merge::Merging;
use crate::diagnostics::{Diagnostic, Kind};
use crate::runtime::Login;

/// What says which way to log in, in the order in which one place that says several is understood.
const WAYS: [&str; 4] = ["auth.token", "auth.token_command", "auth.client_id", "auth.user"];

impl Merging<'_> {
    /// The way is that of the first place that names one; what belongs to it is looked up key by key.
    pub(super) fn login(&self) -> Result<Login, Diagnostic> {
        let named = |layer: &Layer| WAYS.into_iter().find(|way| layer.get(way).is_some());
        let Some(way) = self.layers().iter().find_map(named) else {
            return match self.find("auth.client_secret") {
                Some(entry) => {
                    let title = "a client secret is set, and no client id".to_owned();
                    let hint = "set `AIRBYTE_CLIENT_ID`, `--client-id` or `auth.client_id` in a profile";
                    Err(Diagnostic::error(Kind::Usage, title).note(format!("from {}", entry.origin)).hint(hint))
                }
                None => Ok(Login::Nobody),
            };
        };
        let text = |path: &str| self.text(path).map(Option::unwrap_or_default);
        Ok(match way {
            "auth.token" => Login::Token(text(way)?),
            "auth.token_command" => {
                self.permit_command(way)?;
                Login::Command(text(way)?)
            }
            "auth.client_id" => {
                let secret = self.text("auth.client_secret")?.ok_or_else(|| {
                    Diagnostic::error(Kind::Usage, "a client id is set, and no client secret")
                        .hint("set `AIRBYTE_CLIENT_SECRET`, or `auth.client_secret` in a profile")
                })?;
                Login::Client { id: text(way)?, secret }
            }
            _ => Login::Password { user: text(way)?, password: text("auth.password")? },
        })
    }
}
