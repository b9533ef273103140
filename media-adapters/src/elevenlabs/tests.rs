//! Stands on requests of the vendor's SDK, on exchanges put together from the fields that its
//! documentation lists (of which no message is compared), and otherwise on invented answers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::TryStreamExt as _;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::captions::CaptionRules;
use social_core::clock::Clock as _;
use social_core::error::{Effect, Error, ErrorKind, Retry};
use social_core::http::{RetryPolicy, Transport};
use social_core::make::{Made, Maker as _};
use social_core::media::MediaType;
use social_core::models::ModelLister as _;
use social_core::music::{MusicModel, MusicRequest};
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::speech::{Speech, SpeechModel, SpeechRequest, SpeechStream as _, Voices as _};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Received, Scene, ScriptedVendor};

use super::ElevenLabs;
use super::wire::TimedAudio;
use crate::shared;

const VOICE: &str = "JBFqnCBsd6RMkjVDRZzb";
const MODEL: &str = "eleven_multilingual_v2";

/// Three silent frames of MP3.
fn mp3() -> Vec<u8> {
    let frame = [&[0xff, 0xfb, 0x90, 0x64][..], &[0; 413]].concat();
    frame.repeat(3)
}

/// ElevenLabs with its memory: what it spoke, as the history shows it.
#[derive(Clone, Default)]
struct Labs {
    spoken: Arc<Mutex<Vec<Value>>>,
    /// The account keeps no history.
    forgets: bool,
}

impl Labs {
    fn answer(&self, request: &Received) -> Answer {
        let path = request.url.path();
        assert!(request.header("xi-api-key").is_some());
        if path == "/v1/music" {
            return Answer::bytes("audio/mpeg", mp3());
        }
        if path == "/v1/history" {
            return Answer::json(json!({"history": *self.spoken.lock().unwrap(), "has_more": false}));
        }
        if path.starts_with("/v1/history/") {
            return Answer::bytes("audio/mpeg", mp3());
        }
        let (body, mut parts) = (request.json(), path.split('/').skip(3));
        let text = body["text"].as_str().unwrap().to_owned();
        let times = |shift: usize| (0..text.chars().count()).map(|n| (n + shift) as f64 / 10.0).collect::<Vec<_>>();
        let alignment = json!({
            "characters": text.chars().map(String::from).collect::<Vec<_>>(),
            "character_start_times_seconds": times(0),
            "character_end_times_seconds": times(1),
        });
        if !self.forgets {
            let mut spoken = self.spoken.lock().unwrap();
            let item = json!({
                "history_item_id": format!("h{}", spoken.len()), "text": text, "voice_id": parts.next(),
                "model_id": body["model_id"], "date_unix": FixedClock::default().now().as_second(),
                "alignments": {"alignment": alignment, "normalized_alignment": alignment},
            });
            spoken.insert(0, item);
        }
        if path.ends_with("/with-timestamps") {
            return Answer::json(json!({"audio_base64": STANDARD.encode(mp3()), "alignment": alignment}));
        }
        Answer::bytes("audio/mpeg", mp3())
    }

    fn vendor(&self) -> ScriptedVendor {
        let labs = self.clone();
        ScriptedVendor::new().respond_if("ElevenLabs", |_| true, move |request| labs.answer(request))
    }
}

fn labs(transport: Arc<dyn Transport>) -> ElevenLabs {
    let endpoint = ElevenLabs::endpoint()
        .auth(ElevenLabs::auth("test-key".into()))
        .transport(transport)
        .clock(Arc::new(FixedClock::default()))
        .retry(RetryPolicy::none());
    ElevenLabs::new(endpoint).unwrap()
}

async fn speak(vendor: &ScriptedVendor, request: &SpeechRequest) -> Result<Made<Speech>, Error> {
    labs(vendor.transport()).speech(MODEL).make(&Run::ephemeral(), request).await
}

fn hello() -> SpeechRequest {
    SpeechRequest::new("Hello").with_voice(VOICE)
}

fn spoken(vendor: &ScriptedVendor) -> usize {
    vendor.received().iter().filter(|request| request.method == Method::POST).count()
}

