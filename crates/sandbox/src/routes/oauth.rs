//! Signing in elsewhere: consent is given at an address of the sandbox's own, which leads back with a code, and a code
//! is good for one completion.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Route;
use crate::api_error::ApiError;
use crate::call::{Call, Outcome, Reply};
use crate::connectors::Connector;
use crate::ids::{self, NIL};
use crate::store::ActorKind::{self, Destination, Source};
use crate::store::{Document, DocumentKind};
use crate::wire::Id;

pub(super) const ROUTES: &[Route] = &[
    Route::new("source_oauths/get_consent_url", |call| consent(call, Source)),
    Route::new("source_oauths/complete_oauth", |call| complete(call, Source)),
    Route::new("source_oauths/oauth_params/create", |call| params(call, Source)),
    Route::new("source_oauths/revoke", revoke).lacking("nothing is revoked"),
    Route::new("destination_oauths/get_consent_url", |call| consent(call, Destination)),
    Route::new("destination_oauths/complete_oauth", |call| complete(call, Destination)),
    Route::new("destination_oauths/oauth_params/create", |call| params(call, Destination)),
];

/// The path where consent is given.
pub(crate) const CONSENT: &str = "/sandbox/consent";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    #[serde(alias = "sourceDefinitionId", alias = "destinationDefinitionId")]
    definition_id: Option<Id>,
    redirect_url: Option<String>,
    query_params: Option<Value>,
    params: Option<Value>,
}

/// Returns the connector and how to sign in elsewhere for it; servers do not foresee that there is no such way.
fn signing_in(call: &Call<'_>, kind: ActorKind, body: &Body) -> Result<(Arc<Connector>, Value), ApiError> {
    let connector = call.connector(kind, body.definition_id.as_ref())?;
    match connector.advanced_auth.clone() {
        Some(way) => Ok((connector, way)),
        None => Err(ApiError::unforeseen(format!("connector `{}` does not sign in elsewhere", connector.name))),
    }
}

/// Keeps who asks for consent, under the code that will be given for it.
fn consent(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: Body = call.body()?;
    let (connector, _) = signing_in(call, kind, &body)?;
    let redirect = body.redirect_url.ok_or_else(|| ApiError::unforeseen("`redirectUrl` is missing"))?;
    let state = call.store.new_id()?;
    let content = json!({"redirect": redirect});
    let document = Document { id: code(&state), owner: connector.id.clone(), created_at: call.now, content };
    call.store.put_document(DocumentKind::Consent, &document)?;
    let site = call.url.trim_end_matches("/api/v1");
    Ok(Reply::Json(json!({"consentUrl": format!("{site}{CONSENT}?state={state}")})))
}

/// Returns the code that consent to this request is answered with.
fn code(state: &str) -> String {
    format!("code-{:016x}", ids::hash(state))
}

/// Gives consent: answers where to go on, with the code, or without one where it is refused.
pub(crate) fn decide(call: &Call<'_>) -> Outcome {
    let state = call.body["state"].as_str().unwrap_or_default();
    let code = code(state);
    let request = call.store.document(DocumentKind::Consent, &code)?;
    let request = request.ok_or_else(|| ApiError::id_not_found("request for consent", state))?;
    let redirect = request.content["redirect"].as_str().unwrap_or_default();
    let separator = if redirect.contains('?') { '&' } else { '?' };
    let outcome = if call.body["deny"] == true { "error=access_denied".to_owned() } else { format!("code={code}") };
    Ok(Reply::Json(json!({"location": format!("{redirect}{separator}state={state}&{outcome}")})))
}

fn complete(call: &Call<'_>, kind: ActorKind) -> Outcome {
    let body: Body = call.body()?;
    let (connector, way) = signing_in(call, kind, &body)?;
    let came_back = body.query_params.unwrap_or_default();
    let code = came_back["code"].as_str().unwrap_or_default();
    let failed =
        |why: &str| Ok(Reply::Json(json!({"request_succeeded": false, "request_error": why, "auth_payload": {}})));
    if let Some(error) = came_back["error"].as_str() {
        return failed(error);
    }
    let given = call.store.document(DocumentKind::Consent, code)?.filter(|given| given.owner == connector.id);
    if given.is_none() {
        return failed("the code is not one that was given for this connector, or was used before");
    }
    call.store.delete_document(DocumentKind::Consent, code)?;
    let wanted = way["oauthConfigSpecification"]["completeOAuthOutputSpecification"]["properties"].as_object();
    let tokens = wanted.into_iter().flat_map(|wanted| wanted.keys());
    let payload: Map<String, Value> =
        tokens.map(|name| (name.clone(), json!(format!("{}-{code}", name.trim_end_matches("_token"))))).collect();
    Ok(Reply::Json(json!({"request_succeeded": true, "auth_payload": payload})))
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
