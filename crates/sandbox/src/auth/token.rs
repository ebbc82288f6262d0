//! Bearer tokens: shaped like the JWTs of real servers, signed so that a forged or old one is noticed. They
//! protect nothing but tests, so the signature is a keyed hash and no cryptography.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::ids;

/// Returns a token for the roles that expires after `lifetime`.
pub(super) fn issue(subject: &str, roles: &[String], secret: &str, now: i64, lifetime: Duration) -> String {
    let lifetime = i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX);
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let head = part(&json!({"alg": "none", "typ": "JWT"}));
    let claims = part(&json!({
        "iss": "airway-sandbox", "aud": "airbyte-server", "sub": subject, "roles": roles, "iat_ms": now,
        "exp": (now + lifetime) / 1_000, "exp_ms": now + lifetime,
    }));
    let signed = format!("{head}.{claims}");
    let signature = sign(&signed, secret);
    format!("{signed}.{signature}")
}

/// Tells whether the token was issued with this secret and has not expired.
pub(super) fn is_valid(token: &str, secret: &str, now: i64) -> bool {
    let Some((signed, signature)) = token.rsplit_once('.') else { return false };
    if sign(signed, secret) != signature {
        return false;
    }
    let claims = signed.split('.').nth(1).and_then(|part| BASE64_URL_SAFE_NO_PAD.decode(part).ok());
    let claims: Option<Value> = claims.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    claims.and_then(|claims| claims["exp_ms"].as_i64()).is_some_and(|expires| now < expires)
}

fn sign(text: &str, secret: &str) -> String {
    let number = ids::hash(&format!("{secret}\n{text}\n{secret}"));
    BASE64_URL_SAFE_NO_PAD.encode(number.to_be_bytes())
}
