//! An error as text: one line for people, more for logs.

use std::fmt::{self, Write as _};

use super::{Error, Retry};
use crate::text::{visible, visible_line};

impl fmt::Display for Error {
    /// What vendors, files and people said stands in it with its control characters spelled out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = String::new();
        self.write_line(&mut line)?;
        f.write_str(&visible_line(&line))
    }
}

impl Error {
    fn write_line(&self, f: &mut String) -> fmt::Result {
        let e = &*self.0;
        if let Some(vendor) = &e.vendor {
            write!(f, "{vendor}")?;
            if let Some(operation) = &e.operation {
                write!(f, " {operation}")?;
            }
            f.push_str(": ");
        }
        if let Some(field) = &e.field {
            write!(f, "{field}: ")?;
        }
        f.push_str(&e.message);
        let mut details = Vec::new();
        if let Some(model) = &e.model {
            details.push(format!("model {model}"));
        }
        if let Some(item) = e.item {
            details.push(format!("item {item}"));
        }
        if let Some(status) = e.status {
            details.push(format!("HTTP {status}"));
        }
        if let Some(code) = &e.code {
            details.push(format!("code {code}"));
        }
        if let Some(id) = &e.request_id {
            details.push(format!("request {id}"));
        }
        if e.requests > 1 {
            details.push(format!("after {} requests", e.requests));
        }
        if let Some(Retry::After(wait)) = e.retry {
            details.push(format!("retry after {wait:?}"));
        }
        write!(f, " ({}", e.kind)?;
        for detail in details {
            write!(f, ", {detail}")?;
        }
        f.push(')');
        if let Some((_, before)) = e.attempts.split_last() {
            for attempt in before {
                write!(f, "; before it {}", attempt.message)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        if let Some(body) = &self.0.body {
            write!(f, "\n  answer: {}", visible(body))?;
        }
        if let Some(partial) = &self.0.partial {
            write!(f, "\n  partial: {}", visible(partial))?;
        }
        if let Some(source) = &self.0.source {
            write!(f, "\n  cause: {}", visible(&source.to_string()))?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|s| &**s as _)
    }
}
