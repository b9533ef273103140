//! What refusals say in every dialect: the numbers of Zhipu and MiniMax, and the words of resellers
//! and gateways for an account without money.

use social_core::{Error, ErrorKind, Retry};

/// Codes for it: of OpenAI, new-api and one-api (`insufficient_user_quota`,
/// `pre_consume_token_quota_failed`), Alibaba, Volcano Engine.
const NO_MONEY_CODES: [&str; 14] = [
    "insufficient_user_quota",
    "insufficient_quota",
    "insufficient_token_quota",
    "pre_consume_token_quota_failed",
    "token_quota_exhausted",
    "quota_not_enough",
    "insufficient_balance",
    "insufficient_balance_error",
    "insufficient_credits",
    "insufficient_funds",
    "InsufficientBalance",
    "InsufficientQuota",
    "Arrearage",
    "AccountOverdueError",
];

/// Words for it in a message, whatever the status; in lower case.
const NO_MONEY: [&str; 17] = [
    "insufficient balance",
    "insufficient_balance",
    "insufficient account balance",
    "balance is insufficient",
    "balance not enough",
    "balance is not enough",
    "insufficient credit",
    "insufficient funds",
    "insufficient user quota",
    "insufficient_user_quota",
    "quota is not enough",
    "not enough credits",
    "credit balance is too low",
    "余额不足",
    "额度不足",
    "额度已用尽",
    "账户欠费",
];

/// Whether a refusal says that the account has no money or quota left.
#[must_use]
pub fn is_out_of_money(code: &str, message: &str) -> bool {
    let message = message.to_lowercase();
    NO_MONEY_CODES.contains(&code) || NO_MONEY.iter().any(|words| message.contains(words))
}

/// The error, or one of [`QuotaExhausted`](ErrorKind::QuotaExhausted) when its words say so.
#[must_use]
pub fn or_out_of_money(error: Error) -> Error {
    let code = error.code().unwrap_or_default().to_owned();
    if error.kind() == ErrorKind::QuotaExhausted || !is_out_of_money(&code, error.message()) {
        return error;
    }
    let mut told = Error::new(ErrorKind::QuotaExhausted, error.message().to_owned());
    if !code.is_empty() {
        told = told.with_code(code);
    }
    match error.request_id() {
        Some(id) => told.with_request_id(id),
        None => told,
    }
}

/// A failure inside a success whose code is in no table is not asked about again blindly: what was
/// made before it may be billed, and the same request may fail for ever.
#[must_use]
pub fn of_unknown_code(error: Error) -> Error {
    error.with_retry(Retry::Never)
}

/// Zhipu's, as `code` in OpenAI's dialect and as `type` in Anthropic's:
/// <https://docs.z.ai/api-reference/api-code>.
#[must_use]
pub fn zhipu(number: &str) -> Option<ErrorKind> {
    Some(match number {
        "1000" | "1001" | "1002" | "1003" | "1004" => ErrorKind::Auth,
        "1112" | "1113" | "1121" | "1304" | "1308" | "1309" | "1310" => ErrorKind::QuotaExhausted,
        "1302" | "1303" | "1305" | "1312" => ErrorKind::RateLimited,
        "1211" => ErrorKind::NotFound,
        "1210" | "1212" | "1213" | "1214" | "1215" | "1261" => ErrorKind::InvalidRequest,
        "1220" | "1221" | "1222" | "1311" => ErrorKind::Permission,
        "1301" => ErrorKind::Rejected,
        _ => return None,
    })
}

/// Codes of images that OpenAI could not use, in its two dialects: openapi.yaml,
/// `ResponseErrorCode`.
pub const IMAGES: [&str; 16] = [
    "invalid_image",
    "invalid_image_file",
    "invalid_image_format",
    "invalid_base64_image",
    "invalid_image_url",
    "image_too_large",
    "image_too_small",
    "image_parse_error",
    "invalid_image_mode",
    "image_file_too_large",
    "unsupported_image_media_type",
    "empty_image_file",
    "failed_to_download_image",
    "image_file_not_found",
    "image_unavailable",
    "file_not_found",
];

/// MiniMax's, in `base_resp` or at the end of a message:
/// <https://platform.minimax.io/docs/api-reference/errorcode>; those above 1004 from public copies.
#[must_use]
pub fn minimax(number: &str) -> Option<ErrorKind> {
    Some(match number {
        "1000" | "1013" | "1024" | "1033" => ErrorKind::Unavailable,
        "1001" => ErrorKind::Timeout,
        "1002" | "1039" | "1041" => ErrorKind::RateLimited,
        "1004" | "2049" => ErrorKind::Auth,
        "1008" | "2056" => ErrorKind::QuotaExhausted,
        "1026" | "1027" => ErrorKind::Rejected,
        "1042" | "2013" => ErrorKind::InvalidRequest,
        "2038" => ErrorKind::Permission,
        _ => return None,
    })
}

/// The number at the end of MiniMax's message: `insufficient balance (1008)`.
#[must_use]
pub fn at_the_end(message: &str) -> Option<&str> {
    Some(message.trim_end().strip_suffix(')')?.rsplit_once('(')?.1)
}
