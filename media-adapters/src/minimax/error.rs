//! MiniMax's refusals as errors: numbers inside of HTTP 200 in the older interface, HTTP statuses
//! in the newer one.

use serde::Deserialize;
use social_core::error::{Error, ErrorKind, Retry, Stage};
use social_core::http::Failure;

use super::wire::{BaseResp, TaskError};

#[derive(Deserialize)]
struct Older {
    base_resp: BaseResp,
}

#[derive(Deserialize)]
struct Newer {
    error: NewerError,
    request_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NewerError {
    #[serde(rename = "type")]
    kind: String,
    message: String,
}

/// What a number means (platform.minimax.io, error codes, 2026; those above 1004 from its clients).
/// `None` for a number that is not known.
fn of_number(number: i64, message: &str) -> Option<Error> {
    let message = if message.is_empty() { "MiniMax gave no reason" } else { message }.to_owned();
    let kind = match number {
        1000 | 1013 | 1024 | 1033 => ErrorKind::Unavailable,
        1001 => ErrorKind::Timeout,
        // Too fast, too many connections, too much growth; 1039 is the token limit.
        1002 | 1039 | 1041 | 2045 => ErrorKind::RateLimited,
        1004 | 2049 => {
            let message = format!("{message}; a key of the other region is refused in the same words");
            return Some(Error::new(ErrorKind::Auth, message).with_code(number.to_string()));
        }
        // No balance; a plan that is used up for the next hours.
        1008 | 2056 => ErrorKind::QuotaExhausted,
        1026 | 1027 => {
            let (stage, code) = (if number == 1026 { Stage::Input } else { Stage::Output }, number.to_string());
            return Some(Error::rejected(stage, Some(code.clone()), message).with_code(code));
        }
        1042 | 2013 => ErrorKind::InvalidRequest,
        2038 => ErrorKind::Permission,
        _ => return None,
    };
    Some(Error::new(kind, message).with_code(number.to_string()))
}

pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    if let Some(Older { base_resp: BaseResp { status_code, status_msg } }) = failure.json()
        && status_code != 0
    {
        // A number that is not known may be one that waiting does not help.
        let unknown = || Error::new(by_status.kind(), status_msg.clone()).with_code(status_code.to_string());
        return of_number(status_code, &status_msg).unwrap_or_else(|| unknown().with_retry(Retry::Never));
    }
    let Some(Newer { error: NewerError { kind, message }, request_id }) = failure.json() else { return by_status };
    let error = Error::new(by_status.kind(), message);
    let error = if kind.is_empty() { error } else { error.with_code(kind) };
    match request_id {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}

/// Why a task ended without a video. What its number says of content holds; of everything else the
/// task is over.
pub(super) fn of_task(error: Option<TaskError>) -> Error {
    let TaskError { code, message } = error.unwrap_or_default();
    let message = message.filter(|message| !message.is_empty()).unwrap_or_else(|| "MiniMax gave no reason".to_owned());
    let number = code.as_deref().and_then(|code| code.parse().ok()).unwrap_or(0);
    match of_number(number, &message) {
        Some(error) if error.kind() == ErrorKind::Rejected => error,
        _ => {
            let error = Error::new(ErrorKind::JobFailed, message);
            match code.filter(|code| code != "0") {
                Some(code) => error.with_code(code),
                None => error,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    //! Stands on the vendor's list of numbers; the messages are invented.

    use http::{HeaderMap, StatusCode};
    use serde_json::{Value, json};
    use social_core::error::Effect;

    use super::*;

    fn classified(status: StatusCode, body: &Value) -> Error {
        classify(&Failure { status, headers: &HeaderMap::new(), body: body.to_string().as_bytes() })
    }

    // Museum E9: a failure inside of HTTP 200 is no server error and no success.
    #[test]
    fn numbers_are_told_apart() {
        use ErrorKind::{
            Auth, InvalidRequest, Permission, Protocol, QuotaExhausted, RateLimited, Rejected, Timeout, Unavailable,
        };
        for (number, kind, stage) in [
            (1000, Unavailable, None),
            (1001, Timeout, None),
            (1002, RateLimited, None),
            (1004, Auth, None),
            (1008, QuotaExhausted, None),
            (1024, Unavailable, None),
            (1026, Rejected, Some(Stage::Input)),
            (1027, Rejected, Some(Stage::Output)),
            (1039, RateLimited, None),
            (1041, RateLimited, None),
            (1042, InvalidRequest, None),
            (2013, InvalidRequest, None),
            (2038, Permission, None),
            (2045, RateLimited, None),
            (2049, Auth, None),
            (2056, QuotaExhausted, None),
            (9999, Protocol, None),
        ] {
            let error = classified(StatusCode::OK, &json!({"base_resp": {"status_code": number, "status_msg": "no"}}));
            assert_eq!((error.kind(), error.code()), (kind, Some(number.to_string().as_str())));
            assert_eq!(error.rejection().map(|rejection| rejection.stage), stage, "{number}");
            let certain = !matches!(kind, Unavailable | Timeout | Protocol);
            assert_eq!(error.effect() == Effect::None, certain, "{number}");
        }
    }

    #[test]
    fn a_task_that_failed_is_over() {
        for (number, kind) in
            [("1027", ErrorKind::Rejected), ("1008", ErrorKind::JobFailed), ("x", ErrorKind::JobFailed)]
        {
            let error = of_task(Some(TaskError { code: Some(number.to_owned()), message: None }));
            assert_eq!((error.kind(), error.code()), (kind, Some(number)));
        }
        assert_eq!(of_task(None).code(), None);
    }
}
