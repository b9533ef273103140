//! Bodies from the vendors' specifications and error pages; the recorded ones are in `tests/cassettes`.

use http::StatusCode;
use social_core::chat::ChatModel as _;
use social_core::error::Stage;
use social_core::testkit::Answer;
use social_core::{Effect, ErrorKind};

use super::{Dialect, hi, model};

fn error(code: &str, message: &str) -> String {
    format!(r#"{{"error":{{"code":"{code}","type":"t","message":"{message}"}}}}"#)
}

#[tokio::test]
async fn refusals_become_kinds_and_only_hopeful_ones_are_repeated() {
    use ErrorKind::*;
    let (openai, zhipu, minimax) = (Dialect::OPENAI, Dialect::ZHIPU, Dialect::MINIMAX);
    // Dialect, status, body, kind, whether it is sent again.
    let table = [
        (&openai, 429, error("rate_limit_exceeded", "slow down"), RateLimited, true),
        (&openai, 429, error("insufficient_quota", "check your plan"), QuotaExhausted, false),
        (&openai, 429, "slow down".to_owned(), RateLimited, true),
        (&openai, 401, error("invalid_api_key", "Incorrect API key"), Auth, false),
        (&openai, 400, error("context_length_exceeded", "too long"), InvalidRequest, false),
        (&openai, 400, error("content_policy_violation", "no"), Rejected, false),
        (&openai, 400, error("content_filter", "filtered"), Rejected, false),
        (&openai, 500, error("server_error", "sorry"), Unavailable, false),
        (&openai, 503, error("server_overloaded", "later"), Unavailable, true),
        (&openai, 503, "<html>bad gateway".to_owned(), Unavailable, false),
        (&Dialect::DEEPSEEK, 402, error("invalid_request_error", "Insufficient Balance"), QuotaExhausted, false),
        (&Dialect::QWEN, 429, error("limit_requests", "too many"), RateLimited, true),
        (
            &Dialect::QWEN,
            429,
            error("Throttling.AllocationQuota", "Free allocated quota exceeded."),
            QuotaExhausted,
            false,
        ),
        (&Dialect::QWEN, 400, error("data_inspection_failed", "no"), Rejected, false),
        (&Dialect::QWEN, 400, error("Arrearage", "overdue"), QuotaExhausted, false),
        (&Dialect::XAI, 403, r#"{"code":"forbidden","error":"blocked"}"#.to_owned(), Permission, false),
        (&Dialect::GMI, 404, "No matching target server found for model x".to_owned(), NotFound, false),
        (&Dialect::OPENROUTER, 403, error("403", "input flagged by moderation"), Rejected, false),
        (&Dialect::OPENROUTER, 402, error("402", "no credits"), QuotaExhausted, false),
        (
            &Dialect::TGI,
            429,
            r#"{"error":"Model is overloaded","error_type":"overloaded"}"#.to_owned(),
            RateLimited,
            true,
        ),
        (
            &Dialect::VLLM,
            400,
            r#"{"object":"error","message":"too long","type":"BadRequestError","code":400}"#.to_owned(),
            InvalidRequest,
            false,
        ),
        (&zhipu, 429, error("1302", "too many at once"), RateLimited, true),
        (&zhipu, 429, error("1113", "in arrears"), QuotaExhausted, false),
        (&zhipu, 429, error("1310", "weekly limit"), QuotaExhausted, false),
        (&zhipu, 400, error("1301", "unsafe content"), Rejected, false),
        (&zhipu, 400, error("1211", "no such model"), NotFound, false),
        (&zhipu, 401, error("1002", "bad token"), Auth, false),
        (&minimax, 422, error("bad_request_error", "invalid params (2013)"), InvalidRequest, false),
        (&minimax, 500, error("api_error", "output new_sensitive (1027)"), Rejected, false),
        (
            &minimax,
            200,
            r#"{"choices":null,"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}"#.to_owned(),
            QuotaExhausted,
            false,
        ),
        (
            &minimax,
            200,
            r#"{"choices":null,"base_resp":{"status_code":1002,"status_msg":"rate limit"}}"#.to_owned(),
            RateLimited,
            false,
        ),
    ];
    for (dialect, status, body, kind, again) in table {
        let answer = Answer::text(body.clone()).with_status(StatusCode::from_u16(status).unwrap());
        let (model, vendor) = model(dialect.clone(), answer);
        let error = model.chat(&hi()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{body}");
        let sent = vendor.received().len();
        assert_eq!(sent > 1, again, "{body} was sent {sent} times");
        assert!(
            !error.message().is_empty() && error.vendor().is_some() && error.operation() == Some("chat"),
            "{error}"
        );
    }
}

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

#[tokio::test]
async fn what_the_model_made_is_refused_as_output() {
    let (model, _) = model(Dialect::MINIMAX, Answer::text(r#"{"base_resp":{"status_code":1027,"status_msg":"no"}}"#));
    let error = model.chat(&hi()).await.unwrap_err();
    assert_eq!(error.rejection().unwrap().stage, Stage::Output);
}

#[tokio::test]
async fn a_lost_paid_call_is_not_made_again_and_a_free_one_is() {
    for (dialect, sent) in [(Dialect::OPENAI, 1), (Dialect::OLLAMA, 4)] {
        let (model, vendor) = model(dialect, Answer::lost());
        model.chat(&hi()).await.unwrap_err();
        assert_eq!(vendor.received().len(), sent);
    }
}
