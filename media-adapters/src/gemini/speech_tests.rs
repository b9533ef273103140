//! Stands on a recorded answer; refusals are those of images, invented otherwise.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind};
use social_core::http::{Auth, RetryPolicy};
use social_core::make::{Made, Maker as _};
use social_core::media::MediaType;
use social_core::run::Run;
use social_core::speech::{Speech, SpeechModel, SpeechRequest};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Scene, ScriptedVendor};

use super::{Gemini, Vertex};
use crate::shared;

const MODEL: &str = "gemini-2.5-flash-preview-tts";

/// Why no request shows it.
const ONE_FORMAT: &str = "the file is made here of raw audio, and there is one format";

fn vendor_that(answer: Answer) -> ScriptedVendor {
    let is_it = |request: &social_core::testkit::Received| request.url.path().ends_with(":generateContent");
    ScriptedVendor::new().respond_if("generate", is_it, move |_| answer.clone())
}

/// A second of silence.
fn speech() -> Value {
    let inline = json!({"mimeType": "audio/L16;codec=pcm;rate=24000", "data": STANDARD.encode([0; 48_000])});
    json!({"candidates": [{"content": {"parts": [{"inlineData": inline}]}, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 25}})
}

async fn speak(vendor: &ScriptedVendor, request: &SpeechRequest) -> Result<Made<Speech>, Error> {
    let endpoint = Gemini::endpoint().auth(Gemini::auth("test-key".into())).transport(vendor.transport());
    let endpoint = endpoint.clock(Arc::new(FixedClock::default())).retry(RetryPolicy::none());
    Gemini::new(endpoint).unwrap().speech(MODEL).make(&Run::ephemeral(), request).await
}

#[tokio::test]
async fn the_recorded_answer_becomes_a_file() {
    let Some(cassette) = shared::cassette("gemini-04-") else { return };
    let (asked, body) = (&cassette["request"], &cassette["response"]["body"]);
    let vendor = vendor_that(Answer::json(body.clone()));
    let text = asked.pointer("/body/contents/0/parts/0/text").and_then(Value::as_str).unwrap();
    let speech = speak(&vendor, &SpeechRequest::new(text).with_voice("Kore")).await.unwrap();
    let sent = &vendor.received()[0];
    assert_eq!(sent.url.path(), asked["path"].as_str().unwrap());
    // The recording client names the model once more.
    let mut expected = asked["body"].clone();
    expected.as_object_mut().unwrap().remove("model");
    assert_eq!(sent.json(), expected);

    let raw = body.pointer("/candidates/0/content/parts/0/inlineData/data").and_then(Value::as_str).unwrap();
    let raw = STANDARD.decode(raw).unwrap();
    let file = speech.media.read(1 << 20).await.unwrap();
    assert_eq!(file.get(44..).unwrap(), raw);
    assert_eq!(speech.info.media_type, MediaType::Wav);
    let seconds = raw.len() as f64 / 48_000.0;
    assert!((speech.info.duration.unwrap().as_secs_f64() - seconds).abs() < 0.001, "{:?}", speech.info);
    let usage = speech.usage.clone().unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens), (Some(11), Some(111)));
}

#[tokio::test]
async fn directions_and_a_language_are_sent() {
    let vendor = vendor_that(Answer::json(speech()));
    let request = SpeechRequest::new("Hello").with_instructions("Say cheerfully:").with_language("de-AT");
    let made = speak(&vendor, &request).await.unwrap();
    assert_eq!(made.info.duration.unwrap().as_secs(), 1);
    let sent = vendor.received()[0].json();
    assert_eq!(sent["contents"][0]["parts"], json!([{"text": "Say cheerfully: Hello"}]));
    let config = json!({"responseModalities": ["AUDIO"], "speechConfig": {"languageCode": "de-AT"}});
    assert_eq!(sent["generationConfig"], config);
}

#[tokio::test]
async fn a_refusal_is_no_empty_success() {
    let said = |reason: &str, text: &str| {
        json!({"candidates": [{"content": {"parts": [{"text": text}]}, "finishReason": reason}],
            "usageMetadata": {"promptTokenCount": 12}})
    };
    let blocked =
        json!({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {"promptTokenCount": 12}});
    for (body, kind) in [
        (said("PROHIBITED_CONTENT", ""), ErrorKind::Rejected),
        (said("OTHER", "I will not say that"), ErrorKind::JobFailed),
        (blocked, ErrorKind::Rejected),
    ] {
        let error = speak(&vendor_that(Answer::json(body.clone())), &SpeechRequest::new("Hello")).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, Effect::None), "{body}");
        assert_eq!(error.usage().unwrap().input_tokens, Some(12), "{body}");
    }
    let vendor = vendor_that(Answer::json(speech()));
    for (request, field) in [
        (SpeechRequest::new("Hello").with_format(MediaType::Mp3), "format"),
        (SpeechRequest::new("Hello").with_speed(2.0), "speed"),
        (SpeechRequest::new("Hello").with_timings(), "timings"),
    ] {
        assert_eq!(speak(&vendor, &request).await.unwrap_err().field(), Some(field));
    }
    assert!(vendor.received().is_empty());
}

#[tokio::test]
async fn it_keeps_the_contract() {
    let connect = |scene: &Scene| {
        let endpoint = Gemini::endpoint().auth(Gemini::auth(conformance::SECRET.into()));
        let endpoint = endpoint.transport(scene.transport.clone()).clock(scene.clock.clone());
        Ok(Arc::new(Gemini::new(endpoint.random(scene.random.clone()))?.speech(MODEL)) as Arc<SpeechModel>)
    };
    let subject = Subject::new(|| vendor_that(Answer::json(speech())), connect);
    let subject = subject.counting(|vendor| vendor.received().len()).except("format", ONE_FORMAT);
    conformance::maker(&subject, &SpeechRequest::new("Fresh ravioli, every morning.")).await.unwrap();
}

#[tokio::test]
async fn vertex_keeps_the_contract() {
    let connect = |scene: &Scene| {
        let endpoint = Vertex::endpoint("my-project", "global")?.auth(Auth::Bearer(conformance::SECRET.into()));
        let endpoint = endpoint.transport(scene.transport.clone()).clock(scene.clock.clone());
        Ok(Arc::new(Vertex::new(endpoint.random(scene.random.clone()))?.speech(MODEL)) as Arc<SpeechModel>)
    };
    let subject = Subject::new(|| vendor_that(Answer::json(speech())), connect);
    let subject = subject.counting(|vendor| vendor.received().len()).except("format", ONE_FORMAT);
    conformance::maker(&subject, &SpeechRequest::new("Fresh ravioli, every morning.")).await.unwrap();
}