// Stands on requests that elevenlabs 2.78.0 sent. `speech_to_text` and `voice_clone_instant` are
// calls that are not offered here.
#[tokio::test]
async fn requests_are_those_of_the_vendors_sdk() {
    let settings = json!({"stability": 0.5, "similarity_boost": 0.75, "style": 0.1, "use_speaker_boost": true});
    let convert = hello().with_format(MediaType::Mp3).with_language("en-GB").with_speed(1.0);
    let convert = convert.with_extra("voice_settings", settings).with_extra("seed", 7);
    for call in ["tts_convert", "tts_stream", "tts_with_timestamps", "voices_search"] {
        let Some(golden) = shared::json(&format!("golden/elevenlabs/{call}.json")) else { return };
        let golden = &golden["requests"][0];
        let voices = Answer::json(json!({"voices": [], "has_more": false}));
        let vendor = Labs::default().vendor().on(Method::GET, "/v2/voices", voices);
        let labs = labs(vendor.transport());
        match call {
            "tts_convert" => drop(labs.speech(MODEL).make(&Run::ephemeral(), &convert).await.unwrap()),
            "tts_stream" => {
                let model = labs.speech("eleven_flash_v2_5").with_output_format("pcm_16000");
                drop(model.stream(&hello()).await.unwrap());
            }
            "tts_with_timestamps" => drop(speak(&vendor, &hello().with_timings()).await.unwrap()),
            _ => drop(labs.search_voices("calm").await.unwrap()),
        }
        let sent = &vendor.received()[0];
        assert_eq!(
            (sent.method.as_str(), sent.url.path()),
            (golden["method"].as_str().unwrap(), golden["path"].as_str().unwrap())
        );
        assert_eq!(sent.url.host_str(), golden["host"].as_str());
        assert_eq!(sent.header("xi-api-key"), Some("test-key"));
        let query: Vec<_> = sent.url.query_pairs().map(|(name, value)| json!([name, value])).collect();
        // The page may be as large as the vendor allows.
        let expected = golden["query"].as_array().unwrap().iter().map(|pair| match pair[0].as_str() {
            Some("page_size") => json!(["page_size", "100"]),
            _ => pair.clone(),
        });
        assert_eq!(query, expected.collect::<Vec<_>>(), "{call}");
        assert_eq!(sent.json(), golden["body"]["json"], "{call}");
    }
}

/// Every exchange of the folder.
#[tokio::test]
async fn recorded_answers_are_read() {
    for (name, cassette) in shared::exchanges("elevenlabs-") {
        let (request, answer) = (&cassette["request"], &cassette["response"]);
        let path = request["path"].as_str().unwrap();
        let status = StatusCode::from_u16(answer["status"].as_u64().unwrap() as u16).unwrap();
        let body = &answer["body"];
        let bytes = body["$base64"].as_str().map(|text| STANDARD.decode(text).unwrap());
        if path.ends_with("/stream/with-timestamps") {
            // The call is not made here; its lines are what a whole answer is.
            let lines = body["$text"].as_str().unwrap().lines();
            let words: Vec<_> =
                lines.flat_map(|line| serde_json::from_str::<TimedAudio>(line).unwrap().words()).collect();
            assert_eq!((words.len(), words[0].text.as_str(), words[0].end), (1, "H", Duration::from_millis(100)));
            continue;
        }
        let scripted = match &bytes {
            Some(bytes) => {
                Answer::bytes("audio/mpeg", bytes.clone()).with_header("character-cost".parse().unwrap(), "11")
            }
            None => Answer::json(body.clone()),
        };
        let vendor =
            ScriptedVendor::new().respond_if("speech", |_| true, move |_| scripted.clone().with_status(status));
        let text = request["body"]["text"].as_str().unwrap_or("x");
        let asked = SpeechRequest::new(text).with_voice(VOICE);
        let expected = match (status.as_u16(), name.get(..13)) {
            (401, _) => (ErrorKind::Auth, "invalid_api_key", None),
            (429, _) => (ErrorKind::RateLimited, "too_many_concurrent_requests", None),
            (422, _) => (ErrorKind::InvalidRequest, "missing", Some("text")),
            (_, Some("elevenlabs-02")) => {
                let stream = labs(vendor.transport()).speech(MODEL).stream(&asked).await.unwrap();
                let pieces: Vec<_> = stream.try_collect().await.unwrap();
                assert_eq!(pieces.concat(), bytes.unwrap());
                continue;
            }
            _ => {
                let speech = speak(&vendor, &asked).await.unwrap();
                assert_eq!(speech.info.media_type, MediaType::Mp3);
                assert_eq!(speech.media.read(1 << 20).await.unwrap(), bytes.unwrap());
                let usage = speech.usage.clone().unwrap();
                assert_eq!((usage.characters, usage.units), (Some(11), Some(11.0)));
                continue;
            }
        };
        let error = speak(&vendor, &asked).await.unwrap_err();
        assert_eq!((error.kind(), error.code().unwrap(), error.field()), expected, "{error}");
        assert_eq!(error.effect(), Effect::None);
    }
}

