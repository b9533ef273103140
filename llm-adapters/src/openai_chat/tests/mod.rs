//! What the tests of the dialect share.

mod answers;
mod beside_chat;
mod conformance;
mod described;
mod errors;
mod options;
mod streams;

use std::sync::Arc;

use social_core::chat::ChatRequest;
use social_core::clock::Timestamp;
use social_core::testkit::{Answer, FixedClock, ScriptedVendor};

use super::{Compatible, CompatibleChat, Dialect};

/// A model whose vendor answers this, always; nothing waits for real.
fn model(dialect: Dialect, answer: Answer) -> (CompatibleChat, ScriptedVendor) {
    let vendor = ScriptedVendor::new().respond_if("any", |_| true, move |_| answer.clone());
    let clock = Arc::new(FixedClock::new(Timestamp::UNIX_EPOCH));
    let endpoint = dialect.endpoint().base_url("https://vendor.test").auth(dialect.auth("sk-test-key".into()));
    let endpoint = endpoint.transport(vendor.transport()).clock(clock);
    (Compatible::new(dialect, endpoint).unwrap().chat("m"), vendor)
}

fn hi() -> ChatRequest {
    ChatRequest::new("hi")
}
