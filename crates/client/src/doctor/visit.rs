//! What an Airbyte says to somebody who is logged in.

use serde_json::{Value, json};

use super::Doctor;
use super::candidates::Candidate;
use super::contact::Contact;
use super::examination::{Examination, Probe, Setting, Verdict};
use super::probing::Probing;
use super::releases;
use crate::airbyte::{Airbyte, Retries, Server, Timeouts};
use crate::error::{Error, ErrorKind};
use crate::suggest::nearest;
use crate::workspace::Workspace;

/// The most names that a finding lists.
const NAMES_SHOWN: usize = 5;

/// The id of a connector that no server has.
const NO_CONNECTOR: &str = "00000000-0000-4000-8000-000000000000";

/// Logs in at an address and looks around.
pub(super) async fn visit(
    doctor: Doctor,
    probing: &Probing,
    candidate: &Candidate,
    contact: &Contact,
    examination: &mut Examination,
) {
    let found = Probe::passed("server", candidate.address(), "the address to use");
    examination.push(found.advise(Setting::Server(candidate.address())));
    let has_login = doctor.login.is_some();
    let may_log_in = has_login && !candidate.is_downgrade;
    let timeouts = Timeouts::all(probing.timeout);
    let mut client = doctor.client().server(candidate.base.clone()).timeouts(timeouts).retries(Retries::none());
    if let Some(login) = doctor.login.filter(|_| may_log_in) {
        client = login(client);
    }
    let airbyte = match client.build() {
        Ok(airbyte) => airbyte,
        Err(error) => {
            examination.push(Probe::failed("credentials", "the login that was given", error.to_string()));
            return;
        }
    };
    let visit = Visit { airbyte, probing, contact, has_login, may_log_in };
    let server = visit.server(examination).await;
    let (workspaces, token) =
        tokio::join!(visit.airbyte.workspaces().into_future(), visit.token_endpoint(candidate, server.as_ref()));
    examination.push(visit.credentials(server.as_ref(), &workspaces));
    examination.push(token);
    let (chosen, is_settled) = match workspaces {
        Ok(all) => {
            let chosen = choose(&all, doctor.workspace.as_deref(), examination);
            let is_settled = chosen.is_some() || (doctor.workspace.is_none() && !all.is_empty());
            (chosen, is_settled)
        }
        Err(error) => {
            let verdict = if error.status() == Some(401) { Verdict::Skipped } else { Verdict::Failed };
            examination.push(Probe::new("workspaces", "the list of workspaces", verdict, outcome(&error)));
            examination.push(Probe::skipped("permission", "no workspace is known"));
            examination.push(Probe::skipped("changes", "no workspace is known"));
            return;
        }
    };
    let permission = visit.permission(chosen.as_ref()).await;
    let changes = match chosen {
        Some(workspace) if permission.verdict == Verdict::Passed => visit.changes(server.as_ref(), &workspace).await,
        Some(_) => Probe::skipped("changes", "the workspace cannot be read"),
        None => Probe::skipped("changes", "no workspace is chosen"),
    };
    let is_down = matches!(contact, Contact::Api { is_available: Some(false) });
    if is_settled && !is_down && permission.verdict != Verdict::Failed {
        examination.found_usable();
    }
    examination.push(permission);
    examination.push(changes);
}

struct Visit<'a> {
    airbyte: Airbyte,
    probing: &'a Probing,
    contact: &'a Contact,
    has_login: bool,
    may_log_in: bool,
}

