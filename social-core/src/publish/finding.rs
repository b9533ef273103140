use std::fmt;

use serde::{Deserialize, Serialize};

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

/// Something that a check found, in terms on which a person can act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
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
    pub fn new(severity: Severity, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity, field: field.into(), message: message.into(), value: None, limit: None }
    }

    /// Something that the platform refuses.
    #[must_use]
    pub fn error(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, field, message)
    }

    /// Something that surprises.
    #[must_use]
    pub fn warning(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, field, message)
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
        write!(f, "{}: {}", self.field, self.message)?;
        match (&self.value, &self.limit) {
            (Some(value), Some(limit)) => write!(f, " (is {value}, allowed {limit})"),
            (Some(value), None) => write!(f, " (is {value})"),
            (None, Some(limit)) => write!(f, " (allowed {limit})"),
            (None, None) => Ok(()),
        }
    }
}
