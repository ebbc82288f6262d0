//! What the instance says about itself.

use serde::Deserialize;
use serde_json::json;

use super::Route;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::ids::NIL;
use crate::store::{Document, DocumentKind};

pub(super) const ROUTES: &[Route] = &[
    Route::new("instance_configuration", read),
    Route::new("instance_configuration/setup", setup),
    // There is no licence, and what is nothing looks as if the path did not exist.
    Route::new("instance_configuration/license/info", |_| Ok(Reply::Null)),
];

/// Whom the instance belongs to: who set it up, or nobody in particular.
pub(super) struct Owner {
    pub(super) email: String,
    pub(super) name: String,
    pub(super) organization: String,
}

/// The id of the one document that a set-up leaves.
const SETUP: &str = "instance";

pub(super) fn owner(call: &Call<'_>) -> Result<Owner, ApiError> {
    let setup = call.store.document(DocumentKind::Setup, SETUP)?.map(|document| document.content).unwrap_or_default();
    let said = |name: &str, otherwise: &str| setup[name].as_str().unwrap_or(otherwise).to_owned();
    Ok(Owner {
        email: said("email", "admin@example.com"),
        name: said("userName", "Default User"),
        organization: said("organizationName", "Default Organization"),
    })
}

fn read(call: &Call<'_>) -> Outcome {
    let configuration = json!({
        "edition": "community",
        "version": call.generation.version(),
        // Without a licence its status is left out, and the oldest servers told of logins only with one.
        "auth": Some(call.shape("AuthConfiguration", json!({"mode": call.auth.mode()}))).filter(|it| *it != json!({})),
        "airbyteUrl": call.url,
        "webappUrl": call.url,
        "initialSetupComplete": call.store.meta("not_set_up")?.unwrap_or_default() == 0,
        "defaultUserId": NIL,
        "defaultOrganizationId": NIL,
        "defaultOrganizationEmail": owner(call)?.email,
        "trackingStrategy": "logging",
    });
    call.json("InstanceConfigurationResponse", configuration)
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Setup {
    email: Option<String>,
    user_name: Option<String>,
    organization_name: Option<String>,
    anonymous_data_collection: Option<bool>,
    display_setup_wizard: Option<bool>,
    initial_setup_complete: Option<bool>,
}

/// Names the default user and organisation; the default workspace keeps what was consented to.
fn setup(call: &Call<'_>) -> Outcome {
    let body: Setup = if call.body.is_null() { Setup::default() } else { call.body()? };
    let complete = body.initial_setup_complete.unwrap_or(true);
    call.store.set_meta("not_set_up", i64::from(!complete))?;
    let content = json!({
        "email": body.email, "userName": body.user_name, "organizationName": body.organization_name,
    });
    let document = Document { id: SETUP.to_owned(), owner: NIL.to_owned(), created_at: call.now, content };
    call.store.put_document(DocumentKind::Setup, &document)?;
    let workspaces = call.store.workspaces()?;
    if let Some(mut first) = workspaces.into_iter().find(|workspace| !workspace.tombstone) {
        let told = [
            ("email", json!(body.email)),
            ("anonymousDataCollection", json!(body.anonymous_data_collection)),
            ("displaySetupWizard", json!(body.display_setup_wizard)),
            ("initialSetupComplete", json!(complete)),
        ];
        let told = told.into_iter().filter(|(_, value)| !value.is_null());
        first.settings.extend(told.map(|(name, value)| (name.to_owned(), value)));
        call.store.update_workspace(&first)?;
    }
    read(call)
}
