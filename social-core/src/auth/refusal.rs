//! Refusals of token endpoints, and what they mean for a connection.

use serde_json::Value;

use super::issue::ConnectionIssue;
use super::sign_in::SignIn;
use crate::error::{Error, ErrorKind};
use crate::http::Failure;

/// What the codes of RFC 6749, 7009, 8628 and 9449 mean for a call.
const KINDS: &[(&str, ErrorKind)] = &[
    ("access_denied", ErrorKind::Permission),
    ("authorization_pending", ErrorKind::Unavailable),
    ("expired_token", ErrorKind::Auth),
    ("invalid_client", ErrorKind::Config),
    ("invalid_dpop_proof", ErrorKind::Auth),
    ("invalid_grant", ErrorKind::Auth),
    ("invalid_request", ErrorKind::InvalidRequest),
    ("invalid_scope", ErrorKind::InvalidRequest),
    ("server_error", ErrorKind::Unavailable),
    ("slow_down", ErrorKind::Unavailable),
    ("temporarily_unavailable", ErrorKind::Unavailable),
    ("unauthorized_client", ErrorKind::Config),
    ("unsupported_grant_type", ErrorKind::Config),
    ("unsupported_response_type", ErrorKind::Config),
    ("unsupported_token_type", ErrorKind::Unsupported),
    ("use_dpop_nonce", ErrorKind::Auth),
];

/// What the codes of RFC 6749 mean for a connection. Everything else leaves the account alone.
const ISSUES: &[(&str, ConnectionIssue)] = &[
    ("invalid_grant", ConnectionIssue::Revoked),
    ("invalid_client", ConnectionIssue::AppRefused),
    ("unauthorized_client", ConnectionIssue::AppRefused),
    ("access_denied", ConnectionIssue::ScopeMissing),
];

/// Reads the bodies in which token endpoints refuse: those of RFC 6749, and what a few say instead.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    refused(failure).unwrap_or_else(|| failure.by_status())
}

/// The refusal that a body holds, if it does, whatever its status. The body is not quoted.
pub(super) fn refused(failure: &Failure<'_>) -> Option<Error> {
    let by_status = failure.by_status();
    let (code, message) = failure.json().as_ref().and_then(code_and_message)?;
    let kind = match kind_of(&code) {
        // Whatever the body says, a server that is down is down, and one that is busy is busy.
        Some(_) if failure.status.is_server_error() || failure.status == 429 => by_status.kind(),
        Some(kind) => kind,
        None => by_status.kind(),
    };
    let message = if message.is_empty() { code.clone() } else { message };
    Some(Error::new(kind, message).with_code(code))
}

pub(super) fn kind_of(code: &str) -> Option<ErrorKind> {
    KINDS.iter().find(|(known, _)| *known == code).map(|(_, kind)| *kind)
}

/// The code and the message of a refusal.
fn code_and_message(body: &Value) -> Option<(String, String)> {
    let plain = |value: &Value| match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let first = |object: &Value, names: &[&str]| names.iter().find_map(|name| plain(object.get(*name)?));
    let said = |object: &Value| {
        first(object, &["error_description", "error_message", "message", "detail", "error_user_msg"])
            .unwrap_or_default()
    };
    match body.get("error") {
        Some(inner @ Value::Object(_)) => {
            let code = first(inner, &["code", "type"])?;
            let code = match first(inner, &["error_subcode"]) {
                Some(subcode) => format!("{code}/{subcode}"),
                None => code,
            };
            Some((code, said(inner)))
        }
        Some(error) => Some((plain(error)?, said(body))),
        None => Some((first(body, &["serviceErrorCode", "code", "error_type", "title"])?, said(body))),
    }
}

impl SignIn {
    /// What a refusal means for a connection; `None` where it means nothing: a network that is
    /// down, an answer that cannot be read, a limit. The platform's own codes come before those of
    /// RFC 6749.
    #[must_use]
    pub fn issue(&self, error: &Error) -> Option<ConnectionIssue> {
        // Only what was said by whoever keeps the tokens counts.
        let is_elsewhere = matches!(
            error.kind(),
            ErrorKind::Unavailable | ErrorKind::RateLimited | ErrorKind::Timeout | ErrorKind::Transport
        );
        self.issue_of_code(error.code().filter(|_| !is_elsewhere))
    }

