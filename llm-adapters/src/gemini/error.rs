//! Refusals: `{error: {code, message, status, details[]}}`, also as the only item of a list.
//!
//! <https://ai.google.dev/gemini-api/docs/troubleshooting>, <https://cloud.google.com/apis/design/errors>.

use http::StatusCode;
use serde::Deserialize;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind};

#[derive(Deserialize)]
#[serde(untagged)]
enum Body {
    One {
        error: Said,
    },
    /// Streams that were not asked for as events.
    List([ListItem; 1]),
}

#[derive(Deserialize)]
struct ListItem {
    error: Said,
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    code: Option<u16>,
    #[serde(default)]
    message: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    details: Vec<Detail>,
}

/// One of Google's `ErrorInfo`, `QuotaFailure` and `BadRequest`; the wait in `RetryInfo` is read by the core.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Detail {
    reason: Option<String>,
    violations: Vec<Violation>,
    field_violations: Vec<FieldViolation>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Violation {
    quota_id: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FieldViolation {
    field: String,
}

/// How a refusal says that a model lacks something. Underscores of field names are read as blanks.
///
/// Seen in "Thinking level is not supported for this model." (github.com/RooCodeInc/Roo-Code/issues/10700), "Function
/// calling is not enabled for models/gemma-3-12b-it" (agno-agi/agno/issues/3505), "Tool use with function calling is
/// unsupported" (lobehub/lobehub/pull/7463), "The model does not support setting thinking_budget to 0"
/// (earendil-works/pi/issues/3460), "This model only works in thinking mode." (ChatLunaLab/chatluna/issues/519),
/// "Thinking_config.include_thoughts is only enabled when thinking is enabled" (anomalyco/opencode/issues/18243), "mode =
/// ANY is only supported for Gemini 1.5 Pro" (googleapis/google-cloud-dotnet/issues/13049) and "Please enable
/// tool_config.include_server_side_tool_invocations" (cloudwego/eino-ext/issues/761).
const LACK: [&str; 8] = [
    "not supported",
    "not enabled",
    "unsupported",
    "does not support",
    "only works in",
    "only enabled when",
    "only supported for",
    "please enable",
];

/// What is lacking, and the option that asked for it; the first that is named counts. Besides the messages above:
/// "Thinking level MINIMAL is not supported" (vellum-ai/vellum-assistant/pull/32687), "Unable to submit request because
/// thinking_level MEDIUM is not supported by this model" (jenslys/opencode-gemini-auth/issues/14), "thinking_config is not
/// supported." (immersive-translate/immersive-translate/issues/2976), "Thinking is not enabled for models/..."
/// (lobehub/lobehub/issues/7985), "Json mode is not enabled for models/gemini-pro"
/// (google-gemini/deprecated-generative-ai-python/issues/137), "Function calling with a response mime type:
/// 'application/json' is unsupported" (Simpleyyt/ai-manus/issues/101), "Search Grounding is not supported."
/// (googleapis/go-genai/issues/429), "Function calling mode `ANY` is not enabled" (deprecated-generative-ai-js/issues/241),
/// "Developer instruction is not enabled for models/gemma-3-27b-it" (0xPlaygrounds/rig/issues/788), "Image input modality
/// is not enabled for models/gemini-1.5-flash" (langchain-ai/langchain-google/pull/684).
const OPTIONS: [(&str, &str); 15] = [
    ("thinking level", "reasoning.effort"),
    // An effort of `none` is sent as a budget of 0.
    ("thinking budget to 0", "reasoning.effort"),
    ("in thinking mode", "reasoning.effort"),
    ("thinking budget", "reasoning.budget_tokens"),
    ("thinking", "reasoning"),
    ("json mode", "output"),
    ("response mime type", "output"),
    ("server side tool", "web_search"),
    ("tool use with function calling", "web_search"),
    ("search grounding", "web_search"),
    ("function calling mode", "tool_choice"),
    ("forced function calling", "tool_choice"),
    ("function calling", "tools"),
    ("image input", "image"),
    ("developer instruction", "system"),
];

/// The option that the model lacks, if the vendor's words name one.
fn lacking(words: &str) -> Option<&'static str> {
    let named = |(what, option): &(&str, &'static str)| words.contains(what).then_some(*option);
    LACK.iter().any(|lack| words.contains(lack)).then(|| OPTIONS.iter().find_map(named))?
}

pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let said = match failure.json() {
        Some(Body::One { error }) | Some(Body::List([ListItem { error }])) => error,
        None => return failure.by_status(),
    };
    // A failure inside a success has its status in the body.
    let inside = failure.status.is_success();
    let status = said.code.filter(|_| inside).and_then(|code| StatusCode::from_u16(code).ok());
    let by_status = Failure { status: status.unwrap_or(failure.status), ..*failure }.by_status().kind();
    let reasons = || said.details.iter().filter_map(|detail| detail.reason.as_deref());
    let words = said.message.to_ascii_lowercase().replace('_', " ");
    let lacking = lacking(&words).filter(|_| said.status == "INVALID_ARGUMENT");
    // "The thinking budget (52428) is invalid." (github.com/RooCodeInc/Roo-Code/issues/4399)
    let field = lacking.or_else(|| words.starts_with("the thinking budget").then_some("reasoning.budget_tokens"));
    let kind = match said.status.as_str() {
        // A wrong key is a bad request here, not a 401.
        _ if reasons().any(|reason| matches!(reason, "API_KEY_INVALID" | "API_KEY_EXPIRED")) => ErrorKind::Auth,
        _ if lacking.is_some() => ErrorKind::Unsupported,
        // The region or the billing, says the troubleshooting page.
        "FAILED_PRECONDITION" | "PERMISSION_DENIED" => ErrorKind::Permission,
        "UNAUTHENTICATED" => ErrorKind::Auth,
        "NOT_FOUND" => ErrorKind::NotFound,
        // Credits that were paid in advance: <https://discuss.ai.google.dev/t/183654>.
        "RESOURCE_EXHAUSTED" if by_status == ErrorKind::QuotaExhausted => ErrorKind::QuotaExhausted,
        "RESOURCE_EXHAUSTED" if words.contains("prepayment credits are depleted") => ErrorKind::QuotaExhausted,
        // A quota per day comes back tomorrow, whatever wait the answer names.
        "RESOURCE_EXHAUSTED" if said.violations().any(|quota| quota.contains("PerDay")) => ErrorKind::QuotaExhausted,
        "RESOURCE_EXHAUSTED" => ErrorKind::RateLimited,
        "DEADLINE_EXCEEDED" => ErrorKind::Timeout,
        "UNAVAILABLE" | "INTERNAL" => ErrorKind::Unavailable,
        _ if inside && status.is_none() => ErrorKind::Unavailable,
        _ => by_status,
    };
    let code = match reasons().next() {
        Some(reason) => format!("{}/{reason}", said.status),
        None => said.status.clone(),
    };
    let field = field.map(str::to_owned).or_else(|| said.field());
    let mut error = Error::new(kind, said.message).with_code(code);
    // What fails with an error of Google's own is not billed: <https://ai.google.dev/gemini-api/docs/billing>.
    if !inside {
        error = error.with_effect(Effect::None);
    }
    // Only Vertex AI says so; there, a fresh token may do.
    if said.status == "UNAUTHENTICATED" {
        error = error.with_token_expired();
    }
    match field {
        Some(field) => error.with_field(field),
        None => error,
    }
}

impl Said {
    fn violations(&self) -> impl Iterator<Item = &str> {
        self.details.iter().flat_map(|detail| &detail.violations).map(|violation| violation.quota_id.as_str())
    }

    fn field(&self) -> Option<String> {
        let fields = self.details.iter().flat_map(|detail| &detail.field_violations);
        fields.map(|violation| &violation.field).find(|field| !field.is_empty()).cloned()
    }
}