// Stands on the vendor's error page; the words of moderation are unconfirmed.
// Museum: 401 without credits is no wrong key.
#[tokio::test]
async fn errors_are_classified() {
    let reason = |status: &str| json!({"detail": {"status": status, "message": "it says"}});
    let table = [
        (401, reason("invalid_api_key"), ErrorKind::Auth, Retry::Never),
        (401, reason("missing_permissions"), ErrorKind::Permission, Retry::Never),
        (401, reason("only_for_creator+"), ErrorKind::Permission, Retry::Never),
        (401, reason("detected_unusual_activity"), ErrorKind::Permission, Retry::Never),
        (401, reason("quota_exceeded"), ErrorKind::QuotaExhausted, Retry::Never),
        (400, reason("quota_exceeded"), ErrorKind::QuotaExhausted, Retry::Never),
        (400, reason("max_character_limit_exceeded"), ErrorKind::InvalidRequest, Retry::Never),
        (400, reason("voice_not_found"), ErrorKind::NotFound, Retry::Never),
        (429, reason("system_busy"), ErrorKind::RateLimited, Retry::Backoff),
        (429, reason("too_many_concurrent_requests"), ErrorKind::RateLimited, Retry::Backoff),
        (403, reason("content_moderation"), ErrorKind::Rejected, Retry::Never),
        (400, reason("bad_prompt"), ErrorKind::Rejected, Retry::Never),
        (400, reason("something_new"), ErrorKind::InvalidRequest, Retry::Never),
        (404, json!({"detail": "Not Found"}), ErrorKind::NotFound, Retry::Never),
        (422, json!({"detail": []}), ErrorKind::InvalidRequest, Retry::Never),
        (402, json!({"detail": {"type": "x", "code": "payment_required"}}), ErrorKind::QuotaExhausted, Retry::Never),
        // A failure may come with status 200.
        (200, reason("quota_exceeded"), ErrorKind::QuotaExhausted, Retry::Never),
    ];
    for (status, body, kind, retry) in table {
        let answer = Answer::json(body.clone()).with_status(StatusCode::from_u16(status).unwrap());
        let vendor = ScriptedVendor::new().on(Method::POST, "/v1/text-to-speech/*", answer);
        let error = speak(&vendor, &hello()).await.unwrap_err();
        assert_eq!((error.kind(), error.retry(), error.effect()), (kind, retry, Effect::None), "{body}");
        assert_eq!(vendor.received().len(), 1, "{body}");
    }
}

