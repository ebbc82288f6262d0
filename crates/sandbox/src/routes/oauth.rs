//! Consent and completion for connectors that sign in elsewhere. The other side is made up.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Route;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::ids::NIL;
use crate::store::ActorKind::{self, Destination, Source};
use crate::store::{Document, DocumentKind};
use crate::wire::Id;

pub(super) const ROUTES: &[Route] = &[
    Route::new("source_oauths/get_consent_url", |call| consent(call, Source)).lacking("nobody consents there"),
    Route::new("source_oauths/complete_oauth", |call| complete(call, Source)).lacking("any code is accepted"),
    Route::new("source_oauths/oauth_params/create", |call| params(call, Source)),
    Route::new("source_oauths/revoke", revoke).lacking("nothing is revoked"),
    Route::new("destination_oauths/get_consent_url", |call| consent(call, Destination))
        .lacking("nobody consents there"),
    Route::new("destination_oauths/complete_oauth", |call| complete(call, Destination)).lacking("any code is accepted"),
    Route::new("destination_oauths/oauth_params/create", |call| params(call, Destination)),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    #[serde(alias = "sourceDefinitionId", alias = "destinationDefinitionId")]
    definition_id: Option<Id>,
    redirect_url: Option<String>,
    query_params: Option<Value>,
    params: Option<Value>,
}

fn consent(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: Body = call.body()?;
    let connector = call.connector(kind, body.definition_id.as_ref())?;
    let redirect = body.redirect_url.ok_or_else(|| ApiError::unforeseen("`redirectUrl` is missing"))?;
    let state = call.passing.next();
    let url = format!("{redirect}?state={state}&code=sandbox-{}", &connector.id[..8]);
    Ok(Reply::Json(json!({"consentUrl": url})))
}

fn complete(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: Body = call.body()?;
    call.connector(kind, body.definition_id.as_ref())?;
    let code = body.query_params.as_ref().and_then(|params| params["code"].as_str()).unwrap_or_default();
    Ok(Reply::Json(if code.is_empty() {
        json!({"request_succeeded": false, "request_error": "no code came back", "auth_payload": {}})
    } else {
        json!({"request_succeeded": true, "auth_payload": {"refresh_token": format!("refresh-{code}")}})
    }))
}

/// Keeps the instance's own credentials; the specification says from then on that there are some.
fn params(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: Body = call.body()?;
    let connector = call.connector(kind, body.definition_id.as_ref())?;
    let document = Document {
        id: connector.id.clone(),
        owner: NIL.to_owned(),
        created_at: call.now,
        content: body.params.unwrap_or_default(),
    };
    call.store.put_document(DocumentKind::OauthParameters, &document)?;
    Ok(Reply::Done(200))
}

fn revoke(call: &Call<'_>) -> Outcome {
    let body: Body = call.body()?;
    call.connector(Source, body.definition_id.as_ref())?;
    Ok(Reply::Done(200))
}