    /// What a code means for a connection.
    #[must_use]
    pub fn issue_of_code(&self, code: Option<&str>) -> Option<ConnectionIssue> {
        let code = code?;
        let short = code.split('/').next().unwrap_or(code);
        let found = |name: &str| {
            let own = self.issues.iter().find(|(known, _)| *known == name);
            own.or_else(|| ISSUES.iter().find(|(known, _)| *known == name)).map(|(_, issue)| *issue)
        };
        found(code).or_else(|| found(short))
    }
}

#[cfg(test)]
mod tests {
    //! Stands on RFC 6749, sections 4.1.2.1 and 5.2, and on recorded and documented bodies of
    //! platforms.

    use http::{HeaderMap, StatusCode};
    use serde_json::json;

    use super::*;

    const META: SignIn = SignIn::new("meta", "Meta", "https://a.example", "https://t.example").with_issues(&[
        ("190", ConnectionIssue::Revoked),
        ("190/460", ConnectionIssue::PasswordChanged),
        ("190/463", ConnectionIssue::Expired),
    ]);

    fn refusal(status: u16, body: &Value) -> Error {
        let status = StatusCode::from_u16(status).unwrap();
        classify(&Failure { status, headers: &HeaderMap::new(), body: body.to_string().as_bytes() })
    }

    #[test]
    fn bodies_of_the_rfc_and_of_platforms_are_read() {
        use ConnectionIssue::{AppRefused, Expired, PasswordChanged, Revoked};
        for (status, body, kind, code, issue) in [
            (400, json!({"error": "invalid_grant"}), ErrorKind::Auth, "invalid_grant", Some(Revoked)),
            (401, json!({"error": "invalid_client"}), ErrorKind::Config, "invalid_client", Some(AppRefused)),
            (400, json!({"error": "invalid_request"}), ErrorKind::InvalidRequest, "invalid_request", None),
            (400, json!({"error": "invalid_scope"}), ErrorKind::InvalidRequest, "invalid_scope", None),
            (400, json!({"error": "unauthorized_client"}), ErrorKind::Config, "unauthorized_client", Some(AppRefused)),
            (400, json!({"error": "unsupported_grant_type"}), ErrorKind::Config, "unsupported_grant_type", None),
            // TikTok: flat, with 200 elsewhere and 400 here.
            (
                400,
                json!({"error": "invalid_grant", "error_description": "Refresh token is invalid or expired.", "log_id": "2"}),
                ErrorKind::Auth,
                "invalid_grant",
                Some(Revoked),
            ),
            // Meta's envelope.
            (
                400,
                json!({"error": {"message": "Error validating access token", "type": "OAuthException", "code": 190,
                                 "error_subcode": 463, "fbtrace_id": "x"}}),
                ErrorKind::InvalidRequest,
                "190/463",
                Some(Expired),
            ),
            (
                400,
                json!({"error": {"message": "m", "code": 190, "error_subcode": 460}}),
                ErrorKind::InvalidRequest,
                "190/460",
                Some(PasswordChanged),
            ),
            (400, json!({"error": {"message": "m", "code": 190}}), ErrorKind::InvalidRequest, "190", Some(Revoked)),
            // Instagram's own.
            (
                400,
                json!({"error_type": "OAuthException", "code": 400, "error_message": "Invalid authorization code"}),
                ErrorKind::InvalidRequest,
                "400",
                None,
            ),
            // X's problem.
            (
                400,
                json!({"error": "invalid_request", "error_description": "Value passed for the token was invalid."}),
                ErrorKind::InvalidRequest,
                "invalid_request",
                None,
            ),
            // A proxy that is down speaks JSON, too.
            (503, json!({"error": "invalid_grant"}), ErrorKind::Unavailable, "invalid_grant", None),
            (429, json!({"error": "invalid_grant"}), ErrorKind::RateLimited, "invalid_grant", None),
        ] {
            let error = refusal(status, &body);
            assert_eq!((error.kind(), error.code()), (kind, Some(code)), "{body}");
            assert_eq!(META.issue(&error), issue, "{body}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_nothing_about_the_account() {
        for (status, body) in [(400, json!("<html>")), (404, json!({})), (403, json!([1])), (500, json!(null))] {
            let error = refusal(status, &body);
            assert_eq!(META.issue(&error), None, "{error}");
        }
    }
}
