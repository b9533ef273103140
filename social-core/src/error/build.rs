//! Adding to an error what is known about it.

use std::borrow::Cow;

use super::{Attempt, Effect, Error, Rejection, Retry, Source};
use crate::Vendor;
use crate::usage::Usage;

impl Error {
    /// Names the vendor that failed.
    #[must_use]
    pub fn with_vendor(mut self, vendor: impl Into<Vendor>) -> Self {
        self.0.vendor = Some(vendor.into());
        self
    }

    /// Names the operation, for instance `publish`.
    #[must_use]
    pub fn with_operation(mut self, operation: impl Into<Cow<'static, str>>) -> Self {
        self.0.operation = Some(operation.into());
        self
    }

    /// Names the model that was asked for.
    #[must_use]
    pub fn with_model(mut self, model: impl Into<String>) -> Self {
        self.0.model = Some(model.into());
        self
    }

    /// Keeps the HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Keeps the vendor's own code, subcodes joined with `/`.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// Keeps the id under which the vendor's support finds the request.
    #[must_use]
    pub fn with_request_id(mut self, id: impl Into<String>) -> Self {
        self.0.request_id = Some(id.into());
        self
    }

    /// Says when the same request may be sent again.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.0.retry = Some(retry);
        self
    }

    /// Says whether the call may have had its effect, where the kind's default is wrong.
    #[must_use]
    pub fn with_effect(mut self, effect: Effect) -> Self {
        self.0.effect = Some(effect);
        self
    }

    /// Counts the requests that were sent before giving up.
    #[must_use]
    pub fn with_requests(mut self, requests: u32) -> Self {
        self.0.requests = requests;
        self
    }

    /// Names the field or option of the request that is at fault.
    #[must_use]
    pub fn with_field(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    /// Names the item at fault, counted from zero, where a list was given.
    #[must_use]
    pub fn with_item(mut self, index: usize) -> Self {
        self.0.item = Some(index);
        self
    }

    /// Marks that the token has expired and a fresh one may succeed.
    #[must_use]
    pub fn with_token_expired(mut self) -> Self {
        self.0.token_expired = true;
        self
    }

    /// Keeps what the vendor sent, cut to [`Error::BODY_LIMIT`] bytes.
    #[must_use]
    pub fn with_body(mut self, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let cut = body.get(..Self::BODY_LIMIT).unwrap_or(body);
        let text = String::from_utf8_lossy(cut).into_owned();
        self.0.body = (!text.is_empty()).then_some(text);
        self
    }

    /// Keeps the text that arrived before the failure.
    #[must_use]
    pub fn with_partial(mut self, text: impl Into<String>) -> Self {
        self.0.partial = Some(text.into());
        self
    }

    /// Keeps what the failed call used, so that it is counted.
    #[must_use]
    pub fn with_usage(mut self, usage: Usage) -> Self {
        self.0.usage = Some(usage);
        self
    }

    /// Keeps who was asked, in order, where there was a choice or a second try; the last entry is
    /// this error. When one of those calls may have had its effect, so may the whole.
    #[must_use]
    pub fn with_attempts(mut self, attempts: Vec<Attempt>) -> Self {
        if attempts.iter().any(Attempt::may_be_billed) {
            self.0.effect = Some(Effect::Unknown);
        }
        self.0.attempts = attempts;
        self
    }

    /// Keeps the cause. Its text must not hold secrets.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Rewrites the message, for instance to name what it is about.
    #[must_use]
    pub fn map_message(mut self, rewrite: impl FnOnce(&str) -> String) -> Self {
        self.0.message = rewrite(&self.0.message).into();
        self
    }

    /// Rewrites every text in the error, for instance to take out a secret that a vendor echoed.
    #[must_use]
    pub fn map_text(mut self, mut rewrite: impl FnMut(&str) -> Option<String>) -> Self {
        let inner = &mut *self.0;
        if let Some(text) = rewrite(&inner.message) {
            inner.message = text.into();
        }
        for text in [&mut inner.code, &mut inner.request_id, &mut inner.body, &mut inner.partial].into_iter().flatten()
        {
            if let Some(new) = rewrite(text) {
                *text = new;
            }
        }
        if let Some(Rejection { category: Some(text), .. }) = &mut inner.rejection
            && let Some(new) = rewrite(text)
        {
            *text = new;
        }
        if let Some(source) = &inner.source {
            let causes = std::iter::successors(Some(&**source as &dyn std::error::Error), |cause| cause.source());
            let causes: Vec<String> = causes.map(ToString::to_string).collect();
            if let Some(text) = rewrite(&causes.join(": ")) {
                inner.source = Some(text.into());
            }
        }
        self
    }
}