impl Visit<'_> {
    /// Version and way of logging in, as far as the server tells.
    async fn server(&self, examination: &mut Examination) -> Option<Server> {
        const TRIED: &str = "GET instance_configuration";
        let server = match self.airbyte.server().await {
            Ok(server) => server.clone(),
            Err(error) => {
                let verdict = if error.is_auth() { Verdict::Skipped } else { Verdict::Failed };
                examination.push(Probe::new("version", TRIED, verdict, outcome(&error)));
                examination.push(Probe::new("auth mode", TRIED, verdict, outcome(&error)));
                return None;
            }
        };
        let edition = server.edition.as_deref().map(|edition| format!(", {edition} edition")).unwrap_or_default();
        let version = match server.version.as_deref() {
            Some(version) => format!("{version}{edition}: {}", releases::about(version)),
            None => "the server does not tell; older ones and the Cloud do not".to_owned(),
        };
        examination.push(Probe::passed("version", TRIED, version));
        let has_proxy = self.contact.asks_who();
        let mode = match server.auth_mode.as_deref() {
            Some("none") if has_proxy => "`none` by the server itself; a proxy in front of it asks".to_owned(),
            Some("none") => "`none`: everybody may do everything".to_owned(),
            Some("simple") => "`simple`: a token, which client id and secret of the settings page yield".to_owned(),
            Some("oidc") => "`oidc`: a token of the identity provider or of an application".to_owned(),
            Some(other) => format!("`{other}`, which is not known here"),
            None => "the server does not tell".to_owned(),
        };
        examination.push(Probe::passed("auth mode", TRIED, mode));
        Some(server)
    }

    fn credentials(&self, server: Option<&Server>, workspaces: &crate::Result<Vec<Workspace>>) -> Probe {
        const NAME: &str = "credentials";
        let tried = match (self.has_login, self.may_log_in) {
            (true, true) => "a call that needs them, with those given",
            (true, false) => "a call that needs them, without those given",
            (false, _) => "a call that needs them; none are given",
        };
        let wanted = match self.contact {
            Contact::Closed { challenge: Some(challenge), .. } if challenge == "basic" => Setting::Password,
            _ => Setting::Token,
        };
        let is_open = server.and_then(|server| server.auth_mode.as_deref()) == Some("none");
        match workspaces {
            Err(error) if error.status() == Some(401) => {
                let finding = match (self.has_login, self.may_log_in) {
                    (true, true) => "refused: they are wrong, or have run out",
                    (true, false) => {
                        "not sent, because they would travel unencrypted where HTTPS was asked for; name the address with `http://` if you trust the network"
                    }
                    (false, _) => "it wants some",
                };
                Probe::failed(NAME, tried, finding).advise(wanted)
            }
            // Who lacks a role is known.
            Err(error) if error.status() == Some(403) => Probe::passed(NAME, tried, "accepted"),
            Err(error) => Probe::failed(NAME, tried, outcome(error)),
            Ok(_) if !self.has_login => Probe::passed(NAME, tried, "none are needed"),
            Ok(_) if !self.may_log_in => {
                Probe::passed(NAME, tried, "none are needed; those given were not sent unencrypted")
            }
            Ok(_) if is_open && !self.contact.asks_who() => {
                Probe::passed(NAME, tried, "none are needed; those given are not looked at")
            }
            Ok(_) => Probe::passed(NAME, tried, "accepted"),
        }
    }

    /// Whether tokens can be had. Asked with an empty pair, which no server takes for an attempt to log in.
    async fn token_endpoint(&self, candidate: &Candidate, server: Option<&Server>) -> Probe {
        const NAME: &str = "token endpoint";
        if self.contact.asks_who() {
            return Probe::skipped(NAME, "a proxy asks for a login before it");
        }
        if server.and_then(|server| server.auth_mode.as_deref()) == Some("none") {
            return Probe::skipped(NAME, "no token is needed");
        }
        let tried = "POST applications/token";
        let body = json!({ "client_id": "", "client_secret": "" });
        let seen = self.probing.post(format!("{}/applications/token", candidate.address()), &body).await;
        match seen {
            Err(lost) => Probe::failed(NAME, tried, lost.to_string()),
            Ok(seen) if seen.status == 404 => {
                Probe::failed(NAME, tried, "404: this server gives no tokens, so one of another kind is needed")
            }
            Ok(seen) if seen.is_page => Probe::failed(NAME, tried, format!("{} with a web page", seen.status)),
            Ok(seen) if seen.status == 408 => {
                Probe::passed(NAME, tried, "it is there, but too slow to answer within its own second")
            }
            Ok(seen) => {
                Probe::passed(NAME, tried, format!("it is there: {} to an empty client id and secret", seen.status))
            }
        }
    }

    async fn permission(&self, workspace: Option<&Workspace>) -> Probe {
        const NAME: &str = "permission";
        let Some(workspace) = workspace else {
            return Probe::skipped(NAME, "no workspace is chosen");
        };
        let tried = format!("reading workspace `{}`", workspace.name());
        match self.airbyte.call_raw("workspaces/get", &json!({ "workspaceId": workspace.id() })).await {
            Ok(Value::Object(_)) => Probe::passed(NAME, tried, "it may be read"),
            Ok(_) => Probe::failed(NAME, tried, "the answer is not a workspace"),
            Err(error) => Probe::failed(NAME, tried, outcome(&error)),
        }
    }

    /// Whether the login may change the workspace: by asking for something that no server can create. Roles are looked
    /// at before the connector is, which is missing with 404.
    async fn changes(&self, server: Option<&Server>, workspace: &Workspace) -> Probe {
        const NAME: &str = "changes";
        if server.and_then(|server| server.auth_mode.as_deref()) == Some("none") {
            return Probe::passed(NAME, "auth mode `none`", "everything may be changed");
        }
        let tried = "a source of a connector that does not exist";
        let body = json!({
            "workspaceId": workspace.id(),
            "sourceDefinitionId": NO_CONNECTOR,
            "name": "airway doctor: not to be created",
            "connectionConfiguration": {},
        });
        match self.airbyte.call_raw("sources/create", &body).await {
            Err(error) => match error.status() {
                Some(404) => Probe::passed(NAME, tried, "404: the workspace may be changed"),
                Some(403) => Probe::failed(NAME, tried, "403: these credentials may set nothing up"),
                _ => Probe::skipped(NAME, format!("cannot be told: {}", outcome(&error))),
            },
            Ok(_) => Probe::failed(NAME, tried, "the server took it: look for a source of that name, and delete it"),
        }
    }
}

