//! Stands on bodies that were posted or documented; those of chats have their own table in
//! `llm-adapters`.

use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use social_core::error::Stage;
use social_core::http::Failure;
use social_core::settings::MapSettings;
use social_core::{Effect, Error, ErrorKind};

use super::*;

fn refused(status: u16, body: &Value) -> Error {
    let (status, body) = (StatusCode::from_u16(status).unwrap(), body.to_string());
    classify(&Failure { status, headers: &HeaderMap::new(), body: body.as_bytes() })
}

/// The codes are those of OpenAI's error page and of ucx0204/CarrotMangaTranslator#122; the words
/// are invented.
#[test]
fn images_are_refused_in_words_of_their_own() {
    let body =
        |code: &str| json!({"error": {"code": code, "type": "image_generation_user_error", "message": "it says"}});
    let table = [
        ("moderation_blocked", ErrorKind::Rejected),
        ("invalid_image_file", ErrorKind::MediaInvalid),
        ("invalid_input_fidelity_model", ErrorKind::InvalidRequest),
        ("project_spend_limit_exceeded", ErrorKind::QuotaExhausted),
        ("billing_hard_limit_reached", ErrorKind::QuotaExhausted),
    ];
    for (code, kind) in table {
        let error = refused(400, &body(code));
        assert_eq!((error.kind(), error.effect(), error.code()), (kind, Effect::None, Some(code)));
    }
    let mut details = body("moderation_blocked");
    details["error"]["moderation_details"] = json!({"moderation_stage": "output", "categories": ["sexual", "hate"]});
    let error = refused(400, &details);
    let rejection = error.rejection().unwrap();
    assert_eq!((rejection.stage, rejection.category.as_deref()), (Stage::Output, Some("sexual, hate")));
    assert_eq!(refused(400, &body("moderation_blocked")).rejection().unwrap().stage, Stage::Input);
}

#[test]
fn a_company_is_opened_with_its_key() {
    let error = XAI.endpoint_from_settings(&MapSettings::new()).unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("XAI_API_KEY")));
    assert!(XAI.endpoint_from_settings(&MapSettings::new().with("XAI_API_KEY", "k")).is_ok());
}
