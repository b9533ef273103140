//! Stands on Google's documentation of addresses and on `google.rpc`; the refusals have their own
//! tables in the adapters.

use social_core::ErrorKind;
use social_core::settings::MapSettings;

use super::*;

#[test]
fn a_project_and_a_location_are_names() {
    let url = |project: &str, location: &str| vertex_url("vertex", "v1", project, location);
    let base = "projects/example.com:old/locations";
    assert_eq!(
        url("example.com:old", "global").unwrap(),
        format!("https://aiplatform.googleapis.com/v1/{base}/global")
    );
    assert_eq!(
        url("example.com:old", "europe-west4").unwrap(),
        format!("https://europe-west4-aiplatform.googleapis.com/v1/{base}/europe-west4")
    );
    for (project, location, field) in [
        ("", "global", "project"),
        ("a/b", "global", "project"),
        ("p", "", "location"),
        ("p", "evil.test/x", "location"),
    ] {
        let error = url(project, location).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidRequest, Some(field)));
    }
}

#[test]
fn a_model_id_is_a_path_below_the_base_url() {
    let settings =
        MapSettings::new().with("GEMINI_API_KEY", "k").with("VERTEX_PROJECT", "p").with("VERTEX_ACCESS_TOKEN", "t");
    let prepare = |api: GoogleApi| api.endpoint_from_settings(&settings).unwrap().transport(nothing()).build().unwrap();
    for api in [GoogleApi::AiStudio, GoogleApi::Vertex] {
        let endpoint = prepare(api);
        for model in ["gemini-3.8-flash", "tunedModels/captions", "endpoints/123", "claude@20250929"] {
            api.route(&endpoint, model, "generateContent").unwrap();
        }
        for model in ["", "a b", "../x", "a?b", "m:verb", "a/../../b"] {
            let error = api.route(&endpoint, model, "generateContent").unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidRequest, Some("model")), "{model}");
        }
    }
    assert_eq!(GoogleApi::AiStudio.resource("m"), "models/m");
    assert_eq!(GoogleApi::Vertex.resource("m"), "publishers/google/models/m");
}

#[test]
fn everything_that_vertex_needs_is_named_at_once() {
    let error = GoogleApi::Vertex.endpoint_from_settings(&MapSettings::new()).unwrap_err();
    assert!(error.message().contains("VERTEX_ACCESS_TOKEN") && error.message().contains("VERTEX_PROJECT"), "{error}");
    assert!(!error.message().contains("VERTEX_LOCATION"), "{error}");
}

fn nothing() -> std::sync::Arc<dyn social_core::http::Transport> {
    social_core::testkit::ScriptedVendor::new().transport()
}
