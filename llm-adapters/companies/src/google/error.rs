//! Refusals: `{error: {code, message, status, details[]}}`, also as the only item of a list.
//!
//! <https://ai.google.dev/gemini-api/docs/troubleshooting>,
//! <https://cloud.google.com/apis/design/errors>.

use http::StatusCode;
use serde::Deserialize;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind};

use crate::unsupported;

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

/// One of Google's `ErrorInfo`, `QuotaFailure` and `BadRequest`; the wait in `RetryInfo` is read by
/// the core.
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

/// What models lack, and the option that asked for it. Seen in:
///
/// - "Thinking level is not supported for this model."
///   <https://github.com/RooCodeInc/Roo-Code/issues/10700>, "... MINIMAL is not supported"
///   <https://github.com/vellum-ai/vellum-assistant/pull/32687>, "... thinking_level MEDIUM is not
///   supported by this model" <https://github.com/jenslys/opencode-gemini-auth/issues/14>
/// - "The model does not support setting thinking_budget to 0"
///   <https://github.com/earendil-works/pi/issues/3460>, "Budget 0 is invalid. This model only
///   works in thinking mode." <https://github.com/ChatLunaLab/chatluna/issues/519>
/// - "thinking_config is not supported."
///   <https://github.com/immersive-translate/immersive-translate/issues/2976>, "Thinking is not
///   enabled for models/..." <https://github.com/lobehub/lobehub/issues/7985>,
///   "Thinking_config.include_thoughts is only enabled when thinking is enabled."
///   <https://github.com/anomalyco/opencode/issues/18243>
/// - "Json mode is not enabled for models/..."
///   <https://github.com/google-gemini/deprecated-generative-ai-python/issues/137>, "Function
///   calling with a response mime type: 'application/json' is unsupported"
///   <https://github.com/Simpleyyt/ai-manus/issues/101>, "controlled generation is not supported
///   with Search tool"
///   <https://github.com/pollinations/pollinations/issues/12213>
/// - "Please enable tool_config.include_server_side_tool_invocations"
///   <https://github.com/cloudwego/eino-ext/issues/761>, "Tool use with function calling is
///   unsupported" <https://github.com/lobehub/lobehub/pull/7463>, "Search Grounding is not
///   supported." <https://github.com/googleapis/go-genai/issues/429>
/// - "Function calling mode `ANY` is not enabled"
///   <https://github.com/google-gemini/deprecated-generative-ai-js/issues/241>, "forced function
///   calling (mode = ANY) is only supported for ..."
///   <https://github.com/googleapis/google-cloud-dotnet/issues/13049>
/// - "Function calling is not enabled for models/..."
///   <https://github.com/agno-agi/agno/issues/3505>
/// - "Image input modality is not enabled for models/..."
///   <https://github.com/langchain-ai/langchain-google/pull/684>
/// - "Developer instruction is not enabled for models/..."
///   <https://github.com/0xPlaygrounds/rig/issues/788>
const OPTIONS: [(&str, &str); 16] = [
    ("thinking level", "reasoning.effort"),
    // An effort of `none` is sent as a budget of 0.
    ("thinking budget to 0", "reasoning.effort"),
    ("in thinking mode", "reasoning.effort"),
    ("thinking budget", "reasoning.budget_tokens"),
    ("thinking", "reasoning"),
    ("json mode", "output"),
    ("response mime type", "output"),
    ("controlled generation", "output"),
    ("server side tool", "web_search"),
    ("tool use with function calling", "web_search"),
    ("search grounding", "web_search"),
    ("function calling mode", "tool_choice"),
    ("forced function calling", "tool_choice"),
    ("function calling", "tools"),
    ("image input", "image"),
    ("developer instruction", "system"),
];

/// Reads a refusal of either interface.
///
/// What fails with an error that Google itself wrote is not billed, so it had no effect; a proxy's
/// page says nothing of the kind.
#[must_use]
pub fn classify(failure: &Failure<'_>) -> Error {
    let Some(Body::One { error: said } | Body::List([ListItem { error: said }])) = failure.json() else {
        return failure.by_status();
    };
    // A failure inside a success has its status in the body.
    let inside = failure.status.is_success();
    let status = said.code.filter(|_| inside).and_then(|code| StatusCode::from_u16(code).ok());
    let by_status = Failure { status: status.unwrap_or(failure.status), ..*failure }.by_status().kind();
    let reasons = || said.details.iter().filter_map(|detail| detail.reason.as_deref());
    let lacking = unsupported::option(&said.message, &OPTIONS).filter(|_| said.status == "INVALID_ARGUMENT");
    // "The thinking budget (52428) is invalid."
    // <https://github.com/RooCodeInc/Roo-Code/issues/4399>
    let budget = said.message.starts_with("The thinking budget").then_some("reasoning.budget_tokens");
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
        "RESOURCE_EXHAUSTED" if said.message.contains("prepayment credits are depleted") => ErrorKind::QuotaExhausted,
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
    let field = lacking.or(budget).map(str::to_owned).or_else(|| said.field());
    let mut error = Error::new(kind, said.message).with_code(code);
    // What fails with an error of Google's own is not billed:
    // <https://ai.google.dev/gemini-api/docs/billing>.
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
