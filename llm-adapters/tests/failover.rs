//! Chains over different vendors, with every layer in place: adapters, retries, fallback, ledger.
//!
//! Invented vendors with answers in the shapes of the real ones. Requests are counted on the
//! vendors' side.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use llm_adapters::gemini::Gemini;
use llm_adapters::openai_chat::{Compatible, Dialect};
use llm_adapters::template::TemplateWriter;
use serde_json::json;
use social_core::chat::{ChatModel, ChatRequest, DataPart, Part};
use social_core::http::RetryPolicy;
use social_core::ledger::{MemoryLedger, Outcome};
use social_core::media::Media;
use social_core::testkit::{Answer, FixedClock, FixedRandom, ScriptedVendor};
use social_core::wrap::{Booked, Fallback, Retried};
use social_core::{Effect, ErrorKind};

const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const CHAT: &str = "/v1/chat/completions";

/// The proxy and the vendor behind it, each with its own count.
struct Scene {
    gmi: ScriptedVendor,
    openai: ScriptedVendor,
    clock: Arc<FixedClock>,
}

impl Scene {
    fn new(gmi: Answer, openai: Answer) -> Self {
        let vendor = |answer: Answer| ScriptedVendor::new().on(Method::POST, CHAT, answer);
        Self { gmi: vendor(gmi), openai: vendor(openai), clock: Arc::new(FixedClock::default()) }
    }

    fn open(&self, dialect: Dialect, vendor: &ScriptedVendor, model: &str) -> Arc<dyn ChatModel> {
        let endpoint = dialect.endpoint().auth(dialect.auth("key".into())).transport(vendor.transport());
        let endpoint = endpoint.clock(self.clock.clone()).random(Arc::new(FixedRandom::new(1)));
        Arc::new(Compatible::new(dialect, endpoint).unwrap().chat(model))
    }

    fn models(&self) -> [Arc<dyn ChatModel>; 2] {
        [self.open(Dialect::GMI, &self.gmi, "openai/gpt-5.4"), self.open(Dialect::OPENAI, &self.openai, "gpt-5.4")]
    }

    fn chain(&self) -> Fallback<dyn ChatModel> {
        let [gmi, openai] = self.models();
        Fallback::new(gmi, [openai]).with_clock(self.clock.clone())
    }

    /// Requests that reached the proxy and the vendor.
    fn sent(&self) -> (usize, usize) {
        (self.gmi.received().len(), self.openai.received().len())
    }
}

fn said(words: &str) -> Answer {
    let choice = json!({"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": words}});
    Answer::json(json!({"choices": [choice], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}))
}

fn refused(status: u16, code: &str, message: &str) -> Answer {
    let error = json!({"error": {"code": code, "type": "x", "message": message}});
    Answer::json(error).with_status(StatusCode::from_u16(status).unwrap())
}

fn question() -> ChatRequest {
    let brief = DataPart { name: "brief".to_owned(), value: json!({"subject": "Pumpkin ravioli"}) };
    ChatRequest::new("A caption, please.").with_part(Part::Data(brief))
}

#[tokio::test]
async fn the_vendor_answers_when_the_proxy_cannot() {
    for (answer, gmi) in [
        (refused(503, "", "no capacity"), 4),
        (refused(429, "", "slow down"), 4),
        (refused(401, "", "bad key"), 1),
        (Answer::text("No matching target server found for model x").with_status(StatusCode::NOT_FOUND), 1),
        (Answer::text("<html>bad gateway").with_status(StatusCode::BAD_GATEWAY), 1),
        (Answer::lost(), 1),
    ] {
        let scene = Scene::new(answer, said("from the vendor"));
        let reply = scene.chain().chat(&question()).await.unwrap();
        assert_eq!((reply.address.to_string().as_str(), reply.text().as_str()), ("openai/gpt-5.4", "from the vendor"));
        let attempt = &reply.attempts[0];
        assert_eq!((attempt.address.vendor.as_str(), attempt.requests as usize), ("gmi", gmi), "{}", attempt.message);
        assert_eq!(scene.sent(), (gmi, 1));
    }
    let scene = Scene::new(refused(400, "content_policy_violation", "no"), said("must not be asked"));
    assert_eq!(scene.chain().chat(&question()).await.unwrap_err().kind(), ErrorKind::Rejected);
    assert_eq!(scene.sent(), (1, 0), "what one refuses, the next would refuse for money");
}

