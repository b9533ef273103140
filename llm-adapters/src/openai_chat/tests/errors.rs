//! Bodies that people posted and that vendors document, each with its source, in `refusals.json`;
//! the recorded ones are in `tests/cassettes`.

use http::StatusCode;
use http::header::RETRY_AFTER;
use serde::Deserialize;
use serde_json::{Value, json};
use social_core::chat::ChatModel as _;
use social_core::error::Stage;
use social_core::testkit::Answer;
use social_core::{Effect, ErrorKind};

use super::{Dialect, hi, model};

/// A refusal and what it is. The source is an issue on GitHub where somebody posted the body (keys
/// and organisations are cut; where the words alone were posted, the shape is that of the vendor's
/// recorded errors), or the vendor's page or specification (there the codes and the shape are the
/// vendor's, and other words are invented).
#[derive(Deserialize)]
struct Refusal {
    source: String,
    vendor: String,
    status: u16,
    body: Value,
    kind: ErrorKind,
    field: Option<String>,
    /// It is sent again.
    #[serde(default)]
    again: bool,
}

#[tokio::test]
async fn e6_refusals_become_kinds_and_only_hopeful_ones_are_repeated() {
    let table: Vec<Refusal> = serde_json::from_str(include_str!("refusals.json")).unwrap();
    for Refusal { source, vendor, status, body, kind, field, again } in table {
        let text = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
        let answer = Answer::text(text).with_status(StatusCode::from_u16(status).unwrap());
        let (model, vendor) = model(Dialect::named(&vendor).unwrap().clone(), answer);
        let error = model.chat(&hi()).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (kind, field.as_deref()), "{source}: {body}");
        let sent = vendor.received().len();
        assert_eq!(sent > 1, again, "{source}: {body} was sent {sent} times");
        assert!(
            !error.message().is_empty() && error.vendor().is_some() && error.operation() == Some("chat"),
            "{source}: {error}"
        );
    }
}

/// <https://openrouter.ai/docs/api/reference/limits>: the only 402 that a wait helps; its body's
/// other words are invented.
#[tokio::test]
async fn a_budget_of_calls_under_way_is_waited_for() {
    let body =
        json!({"error": {"code": 402, "message": "m", "metadata": {"limit_source": "openrouter_in_flight_budget"}}});
    let answer = Answer::json(body).with_status(StatusCode::PAYMENT_REQUIRED).with_header(RETRY_AFTER, "3");
    let (model, vendor) = model(Dialect::OPENROUTER, answer);
    let error = model.chat(&hi()).await.unwrap_err();
    assert_eq!((error.kind(), error.wait().unwrap().as_secs()), (ErrorKind::RateLimited, 3));
    assert!(vendor.received().len() > 1);
}

/// compl-ai/compl-ai#20 and openrouter.ai errors-and-debugging: why content was refused is said
/// apart from its code.
#[tokio::test]
async fn e6_a_refusal_names_its_category() {
    let azure = json!({"error": {"message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        "type": null, "param": "prompt", "code": "content_filter", "status": 400, "innererror": {"code": "ResponsibleAIPolicyViolation",
        "content_filter_result": {"hate": {"filtered": false, "severity": "safe"}, "jailbreak": {"filtered": false, "detected": false},
        "self_harm": {"filtered": false, "severity": "safe"}, "violence": {"filtered": true, "severity": "medium"}}}}});
    let openrouter = json!({"error": {"code": 403, "message": "Your input was flagged",
        "metadata": {"reasons": ["violence", "hate"], "flagged_input": "x", "provider_name": "p", "model_slug": "m"}}});
    for (dialect, status, body, category) in
        [(Dialect::AZURE, 400, azure, "violence"), (Dialect::OPENROUTER, 403, openrouter, "violence, hate")]
    {
        let answer = Answer::json(body).with_status(StatusCode::from_u16(status).unwrap());
        let error = model(dialect, answer).0.chat(&hi()).await.unwrap_err();
        let rejection = error.rejection().unwrap();
        assert_eq!((rejection.stage, rejection.category.as_deref()), (Stage::Input, Some(category)));
    }
}

/// The words of Hugging Face's old task API; the figure is invented.
#[tokio::test]
async fn a_loading_model_names_its_wait() {
    let body = r#"{"error":"Model is currently loading","estimated_time":20.5}"#;
    let answer = Answer::text(body).with_status(StatusCode::SERVICE_UNAVAILABLE);
    let (model, vendor) = model(Dialect::HUGGINGFACE, answer);
    let error = model.chat(&hi()).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::None));
    assert_eq!(error.wait().unwrap().as_secs_f64(), 20.5);
    assert!(vendor.received().len() > 1);
}

/// The code is MiniMax's, the words are invented. Museum F11.
#[tokio::test]
async fn what_the_model_made_is_refused_as_output() {
    let (model, _) = model(Dialect::MINIMAX, Answer::text(r#"{"base_resp":{"status_code":1027,"status_msg":"no"}}"#));
    let error = model.chat(&hi()).await.unwrap_err();
    assert_eq!(error.rejection().unwrap().stage, Stage::Output);
}

/// Invented: the connection breaks. Museum A1, F12: what may have been billed is not sent again.
#[tokio::test]
async fn a_lost_paid_call_is_not_made_again_and_a_free_one_is() {
    for (dialect, sent) in [(Dialect::OPENAI, 1), (Dialect::OLLAMA, 4)] {
        let (model, vendor) = model(dialect, Answer::lost());
        model.chat(&hi()).await.unwrap_err();
        assert_eq!(vendor.received().len(), sent);
    }
}
