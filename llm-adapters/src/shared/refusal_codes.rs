//! The numbers by which Zhipu and MiniMax refuse, the same in every dialect that they speak.

use social_core::ErrorKind;

/// Zhipu's, as `code` in OpenAI's dialect and as `type` in Anthropic's:
/// <https://docs.z.ai/api-reference/api-code>.
pub(crate) fn zhipu(number: &str) -> Option<ErrorKind> {
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

/// MiniMax's, in `base_resp` or at the end of a message:
/// <https://platform.minimax.io/docs/api-reference/errorcode>; those above 1004 from public copies.
pub(crate) fn minimax(number: &str) -> Option<ErrorKind> {
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
pub(crate) fn at_the_end(message: &str) -> Option<&str> {
    Some(message.trim_end().strip_suffix(')')?.rsplit_once('(')?.1)
}
