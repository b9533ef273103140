//! Answers of token endpoints, in the shapes in which platforms give them.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::grant::Grant;
use super::sign_in::SignIn;
use crate::clock::Timestamp;

/// Fields that [`Grant`] has a place for, or that say nothing.
const KNOWN: &[&str] = &[
    "access_token",
    "refresh_token",
    "expires_in",
    "refresh_token_expires_in",
    "refresh_expires_in",
    "scope",
    "scopes",
    "permissions",
    "token_type",
    "id_token",
    "ok",
];

/// Reads a grant; `None` when the body has no access token.
///
/// Wrapped answers (`data`, `authed_user`), numbers written as text, and scopes as a list or in
/// either separator are read. The body is quoted nowhere.
pub(super) fn read(sign_in: &SignIn, body: &[u8], now: Timestamp) -> Option<Grant> {
    let whole: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let fields = unwrap(&whole)?;
    let mut grant = Grant::new(text(fields, "access_token")?, now);
    grant.refresh = text(fields, "refresh_token").map(SecretString::from);
    let life = seconds(fields, &["expires_in"]).or(sign_in.access_life);
    grant.expires_at = life.and_then(|life| now.saturating_add(life).ok());
    let refresh_life = seconds(fields, &["refresh_token_expires_in", "refresh_expires_in"])
        .or_else(|| grant.refresh.as_ref().and(sign_in.refresh_life));
    grant.refresh_expires_at = refresh_life.and_then(|life| now.saturating_add(life).ok());
    grant.scopes = ["scope", "scopes", "permissions"].iter().find_map(|name| scopes(fields.get(*name)?));
    for (name, value) in whole.iter().chain(fields) {
        if !KNOWN.contains(&name.as_str()) && !matches!(name.as_str(), "data" | "authed_user") {
            grant.details.insert(name.clone(), value.clone());
        }
    }
    grant.subject = grant.detail(sign_in.subject).and_then(plain);
    Some(grant)
}

fn unwrap(whole: &Map<String, Value>) -> Option<&Map<String, Value>> {
    if whole.contains_key("access_token") {
        return Some(whole);
    }
    match whole.get("data").or_else(|| whole.get("authed_user"))? {
        Value::Object(inner) => Some(inner),
        Value::Array(list) => list.first()?.as_object(),
        _ => None,
    }
}

fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    fields.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Ids are texts here, whatever they are on the wire.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn seconds(fields: &Map<String, Value>, names: &[&str]) -> Option<Duration> {
    let number = |value: &Value| match value {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_f64(),
    };
    let seconds: f64 = names.iter().find_map(|name| number(fields.get(*name)?))?;
    // Zero is how some say that a token does not end.
    Duration::try_from_secs_f64(seconds).ok().filter(|life| !life.is_zero())
}

fn scopes(value: &Value) -> Option<Vec<String>> {
    let split = |text: &str| {
        text.split([' ', ',']).map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    match value {
        Value::String(text) => Some(split(text)),
        Value::Array(list) => Some(list.iter().filter_map(Value::as_str).flat_map(split).collect()),
        _ => None,
    }
}
