//! Regions and groups.

use std::sync::Arc;

use http::Method;
use serde_json::json;
use social_core::make::Maker as _;
use social_core::run::Run;
use social_core::settings::MapSettings;
use social_core::speech::{SpeechRequest, Voices as _};
use social_core::testkit::{Answer, FixedClock, ScriptedVendor};

use super::super::{MiniMax, Region};
use super::client;

#[test]
fn each_region_has_its_own_key_and_address() {
    for (region, key, host) in [
        (Region::International, "MINIMAX_API_KEY", "api.minimax.io"),
        (Region::China, "MINIMAX_CN_API_KEY", "api.minimaxi.com"),
    ] {
        let client = MiniMax::from_settings(region, &MapSettings::from_iter([(key, "k")])).unwrap();
        assert_eq!(client.endpoint.base_url().host_str(), Some(host));
        let error = MiniMax::from_settings(region, &MapSettings::default()).unwrap_err();
        assert!(error.message().contains(key), "{error}");
    }
}

// Stands on the page on the list of voices.
#[tokio::test]
async fn voices_are_listed_and_a_group_is_named_in_the_query() {
    let body = json!({
        "system_voice": [{"voice_id": "Chinese (Mandarin)_News_Anchor", "description": [], "voice_name": "News Anchor",
            "created_time": "1970-01-01"}],
        "voice_cloning": [{"voice_id": "test12345", "description": [], "created_time": "2025-08-20"}],
        "voice_generation": null,
        "base_resp": {"status_code": 0, "status_msg": "success"}});
    let vendor = ScriptedVendor::new().on(Method::POST, "/v1/get_voice", Answer::json(body));
    let client = client(vendor.transport(), Arc::new(FixedClock::default())).with_group("1700");
    let voices = client.voices().await.unwrap();
    let names: Vec<_> = voices.iter().map(|voice| (voice.id.as_str(), voice.name.as_str())).collect();
    assert_eq!(names, [("Chinese (Mandarin)_News_Anchor", "News Anchor"), ("test12345", "test12345")]);
    let sent = &vendor.received()[0];
    assert_eq!((sent.json(), sent.query("GroupId").as_deref()), (json!({"voice_type": "all"}), Some("1700")));
}

#[tokio::test]
async fn a_key_is_in_no_message() {
    let answer = json!({"base_resp": {"status_code": 2049, "status_msg": "invalid api key test-key-of-12-and-more"}});
    let vendor = ScriptedVendor::new().on(Method::POST, "/v1/t2a_v2", Answer::json(answer));
    let settings = MapSettings::from_iter([("MINIMAX_API_KEY", "test-key-of-12-and-more")]);
    let endpoint = Region::International.endpoint().transport(vendor.transport());
    let auth = social_core::http::Auth::Bearer("test-key-of-12-and-more".into());
    let client = MiniMax::new(endpoint.auth(auth)).unwrap();
    let error = client.speech("speech-2.8-hd").make(&Run::ephemeral(), &SpeechRequest::new("Hi")).await.unwrap_err();
    assert!(!format!("{error} {error:?} {client:?} {settings:?}").contains("12-and-more"), "{error:?}");
}