/// The workspace that was named, or the only one. What to name otherwise is the row's advice.
fn choose(all: &[Workspace], named: Option<&str>, examination: &mut Examination) -> Option<Workspace> {
    const NAME: &str = "workspaces";
    let visible = match all {
        [] => "none is visible to this login".to_owned(),
        [only] => format!("1 is visible: `{}`", only.name()),
        several => format!("{} are visible: {}", several.len(), names(several)),
    };
    let Some(named) = named else {
        let tried = "the list of workspaces";
        let probe = match all {
            [] => Probe::failed(NAME, tried, visible),
            [_] => Probe::passed(NAME, tried, visible),
            [first, ..] => Probe::passed(NAME, tried, format!("{visible}; scripts must say which"))
                .advise(Setting::Workspace(first.name().to_owned())),
        };
        examination.push(probe);
        return if let [only] = all { Some(only.clone()) } else { None };
    };
    let tried = format!("workspace `{named}` among those visible");
    let fitting: Vec<&Workspace> = all.iter().filter(|one| one.id() == named || one.name() == named).collect();
    let (probe, chosen) = match fitting.as_slice() {
        [one] => (Probe::passed(NAME, tried, visible), Some((*one).clone())),
        [] => {
            let probe = Probe::failed(NAME, tried, format!("it is not there; {visible}"));
            let near = nearest(named, all.iter().map(Workspace::name)).or(all.first().map(Workspace::name));
            (near.into_iter().fold(probe, |probe, near| probe.advise(Setting::Workspace(near.to_owned()))), None)
        }
        [first, ..] => {
            let finding = format!("{} are called that: use the id of one", fitting.len());
            (Probe::failed(NAME, tried, finding).advise(Setting::Workspace(first.id().to_owned())), None)
        }
    };
    examination.push(probe);
    chosen
}

fn names(workspaces: &[Workspace]) -> String {
    let shown: Vec<String> =
        workspaces.iter().take(NAMES_SHOWN).map(|workspace| format!("`{}`", workspace.name())).collect();
    match workspaces.len().saturating_sub(NAMES_SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// What became of a call. The server's own words are left out: they may repeat what was sent.
fn outcome(error: &Error) -> String {
    match (error.kind(), error.status()) {
        (ErrorKind::Refused(_), Some(401)) => "401: it wants to know who is there".to_owned(),
        (ErrorKind::Refused(_), Some(403)) => "403: these credentials lack a role for it".to_owned(),
        (ErrorKind::Refused(_), Some(status)) => format!("the server answered {status}"),
        (ErrorKind::NoToken { cause, .. }, _) => match cause.downcast_ref::<Error>() {
            Some(cause) => format!("{error}: {}", outcome(cause)),
            None => format!("{error}: {cause}"),
        },
        _ => error.to_string(),
    }
}
