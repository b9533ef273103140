//! The mark of Anthropic's dialect for what is kept of a prompt, which OpenRouter takes, too.

use serde::Serialize;
use social_core::chat::CacheTime;

/// What the vendor keeps of a prompt, up to the part that has this.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct CacheControl {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<&'static str>,
}

impl From<CacheTime> for CacheControl {
    /// Five minutes are the vendor's default.
    fn from(time: CacheTime) -> Self {
        Self { r#type: "ephemeral", ttl: (time == CacheTime::Hour).then_some("1h") }
    }
}
