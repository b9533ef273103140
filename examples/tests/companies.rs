//! A company's texts and images refuse in the same way. Stands on documented and recorded bodies of
//! Google: <https://discuss.ai.google.dev/t/183654>, `google.rpc`, the list form of streams; and of
//! OpenAI, OpenRouter and xAI, whose words are invented where the code counts.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};
use social_core::ErrorKind;
use social_core::catalogue::VendorEntry;
use social_core::chat::{ChatModel, ChatRequest};
use social_core::image::{ImageModel, ImageRequest};
use social_core::make::Maker as _;
use social_core::run::Run;
use social_core::settings::{MapSettings, Wired};
use social_core::testkit::{Answer, FixedClock, ScriptedVendor};

/// Kind, code, field and number of requests of what an entry makes of a body.
async fn refused(entry: &VendorEntry, status: u16, body: &Value) -> (ErrorKind, Option<String>, Option<String>, usize) {
    let answer = Answer::json(body.clone()).with_status(StatusCode::from_u16(status).unwrap());
    let vendor = ScriptedVendor::new().respond_if("any", |_| true, move |_| answer.clone());
    let (transport, clock) = (vendor.transport(), Arc::new(FixedClock::default()));
    let account = MapSettings::of_examples(&entry.settings);
    let settings = Wired::new(account, move |endpoint| endpoint.transport(transport.clone()).clock(clock.clone()));
    let error = if entry.chat.is_some() {
        let model = entry.open::<dyn ChatModel>(&settings, "gemini-3.1-flash-image").unwrap();
        model.chat(&ChatRequest::new("a cat")).await.unwrap_err()
    } else {
        let model = entry.open::<ImageModel>(&settings, "gemini-3.1-flash-image").unwrap();
        model.make(&Run::ephemeral(), &ImageRequest::new("a cat")).await.unwrap_err()
    };
    let text = |text: Option<&str>| text.map(str::to_owned);
    (error.kind(), text(error.code()), text(error.field()), vendor.received().len())
}

#[tokio::test]
async fn googles_texts_and_images_agree_about_every_refusal_in_both_places() {
    use ErrorKind::{Auth, InvalidRequest, NotFound, Permission, QuotaExhausted, RateLimited, Unavailable};
    let error = |code: u16, status: &str, message: &str, details: Value| json!({"error": {"code": code, "message": message, "status": status, "details": details}});
    let day = json!([{"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}]);
    let key = json!([{"reason": "API_KEY_INVALID"}]);
    let depleted = "Your prepayment credits are depleted.";
    for (status, word, message, details, kind, requests) in [
        (429, "RESOURCE_EXHAUSTED", depleted, json!([]), QuotaExhausted, 1),
        (402, "RESOURCE_EXHAUSTED", depleted, json!([]), QuotaExhausted, 1),
        (429, "RESOURCE_EXHAUSTED", "per day", day, QuotaExhausted, 1),
        (429, "RESOURCE_EXHAUSTED", "slow down", json!([]), RateLimited, 4),
        (400, "INVALID_ARGUMENT", "API key not valid.", key, Auth, 1),
        (400, "INVALID_ARGUMENT", "bad", json!([]), InvalidRequest, 1),
        (403, "PERMISSION_DENIED", "no", json!([]), Permission, 1),
        (404, "NOT_FOUND", "models/x is not found", json!([]), NotFound, 1),
        (401, "UNAUTHENTICATED", "no", json!([]), Auth, 1),
        (503, "UNAVAILABLE", "overloaded", json!([]), Unavailable, 4),
    ] {
        let one = error(status, word, message, details);
        for body in [one.clone(), json!([one])] {
            for name in ["gemini", "vertex"] {
                let find = |entry: &&VendorEntry| entry.name == name;
                let text = llm_adapters::catalogue().own().find(find).unwrap();
                let image = media_adapters::catalogue().own().find(find).unwrap();
                let (text, image) = (refused(text, status, &body).await, refused(image, status, &body).await);
                assert_eq!(text, image, "{name}: {body}");
                assert_eq!((text.0, text.3), (kind, requests), "{name}: {body}");
            }
        }
    }
}

#[tokio::test]
async fn what_follows_openai_agrees_about_every_refusal_in_both_places() {
    use ErrorKind::{Auth, InvalidRequest, NotFound, QuotaExhausted, RateLimited, Rejected, Unavailable};
    let coded = |code: &str| json!({"error": {"code": code, "message": "it says", "type": "t", "param": null}});
    let numbered = |code: u16| json!({"error": {"code": code, "message": "it says"}});
    let flagged = json!({"error": {"code": 403, "message": "flagged", "metadata": {"reasons": ["violence"]}}});
    let worded = |message: &str| json!({"code": "Client specified an invalid argument", "error": message});
    for (name, status, body, kind, requests) in [
        ("openai", 401, coded("invalid_api_key"), Auth, 1),
        ("openai", 429, coded("rate_limit_exceeded"), RateLimited, 4),
        ("openai", 429, coded("insufficient_quota"), QuotaExhausted, 1),
        ("openai", 400, coded("billing_hard_limit_reached"), QuotaExhausted, 1),
        ("openai", 400, coded("moderation_blocked"), Rejected, 1),
        ("openai", 404, coded("model_not_found"), NotFound, 1),
        ("openrouter", 402, numbered(402), QuotaExhausted, 1),
        ("openrouter", 403, flagged, Rejected, 1),
        ("openrouter", 429, numbered(429), RateLimited, 4),
        ("openrouter", 529, numbered(529), Unavailable, 4),
        ("xai", 400, worded("Incorrect API key provided: x."), Auth, 1),
        ("xai", 422, worded("Failed to deserialize the JSON body"), InvalidRequest, 1),
    ] {
        let find = |entry: &&VendorEntry| entry.name == name;
        let text = llm_adapters::catalogue().own().find(find).unwrap();
        let image = media_adapters::catalogue().own().find(find).unwrap();
        let (text, image) = (refused(text, status, &body).await, refused(image, status, &body).await);
        assert_eq!(text, image, "{name}: {body}");
        assert_eq!((text.0, text.3), (kind, requests), "{name}: {body}");
    }
}
