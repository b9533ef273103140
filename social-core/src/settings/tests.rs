//! Stands on our own contract of [`Settings`].

use secrecy::ExposeSecret as _;
use serde_json::json;

use super::*;
use crate::ErrorKind;
use crate::http::Endpoint;

const TOKEN: Setting = Setting::new("BOARD_TOKEN", "the token", "https://board.example/keys", "b-0").secret();
const USER: Setting = Setting::new("BOARD_USER_ID", "the account's id", "https://board.example/me", "4711");
const BASE_URL: Setting = Setting::base_url("BOARD_BASE_URL", "https://board.example/v1");

const DECLARED: &[Setting] = &[TOKEN, USER, BASE_URL];

fn reader(settings: &dyn Settings) -> crate::Result<Reader<'_>> {
    Reader::new("board", settings, DECLARED)
}

#[test]
fn all_missing_settings_are_named_at_once_with_what_and_where() {
    for settings in [MapSettings::new(), MapSettings::new().with("BOARD_TOKEN", " \n").with("BOARD_USER_ID", "")] {
        let error = reader(&settings).unwrap_err();
        assert_eq!(
            (error.kind(), error.field(), error.vendor().unwrap().as_str()),
            (ErrorKind::Config, Some("settings"), "board")
        );
        for setting in [TOKEN, USER] {
            for part in [&setting.name, &setting.what, &setting.where_to_get] {
                assert!(error.message().contains(&**part), "{error}");
            }
        }
        assert!(!error.message().contains("BASE_URL"), "{error}");
    }
    let error = reader(&MapSettings::new().with("BOARD_TOKEN", "s3cret-t0ken")).unwrap_err();
    assert_eq!(error.field(), Some("BOARD_USER_ID"));
    assert!(!format!("{error} {error:?}").contains("s3cret"));
}

#[test]
fn values_lose_the_white_space_around_them() {
    let settings = MapSettings::new().with("BOARD_TOKEN", "b-1\n").with("BOARD_USER_ID", "4 7");
    let read = reader(&settings).unwrap();
    assert_eq!(read.secret(&TOKEN).unwrap().expose_secret(), "b-1");
    assert_eq!(read.text(&USER).unwrap(), "4 7");
    assert_eq!(read.optional_text(&BASE_URL), None);
}

#[test]
fn a_second_name_counts_where_the_first_is_missing_and_both_are_told() {
    let token = TOKEN.or_named("MARKET_TOKEN");
    let settings = MapSettings::new().with("MARKET_TOKEN", "m");
    assert_eq!(Reader::new("board", &settings, std::slice::from_ref(&token)).unwrap().text(&token).unwrap(), "m");
    let settings = settings.with("BOARD_TOKEN", "b");
    assert_eq!(Reader::new("board", &settings, std::slice::from_ref(&token)).unwrap().text(&token).unwrap(), "b");
    let error = Reader::new("board", &MapSettings::new(), &[token]).unwrap_err();
    assert!(error.message().contains("`BOARD_TOKEN` or `MARKET_TOKEN`"), "{error}");
}

#[test]
fn tables_of_any_depth_are_settings() {
    let table = json!({"board": {"token": "b", "user-id": 4711, "nothing": null}, "OTHER": true});
    let settings = MapSettings::from_table(&table).unwrap();
    let read = |name: &str| settings.get(name).map(|value| value.expose_secret().to_owned());
    assert_eq!(read("BOARD_TOKEN").as_deref(), Some("b"));
    assert_eq!(read("BOARD_USER_ID").as_deref(), Some("4711"));
    assert_eq!(read("OTHER").as_deref(), Some("true"));
    assert_eq!(read("BOARD_NOTHING"), None);
    assert!(reader(&settings).is_ok());

    let flat = std::collections::BTreeMap::from([("BOARD_TOKEN", "b"), ("BOARD_USER_ID", "1")]);
    assert!(reader(&MapSettings::from_table(&flat).unwrap()).is_ok());
    for (table, field) in [
        (json!({"board": {"tokens": ["s3cret"]}}), Some("BOARD_TOKENS")),
        (json!({"board": {"token": "s3cret"}, "BOARD_TOKEN": "s3cret"}), Some("BOARD_TOKEN")),
        (json!(["s3cret"]), None),
        (json!("s3cret"), None),
    ] {
        let error = MapSettings::from_table(&table).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Config, field));
        assert!(!format!("{error} {error:?}").contains("s3cret"));
    }
}

#[test]
fn the_first_layer_with_a_value_counts_and_a_prefix_makes_a_second_account() {
    let shared = MapSettings::new().with("BOARD_TOKEN", "shared").with("BOARD_USER_ID", "1");
    let both = shared.with("BAKERY_BOARD_USER_ID", "2").with("BAKERY_BOARD_TOKEN", " ");
    let bakery = Layered::new(Prefixed::new("BAKERY_", both.clone())).over(both.clone());
    let read = reader(&bakery).unwrap();
    assert_eq!((read.text(&USER).unwrap(), read.text(&TOKEN).unwrap()), ("2".to_owned(), "shared".to_owned()));

    // A source that changes names is named as a person has to write them.
    let error = reader(&Prefixed::new("BAKERY_", MapSettings::new())).unwrap_err();
    assert!(error.message().contains("`BAKERY_BOARD_TOKEN`"), "{error}");
}

#[test]
fn no_source_shows_a_value() {
    let map = MapSettings::new().with("BOARD_TOKEN", "s3cret-value");
    let all = Wired::new(Layered::new(Prefixed::new("A_", map.clone())).over(map), |endpoint| endpoint);
    let shown = format!("{all:?} {:?}", Reader::new("board", &all, &[]).unwrap());
    assert!(shown.contains("BOARD_TOKEN") && !shown.contains("s3cret"), "{shown}");
}

#[test]
fn an_endpoint_is_at_the_base_url_of_the_settings_and_wired_by_the_application() {
    let settings = MapSettings::new().with("BOARD_TOKEN", "b").with("BOARD_USER_ID", "1");
    let settings = settings.with("BOARD_BASE_URL", "https://proxy.example/v2");
    let transport: Arc<dyn crate::http::Transport> =
        Arc::new(crate::http::ReplayTransport::new(Vec::<crate::http::Exchange>::new()));
    let shared = transport.clone();
    let wired = Wired::new(settings, move |endpoint| endpoint.transport(shared.clone()));
    let layered = Layered::new(MapSettings::new()).over(wired);
    let read = reader(&layered).unwrap();
    let endpoint = read.endpoint(Endpoint::builder("board", "https://board.example/v1"), &BASE_URL).build().unwrap();
    assert_eq!(endpoint.base_url().as_str(), "https://proxy.example/v2/");
    assert!(Arc::ptr_eq(endpoint.transport(), &transport));
}
