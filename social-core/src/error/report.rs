//! An error as plain data, for outcomes, journals and events.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Attempt, Effect, Error, ErrorKind, Inner, Rejection, Retry};
use crate::Vendor;
use crate::usage::Usage;

/// What an [`Error`] says, as data that serialises: everything but what the vendor sent
/// ([`Error::body`]), what arrived before the failure ([`Error::partial`]), and the cause.
///
/// Its text is that of the error. It turns back into an error with [`Error::from`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorReport {
    /// What went wrong.
    pub kind: ErrorKind,
    /// The message without vendor, status and code.
    pub message: String,
    /// Whether the call may have had its effect.
    pub effect: Effect,
    /// When the same request may be sent again.
    pub retry: Retry,
    /// The vendor that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<Vendor>,
    /// The operation that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The model that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The HTTP status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The vendor's own code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The vendor's id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// How many requests were sent.
    #[serde(default)]
    pub requests: u32,
    /// The field or option at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The item at fault, counted from zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<usize>,
    /// Whether a fresh token may succeed.
    #[serde(default)]
    pub token_expired: bool,
    /// Where and why content was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<Rejection>,
    /// What the failed call used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// Who was asked, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
}

impl From<&Error> for ErrorReport {
    fn from(error: &Error) -> Self {
        // Named one by one, so that a field that is added later is not forgotten here.
        let Inner {
            kind,
            message,
            retry: _,
            effect: _,
            vendor,
            operation,
            model,
            status,
            code,
            request_id,
            requests,
            field,
            item,
            token_expired,
            rejection,
            body: _,
            partial: _,
            usage,
            attempts,
            source: _,
        } = &*error.0;
        Self {
            kind: *kind,
            message: message.clone().into_owned(),
            effect: error.effect(),
            retry: error.retry(),
            vendor: vendor.clone(),
            operation: operation.as_deref().map(str::to_owned),
            model: model.clone(),
            status: *status,
            code: code.clone(),
            request_id: request_id.clone(),
            requests: *requests,
            field: field.as_deref().map(str::to_owned),
            item: *item,
            token_expired: *token_expired,
            rejection: rejection.clone(),
            usage: usage.clone(),
            attempts: attempts.clone(),
        }
    }
}

impl From<ErrorReport> for Error {
    fn from(report: ErrorReport) -> Self {
        Self(Box::new(Inner {
            kind: report.kind,
            message: report.message.into(),
            retry: Some(report.retry),
            effect: Some(report.effect),
            vendor: report.vendor,
            operation: report.operation.map(Into::into),
            model: report.model,
            status: report.status,
            code: report.code,
            request_id: report.request_id,
            requests: report.requests,
            field: report.field.map(Into::into),
            item: report.item,
            token_expired: report.token_expired,
            rejection: report.rejection,
            body: None,
            partial: None,
            usage: report.usage,
            attempts: report.attempts,
            source: None,
        }))
    }
}

impl fmt::Display for ErrorReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Error::from(self.clone()), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Stage;

    #[test]
    fn a_report_survives_storage_and_turns_back_into_its_error() {
        let error = Error::rejected(Stage::Output, Some("VIOLENCE".into()), "the image was refused")
            .with_vendor(Vendor::new("aurora"))
            .with_operation("generate_image")
            .with_status(200)
            .with_code("4/17")
            .with_item(2)
            .with_body("private")
            .with_partial("private")
            .with_usage(Usage { images: Some(1), ..Usage::default() });
        let stored = serde_json::to_string(&ErrorReport::from(&error)).unwrap();
        assert!(!stored.contains("private"), "{stored}");
        let report: ErrorReport = serde_json::from_str(&stored).unwrap();
        assert_eq!(report.to_string(), error.to_string());
        let again = Error::from(report);
        assert_eq!(again.to_string(), error.to_string());
        assert_eq!((again.kind(), again.effect(), again.retry()), (error.kind(), error.effect(), error.retry()));
        assert_eq!((again.rejection(), again.usage(), again.code()), (error.rejection(), error.usage(), error.code()));
    }

    #[test]
    fn a_report_of_a_later_version_is_read() {
        let stored = r#"{"kind": "timeout", "message": "no answer", "effect": "unknown", "retry": "backoff", "weather": "fine"}"#;
        let report: ErrorReport = serde_json::from_str(stored).unwrap();
        assert_eq!((report.kind, report.effect), (ErrorKind::Timeout, Effect::Unknown));
    }
}
