//! Speech.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use http::Method;
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind};
use social_core::make::{Made, Maker as _};
use social_core::media::MediaType;
use social_core::run::{MemoryJournal, Run};
use social_core::speech::{Speech, SpeechModel, SpeechRequest, SpeechStream as _};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Scene, ScriptedVendor};

use super::super::Region;
use super::super::speech::MiniMaxSpeech;
use super::{client, client_of, submissions};
use crate::samples;
use crate::shared::{answer, cassette};

/// The exchanges of `../shared` that are read here.
pub(super) const EXCHANGES: [&str; 2] = ["minimax-14", "minimax-16"];

const MODEL: &str = "speech-2.8-hd";

fn model(vendor: &ScriptedVendor, id: &str) -> MiniMaxSpeech {
    client(vendor.transport(), Arc::new(FixedClock::default())).speech(id)
}

fn vendor_that(answer: Answer) -> ScriptedVendor {
    ScriptedVendor::new().on(Method::POST, "/v1/t2a_v2", answer)
}

async fn speak(vendor: &ScriptedVendor, request: &SpeechRequest) -> Result<Made<Speech>, Error> {
    model(vendor, MODEL).make(&Run::ephemeral(), request).await
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn spoken(audio: &str) -> Value {
    json!({"data": {"audio": audio, "status": 2}, "extra_info": {"audio_length": 522, "usage_characters": 5},
        "base_resp": {"status_code": 0, "status_msg": "success"}})
}

/// What the recorded request says beside what is always said.
fn without(mut body: Value, fields: &[&str]) -> Value {
    for field in fields {
        body.as_object_mut().unwrap().remove(*field);
    }
    body
}

// The audio of the exchange is the beginning of a frame, not a file: a real one is put in its
// place.
#[tokio::test]
async fn a_whole_answer_is_read() {
    let Some(exchange) = cassette("minimax-14") else { return };
    let mut played = exchange.clone();
    played["response"]["body"]["data"]["audio"] = json!(hex(&samples::mp3()));
    let vendor = vendor_that(answer(&played));
    let asked = &exchange["request"]["body"];
    let request = SpeechRequest::new(asked["text"].as_str().unwrap())
        .with_voice("English_expressive_narrator")
        .with_speed(1.0)
        .with_format(MediaType::Mp3)
        .with_extra("voice_setting", json!({"vol": 1, "pitch": 0}))
        .with_extra("audio_setting", json!({"sample_rate": 32000, "bitrate": 128000, "channel": 1}));
    let speech = speak(&vendor, &request).await.unwrap();
    assert_eq!(speech.info.media_type, MediaType::Mp3);
    assert_eq!(speech.media.read(1 << 20).await.unwrap(), samples::mp3());
    let usage = speech.usage.as_ref().unwrap();
    assert_eq!((usage.characters, usage.seconds), (Some(12), Some(1.2)));
    let mut sent = vendor.received()[0].json();
    assert_eq!(sent["voice_setting"]["speed"], 1.0);
    sent["voice_setting"]["speed"] = json!(1);
    assert_eq!(&sent, asked);
    // As it is, it is no whole audio, and is not paid for again.
    let error = speak(&vendor_that(answer(&exchange)), &request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
}

// Museum: trap 10 of the contract. The last event repeats all the audio.
#[tokio::test]
async fn a_stream_is_read_without_its_repetition() {
    let Some(exchange) = cassette("minimax-16") else { return };
    let vendor = vendor_that(answer(&exchange));
    let stream = model(&vendor, "speech-2.8-turbo").stream(&SpeechRequest::new("Hello")).await.unwrap();
    let pieces: Vec<_> = stream.try_collect().await.unwrap();
    let text = exchange["response"]["body"]["$text"].as_str().unwrap();
    let last: Value = serde_json::from_str(text.rsplit("data: ").next().unwrap()).unwrap();
    assert_eq!((pieces.len(), hex(&pieces.concat())), (2, last["data"]["audio"].as_str().unwrap().to_owned()));
    assert_eq!(without(vendor.received()[0].json(), &["output_format"]), exchange["request"]["body"]);
}

#[tokio::test]
async fn a_stream_fails_where_it_fails() {
    let event = |value: &Value| format!("data: {value}\n\n");
    let piece = json!({"data": {"audio": "00ff", "status": 1}, "base_resp": {"status_code": 0}});
    let refused = json!({"base_resp": {"status_code": 1027, "status_msg": "no"}});
    let stream = |text: String| async move {
        model(&vendor_that(Answer::bytes("text/event-stream", text)), MODEL).stream(&SpeechRequest::new("Hello")).await
    };
    // At once: an error of the call.
    for text in [event(&refused), refused.to_string()] {
        let error = stream(text).await.err().unwrap();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Rejected, Effect::None), "{error}");
        assert_eq!(error.vendor().map(|vendor| vendor.as_str()), Some("minimax"));
    }
    // Later: of the stream.
    for (text, kind) in [
        (event(&piece) + &event(&refused), ErrorKind::Rejected),
        (event(&piece), ErrorKind::Truncated),
        (event(&piece) + "data: {\"data\":{\"audio\":\"0g\"}}\n\n", ErrorKind::Protocol),
    ] {
        let error = stream(text).await.unwrap().try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
    // All the audio in one event.
    let only = stream(event(&spoken("00ff"))).await.unwrap().try_collect::<Vec<_>>().await.unwrap();
    assert_eq!(only.concat(), [0, 255]);
    let (model, wav) =
        (model(&vendor_that(Answer::lost()), MODEL), SpeechRequest::new("x").with_format(MediaType::Wav));
    assert_eq!(model.stream(&wav).await.err().unwrap().field(), Some("format"));
}

// The same field may hold an address.
#[tokio::test]
async fn audio_at_an_address_is_fetched() {
    let vendor = vendor_that(Answer::json(spoken("https://store.example/a.mp3"))).respond_if(
        "the store",
        |request| request.method == Method::GET,
        |_| Answer::bytes("audio/mpeg", samples::mp3()),
    );
    let request = SpeechRequest::new("Hello").with_extra("output_format", "url");
    let speech = speak(&vendor, &request).await.unwrap();
    assert_eq!(speech.media.read(1 << 20).await.unwrap(), samples::mp3());
    assert_eq!((vendor.received().len(), vendor.received()[1].header("authorization")), (2, None));
}

#[tokio::test]
async fn languages_are_told_by_the_first_part_of_their_tags() {
    for (tag, name) in
        [("en-GB", Some("English")), ("yue", Some("Chinese,Yue")), ("zh-Hant-TW", Some("Chinese")), ("tlh", None)]
    {
        let vendor = vendor_that(Answer::json(spoken(&hex(&samples::mp3()))));
        let result = speak(&vendor, &SpeechRequest::new("Hello").with_language(tag)).await;
        match name {
            Some(name) => assert_eq!(vendor.received()[0].json()["language_boost"], name, "{result:?}"),
            None => assert_eq!(result.unwrap_err().field(), Some("language")),
        }
    }
}

#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = || SpeechRequest::new("Hello");
    for (request, field) in [
        (asked().with_speed(2.5), "speed"),
        (asked().with_speed(0.25), "speed"),
        (asked().with_format(MediaType::Ogg), "format"),
        (asked().with_instructions("whisper"), "instructions"),
        (asked().with_timings(), "timings"),
        (SpeechRequest::new("x".repeat(10_000)), "text"),
        (SpeechRequest::new(" "), "text"),
    ] {
        let vendor = vendor_that(Answer::lost());
        let error = speak(&vendor, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
}

#[tokio::test]
async fn audio_that_cannot_be_read_is_not_paid_for_again() {
    for body in [json!({}), spoken("0"), spoken("zz"), spoken(&hex(b"<html>")), spoken("")] {
        let (vendor, journal) = (vendor_that(Answer::json(body.clone())), MemoryJournal::new());
        for _process in 0..2 {
            let run = Run::open(&journal, "run").await.unwrap();
            let error = model(&vendor, MODEL).make(&run, &SpeechRequest::new("Hello")).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{body}");
        }
        assert_eq!(submissions(&vendor), 1, "{body}");
    }
}

#[tokio::test]
async fn it_keeps_the_contract() {
    for region in [Region::International, Region::China] {
        let connect = move |scene: &Scene| Ok(Arc::new(client_of(scene, region)?.speech(MODEL)) as Arc<SpeechModel>);
        let vendor = || vendor_that(Answer::json(spoken(&hex(&samples::mp3()))));
        let subject = Subject::new(vendor, connect).counting(submissions);
        conformance::maker(&subject, &SpeechRequest::new("Fresh bread from seven")).await.unwrap();
    }
}
