//! What a check finds.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::text::visible_line;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Note,
    /// The post goes out, but not as one may expect.
    Warning,
    /// The platform refuses it.
    Error,
}

open_name! {
    /// What a finding is about, for code: the field says where. A publisher of its own crate may
    /// bring further words, with its platform's name in front: `bluesky.link_and_files`.
    FindingCode
}

impl FindingCode {
    /// There is nothing to publish.
    pub const EMPTY: Self = Self::new("empty");
    /// Something required is missing.
    pub const MISSING: Self = Self::new("missing");
    /// Something that people need is missing: an alt text.
    pub const UNDESCRIBED: Self = Self::new("undescribed");
    /// Too many characters, seconds, files.
    pub const TOO_LONG: Self = Self::new("too_long");
    /// Too few seconds.
    pub const TOO_SHORT: Self = Self::new("too_short");
    /// Too many of a kind.
    pub const TOO_MANY: Self = Self::new("too_many");
    /// Too few of a kind.
    pub const TOO_FEW: Self = Self::new("too_few");
    /// Too many bytes, pixels, bits per second.
    pub const TOO_LARGE: Self = Self::new("too_large");
    /// Too few bytes, pixels, frames per second.
    pub const TOO_SMALL: Self = Self::new("too_small");
    /// A width and height that do not go together.
    pub const WRONG_SHAPE: Self = Self::new("wrong_shape");
    /// A file format or codec that is not accepted.
    pub const WRONG_FORMAT: Self = Self::new("wrong_format");
    /// Kinds of files that do not go together.
    pub const MIXED: Self = Self::new("mixed");
    /// The placement, or something in the post, is not offered.
    pub const UNSUPPORTED: Self = Self::new("unsupported");
    /// The platform does not show it.
    pub const NOT_SHOWN: Self = Self::new("not_shown");
    /// A value that is not what the field asks for.
    pub const INVALID: Self = Self::new("invalid");
    /// An option that the publisher does not understand.
    pub const UNKNOWN_OPTION: Self = Self::new("unknown_option");
    /// A model's thinking is left in a text.
    pub const REASONING: Self = Self::new("reasoning");
    /// A blank of a template is left in a text.
    pub const PLACEHOLDER: Self = Self::new("placeholder");
    /// A character that changes what is shown, or hides something: with it another text would go
    /// out than the one that was approved.
    pub const CONTROL: Self = Self::new("control_character");
    /// A file that could not be made, or words of the owner, are not in the post.
    pub const LEFT_OUT: Self = Self::new("left_out");
    /// It could not be made again as it was wished, and is as it was.
    pub const UNMADE: Self = Self::new("unmade");
    /// The file cannot be read.
    pub const UNREADABLE: Self = Self::new("unreadable");
    /// The file is not as its format wants it, though every decoder shows it.
    pub const UNTIDY: Self = Self::new("untidy");
    /// The file was not looked at, or does not say it.
    pub const NOT_CHECKED: Self = Self::new("not_checked");
    /// The file's name says something else than its bytes.
    pub const MISNAMED: Self = Self::new("misnamed");
    /// The video cannot start before it is loaded.
    pub const SLOW_START: Self = Self::new("slow_start");
    /// The platform cannot be told that a model made the post.
    pub const UNLABELLED: Self = Self::new("unlabelled");
    /// A moderator flagged the content.
    pub const FLAGGED: Self = Self::new("flagged");
    /// The files have no public address, and nothing gives them one.
    pub const NEEDS_HOST: Self = Self::new("needs_host");
}

impl Default for FindingCode {
    /// Of findings that were stored before they had a code.
    fn default() -> Self {
        Self::new("other")
    }
}

/// Something that a check found, in terms on which a person can act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What it is about, for code.
    #[serde(default)]
    pub code: FindingCode,
    /// The field, for instance `text` or `attachments[2].width`.
    pub field: String,
    /// One sentence: what is wrong and what to do.
    pub message: String,
    /// What was found, with its unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What is allowed, with its unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
}

impl Finding {
    /// A finding.
    #[must_use]
    pub fn new(severity: Severity, code: FindingCode, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity, code, field: field.into(), message: message.into(), value: None, limit: None }
    }

    /// Something that the platform refuses.
    #[must_use]
    pub fn error(code: FindingCode, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, field, message)
    }

    /// Something that surprises.
    #[must_use]
    pub fn warning(code: FindingCode, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, field, message)
    }

    /// Something good to know.
    #[must_use]
    pub fn note(code: FindingCode, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, field, message)
    }

    /// What an error is about, as something that the platform refuses.
    #[must_use]
    pub fn of_error(code: FindingCode, error: &Error) -> Self {
        Self::error(code, error.field().unwrap_or("post"), error.message())
    }

    /// Says what was found.
    #[must_use]
    pub fn with_value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Says what is allowed.
    #[must_use]
    pub fn with_limit(mut self, limit: impl Into<String>) -> Self {
        self.limit = Some(limit.into());
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, message, .. } = self;
        let more = match (&self.value, &self.limit) {
            (Some(value), Some(limit)) => format!(" (is {value}, allowed {limit})"),
            (Some(value), None) => format!(" (is {value})"),
            (None, Some(limit)) => format!(" (allowed {limit})"),
            (None, None) => String::new(),
        };
        f.write_str(&visible_line(&format!("{field}: {message}{more}")))
    }
}