#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let table = [
        (SpeechRequest::new("Hello"), "voice"),
        (hello().with_voice("../v1/user"), "voice"),
        (hello().with_instructions("whisper"), "instructions"),
        (hello().with_speed(2.0), "speed"),
        (hello().with_format(MediaType::M4a), "format"),
        (SpeechRequest::new("x".repeat(10_001)).with_voice(VOICE), "text"),
        (SpeechRequest::new(" ").with_voice(VOICE), "text"),
    ];
    let vendor = Labs::default().vendor();
    for (request, field) in table {
        let error = speak(&vendor, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
    }
    let raw = labs(vendor.transport()).speech(MODEL).with_output_format("ulaw_8000");
    let error = raw.make(&Run::ephemeral(), &hello()).await.unwrap_err();
    assert_eq!((error.field(), error.effect()), (Some("format"), Effect::None), "{error}");
    let music = labs(vendor.transport()).music("music_v2");
    for (request, field) in [
        (MusicRequest::new("a waltz").with_duration(Duration::from_secs(2)), "duration"),
        (MusicRequest::new("a waltz").with_duration(Duration::from_secs(601)), "duration"),
        (MusicRequest::new("a waltz").with_seed(1), "seed"),
    ] {
        let error = music.make(&Run::ephemeral(), &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
    }
    assert!(vendor.received().is_empty());
}

#[tokio::test]
async fn times_of_characters_become_captions() {
    let vendor = Labs::default().vendor();
    let client = labs(vendor.transport()).with_voice(VOICE);
    let request = SpeechRequest::new("Fresh ravioli. Every morning!").with_timings();
    let speech = client.speech(MODEL).make(&Run::ephemeral(), &request).await.unwrap();
    assert_eq!(speech.media.read(1 << 20).await.unwrap(), mp3());
    let words: Vec<_> = speech.words.iter().map(|word| (&*word.text, word.start.as_millis())).collect();
    assert_eq!(words, [("Fresh", 0), ("ravioli.", 600), ("Every", 1500), ("morning!", 2100)]);
    let expected =
        "1\n00:00:00,000 --> 00:00:01,400\nFresh ravioli.\n\n2\n00:00:01,500 --> 00:00:02,900\nEvery morning!\n\n";
    assert_eq!(speech.captions(&CaptionRules::default()).to_srt(), expected);
}

// Museum A2: what was paid for is fetched from the history; where there is none, nothing is
// guessed.
#[tokio::test]
async fn a_lost_answer_is_looked_for_in_the_history() {
    for (forgets, timings) in [(false, false), (false, true), (true, false)] {
        let (memory, journal) = (Labs { forgets, ..Labs::default() }, MemoryJournal::new());
        let script = memory.clone();
        let lose = move |request: &Received| {
            let answer = script.answer(request);
            if request.method == Method::POST { Answer::lost() } else { answer }
        };
        let vendor = ScriptedVendor::new().respond_if("ElevenLabs", |_| true, lose);
        let request = if timings { hello().with_timings() } else { hello() };
        for _process in 0..2 {
            let options = OpenOptions::new().with_clock(Arc::new(FixedClock::default()));
            let run = Run::open_with(&journal, "tonight", options).await.unwrap();
            let made = labs(vendor.transport()).speech(MODEL).make(&run, &request).await;
            match forgets {
                true => assert_eq!(made.unwrap_err().kind(), ErrorKind::OutcomeUnknown),
                false => assert_eq!(made.unwrap().words.len(), usize::from(timings)),
            }
        }
        assert_eq!(spoken(&vendor), 1);
    }
}

#[tokio::test]
async fn all_pages_of_voices_and_the_models_are_listed() {
    let pages = [
        json!({"voices": [{"voice_id": "v1", "name": "George", "labels": {"language": "en", "age": null},
            "verified_languages": [{"language": "en", "locale": "en-GB"}, {"language": "de", "locale": null}]}],
            "has_more": true, "next_page_token": "t2"}),
        json!({"voices": [{"voice_id": "v2"}], "has_more": false, "next_page_token": null}),
    ];
    let models = json!([{"model_id": "eleven_v3", "name": "Eleven v3", "languages": []}]);
    let vendor = ScriptedVendor::new().on_each(Method::GET, "/v2/voices", pages.map(Answer::json)).on(
        Method::GET,
        "/v1/models",
        Answer::json(models),
    );
    let labs = labs(vendor.transport());
    let voices = labs.voices().await.unwrap();
    let voices: Vec<_> = voices.iter().map(|voice| (&*voice.id, &*voice.name, voice.languages.join(" "))).collect();
    assert_eq!(voices, [("v1", "George", "en-GB de en".to_owned()), ("v2", "", String::new())]);
    assert_eq!(vendor.received()[1].query("next_page_token").as_deref(), Some("t2"));
    assert_eq!(labs.list_models().await.unwrap()[0].name.as_deref(), Some("Eleven v3"));
}

// Stands on the parameters of the SDK elevenlabs 2.78.0.
#[tokio::test]
async fn music_is_asked_for_by_a_description_or_a_plan() {
    let vendor = Labs::default().vendor();
    let music = labs(vendor.transport()).music("music_v2");
    let asked = MusicRequest::new("A slow waltz").with_duration(Duration::from_millis(30_500)).with_instrumental(true);
    let made = music.make(&Run::ephemeral(), &asked).await.unwrap();
    assert_eq!(made.info.media_type, MediaType::Mp3);
    let plan = json!({"sections": []});
    music.make(&Run::ephemeral(), &asked.with_extra("composition_plan", plan.clone())).await.unwrap();
    let sent: Vec<_> = vendor.received().iter().map(Received::json).collect();
    let described = json!({"prompt": "A slow waltz", "music_length_ms": 30_500, "model_id": "music_v2", "force_instrumental": true});
    assert_eq!(sent, [described, json!({"model_id": "music_v2", "composition_plan": plan})]);
}

#[tokio::test]
async fn speech_keeps_the_contract() {
    for timings in [false, true] {
        let connect = |scene: &Scene| {
            let endpoint = ElevenLabs::endpoint()
                .auth(ElevenLabs::auth(conformance::SECRET.into()))
                .transport(scene.transport.clone())
                .clock(scene.clock.clone())
                .random(scene.random.clone());
            Ok(Arc::new(ElevenLabs::new(endpoint)?.with_voice(VOICE).speech("eleven_flash_v2_5")) as Arc<SpeechModel>)
        };
        let subject = Subject::new(|| Labs::default().vendor(), connect).counting(spoken);
        let request = SpeechRequest::new("Fresh ravioli, every morning.");
        let request = if timings { request.with_timings() } else { request };
        conformance::maker(&subject, &request).await.unwrap();
    }
}

#[tokio::test]
async fn music_keeps_the_contract() {
    let connect = |scene: &Scene| {
        let endpoint = ElevenLabs::endpoint()
            .auth(ElevenLabs::auth(conformance::SECRET.into()))
            .transport(scene.transport.clone())
            .clock(scene.clock.clone())
            .random(scene.random.clone());
        Ok(Arc::new(ElevenLabs::new(endpoint)?.music("music_v2")) as Arc<MusicModel>)
    };
    let subject = Subject::new(|| Labs::default().vendor(), connect).counting(spoken);
    conformance::maker(&subject, &MusicRequest::new("A slow waltz")).await.unwrap();
}