/// Gemini first, OpenAI behind it, and templates when the whole world is down.
#[tokio::test]
async fn vendors_of_different_dialects_stand_in_for_each_other_and_templates_for_all() {
    let gemini = ScriptedVendor::new().respond_if("any", |_| true, |_| {
        let error = json!({"error": {"code": 404, "message": "models/gemini-3.1-pro-preview is not found", "status": "NOT_FOUND"}});
        Answer::json(error).with_status(StatusCode::NOT_FOUND)
    });
    for (openai, address, degraded) in
        [(said("here"), "openai/gpt-5.2", false), (refused(500, "server_error", "down"), "template/default", true)]
    {
        let scene = Scene::new(said("unused"), openai);
        let first = Gemini::new(Gemini::endpoint().transport(gemini.transport())).unwrap();
        let first: Arc<dyn ChatModel> = Arc::new(first.chat("gemini-3.1-pro-preview"));
        let second = scene.open(Dialect::OPENAI, &scene.openai, "gpt-5.2");
        let last: Arc<dyn ChatModel> = Arc::new(TemplateWriter::new().unwrap());
        let reply = Fallback::new(first, [second, last]).chat(&question()).await.unwrap();
        assert_eq!((reply.address.to_string().as_str(), reply.degraded), (address, degraded));
        assert_eq!(reply.attempts[0].kind, ErrorKind::NotFound);
        assert!(reply.attempts[0].message.contains("gemini-3.1-pro-preview"));
    }
}

/// Museum E8: with retries in the HTTP path, around the model and over vendors, each vendor gets
/// one allowance, and the books show every request.
#[tokio::test]
async fn e8_layers_do_not_multiply_their_requests() {
    let busy = || refused(429, "rate_limit_exceeded", "slow down");
    let scene = Scene::new(busy(), busy());
    let policy = RetryPolicy { attempts: 4, ..RetryPolicy::default() };
    let [gmi, openai] = scene.models().map(|model| -> Arc<dyn ChatModel> {
        Arc::new(Retried::new(model, policy).with_clock(scene.clock.clone(), Arc::new(FixedRandom::new(2))))
    });
    let ledger = Arc::new(MemoryLedger::new());
    let chain: Arc<dyn ChatModel> = Arc::new(Fallback::new(gmi, [openai]).with_clock(scene.clock.clone()));
    let error =
        Booked::new(chain, ledger.clone(), Arc::new(llm_adapters::prices())).chat(&question()).await.unwrap_err();
    assert_eq!(scene.sent(), (4, 4));
    assert_eq!(error.attempts().iter().map(|attempt| attempt.requests).collect::<Vec<_>>(), [4, 4]);
    let outcomes: Vec<_> = ledger.bookings().iter().map(|booking| booking.outcome).collect();
    assert_eq!(outcomes, [Outcome::Failed { kind: ErrorKind::RateLimited, effect: Effect::None }; 2]);
    assert_eq!(ledger.total().cost_unknown, 0);
}

/// MiniMax reports a rate limit inside a success, where the HTTP path does not ask again.
#[tokio::test]
async fn a_failure_inside_a_success_is_asked_again_from_outside() {
    let busy = Answer::json(json!({"choices": null, "base_resp": {"status_code": 1002, "status_msg": "rate limit"}}));
    let scene = Scene::new(said("unused"), said("unused"));
    let vendor = ScriptedVendor::new().on_each(Method::POST, CHAT, [busy, said("here")]);
    let model = scene.open(Dialect::MINIMAX, &vendor, "MiniMax-M2");
    let policy = RetryPolicy::default();
    let model = Retried::new(model, policy).with_clock(scene.clock.clone(), Arc::new(FixedRandom::new(1)));
    let reply = model.chat(&question()).await.unwrap();
    assert_eq!((reply.text().as_str(), reply.attempts.len(), vendor.received().len()), ("here", 1, 2));
    assert!(scene.clock.sleeps()[0] >= Duration::from_millis(250));
}

/// Museum E15: the error names the id that was asked for, the vendor's words stay, and the table
/// knows what comes next.
#[tokio::test]
async fn e15_a_model_that_is_gone_is_named() {
    let scene = Scene::new(said("unused"), refused(404, "model_not_found", "The model `gpt-4-0613` does not exist"));
    let model = scene.open(Dialect::OPENAI, &scene.openai, "gpt-4");
    let error = model.chat(&question()).await.unwrap_err();
    assert_eq!((error.kind(), error.model(), scene.sent().1), (ErrorKind::NotFound, Some("gpt-4"), 1));
    assert!(error.to_string().contains("gpt-4-0613") && error.to_string().contains("model gpt-4,"), "{error}");
    let table = llm_adapters::models();
    assert_eq!(table.facts(model.address()).unwrap().replacement.as_deref(), Some("gpt-5.6-sol"));
}

#[tokio::test]
async fn an_id_that_no_table_knows_is_sent_as_it_is() {
    let scene = Scene::new(said("unused"), said("here"));
    let model = scene.open(Dialect::OPENAI, &scene.openai, "gpt-of-tomorrow:beta@1");
    assert!(llm_adapters::models().facts(model.address()).is_none());
    let image: Media = serde_json::from_value(json!({"bytes": PNG})).unwrap();
    let reply = model.chat(&question().with_part(Part::Image(image))).await.unwrap();
    assert_eq!(reply.text(), "here");
    assert_eq!(scene.openai.received()[0].json()["model"], "gpt-of-tomorrow:beta@1");
}
