//! Stands on an invented server that speaks OpenAI's chat format.

use http::Method;
use serde_json::json;
use social_core::ErrorKind;
use social_core::chat::ChatModelExt as _;
use social_core::settings::{MapSettings, Wired};
use social_core::testkit::{Answer, ScriptedVendor};

#[tokio::test]
async fn a_vendor_from_elsewhere_is_connected_by_its_address() {
    outside_vendor::aurora::add().unwrap();
    assert_eq!(outside_vendor::aurora::add().unwrap_err().kind(), ErrorKind::Duplicate);
    assert!(llm_adapters::vendors().iter().any(|vendor| vendor == "aurora"));
    // The environment of this test has no key of Aurora.
    let missing = llm_adapters::connect("aurora/dawn").unwrap_err();
    assert_eq!((missing.kind(), missing.field()), (ErrorKind::Config, Some("AURORA_API_KEY")));

    let message = json!({"role": "assistant", "content": "Good morning"});
    let choice = json!({"index": 0, "finish_reason": "stop", "message": message});
    let answer = Answer::json(json!({"choices": [choice]}));
    let vendor = ScriptedVendor::new().on(Method::POST, "/v1/chat/completions", answer);
    let transport = vendor.transport();
    let account = MapSettings::new().with("AURORA_API_KEY", "au-of-the-bakery");
    let settings = Wired::new(account, move |endpoint| endpoint.transport(transport.clone()));
    let model = llm_adapters::connect_with("aurora/dawn", &settings).unwrap();
    assert_eq!(model.address().to_string(), "aurora/dawn");
    assert_eq!(model.ask("Hello").await.unwrap(), "Good morning");
    let sent = &vendor.received()[0];
    assert_eq!(sent.header("authorization"), Some("Bearer au-of-the-bakery"));
    assert_eq!(sent.json()["model"], "dawn");
}

#[test]
fn a_platform_from_elsewhere_is_connected_by_its_name() {
    social_core::catalogue::register_platform(outside_vendor::entry()).unwrap();
    let error = platform_publishers::connect("marketplace").unwrap_err();
    for name in ["MARKETPLACE_ACCOUNT", "MARKETPLACE_KEY"] {
        assert!(error.message().contains(name), "{error}");
    }
    let account = MapSettings::new().with("MARKETPLACE_ACCOUNT", "41").with("MARKETPLACE_KEY", "k");
    let parts = social_core::catalogue::Parts::default();
    let board = platform_publishers::connect_with("marketplace", &account, parts).unwrap();
    assert_eq!(board.platform(), "marketplace");
    assert_eq!(platform_publishers::rules_of("marketplace").unwrap().len(), 1);
}
