//! Stands on recorded answers and on requests of OpenAI's SDK; refusals are documented.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::TryStreamExt as _;
use http::{Method, StatusCode};
use serde_json::json;
use social_core::error::{Effect, ErrorKind, Retry};
use social_core::http::{Auth, RetryPolicy, Transport};
use social_core::make::Maker as _;
use social_core::media::MediaType;
use social_core::run::Run;
use social_core::speech::{SpeechModel, SpeechRequest, SpeechStream as _};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Scene, ScriptedVendor};

use super::OpenAi;
use super::speech::OpenAiSpeech;
use crate::shared;

const MODEL: &str = "gpt-4o-mini-tts";

/// Three silent frames of MP3.
fn mp3() -> Vec<u8> {
    let frame = [&[0xff, 0xfb, 0x90, 0x64][..], &[0; 413]].concat();
    frame.repeat(3)
}

fn vendor_that(answer: Answer) -> ScriptedVendor {
    ScriptedVendor::new().on(Method::POST, "/v1/audio/speech", answer)
}

fn voice(transport: Arc<dyn Transport>, model: &str) -> OpenAiSpeech {
    let endpoint = OpenAi::endpoint().auth(Auth::Bearer("test-key".into())).transport(transport);
    let endpoint = endpoint.clock(Arc::new(FixedClock::default())).retry(RetryPolicy::none());
    OpenAi::new(endpoint).unwrap().speech(model)
}

// Stands on a request that openai 3.51.0 sent.
#[tokio::test]
async fn requests_are_those_of_the_vendors_sdk() {
    let Some(golden) = shared::json("golden/openai/audio_speech.json") else { return };
    let golden = &golden["requests"][0];
    let request = SpeechRequest::new("Hello").with_voice("alloy").with_instructions("Cheerful");
    let vendor = vendor_that(Answer::bytes("audio/mpeg", mp3()));
    let model = voice(vendor.transport(), MODEL);
    model.make(&Run::ephemeral(), &request.with_format(MediaType::Mp3)).await.unwrap();
    let sent = &vendor.received()[0];
    assert_eq!((sent.url.host_str(), sent.url.path()), (golden["host"].as_str(), golden["path"].as_str().unwrap()));
    assert_eq!(sent.header("authorization"), Some("Bearer test-key"));
    assert_eq!(sent.json(), golden["body"]["json"]);
}

/// Every exchange of speech in the folder: what was asked and what came.
#[tokio::test]
async fn recorded_answers_are_read() {
    for (name, cassette) in shared::exchanges("openai-") {
        let (asked, body) = (&cassette["request"]["body"], &cassette["response"]["body"]);
        if cassette["request"]["path"] != "/v1/audio/speech" {
            continue;
        }
        let audio = STANDARD.decode(body["$base64"].as_str().unwrap()).unwrap();
        let vendor = vendor_that(Answer::bytes("audio/mpeg", audio.clone()));
        let mut request = SpeechRequest::new(asked["input"].as_str().unwrap());
        request.instructions = asked["instructions"].as_str().map(str::to_owned);
        request.speed = asked["speed"].as_f64().map(|speed| speed as f32);
        let model = voice(vendor.transport(), asked["model"].as_str().unwrap());
        let speech = model.make(&Run::ephemeral(), &request).await.unwrap();
        assert_eq!((speech.info.media_type, speech.words.len()), (MediaType::Mp3, 0), "{name}");
        assert_eq!(speech.media.read(1 << 20).await.unwrap(), audio, "{name}");
        let characters = request.text.chars().count() as u64;
        assert_eq!(speech.usage.as_ref().unwrap().characters, Some(characters), "{name}");
        assert_eq!(vendor.received()[0].json(), *asked, "{name}");
    }
}

#[tokio::test]
async fn a_stream_gives_what_comes() {
    let vendor = vendor_that(Answer::pieces("audio/pcm", [&b"raw"[..], b" audio"]));
    let request = SpeechRequest::new("Hello").with_extra("response_format", "pcm");
    let stream = voice(vendor.transport(), MODEL).stream(&request).await.unwrap();
    let pieces: Vec<_> = stream.try_collect().await.unwrap();
    assert_eq!(pieces.concat(), b"raw audio");
    assert_eq!(vendor.received()[0].json()["response_format"], "pcm");
}

// Documented: the codes; the same type stands for a broken file and for a refusal.
#[tokio::test]
async fn errors_are_classified() {
    let table = [
        (401, "invalid_api_key", ErrorKind::Auth, Retry::Never),
        (429, "rate_limit_exceeded", ErrorKind::RateLimited, Retry::Backoff),
        (429, "insufficient_quota", ErrorKind::QuotaExhausted, Retry::Never),
        (429, "project_spend_limit_exceeded", ErrorKind::QuotaExhausted, Retry::Never),
        (404, "model_not_found", ErrorKind::NotFound, Retry::Never),
        (400, "content_policy_violation", ErrorKind::Rejected, Retry::Never),
        (400, "invalid_value", ErrorKind::InvalidRequest, Retry::Never),
        // A failure may come with status 200.
        (200, "insufficient_quota", ErrorKind::QuotaExhausted, Retry::Never),
    ];
    for (status, code, kind, retry) in table {
        let body = json!({"error": {"message": "it says", "type": "t", "param": "voice", "code": code}});
        let vendor = vendor_that(Answer::json(body).with_status(StatusCode::from_u16(status).unwrap()));
        let made = voice(vendor.transport(), MODEL).make(&Run::ephemeral(), &SpeechRequest::new("Hello")).await;
        let error = made.unwrap_err();
        assert_eq!((error.kind(), error.retry(), error.effect()), (kind, retry, Effect::None), "{code}");
        assert_eq!((error.code(), error.field(), vendor.received().len()), (Some(code), Some("voice"), 1));
    }
}

#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let vendor = vendor_that(Answer::bytes("audio/mpeg", mp3()));
    let asked = || SpeechRequest::new("Hello");
    let table = [
        ("tts-1-hd", asked().with_instructions("Cheerful"), "instructions"),
        (MODEL, asked().with_speed(5.0), "speed"),
        (MODEL, asked().with_language("de"), "language"),
        (MODEL, asked().with_timings(), "timings"),
        (MODEL, asked().with_format(MediaType::M4a), "format"),
        (MODEL, SpeechRequest::new("x".repeat(4097)), "text"),
    ];
    for (model, request, field) in table {
        let error = voice(vendor.transport(), model).make(&Run::ephemeral(), &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
    }
    assert!(vendor.received().is_empty());
}

#[tokio::test]
async fn it_keeps_the_contract() {
    let connect = |scene: &Scene| {
        let endpoint = OpenAi::endpoint().auth(Auth::Bearer(conformance::SECRET.into()));
        let endpoint = endpoint.transport(scene.transport.clone()).clock(scene.clock.clone());
        Ok(Arc::new(OpenAi::new(endpoint.random(scene.random.clone()))?.speech(MODEL)) as Arc<SpeechModel>)
    };
    let vendor = || vendor_that(Answer::bytes("audio/mpeg", mp3()));
    let subject = Subject::new(vendor, connect).counting(|vendor| vendor.received().len());
    conformance::maker(&subject, &SpeechRequest::new("Fresh ravioli, every morning.")).await.unwrap();
}
