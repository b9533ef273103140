//! The digests in `golden.json` were stored by version 1. They must never change: stored approvals
//! and runs name them.

use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::clock::Timestamp;
use crate::publish::Post;

#[derive(Serialize)]
struct Before {
    text: String,
    place: Option<String>,
}

/// The same type after an upgrade.
#[derive(Serialize)]
struct After {
    place: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    text: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pinned: bool,
    until: Option<Timestamp>,
}

#[tokio::test]
async fn a_field_that_is_added_with_its_default_changes_no_digest_and_a_value_does() {
    let before = Before { text: "Bread".to_owned(), place: None };
    let after = |tags: &[&str], pinned| After {
        place: None,
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        text: "Bread".to_owned(),
        pinned,
        until: None,
    };
    let stored = digest(&before).await.unwrap();
    assert_eq!(digest(&after(&[], false)).await.unwrap(), stored);
    assert_ne!(digest(&after(&["new"], false)).await.unwrap(), stored);
    assert_ne!(digest(&after(&[], true)).await.unwrap(), stored);
}

#[tokio::test]
async fn media_count_by_their_bytes_wherever_they_stand() {
    let dir = tempfile::tempdir().unwrap();
    let [first, second] = ["a.jpg", "b.jpg"].map(|name| dir.path().join(name));
    std::fs::write(&first, "pixels").unwrap();
    std::fs::write(&second, "pixels").unwrap();
    let of = |media: Media| digest(&json!({ "list": [1, { "deep": media_value(&media) }] }));
    // A JSON value holds no media any more: a path in it is a path.
    assert_ne!(of(Media::file(&first)).await.unwrap(), of(Media::file(&second)).await.unwrap());

    let nested = |media: Media| digest(&BTreeMap::from([("a", vec![Some(media), None])]));
    let digest_of = nested(Media::file(&first)).await.unwrap();
    assert_eq!(nested(Media::file(&second)).await.unwrap(), digest_of);
    assert_eq!(nested(Media::bytes("pixels")).await.unwrap(), digest_of);
    assert_ne!(nested(Media::bytes("pixel")).await.unwrap(), digest_of);

    let remote = |url: &str| nested(Media::remote(url.parse().unwrap()));
    assert_ne!(remote("https://a.test/1").await.unwrap(), remote("https://a.test/2").await.unwrap());
    let missing = nested(Media::file(dir.path().join("gone"))).await.unwrap_err();
    assert_eq!(missing.kind(), crate::ErrorKind::Storage);
}

fn media_value(media: &Media) -> Value {
    serde_json::to_value(media).unwrap()
}

#[tokio::test]
async fn the_order_of_fields_does_not_matter() {
    let one: Value = serde_json::from_str(r#"{"b": {"y": 1, "x": [true, null]}, "a": 2.5}"#).unwrap();
    let two: Value = serde_json::from_str(r#"{"a": 2.5, "c": null, "b": {"x": [true, null], "y": 1}}"#).unwrap();
    assert_eq!(digest(&one).await.unwrap(), digest(&two).await.unwrap());
}

#[test]
fn digests_are_read_with_their_version_and_old_ones_are_told_apart() {
    let hex = "0".repeat(64);
    let digest: Digest = format!("12:{hex}").parse().unwrap();
    assert_eq!((digest.version(), digest.hex()), (12, &*hex));
    for (text, says) in [
        (hex.clone(), "has no version"),
        (format!("0:{hex}"), "is not a version"),
        ("1:abc".to_owned(), "is not a version"),
    ] {
        assert!(text.parse::<Digest>().unwrap_err().message().contains(says), "{text}");
    }
}

/// Stands on `golden.json`: values as JSON and their digests, stored by version 1 of these rules.
#[tokio::test]
async fn digests_that_earlier_versions_stored_are_still_made() {
    let golden: Vec<Golden> = serde_json::from_str(include_str!("golden.json")).unwrap();
    assert!(!golden.is_empty());
    for Golden { kind, value, digest: stored } in golden {
        let made = match kind.as_str() {
            "post" => digest(&Post::deserialize(value).unwrap()).await,
            "json" => digest(&value).await,
            other => panic!("{other}"),
        };
        assert_eq!(made.unwrap(), stored, "{kind}");
    }
}

#[derive(Deserialize)]
struct Golden {
    kind: String,
    value: Value,
    digest: Digest,
}
