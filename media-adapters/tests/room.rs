//! Every vendor once at its own address, in the sealed room of `../shared/lab`: every name leads to
//! a recorder there, which answers `{}`. `.ci/lab` runs it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::time::Duration;

use media_adapters::catalogue;
use serde_json::{Value, json};
use social_core::catalogue::{Operation, VendorEntry};
use social_core::enhance::{EnhanceRequest, Enhancement, Enhancer};
use social_core::host::{HostRequest, MediaHost};
use social_core::http::Endpoint;
use social_core::image::{AspectRatio, ImageModel, ImageRequest};
use social_core::make::{self, MakeRequest, Maker};
use social_core::media::Media;
use social_core::music::{MusicModel, MusicRequest};
use social_core::render::{Clip, Content, RenderRequest, Renderer, Timeline, Track, TrackKind};
use social_core::run::Run;
use social_core::settings::{MapSettings, Settings};
use social_core::speech::{SpeechModel, SpeechRequest};
use social_core::testkit::did_not_run;
use social_core::video::{VideoModel, VideoRequest};

/// Where each vendor is asked, as its documentation says, and a model of it.
const HOSTS: [(&str, &str, &str); 26] = [
    ("ark", "ark.ap-southeast.bytepluses.com", "seedream-4-5-251128"),
    ("bfl", "api.bfl.ai", "flux-2-pro"),
    ("claid", "api.claid.ai", "edit"),
    ("cloudinary", "api.cloudinary.com", "image"),
    ("creatomate", "api.creatomate.com", "v2"),
    ("dashscope", "dashscope-intl.aliyuncs.com", "qwen-image-plus"),
    ("dashscope-cn", "dashscope.aliyuncs.com", "qwen-image-plus"),
    ("elevenlabs", "api.elevenlabs.io", "eleven_multilingual_v2"),
    ("fal", "queue.fal.run", "fal-ai/bytedance/seedream/v4/text-to-image"),
    ("gemini", "generativelanguage.googleapis.com", "gemini-3.1-flash-image"),
    ("kling", "api-singapore.klingai.com", "kling-v2-1"),
    ("leonardo", "cloud.leonardo.ai", "gpt-image-2"),
    ("luma", "api.lumalabs.ai", "photon-1"),
    ("minimax", "api.minimax.io", "image-01"),
    ("minimax-cn", "api.minimaxi.com", "image-01"),
    ("openai", "api.openai.com", "gpt-image-2.6-flare"),
    ("openrouter", "openrouter.ai", "google/gemini-3.1-flash-image"),
    ("replicate", "api.replicate.com", "black-forest-labs/flux-1.1-pro"),
    ("runway", "api.dev.runwayml.com", "gen4_image"),
    ("shotstack", "api.shotstack.io", "v1"),
    ("venice", "api.venice.ai", "qwen-image"),
    ("vertex", "aiplatform.googleapis.com", "gemini-3.1-flash-image"),
    ("wavespeed", "api.wavespeed.ai", "bytedance/seedream-v4"),
    ("xai", "api.x.ai", "grok-imagine-image"),
    ("s3", "bucket.s3.us-east-1.amazonaws.com", "bucket"),
    ("azure", "mymedia.blob.core.windows.net", "bucket"),
];

/// What serves files of its own, at an address that the application names, or is this machine; and
/// what signs in elsewhere with a key of Google's before it says anything.
const ELSEWHERE: [&str; 4] = ["local", "folder", "http-put", "gcs"];

/// Says something to the recorder.
async fn tell(what: &str, body: &Value) {
    let recorder = Endpoint::builder("recorder", "http://127.0.0.1:9999").build().unwrap();
    recorder.post(what).unwrap().json(body).send().await.unwrap();
}

#[tokio::test]
async fn every_vendor_is_asked_at_its_own_address() {
    let named: BTreeSet<_> = HOSTS.iter().map(|host| host.0).chain(ELSEWHERE).collect();
    let known: BTreeSet<_> = catalogue().own().map(|entry| entry.name.as_str()).collect();
    assert_eq!(known.difference(&named).collect::<Vec<_>>(), Vec::<&&str>::new(), "each vendor has a line here");
    let Ok(records) = std::env::var("SOCIAL_LAB_ROOM") else {
        did_not_run("SOCIAL_LAB_ROOM");
        return;
    };
    let mut wrong = Vec::new();
    for entry in catalogue().own() {
        let name = entry.name.as_str();
        let Some((_, host, model)) = HOSTS.iter().find(|host| host.0 == name) else { continue };
        let required = entry.settings.iter().filter(|setting| setting.required);
        let settings =
            required.fold(MapSettings::new(), |all, setting| all.with(setting.name.as_ref(), setting.example.as_ref()));
        tell("begin", &json!({"vendor": name, "call": "media", "sdk": "ours"})).await;
        ask_everything(entry, model, &settings).await;
        tell("end", &json!({})).await;
        let record = std::fs::read(format!("{records}/{name}/media.json"));
        let record: Value = record.map(|record| serde_json::from_slice(&record).unwrap()).unwrap_or_default();
        let requests = record["requests"].as_array().into_iter().flatten();
        let hosts: BTreeSet<_> = requests.map(|request| request["host"].as_str().unwrap()).collect();
        if !hosts.contains(host) {
            wrong.push(format!("{name} asked {hosts:?}, not {host}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What it becomes is not looked at: no answer says anything. What a model does not take is made to
/// fit.
async fn ask_everything(entry: &VendorEntry, model: &str, settings: &dyn Settings) {
    async fn once<R: MakeRequest>(maker: &dyn Maker<R>, request: R) {
        let run = Run::ephemeral();
        if let Ok(fitted) = make::fit(&run, request, &maker.capabilities(), None).await {
            let work = tokio::time::timeout(Duration::from_secs(20), maker.make(&run, &fitted.request));
            drop(work.await);
        }
    }
    let gif =
        b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    let image = Media::bytes(gif.as_slice());
    for operation in entry.operations() {
        match operation {
            Operation::Image => {
                once(&*entry.open::<ImageModel>(settings, model).unwrap(), ImageRequest::new("A bowl")).await;
            }
            Operation::Video => {
                once(&*entry.open::<VideoModel>(settings, model).unwrap(), VideoRequest::new("Steam rises")).await;
            }
            Operation::Speech => {
                let request = SpeechRequest::new("Hello").with_voice("voice");
                once(&*entry.open::<SpeechModel>(settings, model).unwrap(), request).await;
            }
            Operation::Music => {
                once(&*entry.open::<MusicModel>(settings, model).unwrap(), MusicRequest::new("A waltz")).await;
            }
            Operation::Render => {
                let clip = Clip::new(Content::Text("Hello".into()), Duration::ZERO, Duration::from_secs(3));
                let timeline =
                    Timeline::new(AspectRatio::SQUARE).with_track(Track::new(TrackKind::Text).with_clip(clip));
                once(&*entry.open::<Renderer>(settings, model).unwrap(), RenderRequest::timeline(timeline)).await;
            }
            Operation::Enhance => {
                let request = EnhanceRequest::new(image.clone(), [Enhancement::Crop(AspectRatio::SQUARE)]);
                once(&*entry.open::<Enhancer>(settings, model).unwrap(), request).await;
            }
            Operation::Host => {
                once(&*entry.open::<MediaHost>(settings, model).unwrap(), HostRequest::new(image.clone())).await;
            }
            _ => {}
        }
    }
}
